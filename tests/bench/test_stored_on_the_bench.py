"""`audit --on-tools` on the bench: who stores a program is asked, who stores none is not."""

import pytest
from lab_rig import Lab, bench_fab
from shipped_rules import shipped_rules

import sequences
from fabctl.cli.stored import ask_tools
from fabctl.clock import run
from fabctl.engine.program import program_name
from fabctl.process.loader import load_sequence
from fabctl.tools.drivers import open_tools, stores_programs
from fabctl.tools.fab import resolve
from fabctl.tools.port import Accepted

pytestmark = pytest.mark.wire

RULES = shipped_rules("claims")


def asked(folder, name, *, written):
    """What is found on the served bench, once its tools have the approved programs or as new."""
    sequence = load_sequence(sequences.find(name))

    async def main():
        async with Lab.on(folder) as lab:
            tools = open_tools(lab.fab, lab.clock, lab.dial)
            for step in sequence.steps if written else ():
                tool = tools[resolve(lab.fab, step.kind, step.recipe, step.tool).id]
                if stores_programs(tool):
                    await tool.connect()
                    done = await tool.install(tool.encode(program_name(step), step.recipe))
                    assert isinstance(done, Accepted), done
                    await tool.disconnect()
            return await ask_tools(sequence, lab.fab, RULES, lab.dial)

    return run(main())


def test_a_bench_that_has_the_approved_programs_passes_and_says_whom_it_did_not_ask(tmp_path):
    stored = asked(tmp_path, "bench-cap", written=True)
    assert stored.findings == ()
    assert stored.not_asked["clean-1"] == "WET02"
    assert "react-1" not in stored.not_asked


def test_a_controller_that_has_never_run_anything_is_told_as_such(tmp_path):
    stored = asked(tmp_path, "bench-cap", written=False)
    (found,) = [each for each in stored.findings if each.step == "react-1"]
    assert found.code == "PR102"
    assert found.message == (
        "FUR02: program 1 is none that fabctl wrote: its units and cycles are 0, 0, 0, 0, 0, and "
        "fabctl writes 0, 0, 1, 0, 1"
    )
    assert found.hint.startswith("a run writes the approved recipe before it starts the step")


def test_no_tool_whose_host_keeps_the_program_is_dialled():
    def dial(entry):
        async def never(_receiver):
            raise AssertionError(entry.id)

        return never

    sequence = load_sequence(sequences.find("bench-resist"))
    stored = run(ask_tools(sequence, bench_fab(), RULES, dial))
    assert stored.findings == ()
    assert {"SPN03", "HOT01", "ALN01", "DEV01"} <= set(stored.not_asked.values())
