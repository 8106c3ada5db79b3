"""On 10,000 generated traces the audit and the live monitors say the same of every step.

Each trace is a flow of films, measurements, anneals and strips with values on, next to and far
from the limits; live, each tool does exactly what its step says.
"""

import random
from dataclasses import replace

from interlock_rig import anneal, claims_rules, film, measure, steps, strip, table

from fabctl.interlocks import Verdict, arm, audit, gate
from fabctl.interlocks.trace import trace
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity
from fabctl.tools.port import JobEvent, JobPhase, Measurement, Reading

TRACES = 10_000
_ANGSTROMS = "4.9 5 9.9 9.99 10 10.1 120 250 250.1 499.9 500 500.1 600"
THICKNESSES = [f"{number} Å" for number in _ANGSTROMS.split()]
TEMPERATURES = ["25 degC", "200 degC", "399.9 degC", "400 degC", "400.1 degC", "450 degC"]
FLOW = {step.id: step for step in steps(film() + measure() + anneal() + strip()).steps}
SIGNALS = {"film_thickness": "Å", "temperature": "degC"}


def with_value(step: Step, step_id: str, name: str = "", value: str = "") -> Step:
    parameters = dict(step.recipe.parameters)
    if name:
        parameters[name] = Quantity.parse(value)
    return replace(step, id=step_id, recipe=Recipe(step.operation, parameters))


def a_flow(dice: random.Random) -> Sequence:
    made: list[Step] = []
    for number in range(dice.randint(1, 5)):
        match dice.choice(("film", "film", "film", "anneal", "anneal", "strip")):
            case "film":
                value = dice.choice(THICKNESSES)
                made.append(with_value(FLOW["film-1"], f"film-{number}", "thickness", value))
            case "anneal":
                made.append(with_value(FLOW["check-1"], f"check-{number}"))
                value = dice.choice(TEMPERATURES)
                made.append(with_value(FLOW["react-1"], f"react-{number}", "temperature", value))
            case _:
                made.append(with_value(FLOW["strip-1"], f"strip-{number}"))
    return replace(steps(film()), steps=tuple(made))


def audited(flow: Sequence) -> set[tuple[str, str]]:
    """Which rule finds a step illegal."""
    report = audit(flow, claims_rules(), table())
    assert report.not_shown == ()
    return {(each.code, each.step) for each in report.findings}


def enforced(flow: Sequence) -> set[tuple[str, str]]:
    """Which rule trips during a step."""
    tripped = set()
    for index, seen in enumerate(trace(flow, table())):
        later = flow.steps[index + 1 :]
        channels = [(signal, "A") for signal in SIGNALS]
        monitors = arm(
            claims_rules(), seen.step, seen.before, channels, 0.0, materials=table(), later=later
        )
        for monitor in monitors:
            signal = monitor.live.signal
            rest, unit = (20.0, "degC") if signal == "temperature" else (0.0, "Å")
            name = "temperature" if signal == "temperature" else "thickness"
            value = seen.recipe.parameters[name]
            assert isinstance(value, Quantity)
            reached = float(value.in_unit(unit))
            told = (
                Reading("T", signal, "A", rest, unit, 0.0),
                JobEvent("T", "job", JobPhase.STARTED, "", 1.0),
                Reading("T", signal, "A", reached, unit, 2.0),
                JobEvent("T", "job", JobPhase.COMPLETED, "", 3.0),
                Reading("T", signal, "A", reached, unit, 4.0),
            )
            if any(monitor.observe(each) for each in told):
                tripped.add((monitor.rule.code, seen.step.id))
    return tripped


def test_static_and_live_verdicts_agree_on_every_step():
    dice = random.Random(20)
    illegal = 0
    for _ in range(TRACES):
        flow = a_flow(dice)
        found = audited(flow)
        assert enforced(flow) == found, [str(step.recipe) for step in flow.steps]
        illegal += bool(found)
    assert TRACES / 4 < illegal < TRACES * 3 / 4  # both verdicts are really tried


def test_the_gate_agrees_with_the_audit_of_a_film_that_is_as_it_was_asked_for():
    dice = random.Random(21)
    for _ in range(1_000):
        thickness = dice.choice(THICKNESSES)
        made = steps(film(thickness) + measure() + anneal())
        angstroms = float(Quantity.parse(thickness).in_unit("Å"))
        found = Measurement("film_thickness", (angstroms,) * 9, "Å", 0.0, "")
        coated = trace(made, table())[1]
        before = coated.before.after(coated.step.id, coated.recipe, table(), measurements=(found,))
        (answer,) = gate(claims_rules(), made.steps[2], before, table())
        refused = any(code == "LM101" for code, _ in audited(made))
        assert (answer.verdict is Verdict.ILLEGAL) is refused
