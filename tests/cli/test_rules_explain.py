"""`fabctl rules explain` knows every code that fabctl prints, and asks what was meant."""

import re
from pathlib import Path

import pytest

import fabctl as package
from fabctl.interlocks.built_in import MEANINGS


@pytest.mark.parametrize("code", ["TC102", "CV101", "PR101", "ID101", "WV105", "IN202"])
def test_a_built_in_code_is_explained(fabctl, code) -> None:
    """What an audit prints can be asked for, though no pack has it."""
    done = fabctl("rules", "explain", code)
    assert done.code == 0
    assert MEANINGS[code] in done.out


def test_a_built_in_code_is_explained_as_json(fabctl) -> None:
    """A program can tell it from a rule."""
    document = fabctl("rules", "explain", "TC102", "--json").document
    assert document == {"code": "TC102", "built_in": True, "meaning": MEANINGS["TC102"]}


def test_case_does_not_matter(fabctl) -> None:
    """lm101 is LM101."""
    assert fabctl("rules", "explain", "lm101").out.startswith("LM101 ")


def test_an_unknown_code_is_answered_with_the_nearest(fabctl) -> None:
    """One code is asked about, and the others are not listed."""
    done = fabctl("rules", "explain", "TC120")
    assert done.code == 2
    assert "did you mean TC1" in done.err
    assert "LM101" not in done.err


def test_no_code_in_the_source_lacks_a_meaning() -> None:
    """A code that is added without its meaning fails here."""
    folder = Path(package.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    written = set(re.findall(r'"((?:TC|PR|CV|ID|WV|IN|TY|UN|WN)[0-9]{3})"', text))
    assert written <= MEANINGS.keys()
