"""Trips, blindness, safe actions that fail, and what a person must do afterwards."""

import math
import threading

import engine_rig
import pytest
from engine_rig import Rig, go, guard
from msgspec.structs import replace
from test_step_protocol import after

from fabctl.clock import VIRTUAL_EPOCH, Clock, run
from fabctl.engine.cause import Look
from fabctl.engine.errors import ResumeRefusedError
from fabctl.engine.guard import Guard
from fabctl.engine.person import reset, resolve
from fabctl.interlocks.rule import RulePack
from fabctl.journal import Journal


@pytest.fixture
def host(tmp_path):
    def run_it(**scripts):
        async def main():
            rig = Rig(tmp_path / "runs", **scripts)
            return rig, await rig.host()

        return go(main())

    return run_it


def living(channel, t):
    return 25.0 + max(t, 0) / 10 + len(channel) / 7


def only(channel, wrong, since=100.0):
    def signal(name, t):
        return wrong(t) if name == channel and t > since else living(name, t)

    return signal


@pytest.mark.parametrize(
    ("cause", "wrong"),
    [
        ("over", lambda t: 400.0),
        ("nan", lambda t: math.nan),
        ("frozen", lambda t: 33.3),
        ("stale", lambda t: None),
        ("unplugged", lambda t: 0.0),
    ],
)
def test_f33_f34_each_bad_input_trips_with_its_own_cause_and_aborts(host, cause, wrong):
    rig, result = host(FUR01={"signal": only("Zone2Temp", wrong)})
    assert result.outcome == "held"
    assert [trip["trip"]["cause"] for trip in result.document["trips"]][:1] == [cause]
    assert result.document["trips"][0]["trip"]["channel"] == "Zone2Temp"
    assert "abort" in rig.world.tools["FUR01"].sent
    assert rig.world.tools["FUR01"].state == "IDLE"
    assert "SAFE" in rig.kinds()
    assert "runs reset r1" in result.document["do"]


def test_why_a_run_is_held_is_the_trip_that_was_first_out(tmp_path, monkeypatch):
    """Of two that one sample causes the first by code, whichever its pack holds first."""
    pack = guard().rules
    twin = replace(pack["LM102"], code="AA102")
    both = Guard(RulePack({**pack.rules, "AA102": twin}, pack.files), guard().materials)
    monkeypatch.setattr(engine_rig, "guard", lambda: both)

    async def main():
        rig = Rig(tmp_path / "runs", FUR01={"signal": only("Zone2Temp", lambda t: 405.0)})
        return await rig.host()

    result = go(main())
    assert [each["trip"]["rule"] for each in result.document["trips"]] == ["LM102", "AA102"]
    assert result.why.startswith("trip: AA102 over")


def test_a_bad_input_before_start_keeps_the_job_from_starting(host):
    rig, result = host(FUR01={"signal": only("Zone1Temp", lambda t: math.nan, since=-10)})
    assert result.outcome == "held"
    assert "abort" not in rig.world.tools["FUR01"].sent
    assert not any("react" in job for job in rig.world.starts)


def test_a_tool_that_reports_no_signal_is_never_started(host):
    rig, result = host(FUR01={"channels": {}})
    assert result.document["trips"][0]["trip"]["cause"] == "missing"
    assert not any("react" in job for job in rig.world.starts)


def test_a_film_measured_too_thick_keeps_the_anneal_from_starting(host):
    rig, result = host(MET01={"measured": 60.0})
    assert result.outcome == "held"
    assert result.document["trips"][0]["trip"]["cause"] == "over"
    assert result.document["claims"]["cap.5.a"]["standing"] == "not satisfied"
    assert rig.world.tools["FUR01"].sent.count("start") == 0


def test_a_film_whose_uncertainty_reaches_over_the_limit_is_not_shown(host):
    _, result = host(MET01={"measured": 49.8})
    assert result.outcome == "held"
    assert result.document["claims"]["cap.5.a"]["standing"] == "not shown"


def test_a_measurement_that_can_not_be_had_keeps_the_anneal_from_starting(host):
    rig, result = host(MET01={"replies": {"results": ["mute"]}})
    assert result.document["trips"][0]["trip"]["cause"] == "missing"
    assert rig.world.tools["FUR01"].sent.count("start") == 0


