"""Before START: a tool's constants are as its dictionary has them, by which its models foretell."""

from fabctl.engine.errors import Hold
from fabctl.engine.station import Station
from fabctl.tools.drivers import changed_constants
from fabctl.tools.errors import ToolError


async def check_constants(station: Station) -> None:
    """Raise `Hold` where one that matters to the process is changed, or none can be asked for."""
    tool = station.tool
    try:
        changed = await changed_constants(tool)
    except ToolError as error:
        why = f"the constants of {tool.id} are not shown: {error}; if it has none to tell, "
        raise Hold("constants", f"{why}leave their defaults out of its dictionary") from error
    for each in changed:
        if each.of_process:
            why = f"{each.name} is {each.there} on {tool.id}, not {each.meant} as its dictionary "
            raise Hold("constants", f"{why}has it: set it back, or have its dictionary say so")
