"""On 10,000 generated traces the audit and the live monitors say the same of every step.

No two are the same. Each trace is a flow of films, measurements, anneals and strips
with values on, next to and far from the limits; live, each tool does exactly what its step says.
"""

import random

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, strip, table
from msgspec.structs import replace

from fabctl.interlocks import BARE, Verdict, arm, audit, gate
from fabctl.interlocks.trace import trace
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity
from fabctl.tools.port import JobEvent, JobPhase, Measurement, Observation, Reading

_ANGSTROMS = "4.9 5 9.9 9.99 10 10.1 120 250 250.1 499.9 500 500.1 600"
THICKNESSES = [f"{number} Å" for number in _ANGSTROMS.split()]
TEMPERATURES = ["25 degC", "200 degC", "399.9 degC", "400 degC", "400.1 degC", "450 degC"]
FLOW = {step.id: step for step in steps(film() + measure() + anneal() + strip()).steps}
SIGNALS = {"film_thickness": ("thickness", "Å", 0.0), "temperature": ("temperature", "degC", 20.0)}
"""Signal → the parameter that it follows, its unit, and what it is at rest."""
CHANNELS = [(signal, "A") for signal in SIGNALS]
STARTED = JobEvent("T", "job", JobPhase.STARTED, "", 1.0)
COMPLETED = JobEvent("T", "job", JobPhase.COMPLETED, "", 3.0)


def with_value(step: Step, step_id: str, name: str = "", value: str = "") -> Step:
    parameters = dict(step.recipe.parameters)
    if name:
        parameters[name] = Quantity.parse(value)
    return replace(step, id=step_id, recipe=Recipe(step.operation, parameters))


def at(number: int) -> tuple[list[list[Step]], ...]:
    """What may be done at one place of a flow: films, anneals with their measurement, strips."""
    films = [
        [with_value(FLOW["film-1"], f"film-{number}", "thickness", value)] for value in THICKNESSES
    ]
    check, wash = (with_value(FLOW[f"{name}-1"], f"{name}-{number}") for name in ("check", "strip"))
    anneals = [
        [check, with_value(FLOW["react-1"], f"react-{number}", "temperature", value)]
        for value in TEMPERATURES
    ]
    return films, anneals, [[wash]]


PLACES = [at(number) for number in range(4)]
EMPTY = steps(film())


def a_flow(dice: random.Random) -> Sequence:
    made: list[Step] = []
    for films, anneals, strips in PLACES[: dice.randint(1, len(PLACES))]:
        made += dice.choice(dice.choice((films, films, films, anneals, anneals, strips)))
    return replace(EMPTY, steps=tuple(made))


def audited(flow: Sequence) -> set[tuple[str, str]]:
    """Which rule finds a step illegal, or not shown to be legal after a wash of some seconds."""
    report = audit(flow, claims_rules(), table())
    washed = [step.id for step in flow.steps if step.operation == "strip"]
    assert all(any(wash in each.message for wash in washed) for each in report.not_shown)
    return {(each.code, each.step) for each in report.all}


def enforced(flow: Sequence) -> set[tuple[str, str]]:
    """Which rule trips during a step."""
    tripped = set()
    before = BARE
    for index, step in enumerate(flow.steps):
        later = flow.steps[index + 1 :]
        for monitor in arm(
            claims_rules(), step, before, CHANNELS, 0.0, materials=table(), later=later
        ):
            signal = monitor.live.signal
            if any(monitor.observe(each) for each in told(signal, step)):
                tripped.add((monitor.rule.code, step.id))
        before = before.after(step.id, step.recipe, table())
    return tripped


def told(signal: str, step: Step) -> tuple[Observation, ...]:
    """All that a tool tells that does exactly what the step says."""
    name, unit, rest = SIGNALS[signal]
    value = step.recipe.parameters[name]
    assert isinstance(value, Quantity)
    reached = float(value.in_unit(unit))
    return (
        Reading("T", signal, "A", rest, unit, 0.0),
        STARTED,
        Reading("T", signal, "A", reached, unit, 2.0),
        COMPLETED,
        Reading("T", signal, "A", reached, unit, 4.0),
    )


@pytest.mark.parametrize("traces", [250, pytest.param(10_000, marks=pytest.mark.long)])
def test_static_and_live_verdicts_agree_on_every_step(traces):
    dice = random.Random(20)
    seen: set[tuple[int, ...]] = set()
    illegal = 0
    while len(seen) < traces:
        flow = a_flow(dice)
        key = tuple(map(id, flow.steps))
        if key in seen:  # nothing but its steps makes a flow
            continue
        seen.add(key)
        found = audited(flow)
        assert enforced(flow) == found, [str(step.recipe) for step in flow.steps]
        illegal += bool(found)
    assert traces / 4 < illegal < traces * 9 / 10  # both verdicts are really tried


@pytest.mark.parametrize("thickness", THICKNESSES)
def test_the_gate_agrees_with_the_audit_of_a_film_that_is_as_it_was_asked_for(thickness):
    made = steps(film(thickness) + measure() + anneal())
    angstroms = float(Quantity.parse(thickness).in_unit("Å"))
    found = Measurement("film_thickness", (angstroms,) * 9, "Å", 0.0, "")
    coated = trace(made, table())[1]
    before = coated.before.after(coated.step.id, coated.recipe, table(), measurements=(found,))
    (answer,) = gate(claims_rules(), made.steps[2], before, table())
    refused = any(code == "LM101" for code, _ in audited(made))
    assert (answer.verdict is Verdict.ILLEGAL) is refused
