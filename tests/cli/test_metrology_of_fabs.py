"""What a run shows depends on the fab's metrology: virtual sections, destructive ones, or none."""

import json
from pathlib import Path

import pytest

import sequences

BUILT_IN = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
FILM = [
    (
        "{id: film-1, kind: cvd, operation: deposit, recipe: "
        "{chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}"
    ),
    (
        "{id: check-1, kind: metrology, operation: measure, recipe: "
        "{quantity: film_thickness, material: Sn, sites: 9}}"
    ),
]
CUT = "{id: cut, kind: metrology, operation: measure, recipe: {quantity: cross_section}}"
CURE = (
    "{id: react-1, kind: furnace, operation: anneal, recipe: {temperature: 200 degC, "
    "ramp: 5 degC/min, hold: 15 min, ambient: N2, boat_in: 60 degC}}"
)


def steps_file(folder: Path, *steps: str) -> Path:
    path = folder / "short.yaml"
    listed = "\n".join(f"  - {step}" for step in steps)
    text = (
        f"sequence: short\ntitle: Film\npractises: [cap.5]\nlayout: single-line\nsteps:\n{listed}\n"
    )
    path.write_text(text, encoding="utf-8")
    return path


def fab_file(folder: Path, *, sections: str) -> Path:
    """The built-in fab with metrology that sections in some way; "" for no metrology at all."""
    lines = BUILT_IN.splitlines()
    if sections:
        lines = [line.replace("sections: virtual", f"sections: {sections}") for line in lines]
    else:
        lines = [line for line in lines if "MET01" not in line]
    path = folder / "fab.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def records(folder: Path, *kinds: str):
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [each["body"] for each in found if each["kind"] in kinds]


@pytest.fixture
def tried(fabctl, tmp_path):
    def run(*steps: str, sections: str):
        name = steps_file(tmp_path, *steps) if steps else "cap-line"
        fab = fab_file(tmp_path, sections=sections)
        out = tmp_path / "out"
        done = fabctl("dry-run", name, "--fab", fab, "--out", out, "--despite-findings", "--json")
        return done, out

    return run


class TestDestructive:
    def test_nothing_is_looked_at_without_a_step_that_asks(self, tried) -> None:
        done, out = tried(*FILM, sections="destructive")
        assert done.document["outcome"] == "completed"
        assert records(out, "SECTION", "NO_SECTION", "SCRAPPED") == []
        assert not list(out.glob("*.svg"))

    def test_a_step_that_asks_gets_the_section_and_scraps_the_wafer(self, tried) -> None:
        done, out = tried(*FILM, CUT, sections="destructive")
        assert done.document["outcome"] == "completed"
        (scrapped,) = records(out, "SCRAPPED")
        (section,) = records(out, "SECTION")
        assert (scrapped["step"], section["step"]) == ("cut", "cut")
        assert {region["material"] for region in section["section"]["regions"]} == {"Si", "Sn"}
        assert [region["name"] for region in done.document["wafer"]] == ["substrate", "film-1"]

    def test_nothing_is_done_to_a_wafer_that_was_cut(self, tried) -> None:
        done, out = tried(*FILM, CUT, CURE, sections="destructive")
        assert done.code == 1
        assert (done.document["outcome"], done.document["why"][:9]) == ("held", "scrapped:")
        assert "react-1" not in {each["step"] for each in records(out, "STEP", "INTENT")}

    def test_the_audit_says_so_beforehand(self, fabctl, tmp_path) -> None:
        steps = steps_file(tmp_path, *FILM, CUT, CURE)
        for sections, count in (("destructive", 1), ("virtual", 0)):
            fab = fab_file(tmp_path, sections=sections)
            assert fabctl("audit", steps, "--fab", fab).out.count("TC105") == count

    @pytest.mark.long
    def test_what_the_wafer_would_have_to_show_is_not_shown(self, tried) -> None:
        done, _ = tried(sections="destructive")
        claims = done.document["claims"]
        assert done.document["outcome"] == "completed"
        assert claims["cap.1.d"]["standing"] == "not shown"
        assert claims["cap.5.a"]["standing"] == "satisfied"  # a film thickness, which was measured


@pytest.mark.long
def test_a_virtual_section_harms_nothing(tried) -> None:
    done, out = tried(*FILM, CUT, CURE, sections="virtual")
    assert done.document["outcome"] == "completed"
    assert records(out, "SCRAPPED") == []
    assert len(records(out, "SECTION")) == 5


class TestNoMetrology:
    def test_measurements_are_passed_over_and_that_is_journaled(self, tried) -> None:
        done, out = tried(*FILM, CUT, sections="")
        assert done.document["outcome"] == "completed"
        assert "TC101" not in {each["code"] for each in done.document["findings"]}
        assert [each["step"] for each in records(out, "NOT_MEASURED")] == ["check-1", "cut"]
        outcomes = {each["id"]: each["outcome"] for each in done.document["steps"]}
        assert outcomes == {"film-1": "done", "check-1": "not measured", "cut": "not measured"}

    def test_a_film_that_nobody_measured_is_not_annealed(self, tried) -> None:
        done, out = tried(*FILM, CURE, sections="")
        assert done.document["outcome"] == "held"
        assert "react-1" not in {each["step"] for each in records(out, "INTENT")}

    @pytest.mark.long
    def test_no_effect_and_no_structure_is_satisfied(self, tried) -> None:
        done, _ = tried(sections="")
        assert done.document["outcome"] == "held"  # by the gate before the anneal
        standings = {each["standing"] for each in done.document["claims"].values()}
        assert standings <= {"not shown", "not practised"}
