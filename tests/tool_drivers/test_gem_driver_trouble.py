"""The GEM driver's bad days: lost replies, early and repeated events, operators, lost links."""

import math

import pytest
from driver_rig import WAFER, Rig, connected, fault, play, switched_on

from fabctl.secs.items import F8, U2, U4, A, Item, L
from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import (
    Accepted,
    AlarmEvent,
    Control,
    ControlEvent,
    Found,
    Job,
    JobEvent,
    JobPhase,
    NoReply,
    ProgramEvent,
    Reading,
    Refused,
    SightEvent,
)


def answers(rig: Rig, stream: int, function: int, item: Item) -> None:
    """Have the tool answer a primary so, whatever it says."""
    rig.equipment._dispatch._handlers[stream, function] = lambda _body: item


async def start(rig: Rig, job: str = "R1.s1"):
    return await rig.started(job)


def test_a_start_without_reply_is_no_no() -> None:
    async def scene() -> None:
        async with connected(fault("no-reply", message="S2F41 START")) as rig:
            assert isinstance(await start(rig), NoReply)
            assert (await rig.driver.find("R1.s1")).found is Found.RUNNING
            assert rig.sent.count("S2F41 START") == 1

    play(scene)


def test_a_start_that_never_took_effect_is_not_seen() -> None:
    async def scene() -> None:
        async with connected(fault("no-effect", command="START")) as rig:
            await start(rig)
            assert (await rig.driver.find("R1.s1")).found is Found.NOT_SEEN

    play(scene)


def test_a_start_aborted_with_f0_is_unknown_until_found() -> None:
    async def scene() -> None:
        async with connected(fault("abort-transaction", message="S2F41 START")) as rig:
            assert isinstance(await start(rig), NoReply)
            assert (await rig.driver.find("R1.s1")).found is Found.NOT_SEEN

    play(scene)


def test_a_start_thrown_away_with_s9f7_is_refused() -> None:
    async def scene() -> None:
        async with connected(fault("error-message", message="S2F41 START", function=7)) as rig:
            outcome = await start(rig)
            assert isinstance(outcome, Refused)
            assert "S9F7" in outcome.why

    play(scene)


def test_a_refused_start_says_why() -> None:
    async def scene() -> None:
        async with connected(fault("refuse", command="START", hcack=2)) as rig:
            assert await start(rig) == Refused("START: can't do it now")

    play(scene)


@pytest.mark.parametrize("rcmd", ["PP-SELECT", "LOAD", "START"])
def test_events_before_the_reply_are_not_missed(rcmd: str) -> None:
    async def scene() -> None:
        async with connected(fault("event-before-reply", command=rcmd)) as rig:
            assert await start(rig) == Accepted()

    play(scene)


@pytest.mark.parametrize("event", ["ProcessProgramSelected", "MaterialReceived"])
def test_an_event_that_does_not_come_is_replaced_by_asking(event: str) -> None:
    async def scene() -> None:
        async with connected(fault("event-lost", event=event)) as rig:
            assert isinstance(await start(rig), Accepted)

    play(scene)


def test_a_repeated_event_is_told_once() -> None:
    async def scene() -> None:
        async with connected(fault("event-duplicate", event="ProcessingStarted")) as rig:
            await start(rig)
            await rig.clock.sleep_process(1)
            started = [each for each in rig.of(JobEvent) if each.phase is JobPhase.STARTED]
            assert len(started) == 1

    play(scene)


def test_a_pause_and_a_resume_are_told() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await start(rig)
            assert await rig.driver.pause() == Accepted()
            assert await rig.driver.resume() == Accepted()
            await rig.clock.sleep(1)
            phases = [each.phase for each in rig.of(JobEvent)]
            assert phases.index(JobPhase.PAUSED) < phases.index(JobPhase.RESUMED)

    play(scene)


def test_an_operators_stop_is_told_as_such() -> None:
    async def scene() -> None:
        rude = fault("operator", action="stop", operation="anneal", after=5)
        async with connected(rude) as rig:
            await start(rig)
            await rig.clock.sleep_process(10)
            details = [each.detail for each in rig.of(JobEvent)]
            assert "operator: STOP" in details
            assert rig.of(JobEvent)[-1].phase is JobPhase.STOPPED

    play(scene)


def test_a_tool_switched_to_local_is_told() -> None:
    async def scene() -> None:
        async with connected(fault("operator", action="local", after=100)) as rig:
            await rig.clock.sleep_process(101)
            assert [each.control for each in rig.of(ControlEvent)] == [
                Control.REMOTE,
                Control.LOCAL,
            ]
            assert (await rig.driver.status()).control is Control.LOCAL

    play(scene)


