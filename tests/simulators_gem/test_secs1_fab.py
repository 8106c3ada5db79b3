"""One tool of the built-in fab on SECS-I, the rest on HSMS: in memory, on TCP, on a pty."""

import asyncio
import dataclasses
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from fabctl.clock import Clock, run
from fabctl.links.pty import listen_pty
from fabctl.tools.drivers import open_tools
from fabctl.tools.fab import Fab, load_fab
from fabctl.tools.port import Control, SightEvent, Tool
from sequences import data
from simulators.fab import SimulatedFab
from tool_drivers.gem import GemTool


@cache
def built_in_fab() -> Fab:
    return load_fab(data("fabs", "built-in.yaml"))


def fab_with(address: str) -> Fab:
    """WET01 on SECS-I, CMP01 on HSMS."""
    built_in = built_in_fab()
    wet, cmp = built_in.tool("WET01"), built_in.tool("CMP01")
    return replace(built_in, tools=(replace(wet, address=address), cmp))


async def look_at(tools: dict[str, Tool]) -> None:
    """Connect each tool and ask for its status, which takes multi-block messages."""
    for tool in tools.values():
        await tool.connect()
        status = await tool.status()
        assert status.control is Control.REMOTE
        assert status.state == "IDLE"
        await tool.disconnect()


def test_in_memory():
    """As in a dry run."""

    async def main() -> None:
        fab, clock = fab_with("secs-i:"), Clock()
        simulated = SimulatedFab(fab, clock)
        await simulated.open()
        await look_at(open_tools(fab, clock, lambda entry: simulated.dial(entry.id)))
        await simulated.close()

    run(main(), virtual=True)


@pytest.mark.wire
def test_on_tcp():
    """SECS-I over TCP is the same bytes."""

    async def main() -> None:
        fab, clock = fab_with("secs-i:127.0.0.1:5006"), Clock()
        simulated = SimulatedFab(fab, clock)
        await simulated.open()
        addresses = await simulated.serve("127.0.0.1")
        assert simulated.serve_ports() == {}
        for entry in fab.tools:
            host, port = addresses[entry.id]
            prefix = "secs-i:" if entry.place.secs1 else ""
            moved = replace(fab, tools=(replace(entry, address=f"{prefix}{host}:{port}"),))
            await look_at(open_tools(moved, clock, lambda entry: entry.place.dial()))
        await simulated.close()

    run(main())


def lasts(baudrate: int) -> float:
    """Wire seconds for a status over a serial line of that pace."""

    async def main() -> float:
        fab, clock = fab_with(f"secs-i:/nowhere/WET01,{baudrate}"), Clock()
        simulated = SimulatedFab(fab, clock)
        await simulated.open()
        only = replace(fab, tools=(fab.tool("WET01"),))
        (tool,) = open_tools(only, clock, lambda entry: simulated.dial(entry.id)).values()
        await tool.connect()
        began = clock.wire()
        await tool.status()
        took = clock.wire() - began
        await tool.disconnect()
        await simulated.close()
        return took

    return run(main(), virtual=True)


def test_a_serial_line_takes_the_time_of_its_characters():
    slow, fast = lasts(1200), lasts(9600)
    assert slow == pytest.approx(8 * fast, rel=0.01)
    assert fast > 0.1


@pytest.mark.long
@pytest.mark.wire
def test_on_a_pty(tmp_path: Path):
    """The path of the fab file is where the tool is served."""

    async def main() -> None:
        fab, clock = fab_with(f"secs-i:{tmp_path}/WET01"), Clock()
        simulated = SimulatedFab(fab, clock)
        await simulated.open()
        assert list(await simulated.serve("127.0.0.1")) == ["CMP01"]
        assert simulated.serve_ports() == {"WET01": f"{tmp_path}/WET01"}
        only = replace(fab, tools=(fab.tool("WET01"),))
        for _ in range(2):
            await look_at(open_tools(only, clock, lambda entry: entry.place.dial()))
            await clock.sleep(0.2)
        assert simulated.idle_since is not None
        await simulated.close()

    run(main())


@pytest.mark.long
@pytest.mark.wire
def test_a_pulled_plug_is_told_once_and_made_good(tmp_path: Path):
    """F20, F21: the port goes and comes back; the driver loses sight of the tool and regains it."""

    async def main() -> None:
        fab, clock = fab_with(f"secs-i:{tmp_path}/WET01"), Clock()
        entry = fab.tool("WET01")
        quick = dataclasses.replace(
            entry.dictionary, timers={**entry.dictionary.timers, "t5": Fraction(1, 5)}
        )
        station = SimulatedFab(fab, clock).stations["WET01"]
        station.open()
        plug = listen_pty(station.accept, tmp_path / "WET01")
        tool = GemTool(entry, quick, entry.place.dial(), clock)
        seen: list[bool] = []
        back = asyncio.Event()

        def notice(told: object) -> None:
            if isinstance(told, SightEvent):
                seen.append(told.seen)
                if len(seen) == 3:
                    back.set()

        tool.subscribe(notice)
        await tool.connect()
        assert seen == [True]

        station.links[0].abort()  # the adapter is gone, and with it the port
        await plug.close()
        await clock.sleep(1.0)
        assert seen == [True, False]

        plug = listen_pty(station.accept, tmp_path / "WET01")
        async with asyncio.timeout(10):
            await back.wait()
        assert seen == [True, False, True]
        assert (await tool.status()).state == "IDLE"
        await tool.disconnect()
        await plug.close()
        await station.close()

    run(main())
