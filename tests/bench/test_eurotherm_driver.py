"""The furnace driver on the simulated controller: programs, jobs, evidence, bad lines."""

import math

import pytest
from bench_rig import FurnaceRig, anneal, fault, go

from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import (
    Accepted,
    AlarmEvent,
    Found,
    Grade,
    MaterialEvent,
    NoReply,
    ProgramEvent,
    Reading,
    Refused,
)


def test_a_program_is_written_and_reads_back_as_the_recipe():
    async def main():
        rig = FurnaceRig()
        program = await rig.ready()
        stored = await rig.driver.read_back(program)
        status = await rig.driver.status()
        await rig.driver.disconnect()
        return rig.driver.decode(stored, "anneal"), status

    stored, status = go(main())
    meant = {**anneal().parameters}
    assert {name: stored.parameters[name] for name in meant} == meant
    assert (status.program, status.state, status.control.value) == ("P1", "READY", "remote")


def test_a_recipe_that_the_display_can_not_hold_is_refused():
    async def main():
        FurnaceRig().driver.encode("P1", anneal(temperature="200.25 degC"))

    with pytest.raises(RecipeError, match=r"steps of 0\.1 degC"):
        go(main())


def test_a_job_runs_to_its_end_and_is_found_done():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.watch("anneal")
        outcome = await rig.driver.start(rig.job())
        during = await rig.driver.find(rig.job().id)
        await rig.completed()
        after = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, outcome, during, after

    rig, outcome, during, after = go(main())
    assert isinstance(outcome, Accepted)
    assert (during.found, after.found, after.grade) == (Found.RUNNING, Found.DONE, Grade.B)
    assert rig.phases() == ["STARTED", "COMPLETED"]
    hottest = max(each.value for each in rig.told if isinstance(each, Reading))
    assert 79 < hottest < 84


def test_a_new_host_finds_the_job_that_the_last_one_started():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.start(rig.job())
        await rig.driver.disconnect()
        await rig.new_host().connect()
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, found

    rig, found = go(main())
    assert found.found is Found.RUNNING
    assert rig.writes() == 1


def test_a_new_host_is_told_when_the_job_that_it_found_running_ends():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.start(rig.job())
        await rig.driver.disconnect()
        rig.told.clear()
        await rig.new_host().connect()
        await rig.driver.watch("anneal")
        await rig.driver.find(rig.job().id)
        await rig.completed()
        await rig.driver.disconnect()
        return rig.phases()

    assert go(main()) == ["COMPLETED"]


def test_a_job_that_was_never_started_is_not_seen():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return found

    found = go(main())
    assert (found.found, found.grade) == (Found.NOT_SEEN, Grade.B)


def test_another_jobs_mark_proves_nothing():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.start(rig.job("another"))
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return found

    assert go(main()).found is Found.UNKNOWN


def test_abort_resets_the_program_and_the_job_has_failed():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(600)
        outcome = await rig.driver.abort()
        again = await rig.driver.abort()
        await rig.clock.sleep_process(60)
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, outcome, again, found

    rig, outcome, again, found = go(main())
    assert isinstance(outcome, Accepted)
    assert isinstance(again, Accepted)
    assert found.found is Found.FAILED
    assert rig.phases() == ["STARTED", "ABORTED"]
    assert rig.furnace.target == 20


def test_hold_and_go_on():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(600)
        held = await rig.driver.pause()
        await rig.clock.sleep_process(600)
        state = (await rig.driver.status()).state
        await rig.driver.resume()
        await rig.clock.sleep_process(60)
        await rig.driver.disconnect()
        return rig, held, state

    rig, held, state = go(main())
    assert isinstance(held, Accepted)
    assert state == "PAUSED"
    assert rig.phases() == ["STARTED", "PAUSED", "RESUMED"]


def test_a_furnace_of_another_identity_is_never_written_to():
    async def main():
        rig = FurnaceRig(identity=18)
        with pytest.raises(ToolError, match="is controller 18, its dictionary is for 17"):
            await rig.driver.connect()
        return rig

    rig = go(main())
    assert rig.heard
    assert all(data[1] == 3 for data in rig.heard)


