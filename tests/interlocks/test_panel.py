"""Monitors on a panel do what each does alone; a sample that is nothing new is one look for all."""

import math

from hypothesis import given
from hypothesis import strategies as st
from interlock_rig import anneal, film, measure, steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import Monitor, RulePack, arm
from fabctl.interlocks.panel import Panel
from fabctl.interlocks.trace import trace
from fabctl.tools.port import JobEvent, JobPhase, Reading, SightEvent

ZONES = ("A", "B", "C")
RULE = shipped_rules("claims")["LM102"]
assert RULE.live is not None
PATIENT = replace(RULE.live, frozen_after=None, warn_within=None)
PACK = RulePack(
    {
        code: replace(RULE, code=code, live=live)
        for code, live in (("LM501", RULE.live), ("LM502", PATIENT))
    }
)
REACT = trace(steps(film() + measure() + anneal()), table())[-1]


def armed(told: list, redundant) -> list[Monitor]:
    channels = [("temperature", name) for name in ZONES]
    monitors = arm(
        PACK, REACT.step, REACT.before, channels, 0.0, materials=table(), redundant=redundant
    )
    for each in monitors:
        each.on_caution = told.append
    return monitors


VALUES = (200.0, 200.0, 200.5, 396.0, 399.9, 400.0, 0.0, math.nan, 500.0)
SAMPLE = st.builds(
    Reading,
    st.just("FUR01"),
    st.sampled_from(("temperature", "temperature", "temperature", "pressure")),
    st.sampled_from((*ZONES, "D")),
    st.sampled_from(VALUES),
    st.sampled_from(("degC", "degC", "degC", "degC", "degF", "Pa")),
    st.just(0.0),
    st.just(""),
    st.sampled_from(("", "", "", "", "", "", "burnt out")),
)
CALM = st.builds(
    Reading,
    st.just("FUR01"),
    st.just("temperature"),
    st.sampled_from(ZONES),
    st.sampled_from((200.0, 201.0)),
    st.just("degC"),
    st.just(0.0),
)
OTHER = st.sampled_from(("tick", "rearm", "start", "finish", "lost", "regained"))
PASSED = st.sampled_from((0.1, 0.1, 0.1, 1.0, 1.0, 2.0, 40.0))


def otherwise(monitors: list[Monitor], said: str, now: float) -> list[object]:
    """Do to each monitor what is no sample."""
    match said:
        case "tick":
            return [each.tick(now) for each in monitors]
        case "rearm":
            return [monitors[0].rearm(now)]  # the others go on as they were
        case "start":
            told = JobEvent("FUR01", "j", JobPhase.STARTED, "", now)
        case "finish":
            told = JobEvent("FUR01", "j", JobPhase.COMPLETED, "", now)
        case _:
            told = SightEvent("FUR01", said == "regained", "", now)
    return [each.observe(told) for each in monitors]


def known(monitor: Monitor) -> tuple[object, ...]:
    """What a monitor knows; as text, since NaN is not equal to itself."""
    return str(monitor.channels), monitor.trip, monitor.settled, sorted(monitor._votes)


@given(
    st.lists(st.tuples(st.one_of(CALM, CALM, CALM, CALM, SAMPLE, OTHER), PASSED), max_size=40),
    st.sampled_from(((), (ZONES,))),
)
def test_a_panel_finds_what_its_monitors_find_alone(said, redundant):
    warned: tuple[list, list] = ([], [])
    alone, panel = armed(warned[0], redundant), Panel(armed(warned[1], redundant))
    now = 0.0
    for what, passed in said:
        now += passed
        if isinstance(what, Reading):
            sample = replace(what, at=now)
            trips = [trip for each in alone if (trip := each.feed(sample)) is not None]
            assert list(panel.feed(sample)) == trips
            continue
        assert otherwise(panel.monitors, what, now) == otherwise(alone, what, now)
        assert [e.next_check for e in panel.monitors] == [e.next_check for e in alone]
        assert [e.permits(now) for e in panel.monitors] == [e.permits(now) for e in alone]
    assert list(map(known, panel.monitors)) == list(map(known, alone))
    assert warned[0] == warned[1]


def test_samples_that_are_nothing_new_are_judged_by_no_monitor(monkeypatch):
    panel = Panel(armed([], ()))
    fed: list[Reading] = []
    plainly = Monitor.feed
    monkeypatch.setattr(Monitor, "feed", lambda self, it: fed.append(it) or plainly(self, it))
    for n in range(100):
        assert not list(panel.feed(Reading("FUR01", "temperature", "A", 200 + n % 7, "degC", n)))
    assert len(fed) == len(PACK)
