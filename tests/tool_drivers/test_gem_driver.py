"""The GEM driver's ordinary day: connect, download, select, place, start, follow, reconcile."""

from fractions import Fraction

import pytest
from driver_rig import WAFER, connected, play, recipe
from msgspec.structs import replace

from fabctl.tools.port import (
    Accepted,
    Control,
    Found,
    Grade,
    Job,
    JobEvent,
    JobPhase,
    MaterialEvent,
    Reading,
    Refused,
    SightEvent,
    Tool,
)
from tool_drivers.gem import GemTool


def test_a_connected_tool_is_remote_and_idle() -> None:
    async def scene() -> None:
        async with connected() as rig:
            status = await rig.driver.status()
            assert (status.control, status.state, status.wafers) == (Control.REMOTE, "IDLE", ())

    play(scene)


def test_connecting_twice_is_no_second_session() -> None:
    async def scene() -> None:
        async with connected() as rig:
            before = len(rig.sent)
            await rig.driver.connect()
            assert len(rig.sent) == before

    play(scene)


def test_the_tools_clock_is_set() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert "S2F31" in "".join(rig.sent)
            status = await rig.driver.status()
            assert status.clock.startswith(rig.clock.process_utc().strftime("%Y%m%d%H%M%S"))

    play(scene)


def test_an_installed_program_reads_back_as_it_was_written() -> None:
    async def scene() -> None:
        async with connected() as rig:
            program = rig.program(temperature="399.9 degC")
            assert await rig.driver.install(program) == Accepted("verified")
            stored = await rig.driver.read_back(program)
            assert stored == program
            assert rig.driver.decode(stored, "anneal") == recipe(temperature="399.9 degC")

    play(scene)


def test_a_job_runs_to_its_end_and_is_found_done() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert await rig.started("R1.s1") == Accepted()
            assert (await rig.driver.find("R1.s1")).found is Found.RUNNING
            await rig.clock.sleep_process(100)
            finding = await rig.driver.find("R1.s1")
            assert (finding.found, finding.grade) == (Found.DONE, Grade.A)

    play(scene)


def test_a_jobs_events_are_told_in_order_with_its_id() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s1")
            await rig.clock.sleep_process(100)
            phases = [each.phase for each in rig.of(JobEvent) if each.job == "R1.s1"]
            assert phases[0] is JobPhase.STARTED
            assert phases[-1] is JobPhase.COMPLETED

    play(scene)


def test_a_wafer_is_placed_and_removed_once_the_tool_says_so() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert await rig.driver.place(WAFER) == Accepted()
            assert (await rig.driver.status()).wafers == (WAFER,)
            assert await rig.driver.remove(WAFER) == Accepted()
            moves = [(each.wafer, each.arrived) for each in rig.of(MaterialEvent)]
            assert moves == [(WAFER, True), (WAFER, False)]

    play(scene)


def test_a_robot_that_is_refused_to_a_wafer_that_is_there_has_done_its_work() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.driver.place(WAFER)
            assert isinstance(await rig.driver.place(WAFER), Accepted)
            assert (await rig.driver.status()).wafers == (WAFER,)
            assert len(rig.of(MaterialEvent)) == 1

    play(scene)


def test_a_trace_brings_readings_of_the_watched_signals() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert await rig.driver.watch("anneal") == [
                ("temperature", "Temp"),
                ("", "StepIndex"),
            ]
            rig.machine.values["Temp"] = 399.9
            await rig.clock.sleep_process(35)
            await rig.driver.unwatch()
            await rig.clock.sleep_process(100)
            readings = [each for each in rig.of(Reading) if each.channel == "Temp"]
            assert [each.value for each in readings] == [399.9, 399.9, 399.9]
            assert (readings[0].unit, readings[0].signal) == ("degC", "temperature")

    play(scene)


@pytest.mark.parametrize(("fresh_for", "samples"), [(None, 3), (60, 3), (15, 6), (3, 30)])
def test_what_must_be_fresh_is_sampled_three_times_in_that_time(fresh_for, samples) -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.driver.watch("anneal", None if fresh_for is None else Fraction(fresh_for))
            await rig.clock.sleep_process(30.5)
            assert len([each for each in rig.of(Reading) if each.channel == "Temp"]) == samples

    play(scene)


def test_a_silent_tool_is_missed_sooner_while_it_has_a_job() -> None:
    async def scene() -> None:
        async with connected() as rig:
            rig.station.wire.stall()
            await rig.clock.sleep(120)
            assert rig.of(SightEvent)[-1].seen
            await rig.driver.watch("cure")
            await rig.clock.sleep(6)
            assert "LINKTEST_REQ" in rig.of(SightEvent)[-1].why

    play(scene)