@pytest.mark.parametrize(
    "spoilt",
    [
        fault("bad-crc", times=1),
        fault("wrong-slave", times=1),
        fault("noise", times=1),
        fault("late-reply", times=1, delay=0.7),
        fault("silence", duration=1),
    ],
    ids=lambda each: each.name,
)
def test_a_bad_answer_to_a_read_is_asked_again(spoilt):
    async def main():
        rig = FurnaceRig(spoilt)
        await rig.ready()
        status = await rig.driver.status()
        await rig.driver.disconnect()
        return status

    assert go(main()).state == "READY"


def test_a_slow_line_is_given_its_time():
    async def main():
        rig = FurnaceRig(baudrate=1200)
        program = await rig.ready()
        stored = await rig.driver.read_back(program)
        await rig.driver.disconnect()
        return program, stored

    program, stored = go(main())
    assert stored.body == program.body


@pytest.mark.parametrize("name", ["bad-crc", "noise", "late-reply", "silence", "wrong-slave"])
def test_run_is_sent_once_whatever_the_line_does(name):
    more = {"late-reply": {"delay": 0.7}, "silence": {"duration": 1}}.get(name, {})

    async def main():
        rig = FurnaceRig()
        await rig.ready()
        hear = rig.controller.receive

        def spoil(data, now, **how):
            if data[1:6] == bytes([6, 0, 23, 0, 2]) and not rig.station.faults._armed:
                rig.station.faults.__init__([fault(name, times=1, **more)])
            return hear(data, now, **how)

        rig.controller.receive = spoil
        outcome = await rig.driver.start(rig.job())
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, outcome, found

    rig, outcome, found = go(main())
    assert rig.writes() == 1
    assert isinstance(outcome, Accepted)
    assert found.found is Found.RUNNING


def test_a_line_that_is_cut_at_run_leaves_the_outcome_unknown_until_asked():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        hear = rig.controller.receive

        def cut(data, now, **how):
            replies = hear(data, now, **how)
            if data[1:6] == bytes([6, 0, 23, 0, 2]):
                rig.station.wire.drop("the plug was pulled")
                return []
            return replies

        rig.controller.receive = cut
        outcome = await rig.driver.start(rig.job())
        await rig.clock.sleep(5)
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, outcome, found

    rig, outcome, found = go(main())
    assert isinstance(outcome, NoReply)
    assert found.found is Found.RUNNING
    assert rig.writes() == 1
    assert rig.sights() == [True, False, True]


def test_a_broken_thermocouple_is_no_number_a_bad_status_and_an_alarm():
    async def main():
        rig = FurnaceRig(fault("sensor-break", after=900))
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(1200)
        await rig.driver.disconnect()
        return rig

    rig = go(main())
    readings = [each for each in rig.told if isinstance(each, Reading)]
    assert math.isnan(readings[-1].value)
    assert readings[-1].bad == "the thermocouple is broken"
    assert rig.alarms() == ["the thermocouple is broken"]


@pytest.mark.parametrize(
    "spoilt", [fault("nak", after=300), fault("unsolicited", after=300, text="?")]
)
def test_a_refused_poll_and_text_that_answers_nothing_do_a_running_job_no_harm(spoilt):
    async def main():
        rig = FurnaceRig(spoilt)
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(600)
        found = await rig.driver.find(rig.job().id)
        await rig.driver.disconnect()
        return rig, found

    rig, found = go(main())
    assert found.found is Found.RUNNING
    assert rig.sights()[-1]
    assert rig.alarms() == []
    assert rig.writes() == 1


