"""The gate before a reaction anneal: the measured film decides, not the set-point."""

import math

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, strip, table

from fabctl.interlocks import BARE, Verdict, WaferState, gate, opens
from fabctl.tools.port import Measurement

TEXT = film() + measure() + anneal()


def measured(*values: float, u: float = 2.0, quantity: str = "film_thickness", unit: str = "Å"):
    return Measurement(quantity, values, unit, u, "")


def concluded(text: str, *found: Measurement) -> WaferState:
    """Fold all steps but the last; each measure step found `found`."""
    state = BARE
    for step in steps(text).steps[:-1]:
        state = state.after(step.id, step.recipe, table(), measurements=found)
    return state


def verdict(text: str, *found: Measurement) -> Verdict:
    (answer,) = gate(claims_rules(), steps(text).steps[-1], concluded(text, *found), table())
    return answer.verdict


def test_all_sites_inside_opens_the_gate():
    state = concluded(TEXT, measured(118.0, 120.0, 122.0))
    answers = gate(claims_rules(), steps(TEXT).steps[-1], state, table())
    assert opens(answers)
    assert answers[0].message == "all 3 sites lie inside; limit at least 10 Å and at most 500 Å"


def test_one_site_outside_vetoes():
    state = concluded(TEXT, measured(118.0, 600.0, 122.0))
    (answer,) = gate(claims_rules(), steps(TEXT).steps[-1], state, table())
    assert answer.verdict is Verdict.ILLEGAL
    assert answer.saw == "600 ± 2 Å"
    assert answer.message.startswith("site 2 of 3 lies outside")


def test_a_site_that_was_measured_again_still_counts():
    text = film() + measure() + measure("again") + anneal()
    *done, react = steps(text).steps
    state = BARE
    for step, found in zip(done, [(), [measured(499.0)], [measured(120.0)]], strict=True):
        state = state.after(step.id, step.recipe, table(), measurements=found)
    (answer,) = gate(claims_rules(), react, state, table())
    assert answer.verdict is Verdict.NOT_SHOWN
    assert answer.saw == "499 ± 2 Å"


@pytest.mark.parametrize("value", [499.0, 501.0, 10.0, 9.0])
def test_uncertainty_across_a_limit_is_not_shown(value):
    assert verdict(TEXT, measured(value)) is Verdict.NOT_SHOWN


@pytest.mark.parametrize("value", [498.0, 12.0])
def test_uncertainty_up_to_a_limit_is_legal(value):
    assert verdict(TEXT, measured(value)) is Verdict.LEGAL


@pytest.mark.parametrize(
    "found",
    [
        (),
        (measured(),),
        (measured(math.nan),),
        (measured(120.0, u=math.nan),),
        (measured(120.0, u=-1.0),),
        (measured(120.0, unit="Torr"),),
        (measured(120.0, quantity="step_height"),),
    ],
)
def test_what_can_not_be_judged_is_not_shown(found):
    assert verdict(TEXT, *found) is Verdict.NOT_SHOWN


def test_nothing_but_legal_opens_the_gate():
    state = concluded(TEXT)
    assert not opens(gate(claims_rules(), steps(TEXT).steps[-1], state, table()))


def test_a_coat_after_the_measurement_makes_it_void():
    text = film("60 Å", "film-a") + measure() + film("60 Å", "film-b") + anneal()
    assert verdict(text, measured(120.0)) is Verdict.NOT_SHOWN


def test_another_unit_of_the_measurement_is_converted():
    assert verdict(TEXT, measured(12.0, u=0.2, unit="nm")) is Verdict.LEGAL


def test_no_rule_asks_before_another_anneal():
    text = film() + measure() + anneal() + strip() + anneal("200 degC", "grain")
    assert gate(claims_rules(), steps(text).steps[-1], concluded(text), table()) == ()
    assert opens(())
