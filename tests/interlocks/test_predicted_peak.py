"""The trajectory rule: what a model predicts, with its stated error, must stay inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interlock_rig import anneal, copper, film, measure, steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import RulePack, Verdict, audit
from fabctl.interlocks.finding import Finding
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Window
from fabctl.quantities import Quantity
from fabctl.tools.models import FabModels
from fabctl.tools.prediction import GRAIN, Peak, Unpredicted
from simulators.peak_models import pid_furnace

PACK = shipped_rules("claims", "general")
TR101 = RulePack({"TR101": PACK["TR101"]})
BUILT_IN = FabModels(sequences.data("fabs", "built-in.yaml"))


class Recording:
    """A model that answers as told, and keeps what it was asked."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def stays_below(self, signal, step, recipe, bound):
        return False

    def peak(self, signal, step, recipe):
        self.asked.append(recipe.parameters)
        if isinstance(self.answer, Unpredicted):
            return self.answer
        value, error = self.answer
        return Peak("FUR01", Quantity.parse(value), Quantity.parse(error))


def judged(temperature: str, predicts) -> list[Finding]:
    text = film() + measure() + anneal(temperature)
    return list(audit(steps(text), TR101, table(), predicts).all)


def windowed(**windows: tuple[str, str]) -> Sequence:
    """The little sequence with windows on its anneal."""
    sequence = steps(film() + measure() + anneal())
    react = sequence.steps[-1]
    allowed = {
        name: Window(*map(Quantity.parse, ends), react.mark) for name, ends in windows.items()
    }
    return replace(sequence, steps=(*sequence.steps[:-1], replace(react, windows=allowed)))


def test_393_passes():
    assert judged("393 degC", BUILT_IN) == []


def test_399_9_is_legal_by_the_claim_and_illegal_by_its_trajectory():
    text = film() + measure() + anneal("399.9 degC")
    (finding,) = audit(steps(text, stock=copper()), PACK, table(), BUILT_IN).all
    assert (finding.code, finding.verdict, finding.parameter) == (
        "TR101",
        Verdict.ILLEGAL,
        "temperature",
    )
    assert finding.witness == "react-1.temperature = 399.9 degC: FUR01 peaks at 401.1 ± 3 degC"


def test_what_breaks_the_limit_by_itself_is_said_once():
    text = film() + measure() + anneal("400 degC")
    assert [
        each.code for each in audit(steps(text, stock=copper()), PACK, table(), BUILT_IN).all
    ] == ["LM102"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [(("396.9 degC", "3 delta_degC"), 0), (("397 degC", "3 delta_degC"), 1)],
)
def test_the_models_error_counts(answer, found):
    assert len(judged("390 degC", Recording(answer))) == found


def test_without_a_model_nothing_is_shown():
    (finding,) = audit(steps(film() + measure() + anneal()), TR101, table()).all
    assert finding.verdict is Verdict.NOT_SHOWN
    assert finding.message == (
        "no model predicts the temperature, so nothing shows that its peak is below 400 degC"
    )


def test_why_a_model_can_not_tell_is_told():
    (finding,) = judged("200 degC", Recording(Unpredicted("the model is on leave")))
    assert finding.verdict is Verdict.NOT_SHOWN
    assert finding.message.startswith("the model is on leave, so nothing shows")


def test_a_window_is_judged_at_its_upper_end():
    asked = Recording(("300 degC", "3 delta_degC"))
    audit(windowed(temperature=("150 degC", "390 degC")), TR101, table(), asked)
    (recipe,) = asked.asked
    assert recipe["temperature"] == Quantity.parse("390 degC")


def test_no_short_hold_cuts_the_peak_of_a_window():
    asked = Recording(("300 degC", "3 delta_degC"))
    audit(windowed(temperature=("150 degC", "390 degC")), TR101, table(), asked)
    assert asked.asked[0]["hold"] == Quantity.parse("4 h")


def test_of_any_other_window_both_ends_are_judged():
    asked = Recording(("300 degC", "3 delta_degC"))
    audit(windowed(ramp=("1 degC/min", "20 degC/min")), TR101, table(), asked)
    ramps = [recipe["ramp"].show() for recipe in asked.asked]
    assert ramps == ["20 degC/min", "1 degC/min"]


