"""Brings the wafer to a tool and takes it from there; both are journaled before and after."""

from fabctl.engine.errors import Ending, Hold
from fabctl.engine.records import Kind
from fabctl.engine.session import Session
from fabctl.engine.station import Station
from fabctl.tools.port import UNKNOWN_WAFER, Accepted, Outcome, Status


async def bring(session: Session, station: Station, step: str, status: Status) -> None:
    """Have the run's wafer in the tool, which just said that its status is `status`.

    Raises `Hold` where it, or another, is unexpected, `Ending` where a person has ended the run.
    """
    wafer, tool = session.plan.wafer, station.tool.id
    others = [each for each in status.wafers if each != wafer]
    if UNKNOWN_WAFER in others:
        raise _astray(session, f"nobody has said which wafer is in {tool}, or that none is")
    if others:
        raise _astray(session, f"{tool} holds {', '.join(others)}, which is not ours")
    expected = _expected(session, tool)
    if wafer in status.wafers:
        if not expected:
            raise _astray(session, f"{tool} already holds {wafer}, and nobody brought it there")
        if session.history.moving is not None or session.history.location != tool:
            await _moved(session, step, tool, "tool", status)
        return
    if session.history.location not in ("", tool):
        before = session.stations[session.history.location]
        await take(session, before, step)
    await session.write(Kind.MOVE, step=step, tool=tool, wafer=wafer, to="tool")
    outcome = await station.tool.place(wafer)
    status = await _seen(session, station, outcome)
    if wafer not in status.wafers:
        raise _astray(session, f"{wafer} did not arrive in {tool}: {_said(outcome)}")
    await _moved(session, step, tool, "tool", status)


async def take(session: Session, station: Station, step: str) -> None:
    """Have the run's wafer taken from the tool.

    Raises `Hold` where it does not come out, `Ending` where a person has ended the run.
    """
    wafer, tool = session.plan.wafer, station.tool.id
    status = await session.usable(station)
    if wafer in status.wafers:
        await session.write(Kind.MOVE, step=step, tool=tool, wafer=wafer, to="out")
        outcome = await station.tool.remove(wafer)
        status = await _seen(session, station, outcome)
        untold = status.wafers and not isinstance(outcome, Accepted)  # nobody knows what is there
        if wafer in status.wafers or untold:
            raise _astray(session, f"{wafer} did not leave {tool}: {_said(outcome)}")
    elif session.history.moving is None and session.history.location == tool:
        raise _astray(session, f"{wafer} is not in {tool}, where it was brought")
    await _moved(session, step, tool, "out", status)


def _expected(session: Session, tool: str) -> bool:
    moving = session.history.moving
    return session.history.location == tool or (moving is not None and moving["tool"] == tool)


def _astray(session: Session, why: str) -> Hold | Ending:
    """Say that the wafer is not where it should be.

    A person who ended the run is why: then the question of where it is may have been taken back.
    """
    helm = session.helm
    return Ending(f"{helm.because}; {why}") if helm.ending else Hold("material", why)


async def _seen(session: Session, station: Station, outcome: Outcome) -> Status:
    """Ask the tool itself: its answer to the command may have been lost, or premature."""
    status = await station.status()
    if not isinstance(status, Status):
        raise _astray(session, f"where the wafer is can't be asked: {_said(outcome)}; {status}")
    return status


async def _moved(session: Session, step: str, tool: str, to: str, status: Status) -> None:
    wafer = session.plan.wafer
    evidence = {"wafers": status.wafers, "clock": status.clock}
    await session.tell(Kind.MOVED, step=step, tool=tool, wafer=wafer, to=to, evidence=evidence)


def _said(outcome: Outcome) -> str:
    return "the tool took the command" if isinstance(outcome, Accepted) else outcome.why
