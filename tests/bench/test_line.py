"""The line on which the host asks and an instrument answers."""

import pytest
from bench_rig import go

from fabctl.clock import Clock
from fabctl.links.memory import MemoryWire
from tool_drivers.bench.line import Line, LineDownError


def test_a_link_that_is_lost_while_it_is_still_being_dialled_is_none():
    async def main():
        wire, clock = MemoryWire(), Clock()
        wire.listen(lambda link: Line("T", wire.dial, clock, str, bytes))

        async def cut_dial(receiver):
            link = await wire.dial(receiver)
            wire.drop("the plug was pulled")
            await clock.sleep(0.01)
            return link

        line = Line("FUR02", cut_dial, clock, str, bytes)
        with pytest.raises(LineDownError, match="the plug was pulled"):
            await line.open()
        return line.is_open

    assert not go(main())
