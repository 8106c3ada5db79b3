"""Sequences that no process engineer would run, as the command line finds them.

Each is a shipped sequence with one slip, all in one folder, audited in one go: once by the rules
alone, and once for the built-in fab.
"""

import contextlib
import io
import json
import re

import pytest

import sequences
from fabctl.cli.app import execute

LINE = sequences.find("cap-line").read_text(encoding="utf-8")


def taken_apart(name: str) -> tuple[str, dict[str, str]]:
    """Give what stands before the steps of a shipped sequence, and its steps by id."""
    text = re.sub(r"(?m)^ *#.*\n", "", sequences.find(name).read_text(encoding="utf-8"))
    head, *steps = re.split(r"(?m)^(?=  - id: )", text)
    return head, {match[0][8:]: step for step in steps if (match := re.match(r"  - id: \S+", step))}


HEAD, BY_ID = taken_apart("cap-line")
NONSENSE = """\
sequence: nonsense
title: Nothing is there
layout: single-line
steps:
  - {id: expose, kind: stepper, operation: expose, recipe: {reticle: CAP-LINE-1, dose: 90 mJ/cm2,
     focus: 0 um}}
  - {id: develop, kind: spin_coater, operation: develop, recipe: {developer: TMAH, time: 60 s}}
  - {id: hard, kind: spin_coater, operation: hard_bake, recipe: {temperature: 120 degC, time: 90 s}}
  - {id: etch, kind: etcher, operation: etch, recipe: {chamber: ccp, material: SiOC, depth: 650 nm}}
  - {id: polish, kind: cmp, operation: polish, recipe: {platen: bulk, material: Cu,
     remaining: 100 nm, pressure: 2.0 psi}}
  - {id: strip, kind: etcher, operation: strip, recipe: {chamber: ash, material: resist-n1,
     gas: N2/H2, time: 4 min, temperature: 250 degC}}
"""


def line(steps: dict[str, str]) -> str:
    return HEAD + "".join(steps.values())


def without(step: str) -> str:
    return line({name: text for name, text in BY_ID.items() if name != step})


def moved(step: str, before: str) -> str:
    order = [name for name in BY_ID if name != step]
    order.insert(order.index(before), step)
    return line({name: BY_ID[name] for name in order})


def changed(step: str, old: str, new: str) -> str:
    assert old in BY_ID[step]
    return line({**BY_ID, step: BY_ID[step].replace(old, new)})


def at(temperature: str, name: str = "cap-line") -> str:
    """React the film at a temperature."""
    head, steps = taken_apart(name)
    return re.sub(r"\{value: \d+ degC, .*\}", f"{{value: {temperature}}}", head) + "".join(
        steps.values()
    )


def precleaned_late(name: str) -> str:
    """Preclean at 200 °C once the film is on."""
    head, steps = taken_apart(name)
    late = steps.pop("preclean-1")
    return head + "".join(
        late + step if each == "measure-film-1" else step for each, step in steps.items()
    )


