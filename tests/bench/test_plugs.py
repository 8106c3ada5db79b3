"""Every plug pulled in mid-step, the pty closed: seen once, found again, nothing started twice.

Four runs at once on one bench: a furnace, a coater, a hot plate, and a wet bench on SECS-I.
"""

import asyncio

import pytest
from lab_rig import Lab, Run, bench_fab, built_in_fab
from msgspec.structs import replace

from fabctl.clock import run

pytestmark = [pytest.mark.wire, pytest.mark.long]

SEQUENCES = {
    "FUR02": "one-anneal",
    "SPN03": "one-coat",
    "HOT01": "one-bake",
    "WET01": "one-clean",
}
SPEED = 30


def fab():
    """The bench's serial tools, and a wet bench on SECS-I."""
    wet = replace(built_in_fab().tool("WET01"), address="secs-i:/tmp/fabctl-bench/WET01")
    lines = [bench_fab().tool(tool) for tool in SEQUENCES if tool != "WET01"]
    return replace(bench_fab(), tools=(*lines, wet))


async def interrupted(lab, tool):
    """A run whose tool's plug is out for a while in mid-job."""
    one = Run(lab, SEQUENCES[tool])
    going = asyncio.ensure_future(one.go())
    await one.until("ACCEPTED")
    await lab.clock.sleep(0.2)
    await lab.pull(tool)
    await one.until("LOST_SIGHT")
    lab.put_in(tool)
    await one.until("REGAINED")
    if tool == "FUR02":  # its program would go on for long
        await one.until("RECONCILED")
        one.controls.ask("abort", "Ada", "seen enough")
    return await going


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The four runs, by tool."""

    async def main():
        async with Lab.on(tmp_path_factory.mktemp("lab"), SPEED, fab()) as lab:
            done = await asyncio.gather(*(interrupted(lab, tool) for tool in SEQUENCES))
        return dict(zip(SEQUENCES, done, strict=True))

    return run(main())


@pytest.mark.parametrize("tool", SEQUENCES)
def test_a_pulled_plug_is_one_loss_of_sight_and_one_return(runs, tool):
    assert [each["tool"] for each in runs[tool].bodies("LOST_SIGHT")] == [tool]
    assert [each["tool"] for each in runs[tool].bodies("REGAINED")] == [tool]


@pytest.mark.parametrize("tool", SEQUENCES)
def test_after_its_return_the_tool_is_asked_and_nothing_is_started_again(runs, tool):
    kinds = [each.kind for each in runs[tool].records]
    assert "RECONCILED" in kinds[kinds.index("REGAINED") :]
    assert len(runs[tool].bodies("INTENT")) == 1


@pytest.mark.parametrize("tool", ["FUR02", "WET01"])
def test_a_tool_that_goes_on_by_itself_is_found_running_or_done(runs, tool):
    assert runs[tool].bodies("RECONCILED")[0]["found"] in ("RUNNING", "DONE")


def test_a_coater_that_the_host_works_leaves_a_suspect_wafer(runs):
    assert runs["SPN03"].result.outcome == "held"
    assert "suspect" in runs["SPN03"].bodies("RECONCILED")[-1]["evidence"]["why"]


def test_a_plate_that_was_only_heating_goes_on_to_its_bake(runs):
    assert runs["HOT01"].result.outcome == "completed"


def test_a_tool_on_secs_i_ends_its_step_as_if_nothing_had_been(runs):
    assert runs["WET01"].result.outcome == "completed"
