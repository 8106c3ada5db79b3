"""What became of a job, from its mark, the program's status and the controller's flags."""

from collections.abc import Sequence

from fabctl.instruments.eurotherm import ProgramStatus
from fabctl.tools.port import Found
from tool_drivers.eurotherm.marks import Mark

RUNNING = (ProgramStatus.RUN, ProgramStatus.HOLD, ProgramStatus.HOLDBACK)
"""A program is under way."""


def became(mark: Mark, status: ProgramStatus, flags: Sequence[str]) -> tuple[Found, str]:
    """What became of a job; and why it failed or can't be told. `flags` say what went wrong."""
    match mark:
        case Mark.CLEARED if status in RUNNING:
            return Found.UNKNOWN, "a program runs that no host has marked"
        case Mark.CLEARED:
            return Found.NOT_SEEN, ""
        case Mark.ANOTHER:
            return Found.UNKNOWN, "the mark is another job's"
    if status in RUNNING:
        return Found.RUNNING, ""
    if status is ProgramStatus.COMPLETE:
        return (Found.FAILED, "; ".join(flags)) if flags else (Found.DONE, "")
    if mark is Mark.SEEN:
        return Found.FAILED, "the program was reset before its end"
    return Found.UNKNOWN, "the program is reset, and nobody has seen it run"