def test_a_dead_link_is_found_out_before_its_last_sample_is_stale() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.driver.watch("anneal", Fraction(15))
            await rig.clock.sleep(11)
            rig.station.wire.stall()
            await rig.clock.sleep(15)
            assert "LINKTEST_REQ" in rig.of(SightEvent)[-1].why

    play(scene)


def test_watching_an_operation_without_a_trace_asks_for_none() -> None:
    async def scene() -> None:
        async with connected() as rig:
            before = len(rig.sent)
            assert await rig.driver.watch("cure") == []
            assert len(rig.sent) == before

    play(scene)


def test_start_without_a_wafer_is_refused() -> None:
    async def scene() -> None:
        async with connected() as rig:
            program = rig.program()
            await rig.driver.install(program)
            await rig.driver.select(program)
            outcome = await rig.driver.start(Job("R1.s1", "s1", "anneal", WAFER, program))
            assert outcome == Refused("START: can't do it now")

    play(scene)


def test_a_job_never_sent_is_not_seen_on_grade_a() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s0")
            finding = await rig.driver.find("R1.s1")
            assert (finding.found, finding.grade) == (Found.NOT_SEEN, Grade.A)

    play(scene)


def test_not_seen_waits_out_the_command_latency_and_asks_twice() -> None:
    async def scene() -> None:
        async with connected() as rig:
            before, began = len(rig.sent), rig.clock.wire()
            await rig.driver.find("R1.s1")
            assert rig.sent[before:] == ["S1F3", "S1F3"]
            assert rig.clock.wire() - began >= 2.0

    play(scene)


def test_an_aborted_job_is_found_failed() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s1")
            assert isinstance(await rig.driver.abort(), Accepted)
            finding = await rig.driver.find("R1.s1")
            assert finding.found is Found.FAILED
            assert finding.evidence["result"] == "aborted"

    play(scene)


def test_an_abort_is_on_the_wire_before_anybody_waits_for_it() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s1")
            link, written = rig.driver._session._attachment.link, []
            write = link.write
            link.write = lambda data: (written.append(data), write(data))
            going = rig.driver.abort()
            assert [data[6:8] for data in written] == [bytes([0x80 | 2, 41])]
            assert isinstance(await going, Accepted)

    play(scene)


def test_abort_may_be_repeated() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s1")
            for _ in range(3):
                assert isinstance(await rig.driver.abort(), Accepted)

    play(scene)


def test_a_program_out_of_the_tools_range_is_refused_by_its_verification() -> None:
    async def scene() -> None:
        async with connected() as rig:
            good = rig.program()
            from fabctl.tools.port import Block

            assert not isinstance(good.body, bytes)
            bad = replace(good, body=(Block(501, (60.0, 900.0, 5.0, "N2")),))
            outcome = await rig.driver.install(bad)
            assert isinstance(outcome, Refused)
            assert "900" in outcome.why

    play(scene)


def test_peaks_are_the_tools_own_record_of_the_job() -> None:
    async def scene() -> None:
        async with connected() as rig:
            await rig.started("R1.s1")
            assert await rig.driver.peaks("R1.s1") == {"temperature": 402.3}

    play(scene)


def test_measurements_carry_values_unit_uncertainty_and_layer() -> None:
    async def scene() -> None:
        async with connected() as rig:
            rig.machine.values |= {
                "SiteThickness": (120.1, 119.9),
                "Uncertainty": 2.4,
                "Layer": "Sn",
            }
            await rig.started("R1.s1")
            (found,) = await rig.driver.results("R1.s1")
            assert (found.values, found.unit, found.uncertainty, found.layer) == (
                (120.1, 119.9),
                "Å",
                2.4,
                "Sn",
            )

    play(scene)


def test_the_first_connection_is_told_as_sight() -> None:
    async def scene() -> None:
        async with connected() as rig:
            assert [each.seen for each in rig.of(SightEvent)] == [True]

    play(scene)


def test_two_days_send_the_same_messages_in_the_same_order() -> None:
    days: list[list[str]] = []

    async def scene() -> None:
        async with connected(speed=[1.0, 600.0][len(days)]) as rig:
            await rig.driver.watch("anneal")
            await rig.started()
            await rig.clock.sleep_process(100)
            await rig.driver.unwatch()
            await rig.driver.remove(WAFER)
            days.append(list(rig.sent))

    play(scene)
    play(scene)
    assert days[0] == days[1]


def test_the_driver_is_a_tool() -> None:
    def takes(tool: Tool) -> None: ...

    async def scene() -> None:
        async with connected() as rig:
            takes(rig.driver)
            assert isinstance(rig.driver, GemTool)

    play(scene)
