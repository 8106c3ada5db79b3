"""A look at the wafer in section: the host learns its structure from nowhere else."""

import json

from fabctl.engine.records import Kind
from fabctl.engine.session import Session
from fabctl.tools.errors import ToolError


async def look(session: Session, step: str, job: str, tool: str = "") -> None:
    """Have the wafer's section journaled; without a tool that can show it nothing is.

    `tool` is the one to ask, by default the plan's eyes.
    """
    tool = tool or session.plan.eyes
    if not tool:
        return
    try:
        section = json.loads(await session.stations[tool].tool.section(session.plan.wafer))
    except (ToolError, ValueError) as error:
        session.recorder.note(Kind.NO_SECTION, step=step, job=job, tool=tool, why=str(error))
        return
    session.recorder.note(Kind.SECTION, step=step, job=job, tool=tool, section=section)
