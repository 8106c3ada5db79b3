"""What only a named person can do to a run that stands still: reset its latch, answer for it."""

from collections.abc import Sequence
from datetime import datetime

from fabctl.engine.cause import Look
from fabctl.engine.errors import EngineError, ResumeRefusedError
from fabctl.engine.history import ANSWERS, History
from fabctl.engine.records import Kind, stamp
from fabctl.interlocks.latch import LatchError
from fabctl.journal import Journal


def obstacle(run: str, history: History) -> ResumeRefusedError | None:
    """Tell why a run can't go on, and by which command it could; None if nothing is known."""
    if not history.header:
        return ResumeRefusedError(f"there is no run {run}")
    if history.outcome in ("completed", "aborted", "refused"):
        return ResumeRefusedError(f"run {run} is over: {history.outcome}")
    if history.open_attempt is not None:
        return None  # its tool has to be asked first, and made safe, whatever else stands
    if history.latch.held:
        return ResumeRefusedError(
            f"run {run} tripped: {history.latch.first_out}",
            f"fabctl runs reset {run} --by NAME --reason TEXT",
        )
    if history.scrapped:
        step = history.held["step"] if history.held else ""
        return ResumeRefusedError(
            f"the wafer is scrap: {history.scrapped}", resolve_command(run, step, ("scrap",))
        )
    question = history.question
    if question is not None:
        assert question.last is not None
        return ResumeRefusedError(
            f"nobody has said what became of {question.id} ({question.last.outcome})",
            resolve_command(run, question.id),
        )
    return None


def next_command(run: str, history: History) -> str:
    """Give the command by which a held run may go on."""
    stands = obstacle(run, history)
    if stands is not None:
        return stands.do
    opened = history.open_attempt
    if opened is not None and history.held is not None and history.held["cause"] == "unknown":
        return resolve_command(run, opened[0].id)
    return f"fabctl runs resume {run}"


def resolve_command(run: str, step: str, answers: Sequence[str] = ANSWERS) -> str:
    """Give the command that answers for a step."""
    answer = "|".join(answers)
    return f"fabctl runs resolve {run} --step {step} --answer {answer} --by NAME --reason TEXT"


def resettable(run: str, history: History) -> None:
    """Raise `EngineError` where a latch can't be reset, whatever its tools say.

    Nothing may be latched, or the job that tripped may still be running: its tool has to be shown
    to be at rest, or a person has to answer for it.
    """
    if not history.latch.held:
        raise EngineError(f"nothing to reset: the latch is {history.latch.state.value}")
    if history.open_attempt is not None:
        step, attempt = history.open_attempt
        raise ResumeRefusedError(
            f"{step.tool} was not shown to be at rest: {attempt.job} may still be running",
            next_command(run, history),
        )


def reset(journal: Journal, run: str, by: str, reason: str, at: datetime, look: Look) -> None:
    """Clear a run's latch, now that its causes were looked for.

    Raises `EngineError` without a name or a reason, where a cause stands, or where it is unknown
    whether one does and `look` holds no person's word for it; and what `resettable` does. Raises
    `RunOwnedError` while a process works on the run.
    """
    journal.own(run)
    try:
        history = History(journal.records(run))
        resettable(run, history)
        if look.unknown and not look.word.strip():
            raise EngineError(f"nothing shows that the cause is gone: {'; '.join(look.unknown)}")
        try:
            history.latch.reset(by, reason, standing=look.standing)
        except LatchError as error:
            raise EngineError(str(error)) from error
        body = {
            "by": by,
            "reason": reason,
            "seen": list(look.seen),
            "unknown": list(look.unknown),
            "word": look.word,
        }
        journal.append(run, Kind.RESET, body, stamp(at))
    finally:
        journal.release(run)


def resolve(
    journal: Journal, run: str, answer: str, by: str, reason: str, at: datetime, step: str = ""
) -> str:
    """Answer for a step whose end is not known or was not the planned one; returns its ID.

    ``done``: it counts as completed. ``not-done``: the wafer is as before, the step is done again.
    ``rework``: a person brought the wafer back to where the step begins, the step is done again.
    ``scrap``: the run ends; this may be said of any run that is held. Without `step`, the one that
    the run is held for. Raises `EngineError`, also where the job's tool was not
    asked since the job began, and `RunOwnedError` while a process works on the run.
    """
    if answer not in ANSWERS:
        raise EngineError(f"{answer!r} is no answer: {', '.join(ANSWERS)}")
    if not by.strip() or not reason.strip():
        raise EngineError("an answer needs a name and a reason")
    journal.own(run)
    try:
        history = History(journal.records(run))
        step = _asked(run, history, answer, step)
        when = stamp(at)
        body = {"step": step, "answer": answer, "by": by, "reason": reason}
        last = history.steps[step].last
        journal.append(run, Kind.ANSWERED, body, when)
        if last is not None and last.is_open:
            evidence = {"answer": answer, "by": by, "reason": reason}
            concluded = {
                "job": last.job,
                "step": step,
                "tool": history.steps[step].tool,
                "outcome": "scrapped" if answer == "scrap" else answer,
                "evidence": evidence,
            }
            journal.append(run, Kind.CONCLUDED, concluded, when)
        if answer == "scrap":
            ended = {"outcome": "aborted", "why": f"{by} scrapped the wafer: {reason}"}
            journal.append(run, Kind.ENDED, ended, when)
    finally:
        journal.release(run)
    return step


def _asked(run: str, history: History, answer: str, step: str) -> str:
    if not history.header:
        raise EngineError(f"there is no run {run}")
    if history.outcome in ("completed", "aborted", "refused"):
        raise EngineError(f"run {run} is over: {history.outcome}")
    opened, question = history.open_attempt, history.question
    if opened is not None and history.held is None:  # the process that began it ended at once
        raise ResumeRefusedError(
            f"{opened[0].tool} was not asked yet what became of {opened[1].job}",
            f"fabctl runs resume {run}",
        )
    asked = opened[0].id if opened else question.id if question else ""
    if not asked and answer == "scrap" and history.held is not None:
        asked = step or history.held["step"] or next(iter(history.steps))
    if not asked:
        raise EngineError(f"run {run} asks nothing")
    if step and step != asked:
        raise EngineError(f"run {run} asks about {asked}, not {step}")
    return str(asked)
