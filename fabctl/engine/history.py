"""What a run's records add up to: where every job, the wafer and the latch stand.

The same fold serves a run under way, its resumption after a crash, and its summary, so that the
three can't disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from fabctl.engine.job_machine import JobMachine, JobState
from fabctl.engine.records import Kind
from fabctl.engine.safe_record import Became, SafeAction
from fabctl.interlocks.latch import Latch
from fabctl.interlocks.trip import Trip
from fabctl.journal import Record

DONE = "done"
NOT_STARTED = "not-started"
"""A job that its tool refused, or is known never to have seen."""
LATE = "late"
"""A job that was not seen, and came to life later."""
ANSWERS = ("done", "not-done", "rework", "scrap")
"""What a person may say became of a step."""

_FOR_STEPS = frozenset(
    {
        Kind.RUN,
        Kind.INTENT,
        Kind.RECONCILED,
        Kind.CONCLUDED,
        Kind.ANSWERED,
        Kind.NOT_MEASURED,
    }
)
"""The records that tell which steps are done."""

_ENDED_AS = {DONE: Became.FINISHED, NOT_STARTED: Became.NEVER_STARTED}
_FOUND = {
    "NOT_SEEN": "found_not_seen",
    "RUNNING": "found_running",
    "DONE": "found_ended",
    "FAILED": "found_ended",
    "UNKNOWN": "found_unknown",
}


class Attempt(Struct):
    """One job of a step, from its INTENT on."""

    job: str
    started: str
    machine: JobMachine = field(default_factory=JobMachine)
    outcome: str = ""
    ended: str = ""
    result: str = ""
    """The last word of the tool's own record: DONE, FAILED ..."""
    unwatched: str = ""
    """Since when nobody would have seen it end, "" where somebody would."""
    over_since: str = ""
    """The earliest moment at which it may have ended; "" while it is open."""

    def lose(self, at: str) -> None:
        """Take note that nobody watches it from a moment on."""
        shown = self.machine.state in (JobState.RUNNING, JobState.ENDED)
        self.unwatched = self.unwatched or (at if shown else self.started)

    @property
    def is_open(self) -> bool:
        """Whether it still has to be concluded."""
        return self.machine.state is not JobState.CONCLUDED


class StepHistory(Struct):
    """What happened in one step."""

    id: str
    tool: str
    operation: str
    attempts: list[Attempt] = field(default_factory=list)
    answer: str = ""
    taken_up: str = ""
    not_measured: str = ""
    """Why a step of measuring was passed over, "" where it was not."""

    @property
    def last(self) -> Attempt | None:
        """The latest job."""
        return self.attempts[-1] if self.attempts else None

    @property
    def done(self) -> bool:
        """Whether it is over: by its tool's evidence, a person's word, or passed over."""
        if self.not_measured:
            return True
        return self.answer == DONE or (self.last is not None and self.last.outcome == DONE)

    @property
    def question(self) -> bool:
        """Whether a person has to say what became of it before anything goes on."""
        last = self.last
        return last is not None and not self.answer and last.outcome not in ("", DONE, NOT_STARTED)


