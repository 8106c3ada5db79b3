"""`fabctl runs reset`: a latch is reset by a named person at a terminal, once the cause is gone."""

import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fabctl.cli.output import Failure, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fabctl.engine.cause import Look
    from fabctl.journal import Journal, Record


def reset(run: str, by: str, reason: str) -> str:
    """Look for the causes of a run's trips, have a person confirm, and reset its latch.

    Returns the command by which the run may go on. Raises `Failure` without a terminal, or where
    the person does not confirm, and what `fabctl.engine.person.reset` raises.
    """
    from fabctl.cli.records import journal_of, sound_records
    from fabctl.clock import utc_now
    from fabctl.engine.history import History
    from fabctl.engine.person import next_command, resettable
    from fabctl.engine.person import reset as reset_latch

    with journal_of(run) as journal:
        records = sound_records(journal, run)
        history = History(records)
        resettable(run, history)
        code = history.latch.first_out.rule
        _at_a_terminal()
        say(f"{run} tripped, first out: {history.latch.first_out}")
        look = _look(run, records, journal)
        for seen in look.seen:
            say(f"now: {seen}")
        if not look.standing:
            look = _confirmed(look, code)
        reset_latch(journal, run, by, reason, utc_now(), look)
        return next_command(run, History(journal.records(run)))


def _look(run: str, records: "Sequence[Record]", journal: "Journal") -> "Look":
    """Ask the tools of the run's fab; what keeps them from being asked makes it unknown."""
    from fabctl import clock
    from fabctl.cli import compose, fab_process
    from fabctl.cli.run import dials
    from fabctl.clock import Clock
    from fabctl.engine.cause import Look, look_for_causes
    from fabctl.engine.chambers import Chambers
    from fabctl.engine.history import History
    from fabctl.process.errors import InputError
    from fabctl.tools.errors import ToolError

    try:
        order = compose.order_again(History(records).header["inputs"])
        fab = fab_process.find(run) if order.is_built_in else None
    except (Failure, InputError, ToolError, OSError) as error:
        return Look(unknown=(str(error),))
    if order.is_built_in and fab is None:
        return Look(unknown=(f"the simulated fab of run {run} is gone",))

    async def ask() -> Look:
        now = Clock(order.speed)
        tools = order.open_tools(now, dials(fab))
        chambers = Chambers(journal, run, "" if order.is_built_in else order.fab.name)
        return await look_for_causes(records, order.sequence, tools, order.guard, now, chambers.of)

    say("asking the tools whether the cause still stands")
    return clock.run(ask())


def _at_a_terminal() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise Failure(
            "a latch is reset by a person, never by a script: do it at a terminal, "
            "where standard input is one"
        )


def _confirmed(look: "Look", code: str) -> "Look":
    """Have the person say what nothing else tells, and name the interlock. Raises `Failure`."""
    for why in look.unknown:
        say(f"it can't be seen whether the cause still stands: {why}")
    if look.unknown:
        word = _line("If you have looked, and it is gone: what did you see? ")
        if not word:
            raise Failure("not reset: nothing shows that the cause is gone")
        look = replace(look, word=word)
    if _line(f"Type {code} to reset it: ").upper() != code:
        raise Failure(f"not reset: {code} was not typed")
    return look


def _line(prompt: str) -> str:
    """Ask for a line; what was typed before is no answer."""
    with suppress(termios.error):
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
