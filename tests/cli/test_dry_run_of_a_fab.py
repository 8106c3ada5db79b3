"""A dry run of another fab: that fab's files judge, fabctl's simulated tools carry it out."""

from pathlib import Path

import pytest

import sequences
from fabctl.cli import compose
from fabctl.tools.fab import load_fab

BEFORE = {"soak": "{name: StepTime, format: F4, unit: s, min: 60,", "ramp": "min: 100, max: 450}"}


@pytest.fixture
def fab(tmp_path: Path):
    """Write a fab whose furnace is as ours, but for one range of its dictionary."""

    def written(old: str, new: str) -> Path:
        text = sequences.data("dictionaries", "FUR01.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "FUR01.yaml").write_text(text.replace(old, new), encoding="utf-8")
        path = tmp_path / "ours.yaml"
        path.write_bytes(compose.BUILT_IN.read_bytes())
        return path

    return written


def test_what_the_fabs_own_tool_cannot_do_is_refused(fabctl, fab) -> None:
    path = fab(BEFORE["ramp"], "min: 100, max: 150}")
    done = fabctl("dry-run", "cap-line", "--fab", path, "--json")
    codes = {each["code"] for each in done.document["findings"]}
    assert (done.code, done.document["outcome"], codes) == (1, "refused", {"TC102"})


def test_what_only_its_stand_in_cannot_do_is_told_as_that(fabctl, fab) -> None:
    path = fab(BEFORE["soak"], BEFORE["soak"].replace("60", "1"))
    done = fabctl("dry-run", "cap-line", "--fab", path, "--set", "react-1.hold=30 s")
    assert done.code == 2
    assert "FUR01 can do it, but the simulated tool that stands in for FUR01" in done.err
    assert "at least 60 s" in done.err


@pytest.mark.long
def test_another_dictionary_is_another_dry_run(fab) -> None:
    """The fab file is the same."""

    def run(old: str, new: str) -> str:
        path = fab(old, new)
        order = compose.order(
            "cap-line", {}, compose.simulated_fab(path), named=load_fab(path), prove=False
        )
        return compose.dry_run_id(order)

    assert run("max: 30}", "max: 30}") != run("max: 30}", "max: 31}")