def test_a_tool_taken_off_line_says_only_that() -> None:
    async def scene() -> None:
        async with connected(fault("operator", action="offline", after=100)) as rig:
            await rig.clock.sleep_process(101)
            status = await rig.driver.status()
            assert (status.control, status.state) == (Control.OFFLINE, "UNKNOWN")
            assert rig.of(ControlEvent)[-1].control is Control.OFFLINE
            assert (await rig.driver.find("R1.s1")).found is Found.UNKNOWN

    play(scene)


def test_an_off_line_tool_that_only_an_operator_can_put_on_line_is_an_error() -> None:
    async def scene() -> None:
        async with switched_on() as rig:
            rig.equipment.panel.press("offline")
            with pytest.raises(ToolError, match="operator"):
                await rig.driver.connect()

    play(scene)


def test_an_alarm_is_told_with_its_category_once_set_and_once_cleared() -> None:
    async def scene() -> None:
        async with connected(fault("alarm", alarm="PadLife", after=100)) as rig:
            await rig.clock.sleep_process(101)
            rig.equipment.alarms.clear(rig.equipment.alarms.named("PadLife"))
            rig.station._live(rig.equipment.wake)
            await rig.clock.sleep_process(1)
            told = [(each.alarm, each.category, each.is_set) for each in rig.of(AlarmEvent)]
            assert told == [(1602, 6, True), (1602, 6, False)]

    play(scene)


def test_an_alarm_that_stands_already_is_told_on_connecting() -> None:
    async def scene() -> None:
        async with switched_on(fault("alarm", alarm="PadLife")) as rig:
            await rig.clock.sleep_process(1)
            await rig.driver.connect()
            assert [each.alarm for each in rig.of(AlarmEvent)] == [1602]

    play(scene)


def test_a_program_edited_at_the_panel_is_told_and_reads_back_as_another() -> None:
    async def scene() -> None:
        async with connected(fault("program-edit", after=100)) as rig:
            program = await rig.ready()
            await rig.clock.sleep_process(101)
            assert [each.program for each in rig.of(ProgramEvent)] == ["P1"]
            assert await rig.driver.read_back(program) != program

    play(scene)


def test_a_program_that_is_not_there_can_not_be_read_back() -> None:
    async def scene() -> None:
        async with connected() as rig:
            with pytest.raises(RecipeError, match="no program P1"):
                await rig.driver.read_back(rig.program())

    play(scene)


def test_a_number_that_its_format_can_not_hold_is_an_error_of_the_tool() -> None:
    async def scene() -> None:
        async with connected() as rig:
            program = rig.program()
            assert not isinstance(program.body, bytes)
            block = L(U2(program.body[0].ccode), L(F8(1e300)))
            answers(rig, 7, 25, L(A("P1"), A(""), A(""), L(block)))
            with pytest.raises(ToolError, match="S7F26"):
                await rig.driver.read_back(program)

    play(scene)


@pytest.mark.parametrize("code", [F8(math.inf), F8(0.5), A("1" * 5000)])
def test_a_code_that_is_no_whole_number_is_an_error_of_the_tool(code: Item) -> None:
    async def scene() -> None:
        async with switched_on() as rig:
            answers(rig, 2, 31, code)
            with pytest.raises(ToolError, match="S2F32"):
                await rig.driver.connect()

    play(scene)


def test_a_tool_whose_clock_no_host_may_set_can_be_used() -> None:
    async def scene() -> None:
        async with switched_on(fault("abort-transaction", message="S2F31")) as rig:
            await rig.driver.connect()
            assert (await rig.driver.status()).state == "IDLE"

    play(scene)


def test_selecting_a_program_that_is_not_there_is_refused() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert isinstance(await rig.driver.select(rig.program()), Refused)

    play(scene)


def test_a_wafer_that_another_tool_holds_is_not_placed() -> None:
    async def scene() -> None:
        async with connected() as rig:
            rig.places.where[WAFER] = "CVD01"
            assert isinstance(await rig.driver.place(WAFER), Refused)

    play(scene)


def test_a_lost_link_is_told_once_and_told_when_it_is_back() -> None:
    async def scene() -> None:
        async with connected(fault("link-drop", after=100)) as rig:
            await rig.clock.sleep_process(150)
            assert [each.seen for each in rig.of(SightEvent)] == [True, False, True]

    play(scene)