@pytest.mark.parametrize(
    ("script", "standing", "evidence"),
    [
        ({"peak": 397.9}, "satisfied", "397.9 ± 2 degC"),
        ({"peak": 398.5}, "not shown", "398.5 ± 2 degC"),
        ({"peak": 204.0, "uncertainties": {}}, "not shown", "how sure that is is not stated"),
    ],
)
def test_a_peak_counts_with_the_uncertainty_of_its_sensor(host, script, standing, evidence):
    _, result = host(FUR01=script)
    assert result.outcome == "completed"
    element = result.document["claims"]["cap.6.a"]
    assert element["standing"] == standing
    assert evidence in element["evidence"]


def test_monitors_are_armed_before_anything_is_started(host):
    rig, _ = host()
    told = [record.kind for record in rig.records if record.body.get("step") == "react-1"]
    assert told.index("ARMED") < told.index("INTENT") < told.index("ACCEPTED")


def test_one_of_three_redundant_sensors_is_outvoted_and_the_record_says_so(host):
    voting = {
        "signal": only("Zone2Temp", lambda t: math.nan),
        "redundant": (frozenset(f"Zone{n}Temp" for n in (1, 2, 3)),),
    }
    rig, result = host(FUR01=voting)
    assert (result.outcome, result.document["trips"]) == ("completed", [])
    cautions = [body["caution"] for body in rig.bodies("CAUTION")]
    assert [(each["channel"], each["concern"]) for each in cautions] == [("Zone2Temp", "outvoted")]


class TestSafeAction:
    def test_f44_a_lost_abort_is_sent_again(self, host):
        rig, result = host(
            FUR01={
                "signal": only("Zone2Temp", lambda t: 405.0),
                "replies": {"abort": ["dropped", "dropped", "lost"]},
                "duration": 7200.0,
            }
        )
        assert result.outcome == "held"
        assert rig.world.tools["FUR01"].state == "IDLE"
        assert rig.world.tools["FUR01"].sent.count("abort") == 3
        assert "ESCALATED" not in rig.kinds()

    def test_f44_an_abort_that_never_arrives_calls_a_person_and_is_never_called_safe(self, host):
        rig, result = host(
            FUR01={
                "signal": only("Zone2Temp", lambda t: 405.0),
                "replies": {"abort": ["dropped"] * 9999},
                "duration": 1e6,
            }
        )
        assert result.outcome == "held"
        assert "NOT seen stopped" in result.why
        assert [body["gives_up"] for body in rig.bodies("ESCALATED")] == [False, True]
        assert "SAFE" not in rig.kinds()
        (action,) = result.document["safe_actions"]
        assert (action["became"], action["ended"]) == ("not seen stopped", "")
        tripped = next(record.at for record in rig.records if record.kind == "TRIP")
        assert action["since"] == tripped  # not since the first reply was given up
        assert action["message"].endswith("go to the tool and stop it there")

    def test_a_driver_that_breaks_over_an_abort_is_asked_again(self, tmp_path):
        async def main():
            script = {"signal": only("Zone2Temp", lambda t: 405.0), "duration": 7200.0}
            rig = Rig(tmp_path / "runs", FUR01=script)
            furnace = rig.world.tools["FUR01"]
            abort, breaks = furnace.abort, ["once", "twice"]

            async def breaking():
                if breaks:
                    raise RuntimeError(breaks.pop(0))
                return await abort()

            furnace.abort = breaking
            return rig, await rig.host()

        rig, result = go(main())
        assert (result.outcome, rig.world.tools["FUR01"].state) == ("held", "IDLE")
        tried = [(body["outcome"], body["why"]) for body in rig.bodies("SAFE_ACTION")]
        assert tried == [
            ("Failed", "RuntimeError: once"),
            ("Failed", "RuntimeError: twice"),
            ("Accepted", ""),
        ]

    @pytest.mark.long
    def test_a_driver_that_can_not_tell_whether_its_tool_stands_never_calls_it_safe(self, tmp_path):
        async def main():
            script = {"signal": only("Zone2Temp", lambda t: 405.0), "duration": 7200.0}
            rig = Rig(tmp_path / "runs", FUR01=script)
            furnace = rig.world.tools["FUR01"]

            async def breaking(_job):
                raise RuntimeError("no record")

            furnace.script.during = after(90, lambda _tool: setattr(furnace, "find", breaking))
            with pytest.raises(RuntimeError, match="no record"):
                await rig.host()
            return rig

        rig = go(main())
        assert "ESCALATED" in rig.kinds()
        assert "SAFE" not in rig.kinds()

    def test_a_tool_that_takes_its_time_is_safe_only_once_it_stands(self, host):
        rig, result = host(FUR01={"signal": only("Zone2Temp", lambda t: 405.0), "stops_in": 100.0})
        assert result.outcome == "held"
        assert rig.kinds().count("SAFE") == 1
        assert rig.world.tools["FUR01"].state == "IDLE"


