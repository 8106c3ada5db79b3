"""One monitor for a rule and a job: every cause that it can trip for."""

import math

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, table
from msgspec.structs import replace

from fabctl.interlocks import Cause, Monitor, WaferState, arm
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import During
from fabctl.interlocks.trace import trace
from fabctl.quantities import Quantity
from fabctl.tools.port import JobEvent, JobPhase, Reading, SightEvent

ZONES = tuple(("temperature", f"Zone{n}Temp") for n in range(1, 4))


def state_before(text: str, step: str) -> WaferState:
    return next(each.before for each in trace(steps(text), table()) if each.step.id == step)


def armed(text: str, step: str, channels, **options) -> list[Monitor]:
    sequence = steps(text)
    index = [each.id for each in sequence.steps].index(step)
    return arm(
        claims_rules(),
        sequence.steps[index],
        state_before(text, step),
        channels,
        0.0,
        materials=table(),
        later=sequence.steps[index + 1 :],
        **options,
    )


@pytest.fixture
def furnace() -> Monitor:
    (monitor,) = armed(film() + measure() + anneal(), "react-1", ZONES)
    return monitor


@pytest.fixture
def cvd() -> Monitor:
    (monitor,) = armed(film() + measure() + anneal(), "film-1", [("film_thickness", "Film")])
    return monitor


def zone(value: float, at: float, channel: str = "Zone1Temp", unit: str = "degC") -> Reading:
    return Reading("FUR01", "temperature", channel, value, unit, at, "20000101")


def thick(value: float, at: float) -> Reading:
    return Reading("CVD01", "film_thickness", "Film", value, "Å", at)


def phase(which: JobPhase, at: float) -> JobEvent:
    return JobEvent("CVD01", "job", which, "", at)


def all_zones(monitor: Monitor, value: float, at: float) -> None:
    for index, (_, channel) in enumerate(ZONES):
        assert monitor.feed(zone(value + index / 10, at, channel)) is None


class TestWhichStepsAreWatched:
    def test_a_reaction_anneal_is(self, furnace):
        assert furnace.rule.code == "LM102"

    @pytest.mark.parametrize(
        ("operation", "recipe"),
        [
            ("cure", "{temperature: 200 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}"),
            ("degas", "{chamber: degas, temperature: 60 degC, time: 90 s}"),
        ],
    )
    def test_so_is_whatever_else_may_make_a_film_react(self, operation, recipe):
        kind = "furnace" if operation == "cure" else "cvd"
        hot = f"- {{id: hot, kind: {kind}, operation: {operation}, recipe: {recipe}}}\n"
        (monitor,) = armed(film() + measure() + hot, "hot", ZONES)
        assert monitor.rule.code == "LM102"

    def test_another_anneal_is_not(self):
        assert armed(anneal("420 degC"), "react-1", ZONES) == []

    def test_every_zone_is_a_channel(self, furnace):
        assert list(furnace.channels) == ["Zone1Temp", "Zone2Temp", "Zone3Temp"]