def test_a_job_goes_on_while_the_link_is_gone_and_is_found_after() -> None:
    async def scene() -> None:
        async with connected(fault("link-drop", operation="anneal", after=30)) as rig:
            await start(rig)
            await rig.clock.sleep_process(30.5)
            assert (await rig.driver.find("R1.s1")).found is Found.UNKNOWN
            await rig.clock.sleep_process(5)
            assert (await rig.driver.find("R1.s1")).found is Found.RUNNING
            await rig.clock.sleep_process(100)
            assert (await rig.driver.find("R1.s1")).found is Found.DONE

    play(scene)


def test_traces_go_on_after_a_lost_link() -> None:
    async def scene() -> None:
        async with connected(fault("restart", operation="anneal", after=30)) as rig:
            await rig.driver.watch("anneal")
            await start(rig)
            await rig.clock.sleep_process(100)
            lost = next(each.at for each in rig.of(SightEvent) if not each.seen)
            assert any(each.at > lost for each in rig.of(Reading))

    play(scene)


def test_a_tool_that_was_restarted_proves_nothing_of_a_job_that_it_does_not_list() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await start(rig)
            rig.equipment.jobs._jobs.clear()
            rig.equipment.events.forget()
            rig.station.wire.drop()
            await rig.clock.sleep(60)
            finding = await rig.driver.find("R1.s1")
            assert finding.found is Found.UNKNOWN
            assert "was restarted" in str(finding.evidence["why"])

    play(scene)


def test_nor_does_a_record_that_counts_fewer_starts_than_before() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await start(rig, "R1.s0")
            await rig.clock.sleep_process(100)
            await start(rig)
            rig.equipment.jobs._jobs.clear()
            assert (await rig.driver.find("R1.s1")).found is Found.UNKNOWN

    play(scene)


def test_nor_does_a_tool_that_a_new_host_finds_as_it_was_switched_on() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert (await rig.driver.find("R1.s1")).found is Found.UNKNOWN

    play(scene)


def test_without_a_link_commands_are_refused_unsent() -> None:
    async def scene() -> None:
        async with connected() as rig:
            program = await rig.ready()
            rig.station.wire.drop()
            job = Job("R1.s1", "s1", "anneal", WAFER, program)
            assert isinstance(await rig.driver.start(job), Refused)
            assert isinstance(await rig.driver.abort(), Refused)
            assert "S2F41 START" not in rig.sent

    play(scene)


def test_a_tool_that_can_not_be_reached_is_an_error() -> None:
    async def scene() -> None:
        async with switched_on() as rig:
            rig.station.wire.refused = "nobody at home"
            with pytest.raises(ToolError, match="nobody at home"):
                await rig.driver.connect()

    play(scene)


def test_a_tool_of_another_make_is_an_error() -> None:
    async def scene() -> None:
        async with switched_on() as rig:
            object.__setattr__(rig.driver._dictionary, "softrev", "9.9")
            with pytest.raises(ToolError, match=r"its dictionary is for FAB-TST 9\.9"):
                await rig.driver.connect()

    play(scene)


def test_padded_texts_are_read_without_their_padding() -> None:
    async def scene() -> None:
        async with connected(fault("padded-text")) as rig:
            assert await start(rig) == Accepted()
            assert (await rig.driver.find("R1.s1")).found is Found.RUNNING

    play(scene)


def test_ids_of_another_width_are_the_same_ids() -> None:
    async def scene() -> None:
        async with connected(fault("wrong-id-width")) as rig:
            assert await start(rig) == Accepted()
            await rig.clock.sleep_process(100)
            assert rig.of(JobEvent)[-1].phase is JobPhase.COMPLETED

    play(scene)


def test_a_number_that_is_none_is_told_as_nan() -> None:
    async def scene() -> None:
        async with connected(fault("signal-nan", channel="Temp")) as rig:
            await rig.driver.watch("anneal")
            await rig.clock.sleep_process(11)
            (reading,) = [each for each in rig.of(Reading) if each.channel == "Temp"]
            assert reading.value != reading.value

    play(scene)


def test_an_unreadable_primary_costs_nothing() -> None:
    async def scene() -> None:
        async with connected() as rig:
            rig.station._session.send(6, 11, L(A("nonsense"), U4(1)))
            rig.station._session.send(5, 1, None)
            rig.station._session.send(6, 1, A("nonsense"))
            rig.station._session.send(7, 27, L(A("P1"), L(U4(1))))
            await rig.clock.sleep(1)
            assert (await rig.driver.status()).control is Control.REMOTE

    play(scene)


def test_another_jobs_measurements_are_not_taken_for_this_ones() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await start(rig, "R0.other")
            with pytest.raises(ToolError, match=r"R0\.other"):
                await rig.driver.results("R1.s1")

    play(scene)
