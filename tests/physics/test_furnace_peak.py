"""The model that the trajectory rule asks says what the simulated furnace does."""

import pytest
from machine_rig import Line, fault, program_of, recipe

from fabctl.quantities import Quantity
from fabctl.tools.fab import load_fab
from sequences import data
from simulators import machine as seam
from simulators.peak_models import pid_furnace
from simulators.physics.furnace_peak import Anneal, peak

MODEL = load_fab(data("fabs", "built-in.yaml")).tool("FUR01").dictionary.model


LONG = pytest.mark.long


def anneal(temperature: float, ramp: float, hold: float, boat_in: float = 80):
    """An anneal; degC, degC/min, min."""
    return recipe(
        "anneal",
        temperature=f"{temperature} degC",
        ramp=f"{ramp} degC/min",
        hold=f"{hold} min",
        boat_in=f"{boat_in} degC",
        ambient="forming-gas",
    )


def recorded(told, *, anti_windup: bool) -> float:
    """The tool's own peak, once its job has cooled down."""
    faults = () if anti_windup else (fault("FUR01", "no-anti-windup"),)
    line = Line(faults=faults)
    step = line.begin("FUR01", program_of("furnace", told))
    furnace = line.machines["FUR01"]
    while seam.StepStarted("PULL") not in step.outputs:
        line.now = step.wake_at
        step = furnace.update(line.now, ())
    return furnace.value("PeakTemp")


def predicted(told, *, anti_windup: bool) -> float:
    settings = {**MODEL.settings, "anti_windup": "yes" if anti_windup else "no"}
    return float(pid_furnace(told, settings).in_unit("degC"))


@pytest.mark.parametrize(
    ("told", "anti_windup"),
    [
        pytest.param(anneal(120, 5, 1), True, marks=LONG),
        pytest.param(anneal(200, 20, 5), True, marks=LONG),
        (anneal(393, 10, 15), True),
        pytest.param(anneal(399.9, 5, 15), True, marks=LONG),
        pytest.param(anneal(200, 10, 30, boat_in=150), True, marks=LONG),
        (anneal(200, 20, 5), False),
        pytest.param(anneal(330, 10, 2), False, marks=LONG),
        pytest.param(anneal(380, 20, 1), False, marks=LONG),
    ],
    ids=lambda value: "" if isinstance(value, bool) else str(value.parameters["temperature"]),
)
def test_the_prediction_agrees_with_the_dry_runs_own_peak_within_the_stated_error(
    told, anti_windup
):
    off = predicted(told, anti_windup=anti_windup) - recorded(told, anti_windup=anti_windup)
    assert abs(off) < (0.1 if anti_windup else 1.1)  # the rest is the real sensor's
    assert abs(off) < MODEL.error.in_unit("delta_degC")


@pytest.mark.parametrize("anti_windup", [True, False])
def test_with_a_long_hold_the_peak_only_rises_with_the_set_point(anti_windup):
    def of(target: float) -> float:
        told = Anneal(80, target, 20, 4 * 3600, 60, 3, band=1)
        return peak(told, anti_windup=anti_windup)

    found = [of(target) for target in (150, 250, 345, 355, 393, 400)]
    assert found == sorted(found)


def test_a_boat_that_goes_in_hot_is_the_peak():
    assert predicted(anneal(100, 5, 15, boat_in=150), anti_windup=True) == pytest.approx(
        150, abs=0.1
    )


def test_a_set_point_that_the_heaters_can_not_reach_ends_all_the_same():
    found = predicted(anneal(449, 20, 1), anti_windup=True)
    assert 440 < found < 452


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ramp": Quantity.parse("0 degC/min")}, "never arrives"),
        ({"hold": "long"}, "its hold is not stated"),
        ({"temperature": Quantity.parse("3 s")}, "temperature: 3 s is a time"),
    ],
)
def test_a_recipe_that_tells_too_little_is_not_predicted(change, why):
    told = anneal(200, 5, 15)
    told = type(told)(told.operation, {**told.parameters, **change})
    with pytest.raises(ValueError, match=why):
        predicted(told, anti_windup=True)
