"""Pause, resume, stop, abort: from this terminal and from another."""

import asyncio

import pytest
from engine_rig import Rig, go
from test_step_protocol import after

from fabctl.clock import Clock, run
from fabctl.engine.controls import Controls
from fabctl.engine.errors import ResumeRefusedError
from fabctl.journal import Journal


def at(rig, tool, seconds, action):
    rig.world.tools[tool].script.during = after(
        seconds, lambda _tool: rig.controls.ask(action, "mk", "test")
    )


@pytest.mark.parametrize(("action", "sent"), [("stop", "stop"), ("abort", "abort")])
def test_a_person_can_end_a_run_and_its_job_with_it(tmp_path, action, sent):
    async def main():
        rig = Rig(tmp_path / "runs")
        at(rig, "FUR01", 60, action)
        result = await rig.host()
        assert result.outcome == "aborted"
        assert "mk" in result.why
        assert sent in rig.world.tools["FUR01"].sent
        assert rig.world.tools["FUR01"].state == "IDLE"
        assert not any("strip" in job for job in rig.world.starts)
        with pytest.raises(ResumeRefusedError, match="over"):
            await rig.host()

    go(main())


@pytest.mark.parametrize("action", ["stop", "abort"])
def test_who_ends_a_run_while_its_tools_connect_has_nothing_started(tmp_path, action):
    async def main():
        rig = Rig(tmp_path / "runs")
        rig.controls.ask(action, "mk", "test")
        result = await rig.host()
        assert result.outcome == "aborted"
        assert not rig.world.starts

    go(main())


def test_an_abort_outranks_a_stop_that_does_not_work(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", FUR01={"replies": {"stop": ["dropped"] * 99}})
        at(rig, "FUR01", 60, "stop")
        rig.clock.call_at_process(1300.0, lambda: None)
        stop = rig.world.tools["FUR01"].stop

        async def stop_then_abort():
            rig.controls.ask("abort", "mk", "now")
            return await stop()

        rig.world.tools["FUR01"].stop = stop_then_abort
        result = await rig.host()
        assert result.outcome == "aborted"
        assert rig.world.tools["FUR01"].sent.count("abort") == 1

    go(main())


def test_a_paused_job_waits_and_goes_on(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", WET01={"duration": 600.0})
        at(rig, "WET01", 60, "pause")
        rig.clock.call_at_process(40_000.0, rig.controls.ask, "resume", "mk", "")
        result = await rig.host()
        assert result.outcome == "completed"
        assert rig.clock.process() > 40_000
        assert "pause" in rig.world.tools["WET01"].sent
        assert "OVERDUE" not in rig.kinds()

    go(main())


def test_a_job_that_somebody_paused_at_its_tool_is_not_waited_for_for_ever(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", WET01={"duration": 600.0})
        tool = rig.world.tools["WET01"]
        tool.script.during = after(60, lambda wet: wet.pause_by_hand())
        result = await rig.host()
        held = result.document["why"]
        assert (result.outcome, "has stood paused on WET01 for 8 h" in held) == ("held", True)
        assert result.document["do"] == "fabctl runs resume r1"
        assert not {"stop", "abort"} & set(tool.sent)

    go(main())


def test_a_tool_that_does_not_pause_lets_the_run_pause_after_its_step(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", CVD01={"replies": {"pause": ["refuse"]}})
        at(rig, "CVD01", 60, "pause")
        rig.clock.call_at_process(40_000.0, rig.controls.ask, "resume", "mk", "")
        result = await rig.host()
        assert result.outcome == "completed"
        assert rig.bodies("PAUSED") == [{"where": "between two acts"}]

    go(main())


def test_a_run_that_is_asked_to_go_on_before_it_has_paused_runs(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", CVD01={"replies": {"pause": ["refuse"]}})

        def pause_and_go_on(_tool):
            rig.controls.ask("pause", "mk", "test")
            asyncio.get_running_loop().call_later(5, rig.controls.ask, "resume", "mk", "")

        rig.world.tools["CVD01"].script.during = after(60, pause_and_go_on)
        assert (await rig.host()).outcome == "completed"
        assert len(rig.bodies("CONTINUED")) == 1
        assert "PAUSED" not in rig.kinds()

    go(main())


def test_a_tool_that_does_not_go_on_stays_paused_until_it_is_asked_again(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", WET01={"duration": 600.0, "replies": {"resume": ["refuse"]}})
        at(rig, "WET01", 60, "pause")
        for moment in (20_000.0, 40_000.0):
            rig.clock.call_at_process(moment, rig.controls.ask, "resume", "mk", "")
        result = await rig.host()
        assert result.outcome == "completed"
        assert rig.clock.process() > 40_000
        assert [each["where"] for each in rig.bodies("PAUSED")] == ["WET01", "WET01"]
        assert len(rig.bodies("CONTINUED")) == 1
        asked = [(each["action"], each["done"]) for each in rig.bodies("ASKED")]
        assert asked == [("pause", True), ("resume", True), ("resume", False), ("resume", True)]

    go(main())


def test_a_paused_run_can_be_stopped(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", CVD01={"replies": {"pause": ["refuse"]}})
        at(rig, "CVD01", 60, "pause")
        rig.clock.call_at_process(40_000.0, rig.controls.ask, "stop", "mk", "")
        result = await rig.host()
        assert result.outcome == "aborted"
        assert list(rig.world.starts) == ["r1.film-1.1"]

    go(main())


def test_a_request_that_makes_no_sense_is_recorded_as_not_done(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs")
        at(rig, "CVD01", 60, "resume")
        result = await rig.host()
        assert result.outcome == "completed"
        assert [each["done"] for each in rig.bodies("ASKED")] == [False]

    go(main())


def test_an_unknown_word_is_an_error():
    with pytest.raises(ValueError, match="none of"):
        Controls().ask("explode", "mk")


@pytest.mark.wire
@pytest.mark.long
def test_another_terminal_can_stop_a_live_run(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", CVD01={"duration": 1e6})
        rig.clock = rig.world.clock = Clock(speed=5000.0)
        for tool in rig.world.tools.values():
            tool.clock = rig.clock

        def ask():
            other = Journal.open(rig.path)
            other.request("r1", "stop", "another", "from afar", "2000")
            other.close()

        rig.world.tools["CVD01"].script.during = after(60, lambda _tool: ask())
        result = await rig.host(durable=True)
        assert result.outcome == "aborted"
        assert "another" in result.why
        journal = Journal.open(rig.path)
        assert journal.verify("r1") == []
        journal.close()

    run(main())


def test_a_listener_hears_first_what_earlier_processes_left(tmp_path):
    async def main():
        rig = Rig(tmp_path / "runs", CVD01={"replies": {"start": ["refuse"]}})
        await rig.host()
        before = list(rig.records)
        rig.records.clear()
        assert (await rig.host()).outcome == "completed"
        assert rig.records[: len(before)] == before
        assert [record.seq for record in rig.records] == list(range(1, len(rig.records) + 1))

    go(main())


def test_a_listener_that_fails_does_not_disturb_the_run(tmp_path):
    async def main():
        complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        rig = Rig(tmp_path / "runs")

        def fail(_news):
            raise RuntimeError("the display is broken")

        rig.records = type("Broken", (), {"append": staticmethod(fail)})()
        assert (await rig.host(on_reading=[fail])).outcome == "completed"
        assert complaints

    go(main())
