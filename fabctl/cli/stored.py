"""`fabctl audit --on-tools`: goes on-line with a fab's tools and audits what they store."""

from dataclasses import replace
from typing import TYPE_CHECKING

from fabctl.cli.output import Failure

if TYPE_CHECKING:
    from fabctl.interlocks import Finding, RulePack
    from fabctl.process.sequence import Sequence
    from fabctl.tools.fab import Fab


def stored_findings(sequence: "Sequence", fab: "Fab", rules: "RulePack") -> "tuple[Finding, ...]":
    """Upload, decode, audit and compare every step's program. Raises `ToolError`, `Failure`."""
    from fabctl import clock
    from fabctl.tools.fab import resolve

    tools = {step.id: resolve(fab, step.kind, step.recipe, step.tool).id for step in sequence.steps}
    mute = [each.id for each in fab.tools if each.id in tools.values() and not each.address]
    if mute:
        raise Failure(f"--on-tools needs addresses: {fab.name} has none for {', '.join(mute)}")
    return clock.run(_ask(sequence, fab, rules, tools))


async def _ask(
    sequence: "Sequence", fab: "Fab", rules: "RulePack", tools: dict[str, str]
) -> "tuple[Finding, ...]":
    from fabctl.clock import Clock
    from fabctl.engine.program import program_name
    from fabctl.interlocks.stored import audit_stored
    from fabctl.process.material import materials
    from fabctl.tools.drivers import open_tools
    from fabctl.tools.models import FabModels

    used = tuple(each for each in fab.tools if each.id in tools.values())
    drivers = open_tools(replace(fab, tools=used), Clock(), lambda entry: entry.dial())
    connected = []
    try:
        for driver in drivers.values():
            await driver.connect()
            connected.append(driver)
        by_step = {step: drivers[tool] for step, tool in tools.items()}
        foretold = FabModels(fab.path)
        return await audit_stored(sequence, by_step, program_name, rules, materials(), foretold)
    finally:
        for driver in connected:
            await driver.disconnect()
