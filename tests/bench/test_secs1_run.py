"""A run in which one tool of the built-in fab is on SECS-I, on a pty, and the rest on HSMS."""

import pytest
from lab_rig import Lab, Run, bench_fab, built_in_fab
from msgspec.structs import replace

from fabctl.clock import run

pytestmark = [pytest.mark.wire, pytest.mark.long]


def fab():
    """The deposition tool, whose film is watched live, on SECS-I."""
    cvd = replace(built_in_fab().tool("CVD01"), address="secs-i:/tmp/fabctl-bench/CVD01,115200")
    others = [built_in_fab().tool(tool) for tool in ("MET01", "WET01")]
    return replace(bench_fab(), tools=(cvd, *others))


def test_a_run_with_one_tool_on_secs_i_completes(tmp_path):
    async def main():
        async with Lab.on(tmp_path, 300, fab()) as lab:
            assert "CVD01" not in lab.addresses
            return await Run(lab, "film-and-strip").go()

    done = run(main())
    assert done.result.outcome == "completed", done.result.why
    assert [each["tool"] for each in done.bodies("INTENT")] == ["CVD01", "MET01", "WET01"]
