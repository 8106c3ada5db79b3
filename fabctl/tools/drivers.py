"""Where names of drivers and simulators become objects: through entry points, and only here.

So anybody can ship a driver as a package of its own, and nothing imports one by name.
"""

from collections.abc import Callable
from typing import Any, Protocol

from fabctl.clock import Clock
from fabctl.links.link import Dial
from fabctl.process.layout import Layout
from fabctl.process.stock import Stock
from fabctl.tools.desk import Desk, NobodyThere
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.entry_point import load
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import Fab, ToolEntry
from fabctl.tools.faults import Faults
from fabctl.tools.port import ChangedConstant, Program, Tool
from fabctl.tools.simulated import SimulatedTools

DRIVERS = "fabctl.drivers"
SIMULATORS = "fabctl.simulators"


class Driver(Protocol):
    """A driver class as its entry point gives it.

    One whose tool is served by hand has an attribute ``by_hand = True``, and is also given the
    `desk` where it may ask a person. One whose tool stores no program, since the host or a person
    carries it out, has ``stores_programs = False``: there is nothing to read back from it.
    """

    def __call__(
        self,
        entry: ToolEntry,
        dictionary: Dictionary,
        dial: Dial,
        clock: Clock,
        tap: Any = None,
        **desk: Desk,
    ) -> Tool:
        """Make the driver of one tool; nothing is sent before `Tool.connect`."""


def open_tools(
    fab: Fab,
    clock: Clock,
    dial_for: Callable[[ToolEntry], Dial],
    tap_for: Callable[[str], Any] | None = None,
    desk: Desk | None = None,
) -> dict[str, Tool]:
    """Make the driver of each tool of a fab, by tool ID; none is connected yet.

    `tap_for` gives what sees a tool's messages (`fabctl.links.wire_log.WireLog.tap`), None: nobody
    does. `desk` is where a person can be asked, None: nobody is there. Raises `NoToolError` where a
    driver is not installed.
    """
    tools: dict[str, Tool] = {}
    for entry in fab.tools:
        driver: Driver = load(DRIVERS, entry.driver, entry.id)
        tap = tap_for(entry.id) if tap_for else None
        by_hand = getattr(driver, "by_hand", False)
        asking = {"desk": desk or NobodyThere()} if by_hand else {}
        tools[entry.id] = driver(entry, entry.dictionary, dial_for(entry), clock, tap, **asking)
    return tools


def stores_programs(tool: Tool) -> bool:
    """Whether a tool itself stores what it is to do."""
    return bool(getattr(tool, "stores_programs", True))


async def changed_constants(tool: Tool) -> tuple[ChangedConstant, ...]:
    """Which constants of a tool are not as its dictionary has them; () of a tool without any.

    Raises `ToolError` where it can't be asked.
    """
    ask = getattr(tool, "changed_constants", None)
    return tuple(await ask()) if ask is not None else ()


def program_differences(tool: Tool, sent: Program, found: Program) -> tuple[str, ...]:
    """Where a program on a tool is another than was sent; () of a tool that can't say so."""
    tell = getattr(tool, "differences", None)
    return tuple(tell(sent, found)) if tell is not None else ()


def simulate(
    fab: Fab,
    clock: Clock,
    *,
    seed: int = 0,
    faults: Faults | None = None,
    stock: Stock | None = None,
    layout: Layout | None = None,
) -> SimulatedTools:
    """Make the simulated tools of a fab, whose wafers come in as `stock` says (None: bare).

    They have the reticles of `layout` besides those that come with fabctl. Raises `NoToolError`
    where the package is missing.
    """
    names = {entry.simulator for entry in fab.tools}
    if len(names) != 1:
        raise NoToolError(fab.name, f"needs one simulator for all its tools, not {sorted(names)}")
    made: SimulatedTools = load(SIMULATORS, names.pop(), fab.name)(
        fab, clock, seed=seed, faults=faults, stock=stock, layout=layout
    )
    return made
