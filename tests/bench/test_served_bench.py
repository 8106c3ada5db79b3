"""A run on the served bench changes the wafers of the simulated lab, as a dry run does."""

import pytest
from bench_rig import go
from lab_rig import SHORT, Lab, Run, bench_fab, built_in_fab

from fabctl.cli import compose
from fabctl.clock import Clock, run
from fabctl.engine.run import execute
from fabctl.journal import Journal
from fabctl.tools.drivers import simulate
from fabctl.tools.fab import simulated

pytestmark = [pytest.mark.wire, pytest.mark.long]


def served(folder, sequence, speed):
    async def main():
        async with Lab.on(folder, speed) as lab:
            return await Run(lab, sequence).go()

    return run(main())


def dry(folder, sequence):
    order = compose.order(
        str(SHORT / f"{sequence}.yaml"), {}, simulated(bench_fab(), built_in_fab())
    )

    async def main():
        clock = Clock()
        lab = simulate(order.fab, clock)
        await lab.open()
        tools = order.open_tools(clock, lambda entry: lab.dial(entry.id), None, lab.desk)
        journal = Journal.open(folder / "dry.sqlite3", durable=False)
        try:
            return await execute(order.plan("dry"), tools, order.guard, journal, clock)
        finally:
            journal.close()
            await lab.close()

    return go(main())


def materials(document):
    return {each["name"]: each["area_nm2"] for each in document["wafer"]}


def test_a_resist_is_coated_baked_exposed_and_developed_as_in_a_dry_run(tmp_path):
    window = served(tmp_path, "one-window", 600).result
    assert window.outcome == "completed"
    assert set(materials(window.document)) == {"substrate", "resist-1"}
    expected = materials(dry(tmp_path, "one-window").document)
    assert materials(window.document) == pytest.approx(expected, rel=0.02)


def test_a_value_that_is_left_empty_is_what_the_simulated_tool_shows(tmp_path):
    (measured,) = served(tmp_path, "film-and-strip", 300).bodies("MEASURED")
    assert measured["values"] == pytest.approx([120] * len(measured["values"]), abs=10)
