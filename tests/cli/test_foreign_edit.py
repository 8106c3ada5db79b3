"""Somebody else changes a recipe on the tool between download and START: it does not start."""

import pytest

from fabctl import clock
from fabctl.cli import compose
from fabctl.clock import Clock
from fabctl.engine.run import execute
from fabctl.journal import Journal
from fabctl.tools.drivers import simulate

TOOL = "FUR01"


async def run(journal, moment):
    """A dry run in which the furnace's program is changed right after a driver's `moment`."""
    order = compose.order("cap-line", {}, compose.simulated_fab(None))
    ticking = Clock()
    simulated = simulate(order.fab, ticking, seed=0, faults=None)
    await simulated.open()
    try:
        tools = order.open_tools(ticking, lambda entry: simulated.dial(entry.id))
        furnace = tools[TOOL]
        whole = getattr(furnace, moment)

        async def then_changed(*arguments):
            answer = await whole(*arguments)
            simulated.equipment(TOOL).panel.tamper()
            return answer

        setattr(furnace, moment, then_changed)
        return await execute(order.plan("r"), tools, order.guard, journal, ticking)
    finally:
        await simulated.close()


@pytest.mark.long
@pytest.mark.parametrize("moment", ["install", "select", "read_back"])
def test_a_program_changed_after_it_was_downloaded_is_not_started(moment, tmp_path):
    journal = Journal.open(tmp_path / "j.sqlite3", durable=False)
    result = clock.run(run(journal, moment), virtual=True)
    assert result.outcome == "held"
    anneals = [
        record
        for record in journal.records("r")
        if record.kind == "ACCEPTED" and record.body["tool"] == TOOL
    ]
    assert anneals == []
    journal.close()
