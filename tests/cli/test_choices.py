"""A sequence with choices: audited whole, executed on the one path that is chosen."""

import pytest

from fabctl.cli import compose

SEQUENCE = """\
sequence: choices
title: A clean in one of two ways, and one that may be repeated
steps:
  - alternatives: clean
    ways:
      short: [{id: short-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}}]
      long: [{id: long-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 45 s}}]
  - rework: rinse
    at_most: 2
    steps:
      - {id: rinse-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}}
    undo:
      - {id: bath-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 31 s}}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "choices.yaml"
    path.write_text(SEQUENCE, encoding="utf-8")
    return path


MADE = {"clean": "long", "rinse": "1"}


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    """What a run is begun with, its choices made."""
    path = tmp_path_factory.mktemp("order") / "choices.yaml"
    path.write_text(SEQUENCE, encoding="utf-8")
    fab = compose.chosen_fab(None)
    return compose.order(str(path), {}, fab, choices=MADE, record_paths=True)


def test_a_run_takes_the_path_that_is_chosen(order):
    """Each rework is a step of its own, and the journal's first record tells what was chosen."""
    header = order.plan("r").header()
    steps = [step["id"] for step in header["steps"]]
    assert steps == ["long-1", "rinse-1", "bath-1_r1", "rinse-1_r1"]
    assert header["inputs"]["choices"] == MADE


def test_a_resumed_run_takes_the_same_path(order):
    """What was begun with is read from the record."""
    again = compose.order_again(order.inputs)
    assert again.sequence.steps[0].id == "long-1"
    assert again.inputs == order.inputs


@pytest.mark.parametrize("command", ["dry-run", "run"])
def test_what_is_not_chosen_is_asked_for(fabctl, file, command):
    """With the place in the file, and what to say."""
    done = fabctl(command, file)
    assert done.code == 2
    assert f"{file}:4:19: IN208 the alternatives clean are not chosen" in done.err
    assert "--choose clean=short or --choose clean=long" in done.err


def test_an_audit_takes_every_path_or_those_that_are_left(fabctl, file):
    """Copper on no barrier is found on one path, and told as it can be chosen."""
    copper = "{chamber: mocvd-cu, material: Cu, thickness: 750 nm, temperature: 200 degC}"
    text = SEQUENCE.replace(
        "long-1, kind: etcher, operation: clean", "long-1, kind: cvd, operation: deposit"
    )
    file.write_text(text.replace("{bath: citric, time: 45 s}", copper), encoding="utf-8")
    whole = fabctl("audit", file)
    assert whole.code == 1
    assert "= path: clean=long rinse=0 (3 of 6 paths): long-1, rinse-1\n" in whole.out
    assert fabctl("audit", file, "--choose", "clean=short").code == 0
    assert fabctl("audit", file, "--choose", "clean=long", "--choose", "rinse=0").code == 1


@pytest.mark.parametrize("wrong", ["clean", "=short", "clean="])
def test_a_choice_is_a_name_and_what_is_chosen(fabctl, file, wrong):
    """Any other shape is refused."""
    done = fabctl("dry-run", file, "--choose", wrong)
    assert (done.code, done.out) == (2, "")
    assert "write it as name=choice" in done.err


def test_a_choice_is_made_once(fabctl, file):
    """Which of two would hold is anybody's guess."""
    done = fabctl("audit", file, "--choose", "rinse=1", "--choose", "rinse=2")
    assert done.code == 2
    assert "--choose rinse: given twice" in done.err


def test_what_may_be_chosen_is_shown(fabctl, file):
    """With the steps, in the words of --choose."""
    done = fabctl("sequences", "show", file)
    assert "--choose clean=: one of short, long\n" in done.out
    assert "--choose rinse=: a number of times, at most 2\n" in done.out