def test_one_parameter_in_two_places_is_at_one_end():
    sequence = windowed(ramp=("1 degC/min", "20 degC/min"), cool=("1 degC/min", "20 degC/min"))
    react = sequence.steps[-1]
    rate = replace(react.places["ramp"], parameter="rate")
    recipe = replace(
        react.recipe,
        parameters={**react.recipe.parameters, "cool": react.recipe.parameters["ramp"]},
    )
    react = replace(react, recipe=recipe, places={**react.places, "ramp": rate, "cool": rate})
    asked = Recording(("300 degC", "3 delta_degC"))
    audit(replace(sequence, steps=(*sequence.steps[:-1], react)), TR101, table(), asked)
    rates = [(recipe["ramp"].show(), recipe["cool"].show()) for recipe in asked.asked]
    assert rates == [("20 degC/min", "20 degC/min"), ("1 degC/min", "1 degC/min")]


def test_the_witness_names_every_value_that_may_vary():
    asked = Recording(("399 degC", "3 delta_degC"))
    (finding,) = audit(windowed(ramp=("1 degC/min", "20 degC/min")), TR101, table(), asked).all
    assert finding.witness.endswith("react-1.ramp = 20 degC/min")


def test_a_window_that_reaches_too_high_is_illegal():
    sequence = windowed(temperature=("150 degC", "399 degC"))
    (finding,) = audit(sequence, TR101, table(), BUILT_IN).all
    assert finding.verdict is Verdict.ILLEGAL
    assert finding.witness.startswith("react-1.temperature = 399 degC: FUR01 peaks at 400.")
    assert finding.related[0].message == "the window allows 150 degC to 399 degC"


def test_another_anneal_is_nobodys_business():
    assert audit(steps(anneal("420 degC")), TR101, table(), BUILT_IN).all == ()


temperatures = st.integers(900, 4200).map(lambda tenths: f"{tenths / 10} degC")


class Plain(FabModels):
    """The same models, each asked anew."""

    def stays_below(self, signal, step, recipe, bound):
        return False


def peak_of(**told):
    """What the furnace's model says of an anneal, in kelvin."""
    usual = {"boat_in": "80 degC", "cool": "3 degC/min", "unload_below": "60 degC"}
    parameters = {name: Quantity.parse(text) for name, text in {**usual, **told}.items()}
    recipe = Recipe("anneal", parameters)
    band = Quantity.parse("1 delta_degC")
    return pid_furnace(recipe, {"anti_windup": "yes", "soak_band": band}).value


@pytest.mark.long
@given(st.integers(900, 4200), st.integers(1, 200), st.integers(2, 20), st.integers(0, 60))
def test_a_longer_hold_and_a_hotter_set_point_peak_no_lower(tenths, more, ramp, hold):
    at, hotter = f"{tenths / 10} degC", f"{(tenths + more) / 10} degC"
    own = peak_of(temperature=at, ramp=f"{ramp} degC/min", hold=f"{hold} min")
    held, hot = (
        peak_of(temperature=each, ramp=f"{ramp} degC/min", hold="4 h") for each in (at, hotter)
    )
    assert own <= held <= hot + GRAIN * 3


def test_what_may_be_unloaded_at_once_is_not_heated_for_it():
    told = {"temperature": "200 degC", "ramp": "5 degC/min"}
    at_once = peak_of(**told, hold="5 min", unload_below="390 degC")
    assert at_once <= peak_of(**told, hold="4 h")


@pytest.mark.long
@given(st.lists(st.tuples(temperatures, st.integers(1, 20), st.integers(0, 40)), max_size=4))
def test_what_was_found_of_hotter_recipes_changes_no_verdict(told):
    remembers, plain = (
        each(sequences.data("fabs", "built-in.yaml")) for each in (FabModels, Plain)
    )
    for temperature, ramp, hold in told:
        text = film() + measure() + anneal(temperature)
        text = text.replace("5 degC/min", f"{ramp} degC/min").replace("15 min", f"{hold} min")
        found = [audit(steps(text), TR101, table(), each) for each in (remembers, plain)]
        assert found[0] == found[1]


def test_of_a_cooler_recipe_no_model_is_asked_again(monkeypatch):
    fab = FabModels(sequences.data("fabs", "built-in.yaml"))
    assert judged("300 degC", fab) == []
    monkeypatch.setattr(fab, "peak", None)
    assert judged("200 degC", fab) == []
