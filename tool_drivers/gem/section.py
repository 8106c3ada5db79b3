"""A wafer's cross-section, from a metrology tool that can make one."""

from fabctl.tools.errors import ToolError
from fabctl.tools.port import Accepted
from tool_drivers.gem.commands import Commands
from tool_drivers.gem.reports import Happening
from tool_drivers.gem.waiters import Waiters
from tool_drivers.gem.wire import Wire

COMMAND, EVENT = "SECTION", "SectionMeasured"
WAFER, VARIABLE = "SectionedWafer", "Section"


async def section(
    wire: Wire, commands: Commands, happenings: Waiters[Happening], wafer: str, patience: float
) -> str:
    """The section as the tool sends it with its event. Raises `ToolError` where none came."""

    def is_it(happening: Happening) -> bool:
        return happening.name == EVENT and happening.text(WAFER) == wafer

    with happenings.arm(is_it) as told:
        outcome = await commands.send(COMMAND, {"SUBSTID": wafer})
        if not isinstance(outcome, Accepted):
            raise ToolError(wire.tool, f"no section of {wafer}: {outcome.why}")
        came = await told.within(patience)
    text = came[0].text(VARIABLE) if came else ""
    if not text:
        raise ToolError(wire.tool, f"{EVENT} of {wafer} did not come")
    return text
