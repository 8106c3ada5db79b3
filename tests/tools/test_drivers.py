"""Drivers and simulators come by name, through entry points."""

import pytest

from fabctl.clock import Clock, run
from fabctl.tools.drivers import DRIVERS, SIMULATORS, open_tools
from fabctl.tools.entry_point import load
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import load_fab
from sequences import data


def test_every_tool_of_a_fab_gets_its_driver() -> None:
    async def main() -> None:
        fab = load_fab(data("fabs", "built-in.yaml"))

        async def dial(_receiver: object) -> None:
            raise AssertionError("nothing is dialled before connect")

        tools = open_tools(fab, Clock(), lambda _entry: dial)
        assert {name: tool.id for name, tool in tools.items()} == {e.id: e.id for e in fab.tools}

    run(main(), virtual=True)


@pytest.mark.parametrize("group", [DRIVERS, SIMULATORS])
def test_a_name_that_nobody_installed_is_an_error_that_names_those_there_are(group: str) -> None:
    with pytest.raises(NoToolError, match=r"no 'abacus' \(installed: .*gem"):
        load(group, "abacus", "FUR01")