@pytest.mark.parametrize("name", ["power-fail", "restart"])
def test_after_a_power_failure_the_job_has_failed_and_none_is_started(name):
    async def main():
        rig = FurnaceRig(fault(name, after=900))
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(1200)
        found = await rig.driver.find(rig.job().id)
        refused = await rig.driver.start(rig.job("r1.react-1.2"))
        await rig.driver.disconnect()
        return rig, found, refused

    rig, found, refused = go(main())
    assert found.found is Found.FAILED
    assert found.evidence["flags"] == ["the controller lost its power"]
    assert isinstance(refused, Refused)
    assert rig.sights() == [True, False, True]
    assert rig.writes() == 1


def test_a_panel_in_manual_is_not_commanded():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        rig.controller._words[273] = 1
        status = await rig.driver.status()
        await rig.driver.disconnect()
        return status

    assert go(main()).control.value == "local"


def test_a_program_edited_at_the_panel_is_not_ours():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        rig.controller._words[8328 + 8 + 1] = 3900
        status = await rig.driver.status()
        stored = rig.driver.decode(await rig.driver.read_back(rig.program), "anneal")
        await rig.driver.disconnect()
        return status, stored

    status, stored = go(main())
    assert status.program == "program 1"
    assert stored.parameters["temperature"].show("degC") == "390 degC"


def test_wafers_are_what_a_person_says():
    async def main():
        rig = FurnaceRig()
        await rig.driver.connect()
        before = (await rig.driver.status()).wafers
        await rig.driver.place("W1")
        after = (await rig.driver.status()).wafers
        await rig.driver.disconnect()
        return rig, before, after

    rig, before, after = go(main())
    assert (before, after) == ((), ("W1",))
    assert [each.act.value for each in rig.ada.asked] == ["tell", "bring"]


def test_a_driver_that_nobody_has_tried_on_this_model_says_so():
    async def main():
        rig = FurnaceRig()
        await rig.driver.connect()
        await rig.driver.disconnect()
        return [each.text for each in rig.told if isinstance(each, AlarmEvent)]

    assert go(main()) == ["nobody has tried this driver on a real EUROTHERM-2400 yet"]


def test_adapters_swapped_while_the_link_was_away_are_an_alarm_and_nothing_is_written():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        rig.station.wire.drop("the plug was pulled")
        rig.controller._words[629] = 18
        rig.heard.clear()
        await rig.clock.sleep(10)
        await rig.driver.disconnect()
        return rig

    rig = go(main())
    assert rig.alarms() == ["FUR02: is controller 18, its dictionary is for 17"]
    assert rig.sights() == [True, False]
    assert rig.heard
    assert all(data[1] == 3 for data in rig.heard)


def test_a_running_program_that_somebody_edits_is_told():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.watch("anneal")
        await rig.driver.start(rig.job())
        await rig.clock.sleep_process(300)
        before = [each for each in rig.told if isinstance(each, ProgramEvent)]
        rig.controller._words[8328 + 8 + 1] = 3900
        await rig.clock.sleep_process(300)
        await rig.driver.disconnect()
        return before, [each.program for each in rig.told if isinstance(each, ProgramEvent)]

    assert go(main()) == ([], ["P1"])


def test_an_edit_after_another_process_has_taken_the_job_up_is_told():
    async def main():
        rig = FurnaceRig()
        await rig.ready()
        await rig.driver.start(rig.job())
        await rig.driver.disconnect()
        await rig.new_host().connect()
        await rig.driver.watch("anneal")
        await rig.driver.find(rig.job().id)
        rig.controller._words[8328 + 8 + 1] = 3900
        await rig.clock.sleep_process(300)
        await rig.driver.disconnect()
        return [each.program for each in rig.told if isinstance(each, ProgramEvent)]

    assert go(main()) == ["program 1"]


def test_who_carried_the_wafer_goes_on_record():
    async def main():
        rig = FurnaceRig()
        await rig.driver.connect()
        await rig.driver.place("W1")
        await rig.driver.remove("W1")
        await rig.driver.disconnect()
        return [
            (each.wafer, each.arrived, each.location)
            for each in rig.told
            if isinstance(each, MaterialEvent)
        ]

    assert go(main()) == [("W1", True, "by Ada"), ("W1", False, "by Ada")]
