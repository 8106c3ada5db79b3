"""Warned before the limit; redundant sensors vote, and a bad one votes to trip."""

import math

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, table

from fabctl.interlocks import Cause, Monitor, arm
from fabctl.interlocks.trace import trace
from fabctl.interlocks.trip import Concern
from fabctl.tools.port import JobEvent, JobPhase, Reading

NAMES = ("A", "B", "C")


def furnace(redundant=()) -> tuple[Monitor, list]:
    sequence = steps(film() + measure() + anneal())
    seen = trace(sequence, table())[-1]
    channels = [("temperature", name) for name in NAMES]
    (monitor,) = arm(
        claims_rules(),
        seen.step,
        seen.before,
        channels,
        0.0,
        materials=table(),
        redundant=redundant,
    )
    told: list = []
    monitor.on_caution = told.append
    return monitor, told


def say(monitor: Monitor, at: float, **values: float):
    return [
        monitor.feed(Reading("FUR01", "temperature", name, value, "degC", at))
        for name, value in values.items()
    ]


def test_a_value_near_the_limit_warns_once_and_again_after_it_left():
    monitor, told = furnace()
    for at, value in enumerate((390.0, 397.5, 398.0, 390.0, 399.0)):
        assert say(monitor, at, A=value) == [None]
    assert [(each.concern, each.saw) for each in told] == [
        (Concern.NEAR, "397.5 degC"),
        (Concern.NEAR, "399 degC"),
    ]


def test_the_warning_band_has_the_limits_own_end():
    monitor, told = furnace()
    say(monitor, 0, A=math.nextafter(397.0, 0))
    assert told == []
    say(monitor, 1, A=397.0)  # below 400 strictly, so 397 itself is no longer calm
    assert len(told) == 1


def test_without_redundancy_any_channel_trips():
    monitor, _ = furnace()
    assert not any(say(monitor, 1, A=200.0, B=200.0))
    assert say(monitor, 2, B=400.0)[0].cause is Cause.OVER


@pytest.fixture
def voting():
    return furnace([NAMES])


def test_one_of_three_is_outvoted_and_said_to_be(voting):
    monitor, told = voting
    assert say(monitor, 1, A=200.0, B=400.0, C=200.1) == [None, None, None]
    assert [(each.concern, each.channel) for each in told] == [(Concern.OUTVOTED, "B")]


def test_of_a_group_that_the_tool_does_not_tell_whole_each_trips_alone():
    monitor, _ = furnace([("A", "B", "another")])
    assert say(monitor, 1, A=200.0, B=400.0)[1].channel == "B"


def test_two_of_three_trip(voting):
    monitor, told = voting
    assert say(monitor, 1, A=200.0, B=400.0, C=401.0)[2].channel == "C"
    assert [each.channel for each in told] == ["B"]  # who trips was not outvoted


def test_a_vote_is_taken_back_by_a_good_value(voting):
    monitor, _ = voting
    assert not any(say(monitor, 1, A=200.0, B=400.0, C=200.0))
    assert not any(say(monitor, 2, A=200.0, B=201.0, C=200.5))
    assert not any(say(monitor, 3, A=401.0, B=202.0, C=200.0))


@pytest.mark.parametrize("bad", [math.nan, 0.0, 900.0])
def test_a_bad_sensor_leaves_one_of_two(voting, bad):
    monitor, _ = voting
    assert not any(say(monitor, 1, A=bad, B=200.0, C=200.5))
    assert say(monitor, 2, B=400.0)[0].cause in (Cause.OVER, Cause.ALREADY_VIOLATED)


def test_a_silent_sensor_votes_and_does_not_stop_the_clock(voting):
    monitor, told = voting
    for at in (1.0, 20.0, 40.0, 60.0):
        say(monitor, at, A=200.0 + at, B=201.0 + at)
        assert monitor.tick(at) is None
    assert [(each.channel, each.concern) for each in told] == [("C", Concern.OUTVOTED)]
    assert monitor.next_check < math.inf
    assert monitor.permits(60.0)
    trip = monitor.tick(100.0)
    assert trip is not None
    assert trip.cause is Cause.STALE


def test_a_dead_sensor_does_not_keep_the_end_open(voting):
    monitor, _ = voting
    say(monitor, 1, A=200.0, B=200.0, C=math.nan)
    monitor.observe(JobEvent("FUR01", "j", JobPhase.COMPLETED, "", 2.0))
    assert monitor.settled
