"""A limit proved over every value that a window allows."""

import pytest
from interlock_rig import claims_rules, table, written

from fabctl.interlocks import audit
from fabctl.process.loader import load_sequence

SEQUENCE = """\
sequence: test
title: A film whose thickness may be chosen
parameters:
  thick: {{value: {value}, window: [{low}, {high}]}}
steps:
  - id: film-1
    kind: cvd
    operation: deposit
    recipe: {{chamber: film, material: Sn, thickness: $thick, temperature: 25 degC}}
"""


def findings(tmp_path, value, low, high):
    text = SEQUENCE.format(value=value, low=low, high=high)
    sequence = load_sequence(written(tmp_path / "test.yaml", text))
    return audit(sequence, claims_rules(), table()).all


def test_a_window_inside_the_limits_is_proved_legal(tmp_path):
    assert findings(tmp_path, "120 Å", "10 Å", "50 nm") == ()


@pytest.mark.parametrize(
    ("low", "high", "witness"), [("100 Å", "500.1 Å", "500.1 Å"), ("1 Å", "500 Å", "1 Å")]
)
def test_a_window_that_reaches_outside_is_refused_with_the_value_that_does(
    tmp_path, low, high, witness
):
    (finding,) = findings(tmp_path, "120 Å", low, high)
    assert finding.witness == f"film-1.thickness = {witness}"
    assert finding.message == (
        f"thickness may be {witness}, but must be at least 10 Å and at most 500 Å"
    )
    assert finding.related[0].mark.line == 4