class TestPermission:
    def test_is_not_given_before_every_channel_spoke(self, furnace):
        furnace.feed(zone(25, 1.0))
        assert not furnace.permits(1.0)

    def test_is_given_while_all_are_fresh_good_and_legal(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        assert furnace.permits(30.0)

    def test_ends_with_freshness(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        assert not furnace.permits(37.0)

    def test_is_not_given_out_of_sight(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        furnace.lost_sight(2.0)
        assert not furnace.permits(2.0)

    def test_is_not_given_after_a_trip(self, furnace):
        furnace.feed(zone(401, 1.0))
        assert not furnace.permits(1.0)


class TestCauses:
    def test_over(self, furnace):
        all_zones(furnace, 399.7, 1.0)
        trip = furnace.feed(zone(400.0, 2.0, "Zone2Temp"))
        assert trip is not None
        assert (trip.rule, trip.cause, trip.channel) == ("LM102", Cause.OVER, "Zone2Temp")
        assert (trip.saw, trip.limit) == ("400 degC", "below 400 degC")
        assert (trip.at, trip.tool_time) == (2.0, "20000101")

    def test_over_in_another_unit(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        trip = furnace.feed(zone(752.0, 2.0, unit="degF"))
        assert trip is not None
        assert trip.saw == "752 degF"

    def test_the_float_below_400_is_legal(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        assert furnace.feed(zone(math.nextafter(400.0, 0.0), 2.0)) is None

    def test_already_violated_at_arming(self, furnace):
        trip = furnace.feed(zone(650.0, 1.0))
        assert trip is not None
        assert trip.cause is Cause.ALREADY_VIOLATED

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_nan(self, furnace, value):
        trip = furnace.feed(zone(value, 1.0))
        assert trip is not None
        assert trip.cause is Cause.NAN

    def test_unplugged(self, furnace):
        trip = furnace.feed(zone(0.0, 1.0))
        assert trip is not None
        assert trip.cause is Cause.UNPLUGGED

    def test_bad_status(self, furnace):
        trip = furnace.feed(replace(zone(200.0, 1.0), bad="the thermocouple is broken"))
        assert trip is not None
        assert (trip.cause, trip.saw) == (Cause.BAD_STATUS, "the thermocouple is broken")

    def test_the_tools_own_clock_makes_nothing_stale(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        for index, (_, channel) in enumerate(ZONES):
            late = replace(zone(26.0 + index, 30.0, channel), tool_time="19991231235959")
            assert furnace.feed(late) is None
        assert furnace.permits(60.0)

    def test_wrong_unit(self, furnace):
        trip = furnace.feed(zone(200.0, 1.0, unit="Torr"))
        assert trip is not None
        assert trip.cause is Cause.WRONG_UNIT

    def test_one_stale_zone(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        for at in (20.0, 30.0):
            furnace.feed(zone(26.0 + at / 100, at, "Zone1Temp"))
            furnace.feed(zone(26.0 + at / 100, at, "Zone3Temp"))
        assert furnace.tick(36.0) is None
        trip = furnace.tick(furnace.next_check)
        assert trip is not None
        assert (trip.cause, trip.channel) == (Cause.STALE, "Zone2Temp")

    def test_missing_channel(self, furnace):
        furnace.feed(zone(25.0, 1.0, "Zone1Temp"))
        furnace.feed(zone(25.0, 1.0, "Zone3Temp"))
        trip = furnace.tick(furnace.next_check)
        assert trip is not None
        assert (trip.cause, trip.channel) == (Cause.MISSING, "Zone2Temp")

    def test_a_tool_without_the_signal(self):
        (monitor,) = armed(film() + measure() + anneal(), "react-1", [("pressure", "P")])
        trip = monitor.tick(monitor.next_check)
        assert trip is not None
        assert trip.cause is Cause.MISSING

    def test_one_frozen_zone(self, furnace):
        trips = []
        for at in range(0, 200, 10):
            for index, (_, channel) in enumerate(ZONES):
                value = 200.0 if channel == "Zone2Temp" else 200.0 + (at + index) / 1000
                trips.append(furnace.feed(zone(value, float(at), channel)))
        (trip,) = [each for each in trips if each is not None]
        assert (trip.cause, trip.channel, trip.at) == (Cause.FROZEN, "Zone2Temp", 130.0)

    def test_a_value_that_is_judged_at_the_end_only_is_frozen_meanwhile(self, furnace):
        furnace.limits = Limits(Bound(Quantity.parse("100 degC"), strict=False), None)
        furnace.live = replace(furnace.live, lower=During.AT_END)
        trips = [furnace.feed(zone(25.0, at, "Zone1Temp")) for at in (1.0, 61.0, 121.0, 122.0)]
        assert [trip and trip.cause for trip in trips] == [None, None, None, Cause.FROZEN]

    def test_blind_for_too_long(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        furnace.lost_sight(2.0)
        assert furnace.tick(122.0) is None
        trip = furnace.tick(furnace.next_check)
        assert trip is not None
        assert trip.cause is Cause.BLIND
        assert trip.saw == "out of sight for 120 s"

    def test_after_a_trip_that_was_held_back_it_tells_the_whole_time_out_of_sight(self, furnace):
        furnace.lost_sight(100.0)
        assert furnace.tick(221.0).cause is Cause.BLIND
        furnace.rearm(221.0)
        assert furnace.tick(342.0).saw == "out of sight for 242 s"

    @pytest.mark.parametrize(
        ("begin", "patience"),
        [
            (lambda m: m.lost_sight(100.0), 120.0),
            (lambda m: all_zones(m, 25.0, 65.0), 35.0),
        ],
    )
    def test_what_a_bypass_held_back_trips_as_soon_as_it_is_over(self, furnace, begin, patience):
        """Blind, or silent: whoever lifts a rule for minutes does not lift it for longer."""
        begin(furnace)
        assert furnace.tick(221.0) is not None
        furnace.rearm(221.0, until=230.0)
        assert furnace.tick(230.0) is None
        assert furnace.next_check < 230.1
        assert furnace.tick(furnace.next_check) is not None
        furnace.rearm(231.0, until=1000.0)
        assert furnace.tick(231.0 + patience) is None
        assert furnace.tick(231.1 + patience) is not None

    def test_a_frozen_value_trips_as_soon_as_its_bypass_is_over(self, furnace):
        for at in range(0, 121, 10):
            all_zones(furnace, 25.0, float(at))
        assert furnace.feed(zone(25.0, 121.0)).cause is Cause.FROZEN
        furnace.rearm(121.0, until=160.0)
        assert not any(furnace.feed(zone(25.0, float(at))) for at in range(130, 161, 10))
        assert furnace.feed(zone(25.0, 161.0)).cause is Cause.FROZEN

    def test_silence_while_blind_is_no_staleness(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        furnace.lost_sight(2.0)
        assert furnace.tick(100.0) is None
        assert furnace.regained(100.0) is None
        assert furnace.tick(130.0) is None
        trip = furnace.tick(136.0)
        assert trip is not None
        assert trip.cause is Cause.STALE

    def test_the_tools_own_peak_tells_nothing_of_an_end_that_binds_at_the_end(self, furnace):
        furnace.live = replace(furnace.live, upper=During.AT_END)
        assert furnace.recorded_peak(406.0, "degC", 5.0) is None

    def test_the_tools_own_peak_after_a_gap(self, furnace):
        all_zones(furnace, 25.0, 1.0)
        assert furnace.recorded_peak(399.0, "degC", 5.0) is None
        trip = furnace.recorded_peak(406.0, "degC", 5.0)
        assert trip is not None
        assert trip.cause is Cause.OVER


class TestWhatFollowsATrip:
    def test_is_not_told_again(self, furnace):
        assert furnace.feed(zone(401, 1.0)) is not None
        assert furnace.feed(zone(402, 2.0)) is None
        assert furnace.tick(1e6) is None
        assert furnace.next_check == math.inf


class TestTheWiresAllowance:
    def test_is_added_to_freshness(self):
        (monitor,) = armed(film() + measure() + anneal(), "react-1", ZONES, allowance=600.0)
        assert monitor.tick(635.0) is None
        assert monitor.tick(635.1) is not None


class TestAFilmThatGrows:
    def test_the_last_jobs_value_is_not_judged_before_start(self, cvd):
        assert cvd.feed(thick(6500.0, 0.0)) is None

    def test_over_while_it_grows(self, cvd):
        cvd.feed(thick(0.0, 0.0))
        cvd.observe(phase(JobPhase.STARTED, 0.5))
        assert cvd.feed(thick(500.0, 1.0)) is None
        trip = cvd.feed(thick(500.1, 2.0))
        assert trip is not None
        assert trip.cause is Cause.OVER

    def test_under_at_the_end(self, cvd):
        cvd.feed(thick(0.0, 0.0))
        cvd.observe(phase(JobPhase.STARTED, 0.5))
        assert cvd.feed(thick(8.0, 1.0)) is None
        assert cvd.observe(phase(JobPhase.COMPLETED, 2.0)) is None
        trip = cvd.feed(thick(9.9, 3.0))
        assert trip is not None
        assert trip.cause is Cause.UNDER

    def test_a_value_from_before_the_end_is_not_the_last(self, cvd):
        cvd.feed(thick(0.0, 0.0))
        cvd.observe(phase(JobPhase.STARTED, 0.5))
        cvd.feed(thick(8.0, 1.0))
        cvd.observe(phase(JobPhase.COMPLETED, 2.0))
        assert not cvd.settled
        assert cvd.feed(thick(10.0, 3.0)) is None
        assert cvd.settled

    def test_silence_after_the_end_is_stale(self, cvd):
        cvd.feed(thick(100.0, 0.0))
        cvd.observe(phase(JobPhase.STARTED, 0.5))
        cvd.observe(phase(JobPhase.COMPLETED, 2.0))
        trip = cvd.tick(cvd.next_check)
        assert trip is not None
        assert trip.cause is Cause.STALE

    def test_what_lies_there_already_counts(self):
        text = film("300 Å", "film-a") + film("150 Å", "film-b") + measure() + anneal()
        both = armed(text, "film-b", [("film_thickness", "Film"), ("temperature", "Heater")])
        (monitor,) = [each for each in both if each.rule.code == "LM101"]
        monitor.feed(thick(0.0, 0.0))
        monitor.started()
        assert monitor.feed(thick(200.0, 1.0)) is None
        trip = monitor.feed(thick(200.1, 2.0))
        assert trip is not None
        assert trip.limit == "at least -290 Å and at most 200 Å"

    def test_the_lower_end_waits_for_the_last_coat(self):
        text = film("6 Å", "film-a") + film("6 Å", "film-b") + measure() + anneal()
        (monitor,) = armed(text, "film-a", [("film_thickness", "Film")])
        assert str(monitor.limits) == "at most 500 Å"


def test_observe_takes_everything_a_tool_tells(furnace):
    all_zones(furnace, 25.0, 1.0)
    assert furnace.observe(SightEvent("FUR01", seen=False, why="cable", at=2.0)) is None
    assert furnace.observe(SightEvent("FUR01", seen=True, why="", at=3.0)) is None
    assert furnace.observe(phase(JobPhase.STARTED, 4.0)) is None
    assert furnace.observe(phase(JobPhase.COMPLETED, 5.0)) is None
    assert furnace.settled
