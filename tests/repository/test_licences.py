"""fabctl, under Apache-2.0, may depend on what is under the LGPL, and on nothing under the GPL."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
EXTRAS = PROJECT["optional-dependencies"]
GPL = re.compile(r"(?<!L)GPL|GNU (Affero )?General Public", re.IGNORECASE)
OF_SEVERAL = {"docutils"}
"""Public domain and BSD; its mode for Emacs, which is not in the wheel, is under the GPL."""


def named(
    lines: list[str], extras: frozenset[str] = frozenset()
) -> set[tuple[str, frozenset[str]]]:
    """The distributions that some requirements name here, each with the extras asked for."""
    found = (Requirement(line) for line in lines)
    return {
        (each.name.lower().replace("_", "-"), frozenset(each.extras))
        for each in found
        if each.marker is None or any(each.marker.evaluate({"extra": e}) for e in {"", *extras})
    }


def closure(lines: list[str]) -> dict[str, set[str]]:
    """Every installed distribution that some requirements bring, and what it says of licences."""
    licences: dict[str, set[str]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    ahead = named(lines)
    while ahead:
        name, extras = each = ahead.pop()
        seen.add(each)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        said = found.metadata
        licences[name] = {
            *(said.get_all("License-Expression") or ()),
            *(line for text in said.get_all("License") or () for line in text.splitlines()[:1]),
            *(line for line in said.get_all("Classifier") or () if line.startswith("License")),
        }
        ahead |= named(found.requires or [], extras) - seen
    return licences


def test_nothing_that_fabctl_needs_is_under_the_gpl() -> None:
    licences = closure(PROJECT["dependencies"])
    assert {"shapely", "numpy", "sqlalchemy", "secsgem"} <= licences.keys()
    assert all(licences.values())
    assert {name: said for name, said in licences.items() if GPL.search(" ".join(said))} == {}


@pytest.mark.long
def test_no_extra_brings_anything_under_the_gpl_either() -> None:
    licences = closure([line for lines in EXTRAS.values() for line in lines])
    assert {
        name: said for name, said in licences.items() if GPL.search(" ".join(said))
    }.keys() <= OF_SEVERAL