class TestBlindness:
    def test_a_short_gap_is_one_alarm_no_abort_and_no_second_start(self, host):
        def blink(tool):
            tool.lose_sight()
            tool.clock.call_at_process(tool.clock.process() + 60, tool.regain)

        rig, result = host(FUR01={"during": after(100, blink), "peak": 250.0})
        assert result.outcome == "completed"
        assert rig.kinds().count("LOST_SIGHT") == 1
        assert "abort" not in rig.world.tools["FUR01"].sent
        assert result.document["claims"]["cap.6.a"]["standing"] == "satisfied"

    def test_what_happened_in_a_gap_is_not_shown_without_the_tools_own_record(self, host):
        def blink(tool):
            tool.lose_sight()
            tool.clock.call_at_process(tool.clock.process() + 60, tool.regain)

        _, result = host(FUR01={"during": after(100, blink)})
        assert result.document["claims"]["cap.6.a"]["standing"] == "not shown"

    def test_a_peak_in_the_gap_trips_once_in_sight_again(self, host):
        def blink(tool):
            tool.lose_sight()
            tool.script.peak = 410.0
            tool.clock.call_at_process(tool.clock.process() + 60, tool.regain)

        rig, result = host(FUR01={"during": after(100, blink)})
        assert result.outcome == "held"
        assert result.document["trips"][0]["trip"]["cause"] == "over"
        assert "abort" in rig.world.tools["FUR01"].sent

    def test_f20_a_tool_out_of_sight_too_long_trips_and_is_aborted_once_in_sight(self, host):
        def gone(tool):
            tool.lose_sight()
            tool.clock.call_at_process(tool.clock.process() + 1000, tool.regain)

        rig, result = host(FUR01={"during": after(100, gone), "duration": 7200.0})
        assert result.outcome == "held"
        assert result.document["trips"][0]["trip"]["cause"] == "blind"
        assert rig.world.tools["FUR01"].state == "IDLE"
        assert rig.kinds().count("LOST_SIGHT") == 1

    def test_an_end_told_while_blind_is_found_after_regaining(self, host):
        def gone(tool):
            tool.lose_sight()
            tool.clock.call_at_process(tool.clock.process() + 300, tool.regain)

        _rig, result = host(WET01={"during": after(500, gone)})
        assert result.outcome == "completed"


