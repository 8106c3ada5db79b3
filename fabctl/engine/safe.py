"""The safe action: STOP or ABORT, as soon and as often as it can be sent, until it is seen to work.

It needs no journal, no permission and no reply: only the tool's own word that nothing runs any more
ends it. A safe action that failed is told as failed, and a person is sent to the tool. A tool that
finished the job by itself was made safe by nobody, and the record says so.
"""

import asyncio
from collections.abc import Awaitable, Callable

from fabctl.clock import Clock
from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Kind, stamp
from fabctl.engine.safe_record import answer_text
from fabctl.engine.station import Station
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, Grade, Outcome, Status

ESCALATE_AFTER = 5
"""Attempts before a person is called; attempts go on."""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 30.0  # wire seconds between attempts, doubling
_AT_REST = frozenset({"INIT", "IDLE", "SETUP", "READY", "FAULT"})

Sent = asyncio.Task[tuple[str, str]]
"""An attempt: what became of it, and why."""


async def make_safe(
    station: Station,
    job: str,
    recorder: Recorder,
    clock: Clock,
    *,
    command: Callable[[], str],
    start_settled: Callable[[], bool],
    until: float,
    sent: "Sent | None" = None,
) -> bool:
    """Send the command that `command` names, again and again; True once nothing runs any more.

    `sent` is the first attempt, where `send` has made it already: as `command` names it now. While
    START itself is still unanswered, nothing counts as seen. Gives up at `until` (process seconds),
    but not before `ESCALATE_AFTER` attempts.
    """
    attempt, wait, since = 0, _FIRST_WAIT_S, stamp(clock.utc())
    while True:
        attempt += 1
        word = command()
        outcome, why = await (sent or send(station, word))
        sent = None
        recorder.note(
            Kind.SAFE_ACTION,
            tool=station.tool.id,
            job=job,
            command=word,
            attempt=attempt,
            outcome=outcome,
            why=why,
            since=since,
        )
        if start_settled():
            evidence = await _looked(station, job)
            if evidence is not None:
                by_itself = evidence["found"] is Found.DONE
                kind = Kind.UNHEEDED if by_itself else Kind.SAFE
                recorder.note(kind, tool=station.tool.id, job=job, evidence=evidence)
                return True
        gives_up = attempt >= ESCALATE_AFTER and clock.process() >= until
        if attempt == ESCALATE_AFTER or gives_up:
            said = answer_text(outcome, why)
            _escalate(recorder, station, job, word, attempt, since, said, gives_up=gives_up)
        if gives_up:
            return False
        await station.news(wait)
        wait = min(2 * wait, _LONGEST_WAIT_S)


def send(station: Station, word: str) -> Sent:
    """Have it sent once, by a driver that can before this returns; gives what tells how it went.

    A driver that breaks over it has not sent it, and is asked again.
    """
    try:
        going = station.tool.abort() if word == "abort" else station.tool.stop()
    except Exception as error:  # noqa: BLE001 -- whatever a driver may raise
        going = _broken(error)
    # a task of its own, lest it is never awaited where the host ends before its turn
    return asyncio.get_running_loop().create_task(_told(asyncio.ensure_future(going)))


async def _broken(error: Exception) -> Outcome:
    raise error


async def _told(going: Awaitable[Outcome]) -> tuple[str, str]:
    try:
        outcome = await going
    except Exception as error:  # noqa: BLE001 -- whatever a driver may raise
        return "Failed", f"{type(error).__name__}: {error}"
    return type(outcome).__name__, getattr(outcome, "why", "")


async def _looked(station: Station, job: str) -> dict[str, object] | None:
    """Look whether the tool stands; a driver that breaks over it has shown nothing.

    Who waits for the job's end asks the driver once more, and tells what broke.
    """
    try:
        return await _seen_stopped(station, job)
    except Exception:  # noqa: BLE001 -- whatever a driver may raise
        return None


def _escalate(
    recorder: Recorder,
    station: Station,
    job: str,
    word: str,
    attempts: int,
    since: str,
    said: str,
    *,
    gives_up: bool,
) -> None:
    tool, again = station.tool.id, ", and is not told again" if gives_up else ""
    recorder.note(
        Kind.ESCALATED,
        tool=tool,
        job=job,
        command=word,
        attempts=attempts,
        since=since,
        answer=said,
        gives_up=gives_up,
        why=f"{tool} was told to {word} {attempts} times since {since} (last answer: {said}) and "
        f"was not seen stopped{again}: go to the tool and stop it there",
    )


async def _seen_stopped(station: Station, job: str) -> dict[str, object] | None:
    finding = await station.find(job)
    proof = finding.grade in (Grade.A, Grade.B)
    if finding.found in (Found.DONE, Found.FAILED) or (finding.found is Found.NOT_SEEN and proof):
        return {"found": finding.found, **finding.evidence}
    if finding.found is Found.RUNNING:
        return None
    status: Status | ToolError = await station.status()
    if isinstance(status, Status) and status.state in _AT_REST:
        return {"found": finding.found, "state": status.state}
    return None