class History:
    """The fold. `take` every record of a run, in order."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.header: Mapping[str, Any] = {}
        self.steps: dict[str, StepHistory] = {}
        self.latch = Latch()
        self.trips: list[Mapping[str, Any]] = []
        self.bypasses: dict[str, tuple[Mapping[str, Any], str]] = {}
        """Rule → its last bypass, and when that began."""
        self.safe_actions: dict[str, SafeAction] = {}
        """Job → what was tried to stop it."""
        self.findings: list[Mapping[str, Any]] = []
        self.going = "running"
        """How a run under way goes: ``running``, ``pausing``, ``paused``, ``stopping`` ..."""
        self.answers: list[Mapping[str, Any]] = []
        self.resets: list[Mapping[str, Any]] = []
        """Who reset the latch or answered for a step, why and when."""
        self.held: Mapping[str, Any] | None = None
        self.outcome = ""
        self.why = ""
        self.location = ""
        """The tool that the wafer is in, "" outside any."""
        self.moving: Mapping[str, Any] | None = None
        """A MOVE that nothing tells the end of."""
        self.unseen: tuple[str, str] | None = None
        """Step and job of the last conclusion, while no look at the wafer followed it."""
        self.scrapped = ""
        """Why the wafer is scrap, "" while it is none."""
        self.count = 0
        self._last = ""
        self._attempts: dict[str, Attempt] = {}
        self._carried_out: tuple[str, ...] | None = None
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        """Take the next record. Raises `transitions.MachineError` where it can't follow."""
        self.count += 1
        body = record.body
        handler = self._handlers.get(record.kind)
        if handler is not None:
            handler(self, body, record.at)
        self._last = record.at
        if record.kind in _FOR_STEPS:
            self._carried_out = None

    @property
    def carried_out(self) -> tuple[str, ...]:
        """The steps that are done, but for measurements that were passed over."""
        if self._carried_out is None:
            self._carried_out = tuple(
                step.id for step in self.steps.values() if step.done and not step.not_measured
            )
        return self._carried_out

    @property
    def open_attempt(self) -> tuple[StepHistory, Attempt] | None:
        """The job that has an INTENT and no CONCLUDED."""
        for step in self.steps.values():
            if step.last is not None and step.last.is_open:
                return step, step.last
        return None

    @property
    def question(self) -> StepHistory | None:
        """The step that a person has to answer for."""
        return next((step for step in self.steps.values() if step.question), None)

    def despite(self, job: str) -> str:
        """Give the command that a tool finished a job despite of, "" where there was none."""
        tried = self.safe_actions.get(job)
        return tried.command if tried and tried.became is Became.FINISHED else ""

    def attempt(self, job: str) -> Attempt:
        """Find a job's attempt. Raises `KeyError`."""
        return self._attempts[job]

    # -- one method a kind of record

    def _run(self, body: Mapping[str, Any], _at: str) -> None:
        self.header = body
        for step in body["steps"]:
            self.steps[step["id"]] = StepHistory(step["id"], step["tool"], step["operation"])

    def _audited(self, body: Mapping[str, Any], _at: str) -> None:
        self.findings = list(body["findings"])

    def _resumed(self, _body: Mapping[str, Any], _at: str) -> None:
        if self.open_attempt is not None:  # another process watched it until its last record
            self.open_attempt[1].lose(self._last)
        self.held, self.outcome, self.why = None, "", ""
        self.going = "running"

    def _asked(self, body: Mapping[str, Any], _at: str) -> None:
        if body["done"] and body["action"] != "resume":
            self.going = body["state"]

    def _paused(self, _body: Mapping[str, Any], _at: str) -> None:
        if self.going == "pausing":
            self.going = "paused"

    def _continued(self, _body: Mapping[str, Any], _at: str) -> None:
        if self.going in ("pausing", "paused"):
            self.going = "running"

    def _step(self, body: Mapping[str, Any], at: str) -> None:
        self.steps[body["step"]].taken_up = at

    def _move(self, body: Mapping[str, Any], _at: str) -> None:
        self.moving = body

    def _moved(self, body: Mapping[str, Any], _at: str) -> None:
        self.moving = None
        self.location = body["tool"] if body["to"] == "tool" else ""

    def _intent(self, body: Mapping[str, Any], at: str) -> None:
        step = self.steps[body["step"]]
        attempt = Attempt(body["job"], at)
        step.attempts.append(attempt)
        self._attempts.setdefault(attempt.job, attempt)
        step.answer = ""

    def _accepted(self, body: Mapping[str, Any], _at: str) -> None:
        self.attempt(body["job"]).machine.move("accepted")

    def _refused(self, body: Mapping[str, Any], _at: str) -> None:
        self.attempt(body["job"]).machine.move("refused")

    def _no_reply(self, body: Mapping[str, Any], _at: str) -> None:
        self.attempt(body["job"]).machine.move("no_reply")

    def _reconciled(self, body: Mapping[str, Any], _at: str) -> None:
        attempt = self.attempt(body["job"])
        if attempt.result not in ("DONE", "FAILED"):
            attempt.result = body["found"]
        if body["found"] == "RUNNING":
            attempt.unwatched = ""
        if attempt.is_open:
            proof = body["found"] != "NOT_SEEN" or body["grade"] in ("A", "B")
            attempt.machine.move(_FOUND[body["found"]] if proof else "found_unknown")
        elif attempt.outcome == NOT_STARTED and body["found"] in ("RUNNING", "DONE", "FAILED"):
            attempt.outcome = LATE

    def _concluded(self, body: Mapping[str, Any], at: str) -> None:
        attempt = self.attempt(body["job"])
        attempt.machine.move("concluded")
        attempt.outcome, attempt.ended = body["outcome"], at
        by_word = attempt.started if self.steps[body["step"]].answer else at
        attempt.over_since = attempt.unwatched or by_word
        if body["outcome"] != NOT_STARTED:
            self.unseen = body["step"], body["job"]
        self._unseen_end(attempt.job, _ENDED_AS.get(attempt.outcome, Became.STOPPED), at)

    def _looked(self, _body: Mapping[str, Any], _at: str) -> None:
        self.unseen = None

    def _answered(self, body: Mapping[str, Any], at: str) -> None:
        self.answers.append({**body, "at": at})
        step = self.steps[body["step"]]
        step.answer = body["answer"]
        if step.last is not None and step.last.is_open:
            step.last.machine.move("answered")
            self._unseen_end(step.last.job, Became.ANSWERED, at)
        if body["answer"] == "scrap":
            self.scrapped = self.scrapped or f"{body['by']}: {body['reason']}"

    def _lost_sight(self, body: Mapping[str, Any], at: str) -> None:
        if self.open_attempt is not None and self.open_attempt[0].tool == body["tool"]:
            self.open_attempt[1].lose(at)

    def _not_measured(self, body: Mapping[str, Any], _at: str) -> None:
        self.steps[body["step"]].not_measured = body["why"]

    def _scrapped(self, body: Mapping[str, Any], _at: str) -> None:
        self.scrapped = body["why"]

    def _trip(self, body: Mapping[str, Any], _at: str) -> None:
        self.trips.append(body)
        self.latch.trip(Trip.from_dict({**body["trip"]}))

    def _tried(self, body: Mapping[str, Any], at: str) -> SafeAction:
        job = body["job"]
        if job not in self.safe_actions:
            ours = (s.id for s in self.steps.values() for each in s.attempts if each.job == job)
            # a reply may come, or be given up, long after the command was sent
            since = body.get("since", at)
            self.safe_actions[job] = SafeAction(job, next(ours, ""), body["tool"], since)
        return self.safe_actions[job]

    def _safe_action(self, body: Mapping[str, Any], at: str) -> None:
        self._tried(body, at).tried(body)

    def _escalated(self, body: Mapping[str, Any], at: str) -> None:
        tried = self._tried(body, at)
        tried.escalated = tried.escalated or at

    def _safe(self, body: Mapping[str, Any], at: str) -> None:
        found = body["evidence"]["found"]
        # fabctl once called safe what a tool had finished by itself
        became = {"DONE": Became.FINISHED, "UNKNOWN": Became.AT_REST}.get(found, Became.STOPPED)
        self._tried(body, at).end(became, at)

    def _unseen_end(self, job: str, became: Became, at: str) -> None:
        """The process that tried to stop a job did not see its end, and this tells it."""
        tried = self.safe_actions.get(job)
        if tried is not None and not tried.ended:
            tried.end(became, at)

    def _bypassed(self, body: Mapping[str, Any], at: str) -> None:
        self.bypasses[body["rule"]] = body, at

    def _reset(self, body: Mapping[str, Any], at: str) -> None:
        self.resets.append({**body, "at": at})
        self.latch.reset(body["by"], body["reason"])

    def _held(self, body: Mapping[str, Any], _at: str) -> None:
        self.held = body

    def _ended(self, body: Mapping[str, Any], _at: str) -> None:
        self.outcome, self.why = body["outcome"], body["why"]

    _handlers: ClassVar[Mapping[str, Callable[..., None]]] = {
        Kind.RUN: _run,
        Kind.AUDITED: _audited,
        Kind.RESUMED: _resumed,
        Kind.ASKED: _asked,
        Kind.PAUSED: _paused,
        Kind.CONTINUED: _continued,
        Kind.STEP: _step,
        Kind.MOVE: _move,
        Kind.MOVED: _moved,
        Kind.INTENT: _intent,
        Kind.ACCEPTED: _accepted,
        Kind.REFUSED: _refused,
        Kind.NO_REPLY: _no_reply,
        Kind.RECONCILED: _reconciled,
        Kind.CONCLUDED: _concluded,
        Kind.SECTION: _looked,
        Kind.NO_SECTION: _looked,
        Kind.LOST_SIGHT: _lost_sight,
        Kind.ANSWERED: _answered,
        Kind.NOT_MEASURED: _not_measured,
        Kind.SCRAPPED: _scrapped,
        Kind.TRIP: _trip,
        Kind.SAFE_ACTION: _safe_action,
        Kind.ESCALATED: _escalated,
        Kind.SAFE: _safe,
        Kind.UNHEEDED: _safe,
        Kind.BYPASSED: _bypassed,
        Kind.RESET: _reset,
        Kind.HELD: _held,
        Kind.ENDED: _ended,
    }
