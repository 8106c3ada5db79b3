"""Two furnaces of one make, one run, and their adapters swapped: neither is sent anything."""

import asyncio
import dataclasses

import pytest
from lab_rig import Lab, Run, bench_fab
from msgspec.structs import replace

from fabctl.clock import run
from fabctl.instruments.modbus import read

pytestmark = [pytest.mark.wire, pytest.mark.long]

WHO = read(1, 629).encode()
"""The question for the customer ID."""
RUN, RESET = bytes([1, 6, 0, 23, 0, 2]), bytes([1, 6, 0, 23, 0, 1])
SWAP = {"FUR02": "FUR03", "FUR03": "FUR02"}


def fab():
    """The bench's furnace, and another one that differs in its customer ID alone."""
    one = bench_fab().tool("FUR02")
    other = replace(
        one,
        id="FUR03",
        dictionary=dataclasses.replace(one.dictionary, tool="FUR03", softrev="18"),
        address="/tmp/fabctl-bench/FUR03,9600",
    )
    return replace(bench_fab(), tools=(one, other))


def overheard(lab):
    """What each furnace is sent, by its true name; the lists grow."""
    heard = {tool: [] for tool in SWAP}
    for tool, frames in heard.items():
        instrument = lab.station(tool).instrument

        def hear(data, now, frames=frames, receive=instrument.receive, **how):
            frames.append(data)
            return receive(data, now, **how)

        instrument.receive = hear
    return heard


async def plug_in(lab, ports):
    """Both plugs out, and each in the port of the tool that is named."""
    for tool in ports:
        await lab.pull(tool)
    for tool, port in ports.items():
        lab.put_in(tool, port)


@pytest.fixture(scope="module")
def swapped_before(tmp_path_factory):
    async def main():
        async with Lab.on(tmp_path_factory.mktemp("before"), fab=fab()) as lab:
            heard = overheard(lab)
            await plug_in(lab, SWAP)
            return await Run(lab, "two-anneals").go(), heard

    return run(main())


@pytest.fixture(scope="module")
def swapped_in_mid_anneal(tmp_path_factory):
    async def main():
        async with Lab.on(tmp_path_factory.mktemp("amid"), 30, fab()) as lab:
            heard = overheard(lab)
            one = Run(lab, "two-anneals")
            going = asyncio.ensure_future(one.go())
            await one.until("ACCEPTED")
            before = {tool: len(frames) for tool, frames in heard.items()}
            await plug_in(lab, SWAP)
            await one.until("ALARM", lambda told: told["text"].startswith("FUR02: is controller"))
            after = {tool: frames[before[tool] :] for tool, frames in heard.items()}
            await plug_in(lab, {tool: tool for tool in SWAP})
            return await going, heard, after

    return run(main())


def test_a_run_on_swapped_furnaces_is_refused_and_says_why(swapped_before):
    result = swapped_before[0].result
    assert result.outcome == "refused"
    assert "FUR02: is controller 18, its dictionary is for 17" in result.why


def test_swapped_furnaces_are_asked_who_they_are_and_sent_nothing_else(swapped_before):
    for frames in swapped_before[1].values():
        assert frames
        assert set(frames) == {WHO}


def test_furnaces_swapped_in_mid_anneal_are_an_alarm_that_holds_the_run(swapped_in_mid_anneal):
    result = swapped_in_mid_anneal[0].result
    assert result.outcome == "held"
    assert "FUR02: is controller 18, its dictionary is for 17" in result.why


def test_furnaces_swapped_in_mid_anneal_are_sent_nothing_but_the_question(swapped_in_mid_anneal):
    after = swapped_in_mid_anneal[2]
    assert {frame for frames in after.values() for frame in frames} == {WHO}


def test_the_furnace_is_stopped_as_soon_as_it_is_in_its_own_port_again(swapped_in_mid_anneal):
    _, heard, _ = swapped_in_mid_anneal
    commands = [frame[:6] for frame in heard["FUR02"] if frame[1:4] == RUN[1:4]]
    assert commands == [RUN, RESET]
    assert all(frame[1] == 3 for frame in heard["FUR03"])
