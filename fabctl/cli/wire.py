"""The wire log of a run under way."""

from pathlib import Path

from fabctl.cli.output import say
from fabctl.clock import Clock
from fabctl.links.wire_log import WireLog


def wire_log(path: Path, clock: Clock) -> WireLog:
    """Open a run's wire log; where it ends too soon the person is told, and the run goes on."""

    def ends(why: OSError) -> None:
        say(f"the wire log can't be written any more, and ends: {path}: {why.strerror}")

    return WireLog(path, clock, ends)