E, W = "error", "warning"
SLIPS = {
    # order
    "no-coat": (without("coat-1"), "ST206", "expose-1", E),
    "no-coat-to-develop": (without("coat-1"), "ST212", "develop-1", W),
    "no-coat-to-strip": (without("coat-1"), "OR208", "ash-1", E),
    "no-exposure": (without("expose-1"), "ST207", "develop-1", E),
    "no-exposure-to-bake": (without("expose-1"), "ST209", "post-exposure-bake-1", E),
    "no-development": (without("develop-1"), "ST211", "etch-stop-1", E),
    "no-soft-bake": (without("soft-bake-1"), "OR207", "expose-1", E),
    "no-copper": (without("copper-1"), "OR208", "polish-bulk-1", E),
    "no-dielectric": (without("dielectric-1"), "OR208", "etch-dielectric-1", E),
    "no-liner-polish": (without("polish-liner-1"), "OR209", "film-1", W),
    "exposed-first": (moved("expose-1", "coat-1"), "ST206", "expose-1", E),
    "developed-first": (moved("develop-1", "expose-1"), "ST207", "develop-1", E),
    "exposed-after": (moved("develop-1", "expose-1"), "ST206", "expose-1", E),
    "etched-first": (moved("etch-dielectric-1", "expose-1"), "ST211", "etch-dielectric-1", E),
    "hardened-first": (moved("hard-bake-1", "develop-1"), "ST210", "hard-bake-1", W),
    "softened-late": (moved("soft-bake-1", "post-exposure-bake-1"), "ST208", "soft-bake-1", E),
    "polished-first": (moved("polish-bulk-1", "copper-1"), "OR208", "polish-bulk-1", E),
    "other-resist": (changed("ash-1", "resist-n1", "resist-p1"), "OR208", "ash-1", E),
    "nothing-exposed": (NONSENSE, "ST206", "expose", E),
    "nothing-developed": (NONSENSE, "ST212", "develop", W),
    "nothing-hardened": (NONSENSE, "ST210", "hard", W),
    "nothing-etched": (NONSENSE, "OR208", "etch", E),
    "nothing-polished": (NONSENSE, "OR208", "polish", E),
    "nothing-stripped": (NONSENSE, "OR208", "strip", E),
    # values
    "dose-0": (changed("expose-1", "90 mJ", "0 mJ"), "LM206", "expose-1", E),
    "dose-90-J": (changed("expose-1", "90 mJ", "90 J"), "LM207", "expose-1", W),
    "strip-0": (changed("strip-1", "2 min", "0 s"), "LM208", "strip-1", E),
    "bake-0": (changed("soft-bake-1", "60 s", "0 s"), "LM208", "soft-bake-1", E),
    "etch-0": (changed("etch-stop-1", "depth: 50 nm", "time: 0 s"), "LM209", "etch-stop-1", E),
    "depth-0": (changed("etch-stop-1", "depth: 50", "depth: 0"), "LM210", "etch-stop-1", E),
    "hold-0": (changed("react-1", "15 min", "0 s"), "LM211", "react-1", E),
    "ramp-0": (changed("react-1", "ramp: 5", "ramp: 0"), "LM212", "react-1", E),
    "ramp-5000": (changed("react-1", "ramp: 5", "ramp: 5000"), "LM213", "react-1", W),
    "speed-0": (changed("coat-1", "3000 rpm", "0 rpm"), "LM214", "coat-1", E),
    "cast-0": (changed("coat-1", "33 s", "0 s"), "LM215", "coat-1", E),
    "psi-200": (changed("polish-bulk-1", "2.0 psi", "200 psi"), "LM217", "polish-bulk-1", E),
    "psi-0": (changed("polish-bulk-1", "2.0 psi", "0 psi"), "LM217", "polish-bulk-1", E),
    "liner-0": (changed("liner-1", "10 nm", "0 nm"), "LM218", "liner-1", E),
    "sites-0": (changed("measure-film-1", "9", "0"), "LM219", "measure-film-1", E),
    # heat
    "soft-180": (changed("soft-bake-1", "110 degC", "180 degC"), "LM220", "soft-bake-1", W),
    "hard-200": (changed("hard-bake-1", "120 degC", "200 degC"), "LM221", "hard-bake-1", W),
    "tin-melts": (at("240 degC"), "LM222", "react-1", W),
    "no-reaction": (at("25 degC"), "LM224", "react-1", W),
    "tin-lead-melts": (at("200 degC", "cap-line-tin-lead"), "LM223", "react-1", W),
    "hot-tin": (precleaned_late("cap-line"), "LM225", "preclean-1", W),
    "hot-aluminium": (precleaned_late("cap-line-aluminium"), "LM226", "preclean-1", W),
    "hot-degas": (moved("degas-2", "measure-film-1"), "LM225", "degas-2", W),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is found in each file, by the rules alone and on the tools."""
    folder = tmp_path_factory.mktemp("nonsense")
    for name, (text, *_) in SLIPS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    audits = []
    for fab in ((), ("--fab", "built-in")):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            execute(["audit", str(folder), *fab, "--json"])
        audits.append(json.loads(out.getvalue())["files"])
    return [
        {
            (each["file"].rpartition("/")[2], finding["code"], finding["step"]): finding
            for each in files
            for finding in each["findings"]
        }
        for files in audits
    ]


@pytest.mark.long
@pytest.mark.parametrize("name", SLIPS)
def test_it_is_found_with_and_without_tools(found, name) -> None:
    _, code, step, severity = SLIPS[name]
    for findings in found:
        finding = findings[f"{name}.yaml", code, step]
        assert (finding["verdict"], finding["severity"]) == ("illegal", severity)


def test_an_alias_is_as_good_as_the_name(fabctl, tmp_path) -> None:
    path = tmp_path / "tin.yaml"
    path.write_text(LINE.replace("material: Sn", "material: tin", 1), encoding="utf-8")
    assert (
        fabctl("audit", path, "--fab", "built-in", "--json").document["files"][0]["findings"] == []
    )
