"""`fabctl audit --on-tools`: goes on-line with a fab's tools and audits what they store."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fabctl.cli.output import Failure

if TYPE_CHECKING:
    from fabctl.interlocks import Finding, RulePack
    from fabctl.process.sequence import Sequence
    from fabctl.tools.fab import Fab
    from fabctl.tools.port import Tool


def stored_findings(sequence: "Sequence", fab: "Fab", rules: "RulePack") -> "tuple[Finding, ...]":
    """Upload, decode, audit and compare the program of every step whose tool can be asked.

    What the others store is not shown. Raises `Failure` where no tool can be asked.
    """
    from fabctl import clock
    from fabctl.tools.errors import NoToolError
    from fabctl.tools.fab import resolve

    doing: dict[str, str] = {}
    for step in sequence.steps:
        with suppress(NoToolError):  # which is a finding of the fab's own audit
            doing[step.id] = resolve(fab, step.kind, step.recipe, step.tool).id
    return clock.run(_ask(sequence, fab, rules, doing)) if doing else ()


async def _ask(
    sequence: "Sequence", fab: "Fab", rules: "RulePack", doing: dict[str, str]
) -> "tuple[Finding, ...]":
    import asyncio

    from fabctl.clock import Clock
    from fabctl.engine.program import program_name
    from fabctl.interlocks.stored import audit_stored
    from fabctl.process.material import materials
    from fabctl.tools.drivers import open_tools
    from fabctl.tools.errors import ToolError
    from fabctl.tools.models import FabModels

    used = [each for each in fab.tools if each.id in doing.values()]
    mute = {each.id: f"{each.id}: has no address" for each in used if not each.address}
    asked = tuple(each for each in used if each.address)
    drivers = open_tools(replace(fab, tools=asked), Clock(), lambda entry: entry.dial())
    connected = []

    async def connect(driver: "Tool") -> None:
        try:
            await driver.connect()
        except ToolError as error:
            mute[driver.id] = str(error)
        else:
            connected.append(driver)

    try:
        await asyncio.gather(*map(connect, drivers.values()))
        if not connected:
            why = "; ".join(mute.values())
            raise Failure(f"--on-tools: no tool of {fab.name} can be asked: {why}")
        return await audit_stored(
            sequence,
            {step: drivers[tool] for step, tool in doing.items() if tool not in mute},
            program_name,
            rules,
            materials(),
            FabModels(fab.path),
            {step: mute[tool] for step, tool in doing.items() if tool in mute},
        )
    finally:
        for driver in connected:
            await driver.disconnect()
