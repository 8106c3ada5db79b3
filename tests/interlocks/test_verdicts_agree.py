"""What the audit says of values, the live monitor says of the same values as signals."""

from hypothesis import given
from hypothesis import strategies as st
from interlock_rig import anneal, claims_rules, film, measure, steps, table

from fabctl.interlocks import Cause, arm, audit
from fabctl.interlocks.trace import trace
from fabctl.tools.port import JobEvent, JobPhase, Reading

TENTHS = st.integers(0, 6000).map(lambda n: n / 10)
THICKNESSES = st.one_of(TENTHS, st.sampled_from([9.9, 10.0, 10.1, 499.9, 500.0, 500.1]))
TEMPERATURES = st.one_of(
    st.integers(200, 6500).map(lambda n: n / 10),
    st.sampled_from([399.9, 399.99999999999994, 400.0, 400.1]),
)


def live_trips(text: str, step_id: str, signal: str, unit: str, value: float) -> bool:
    """Run the job's monitors over a signal that ends at `value`; tell whether one trips."""
    sequence = steps(text)
    seen = trace(sequence, table())
    index = [each.step.id for each in seen].index(step_id)
    monitors = arm(
        claims_rules(),
        seen[index].step,
        seen[index].before,
        [(signal, "A"), (signal, "B")],
        0.0,
        materials=table(),
        later=sequence.steps[index + 1 :],
    )
    start = 25.0 if signal == "temperature" else 0.0
    told = [
        *(Reading("T", signal, channel, start + 0.01, unit, 0.0) for channel in "AB"),
        JobEvent("T", "job", JobPhase.STARTED, "", 1.0),
        *(Reading("T", signal, channel, value, unit, 5.0) for channel in "AB"),
        JobEvent("T", "job", JobPhase.COMPLETED, "", 9.0),
        *(Reading("T", signal, channel, value, unit, 10.0) for channel in "AB"),
    ]
    trips = [trip for one in told for each in monitors if (trip := each.observe(one))]
    assert {trip.cause for trip in trips} <= {Cause.OVER, Cause.UNDER}
    return bool(trips)


def refused(text: str, code: str) -> bool:
    report = audit(steps(text), claims_rules(), table())
    return any(finding.code == code for finding in report.findings)


@given(THICKNESSES)
def test_on_the_thickness_of_a_film(value):
    text = film(f"{value!r} Å") + measure() + anneal()
    assert live_trips(text, "film-1", "film_thickness", "Å", value) is refused(text, "LM101")


@given(THICKNESSES, THICKNESSES)
def test_on_the_sum_of_two_coats(first, second):
    coats = [film(f"{first!r} Å", "film-a"), film(f"{second!r} Å", "film-b")]
    text = "".join(coats) + measure() + anneal()
    live = live_trips(text, "film-a", "film_thickness", "Å", first) or live_trips(
        text, "film-b", "film_thickness", "Å", second
    )
    assert live is refused(text, "LM101")


@given(TEMPERATURES)
def test_on_the_temperature_of_a_reaction_anneal(value):
    text = film() + measure() + anneal(f"{value!r} degC")
    assert live_trips(text, "react-1", "temperature", "degC", value) is refused(text, "LM102")