class TestLatch:
    def test_only_a_named_reset_and_an_answer_let_a_tripped_run_go_on(self, tmp_path):
        async def main():
            wrong = only("Zone2Temp", lambda t: 405.0)
            rig = Rig(tmp_path / "runs", FUR01={"signal": wrong})
            assert (await rig.host()).outcome == "held"
            with pytest.raises(ResumeRefusedError, match="runs reset r1"):
                await rig.host()
            journal = Journal.open(rig.path)
            with pytest.raises(Exception, match="reason"):
                reset(journal, "r1", "mk", " ", VIRTUAL_EPOCH, Look())
            reset(journal, "r1", "mk", "thermocouple changed", VIRTUAL_EPOCH, Look())
            journal.close()
            with pytest.raises(ResumeRefusedError, match="runs resolve r1 --step react-1"):
                await rig.host()
            journal = Journal.open(rig.path)
            resolve(journal, "r1", "rework", "mk", "film still unreacted", VIRTUAL_EPOCH)
            journal.close()
            rig.world.tools["FUR01"].script.signal = living
            result = await rig.host()
            assert result.outcome == "completed"
            assert result.document["claims"]["cap.6.a"]["standing"] == "satisfied"

        go(main())

    def test_a_reset_of_what_still_stands_trips_again_before_anything_starts(self, tmp_path):
        async def main():
            rig = Rig(tmp_path / "runs", FUR01={"signal": only("Zone2Temp", lambda t: math.nan)})
            await rig.host()
            starts = len(rig.world.starts)
            journal = Journal.open(rig.path)
            reset(journal, "r1", "mk", "looked at it", VIRTUAL_EPOCH, Look())
            resolve(journal, "r1", "rework", "mk", "film still unreacted", VIRTUAL_EPOCH)
            journal.close()
            rig.world.tools["FUR01"].script.signal = only("Zone2Temp", lambda t: math.nan, -1e9)
            result = await rig.host()
            assert result.outcome == "held"
            assert result.document["trips"][-1]["trip"]["cause"] == "nan"
            assert len(rig.world.starts) == starts

        go(main())

    def test_nothing_is_reset_while_the_tripped_job_may_still_be_running(self, tmp_path):
        async def main():
            wrong = only("Zone2Temp", lambda t: 405.0)
            replies = {"abort": ["dropped"] * 99}
            script = {"signal": wrong, "duration": 7200.0, "replies": replies}
            rig = Rig(tmp_path / "runs", FUR01=script)
            assert not await rig.killed_host(trip_at + 1, after=True)
            journal = Journal.open(rig.path)
            with pytest.raises(ResumeRefusedError, match="may still be running"):
                reset(journal, "r1", "mk", "it is cold", VIRTUAL_EPOCH, Look())
            journal.close()

        async def count():
            wrong = only("Zone2Temp", lambda t: 405.0)
            rig = Rig(tmp_path / "counted", FUR01={"signal": wrong, "duration": 7200.0})
            await rig.host()
            return rig.kinds().index("TRIP")

        trip_at = go(count())
        go(main())

    def test_a_host_that_died_after_a_trip_has_its_successor_abort_first_of_all(self, tmp_path):
        wrong = only("Zone2Temp", lambda t: 405.0)

        async def main():
            script = {"signal": wrong, "duration": 7200.0, "replies": {"abort": ["dropped"]}}
            rig = Rig(tmp_path / "runs", FUR01=script)
            assert not await rig.killed_host(trip_at + 1, after=True)
            assert rig.world.tools["FUR01"].state == "EXECUTING"
            result = await rig.host()
            assert result.outcome == "held"
            assert rig.world.tools["FUR01"].state == "IDLE"
            assert "runs reset" in result.document["do"]

        async def count():
            rig = Rig(tmp_path / "counted", FUR01={"signal": wrong, "duration": 7200.0})
            await rig.host()
            return rig.kinds().index("TRIP")

        trip_at = go(count())
        go(main())

    def test_a_running_job_whose_signals_can_not_be_had_again_trips(self, tmp_path):
        async def main():
            rig = Rig(tmp_path / "runs", FUR01={"signal": living, "duration": 7200.0})
            assert not await rig.killed_host(accepted_at + 1, after=True)
            assert rig.world.tools["FUR01"].state == "EXECUTING"
            rig.world.tools["FUR01"].script.replies["watch"] = ["mute"]
            result = await rig.host()
            assert rig.world.tools["FUR01"].state == "IDLE"
            assert result.document["trips"][0]["trip"]["cause"] == "missing"

        async def count():
            rig = Rig(tmp_path / "counted", FUR01={"signal": living})
            await rig.host()
            intents = [n for n, kind in enumerate(rig.kinds()) if kind == "ACCEPTED"]
            jobs = [body["job"] for body in rig.bodies("ACCEPTED")]
            return intents[jobs.index("r1.react-1.1")]

        accepted_at = go(count())
        go(main())

    def test_a_running_job_is_made_safe_even_where_another_tool_is_gone(self, tmp_path):
        wrong = only("Zone2Temp", lambda t: 405.0)

        async def main():
            script = {"signal": wrong, "duration": 7200.0, "replies": {"abort": ["dropped"]}}
            rig = Rig(tmp_path / "runs", FUR01=script)
            await rig.killed_host(trip_at + 1, after=True)
            rig.world.tools["WET01"].script.replies["connect"] = ["mute"]
            result = await rig.host()
            assert result.outcome == "held"
            assert rig.world.tools["FUR01"].state == "IDLE"

        async def count():
            rig = Rig(tmp_path / "counted", FUR01={"signal": wrong, "duration": 7200.0})
            await rig.host()
            return rig.kinds().index("TRIP")

        trip_at = go(count())
        go(main())


@pytest.mark.long
@pytest.mark.wire
def test_f36_an_abort_does_not_wait_for_a_stalled_disk(tmp_path, monkeypatch):
    append, released, waited = Journal.append, threading.Event(), []

    def stalling(self, run, kind, body, at):
        if kind == "TRIP":
            waited.append(released.wait(20.0))
        return append(self, run, kind, body, at)

    monkeypatch.setattr(Journal, "append", stalling)

    async def main():
        rig = Rig(tmp_path / "runs", FUR01={"signal": only("Zone2Temp", lambda t: 405.0)})
        rig.clock = rig.world.clock = Clock(speed=5000.0)
        for tool in rig.world.tools.values():
            tool.clock = rig.clock
        end = rig.world.tools["FUR01"]._end
        rig.world.tools["FUR01"]._end = lambda phase: (released.set(), end(phase))[1]
        return rig, await rig.host(durable=True)

    rig, result = run(main())
    assert (result.outcome, waited) == ("held", [True])
    assert rig.world.tools["FUR01"].state == "IDLE"
