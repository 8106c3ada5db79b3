"""A live part that could never trip, or would always warn, is refused where it stands."""

import pytest
from interlock_rig import written

from fabctl.interlocks import load_rules
from fabctl.process.errors import InputError

PACK = """\
rules: own
title: One's own
entries:
  - code: LM901
    name: cold-enough
    title: An anneal stays cool.
    severity: error
    waivable: true
    applies: always
    binds: {operation: [anneal]}
    limit: {parameters: [temperature], at_least: 100 degC, below: 420 degC}
    cites: [{source: a test, words: below 420 °C, reading: strictly}]
    hint: anneal colder
    live:
      signal: temperature
      fresh_for: 15 s
      blind_for: 1 min
      frozen_after: 1 min
      plausible: {at_least: 5 degC, at_most: 1200 degC}
      warn_within: 3 delta_K
      reset_by: process engineer
    examples:
      - verdict: legal
        steps:
          - {id: one, kind: furnace, operation: anneal,
             recipe: {temperature: 400 degC, ramp: 5 degC/min, hold: 5 min, ambient: N2}}
      - verdict: illegal
        steps:
          - {id: one, kind: furnace, operation: anneal,
             recipe: {temperature: 420 degC, ramp: 5 degC/min, hold: 5 min, ambient: N2}}
"""


@pytest.fixture
def problems(tmp_path):
    """Loads the pack with things put in place of others; tells what is wrong, and at which key."""

    def load(*slips: tuple[str, str]) -> list[tuple[str, str]]:
        text = PACK
        for old, new in slips:
            assert old in text
            text = text.replace(old, new, 1)
        try:
            load_rules([written(tmp_path / "own.yaml", text)])
        except InputError as error:
            lines = text.splitlines()
            return [
                (lines[each.mark.line - 1].split(":")[0].strip(), each.message)
                for each in error.problems
            ]
        return []

    return load


def test_one_that_fits_is_taken(problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        (
            "at_most: 1200 degC",
            "at_most: 400 degC",
            "plausible",
            "no plausible value is over the limit",
        ),
        (
            "at_most: 1200 degC",
            "below: 420 degC",
            "plausible",
            "no plausible value is over the limit",
        ),
        (
            "at_least: 5 degC",
            "at_least: 100 degC",
            "plausible",
            "no plausible value is under the limit",
        ),
        ("at_least: 5 degC", "at_least: 500 degC", "plausible", "is plausible"),
        (
            "signal: temperature",
            "signal: plate_temperature",
            "signal",
            "no tool that does anneal tells",
        ),
        (
            "signal: temperature",
            "signal: spin_speed",
            "signal",
            "is a rotation speed, and the rule",
        ),
        (
            "frozen_after: 1 min",
            "frozen_after: 14 s",
            "frozen_after",
            "frozen_after is shorter than fresh_for",
        ),
        (
            "within: 3 delta_K",
            "within: 160 delta_K",
            "warn_within",
            "lies within 160 delta_K of the limit",
        ),
        (
            "within: 3 delta_K",
            "within: 500 delta_K",
            "warn_within",
            "lies within 500 delta_K of the limit",
        ),
        ("within: 3 delta_K", "within: 3 nm", "warn_within", "warn_within is a difference"),
        (
            "5 degC, at_most: 1200 degC",
            "5 nm, at_most: 1200 nm",
            "plausible",
            "plausible is a length",
        ),
    ],
)
def test_what_cant_work_is_refused(problems, old, new, key, said):
    found = problems((old, new))
    assert any(at == key and said in message for at, message in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_most: 1200 degC", "at_most: 420 degC"),  # 420 degC itself is over
        ("within: 3 delta_K", "within: 159 delta_K"),
        ("frozen_after: 1 min", "frozen_after: 15 s"),
        ("{at_least: 5 degC, at_most: 1200 degC}", "{at_least: 5 degC}"),
    ],
)
def test_what_just_works_is_taken(problems, old, new):
    assert problems((old, new)) == []


def test_one_end_leaves_room_down_to_what_is_plausible(problems):
    """Below 420 degC, with 415 K to warn within, only what no sensor reads would be calm."""
    upper = ("at_least: 100 degC, below: 420 degC", "below: 420 degC")
    assert problems(upper, ("3 delta_K", "414 delta_K")) == []
    found = problems(upper, ("3 delta_K", "415 delta_K"))
    said = "every value that is below 420 degC lies within 415 delta_K of the limit"
    assert found == [("warn_within", said)]
