"""`fabctl audit --on-tools`: goes on-line with a fab's tools and audits what they store."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from fabctl.cli.output import Failure

if TYPE_CHECKING:
    from fabctl.interlocks import Finding, RulePack
    from fabctl.links.link import Dial
    from fabctl.process.sequence import Sequence
    from fabctl.tools.fab import Fab, ToolEntry
    from fabctl.tools.port import Tool


class Stored(Struct, frozen=True):
    """What was found on a fab's tools; `not_asked` gives step → a tool that stores no program."""

    findings: "tuple[Finding, ...]" = ()
    not_asked: Mapping[str, str] = field(default_factory=dict)


def ask(sequence: "Sequence", fab: "Fab", rules: "RulePack") -> Stored:
    """Upload, decode, audit and compare the program of every step whose tool can be asked.

    What the others store is not shown. Raises `Failure` where no tool can be asked.
    """
    from fabctl import clock

    return clock.run(ask_tools(sequence, fab, rules, lambda entry: entry.dial()))


async def ask_tools(
    sequence: "Sequence", fab: "Fab", rules: "RulePack", dial: "Callable[[ToolEntry], Dial]"
) -> Stored:
    """As `ask`, in a running event loop; `dial` gives what dials a tool."""
    import asyncio

    from fabctl.clock import Clock
    from fabctl.engine.program import program_name
    from fabctl.interlocks.stored import audit_stored
    from fabctl.process.material import materials
    from fabctl.tools.drivers import open_tools, stores_programs
    from fabctl.tools.errors import ToolError
    from fabctl.tools.models import FabModels

    doing = _doing(sequence, fab)
    used = tuple(each for each in fab.tools if each.id in doing.values())
    drivers = open_tools(replace(fab, tools=used), Clock(), dial)
    storing = {tool: driver for tool, driver in drivers.items() if stores_programs(driver)}
    not_asked = {step: tool for step, tool in doing.items() if tool not in storing}
    if not storing:
        return Stored(not_asked=not_asked)
    mute = {
        each.id: f"{each.id}: has no address"
        for each in used
        if each.id in storing and not each.address
    }
    connected = []

    async def connect(driver: "Tool") -> None:
        try:
            await driver.connect()
        except ToolError as error:
            mute[driver.id] = str(error)
        else:
            connected.append(driver)

    try:
        reachable = [driver for tool, driver in storing.items() if tool not in mute]
        await asyncio.gather(*map(connect, reachable))
        if not connected:
            why = "; ".join(mute.values())
            raise Failure(f"--on-tools: no tool of {fab.name} can be asked: {why}")
        asked = {driver.id for driver in connected}
        findings = await audit_stored(
            sequence,
            {step: drivers[tool] for step, tool in doing.items() if tool in asked},
            program_name,
            rules,
            materials(),
            FabModels(fab.path),
            {step: mute[tool] for step, tool in doing.items() if tool in mute},
        )
        return Stored(findings, not_asked)
    finally:
        for driver in connected:
            await driver.disconnect()


def _doing(sequence: "Sequence", fab: "Fab") -> dict[str, str]:
    """Which tool does a step, for those that one can do."""
    from fabctl.tools.errors import NoToolError
    from fabctl.tools.fab import resolve

    doing: dict[str, str] = {}
    for step in sequence.steps:
        with suppress(NoToolError):  # which is a finding of the fab's own audit
            doing[step.id] = resolve(fab, step.kind, step.recipe, step.tool).id
    return doing
