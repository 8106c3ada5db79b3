"""A look at the wafer in section: the host learns its structure from nowhere else.

A simulated tool shows the section after every job; a real one cuts the wafer for it, so there an
explicit step ``measure {quantity: cross_section}`` asks, and leaves scrap.
"""

import msgspec

from fabctl.engine.errors import Hold
from fabctl.engine.records import Json, Kind
from fabctl.engine.session import Session
from fabctl.process.sequence import Step
from fabctl.structure.invariants import BrokenSectionError, check
from fabctl.structure.section import SUBSTRATE
from fabctl.structure.snapshot import from_document
from fabctl.tools.errors import ToolError


def is_cut(session: Session, step: Step) -> bool:
    """Whether a step's job cuts the wafer to look at it."""
    sectioned = step.recipe.parameters.get("quantity") == "cross_section"
    return sectioned and session.plan.tools[step.id] != session.plan.eyes


def check_brought_in(session: Session) -> None:
    """Hold a run whose wafer, as it was first seen, is not what its sequence says it is.

    Rules were judged for the wafer that the sequence names. Nothing is compared where none is seen.
    """
    document = session.looked[1]
    if not document:
        return
    stock = session.plan.sequence.stock
    section = from_document(document)
    seen = {region.material for region in section.regions if region.name != SUBSTRATE}
    if stock is None and seen:
        brought = f"has {', '.join(sorted(seen))} on it, and the sequence names no wafer that has"
    elif stock is not None and not stock.sure <= seen <= set(stock.materials):
        has = f"has {', '.join(sorted(seen))} on it" if seen else "is bare"
        brought = f"{has}, and the sequence is for {stock.name}"
    else:
        return
    serve = f"--wafers {stock.name}" if stock else "no --wafers"
    raise Hold("material", f"the wafer brought in {brought}; a simulated lab needs {serve}")


async def look(session: Session, step: str, job: str, tool: str = "") -> None:
    """Have the wafer's section journaled; without a tool that can show it nothing is.

    `tool` is the one to ask, by default the plan's eyes.
    """
    tool = tool or session.plan.eyes
    if not tool:
        return
    try:
        text = await session.stations[tool].tool.section(session.plan.wafer)
        if text != session.looked[0]:  # most steps leave the wafer as the last look showed it
            document = Json(msgspec.json.decode(text))
            section = session.snapshots.section(document)
            check(section, session.section)
            session.looked, session.section = (text, document), section
    except (ToolError, ValueError, BrokenSectionError) as error:
        session.recorder.note(Kind.NO_SECTION, step=step, job=job, tool=tool, why=str(error))
        return
    session.recorder.note(Kind.SECTION, step=step, job=job, tool=tool, section=session.looked[1])
