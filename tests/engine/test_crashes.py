"""A host killed at any write of its journal: never a second START, and the run goes on or holds."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from engine_rig import Rig, go
from hypothesis import given
from hypothesis import strategies as st

from fabctl.engine.errors import ResumeRefusedError
from fabctl.journal import Journal
from fabctl.tools.port import Grade

TOOLS = ("CVD01", "MET01", "FUR01", "WET01")


def scripts(**more):
    quick = {tool: {"duration": 30.0, **more.get(tool, {})} for tool in TOOLS}
    quick["CVD01"]["signal"] = lambda _channel, _t: 12.0
    return quick


def kill_and_resume(kills, **more):
    """Kill one host after the other, then let one live. Returns its world, records and result."""

    async def main():
        with tempfile.TemporaryDirectory() as folder:
            rig = Rig(Path(folder) / "runs", **scripts(**more))
            for at, after in kills:
                if rig.outcome() == "completed" or await rig.killed_host(at, after=after):
                    return rig, None
            try:
                return rig, None if rig.outcome() == "completed" else await rig.host()
            except ResumeRefusedError:  # a host before it has held the run
                return rig, None

    return go(main())


def count_appends() -> int:
    async def main():
        with tempfile.TemporaryDirectory() as folder:
            rig = Rig(Path(folder) / "runs", **scripts())
            await rig.host()
            return len(rig.records)

    return go(main())


TOTAL = 76
"""Records of the run that nothing happens to."""
KILLS = st.tuples(st.integers(1, TOTAL - 1), st.booleans())


def test_the_appends_are_all_of_them():
    assert count_appends() == TOTAL


def check_one_start_a_job_and_one_pass_a_step(rig):
    assert set(rig.world.starts.values()) <= {1}
    assert all(rig.world.done(tool) <= 1 for tool in TOOLS)


def test_a_look_at_the_wafer_that_a_killed_host_owes_is_taken_up():
    async def main():
        with tempfile.TemporaryDirectory() as folder:
            rig = Rig(Path(folder) / "runs", **scripts())
            rig.plan = replace(rig.plan, eyes="MET01")
            whole = Rig(Path(folder) / "whole", **scripts())
            whole.plan = rig.plan
            await whole.host()
            assert not await rig.killed_host(whole.kinds().index("CONCLUDED") + 1, after=True)
            result = await rig.host()
            journal = Journal.open(rig.path)
            looks = [each.body["step"] for each in journal.records("r1") if each.kind == "SECTION"]
            journal.close()
            return result.outcome, looks

    outcome, looked = go(main())
    assert outcome == "completed"
    assert looked == ["", "film-1", "check-1", "react-1", "strip-1"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "at", [pytest.param(at, marks=[pytest.mark.long] if at % 25 else []) for at in range(1, TOTAL)]
)
def test_a_host_killed_at_any_append_starts_nothing_twice_and_the_run_completes(at, after):
    rig, result = kill_and_resume([(at, after)])
    assert result.outcome == "completed", result.why
    check_one_start_a_job_and_one_pass_a_step(rig)
    assert [rig.world.done(tool) for tool in TOOLS] == [1, 1, 1, 1]
    assert rig.world.places == {}


@pytest.mark.long
@given(st.lists(KILLS, min_size=2, max_size=4))
def test_several_crashes_in_one_run(kills):
    rig, result = kill_and_resume(kills)
    check_one_start_a_job_and_one_pass_a_step(rig)
    assert result is None or result.outcome == "completed"


@pytest.mark.long
@given(
    KILLS,
    st.sampled_from(TOOLS),
    st.lists(st.sampled_from(["ok", "lost", "dropped", "late", "refuse"]), max_size=3),
)
def test_crashes_with_lost_late_and_refused_starts(kill, tool, replies):
    rig, result = kill_and_resume([kill], **{tool: {"replies": {"start": list(replies)}}})
    check_one_start_a_job_and_one_pass_a_step(rig)
    assert result is None or result.outcome in ("completed", "held")
    assert rig.world.tools[tool].state == "IDLE"


@pytest.mark.long
@given(KILLS, st.sampled_from(TOOLS), st.sampled_from([Grade.B, Grade.C]))
def test_a_tool_without_memory_never_gets_a_second_start_unasked(kill, tool, grade):
    rig, result = kill_and_resume([kill], **{tool: {"grade": grade}})
    check_one_start_a_job_and_one_pass_a_step(rig)
    assert len([job for job in rig.world.starts if "film-1" in job]) <= 1
    assert result is None or result.outcome in ("completed", "held")


@pytest.mark.long
def test_every_journal_left_by_a_kill_verifies():
    async def main():
        with tempfile.TemporaryDirectory() as folder:
            for at in range(1, TOTAL, 7):
                rig = Rig(Path(folder) / str(at), **scripts())
                await rig.killed_host(at, after=True)
                journal = Journal.open(rig.path)
                assert journal.verify("r1") == []
                journal.close()

    go(main())
