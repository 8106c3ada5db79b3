"""`fabctl sim up`: the simulated tools on real sockets, for any host to use."""

import os
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fabctl.cli.options import Fab, Faults, Json, Layout, Seed, Speed, Wafers
from fabctl.cli.output import LEGAL, Failure, emit, say, show_table

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping

    from fabctl.clock import Clock
    from fabctl.tools.simulated import SimulatedTools

END_S = 5
"""How long tools that are busy may take to end, in seconds: nothing of them could be lost."""

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65000,
        help="The first tool's port, the next ones follow; 0: any; default: the fab file's.",
    ),
]
Idle = Annotated[
    float | None,
    typer.Option("--idle", min=0, metavar="SECONDS", help="End after so long without a host."),
]


def up(
    fab: Fab = None,
    speed: Speed = 1.0,
    faults: Faults = None,
    seed: Seed = 0,
    wafers: Wafers = None,
    layout: Layout = None,
    host: Host = "127.0.0.1",
    port: Port = None,
    idle: Idle = None,
    as_json: Json = False,
) -> int:
    """Serve the simulated tools until Ctrl-C; prints where each one listens."""
    from fabctl import clock

    return clock.run(_serve(fab, speed, faults, seed, wafers, layout, host, port, idle, as_json))


commands: dict[str, Callable[..., int]] = {"up": up}


async def _serve(
    fab_path: Path | None,
    speed: float,
    faults_path: Path | None,
    seed: int,
    wafers: Path | None,
    layout: Path | None,
    host: str,
    port: int | None,
    idle: float | None,
    as_json: bool,
) -> int:
    from fabctl.cli.compose import chosen_faults, simulated_fab
    from fabctl.clock import Clock
    from fabctl.process.layout import load_layout
    from fabctl.process.stock_loader import load_stock
    from fabctl.tools.drivers import simulate

    fab = simulated_fab(fab_path)
    clock = Clock(speed)
    stock = load_stock(wafers) if wafers else None
    planted = chosen_faults(faults_path, fab)
    reticles = load_layout(layout) if layout else None
    tools = simulate(fab, clock, seed=seed, faults=planted, stock=stock, layout=reticles)
    if port is None:
        ports = {entry.id: entry.place.port for entry in fab.tools}
    else:
        ports = {entry.id: port + i if port else 0 for i, entry in enumerate(fab.tools)}
    with _ended_by_signals() as ended:
        await tools.open()
        try:
            try:
                addresses = await tools.serve(host, ports)
            except OSError as error:
                raise Failure(f"{error}; --host and --port say where else") from error
            try:
                paths = tools.serve_ports()
                if fab.desk:
                    await tools.serve_desk(fab.desk)
            except OSError as error:
                raise Failure(str(error)) from error
            _tell(addresses, paths, fab.desk, speed, stock.name if stock else "", as_json)
            await _until_idle(tools, clock, idle, ended)
        finally:
            await tools.close()
    return LEGAL


def _tell(
    addresses: "Mapping[str, tuple[str, int]]",
    paths: "Mapping[str, str]",
    desk: str,
    speed: float,
    wafers: str,
    as_json: bool,
) -> None:
    if as_json:
        places: dict[str, dict[str, object]] = {
            tool: {"host": host, "port": port} for tool, (host, port) in addresses.items()
        }
        places.update({tool: {"path": path} for tool, path in paths.items()})
        told: dict[str, object] = {"pid": os.getpid(), "speed": speed, "tools": places}
        told["wafers"] = wafers
        emit(told | ({"desk": desk} if desk else {}))
    else:
        rows = [(tool, f"{host}:{port}") for tool, (host, port) in addresses.items()]
        rows += paths.items()
        show_table(("tool", "address"), [*rows, ("desk", desk)] if desk else rows)
        say(f"wafers are brought in {f'as {wafers}' if wafers else 'bare'}")
        say("serving; Ctrl-C ends it")


@contextmanager
def _ended_by_signals() -> "Iterator[asyncio.Event]":
    """Have Ctrl-C and SIGTERM ask for the end, and make it where nobody listens for `END_S`.

    The handlers are Python's own, since the loop's are not called while the tools are busy.
    """
    import asyncio

    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def end(_number: int, _frame: object) -> None:
        signal.alarm(END_S)
        loop.call_soon_threadsafe(ended.set)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        if ended.is_set():
            signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


async def _until_idle(
    tools: "SimulatedTools", clock: "Clock", idle: float | None, ended: "asyncio.Event"
) -> None:
    """Wait for a signal, or for `idle` seconds without any connection."""
    import asyncio

    while not ended.is_set():
        since = tools.idle_since
        if idle is not None and since is not None and clock.wire() - since >= idle:
            say("no host for a while: ending")
            return
        try:
            await asyncio.wait_for(ended.wait(), timeout=0.2 if idle is not None else None)
        except TimeoutError:
            continue
