"""A false ``does:`` misleads the reader, so it is a finding."""

import pytest
from interlock_rig import anneal, film, measure, steps, strip, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import audit

PACK = shipped_rules()
WASH = "- {id: wash-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 45 s}}\n"


def hinted(step: str, element: str, *practises: str) -> list[str]:
    sequence = steps(film() + measure() + anneal() + strip() + WASH)
    made = tuple(
        replace(each, does=(element,)) if each.id == step else each for each in sequence.steps
    )
    report = audit(replace(sequence, steps=made, practises=practises), PACK, table())
    return [finding.message for finding in report.findings if finding.code == "ID101"]


@pytest.mark.parametrize(
    ("step", "element"),
    [
        ("film-1", "cap.5.a"),
        ("react-1", "cap.6.a"),
        ("strip-1", "cap.1.e"),
        ("film-1", "cap.1.c"),
        ("check-1", "cap.5.a"),
    ],
)
def test_a_true_one_is_none(step, element):
    assert hinted(step, element, "cap.5", "cap.6") == []


def test_one_of_what_only_the_wafer_tells_is_left_to_it():
    """A clean may take film away."""
    assert hinted("wash-1", "cap.1.e", "cap.1") == []


def test_one_on_the_wrong_step_is():
    assert hinted("strip-1", "cap.5.a", "cap.5") == [
        "strip-1 is said to do cap.5.a, but LM101 has nothing to do with it"
    ]


def test_one_on_a_claim_that_is_not_practised_is():
    (said,) = hinted("film-1", "cap.5.a", "cap.1")
    assert said.endswith("but the sequence does not practise cap.5")
