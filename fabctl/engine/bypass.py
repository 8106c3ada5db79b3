"""Lifting one interlock of one run, for minutes, by two people; what it held back is recorded."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from fabctl.engine.errors import EngineError, ResumeRefusedError
from fabctl.engine.history import History
from fabctl.engine.records import Kind, stamp
from fabctl.interlocks.demand import CarryOver, Seasoned
from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.person import is_reason, why_not_two
from fabctl.interlocks.rule import RulePack
from fabctl.journal import Journal

LONGEST_MIN = 60
"""How long a bypass lasts at most, in minutes."""


class Bypass(Struct, frozen=True):
    """One interlock, lifted. `by` asked for it and `approver`, another person, agreed."""

    rule: str
    minutes: int
    by: str
    approver: str
    reason: str

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON-able data, for the journal."""
        return {
            "rule": self.rule,
            "minutes": self.minutes,
            "by": self.by,
            "approver": self.approver,
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Bypass":
        """Read back what `as_dict` gave. Raises `KeyError` or `ValueError` on anything else."""
        return cls(
            str(body["rule"]),
            int(body["minutes"]),
            str(body["by"]),
            str(body["approver"]),
            str(body["reason"]),
        )


def check(asked: Bypass, rules: RulePack) -> None:
    """Raise `EngineError` where this bypass must not be."""
    rule = rules.rules.get(asked.rule)
    if rule is None:
        raise EngineError(f"there is no rule {asked.rule}")
    before_start = isinstance(rule.demand, Queue | Seasoned | CarryOver)
    if rule.live is None and rule.gate is None and not before_start:
        raise EngineError(f"{rule.code} is not enforced at run time: nothing to bypass")
    if not rule.waivable:
        raise EngineError(f"{rule.code} can't be bypassed: {rule.title}")
    if not 1 <= asked.minutes <= LONGEST_MIN:
        raise EngineError(f"a bypass lasts 1 to {LONGEST_MIN} minutes")
    alone = why_not_two(asked.by, asked.approver)
    if alone:
        raise EngineError(f"a bypass is asked for by one person and approved by another: {alone}")
    if not is_reason(asked.reason):
        raise EngineError("a bypass needs a reason of at least two words")


def active(history: History, rule: str, now: datetime) -> bool:
    """Tell whether a rule is bypassed now; not where the clock was put back to before it began."""
    return left_s(history, rule, now) > 0


def left_s(history: History, rule: str, now: datetime) -> float:
    """Give for how many seconds a rule is still bypassed; 0 where it is not."""
    found = history.bypasses.get(rule)
    if found is None:
        return 0.0
    body, at = found
    began = moment(at)
    ends = began + timedelta(minutes=body["minutes"])
    return (ends - now).total_seconds() if began <= now < ends else 0.0


def moment(text: str) -> datetime:
    """Read a UTC moment as the journal writes it."""
    return datetime.fromisoformat(text)


def as_request(asked: Bypass) -> str:
    """Write a bypass as the reason of a request to the process that owns the run."""
    return json.dumps(asked.as_dict(), sort_keys=True)


def from_request(text: str) -> Bypass:
    """Read `as_request`. Raises `ValueError` or `KeyError` on anything else."""
    return Bypass.from_dict(json.loads(text))


def bypass(journal: Journal, run: str, asked: Bypass, rules: RulePack, at: datetime) -> None:
    """Bypass an interlock of a run that stands still. Raises `EngineError`, `RunOwnedError`."""
    check(asked, rules)
    journal.own(run)
    try:
        history = History(journal.records(run))
        if not history.header:
            raise ResumeRefusedError(f"there is no run {run}")
        if history.outcome in ("completed", "aborted", "refused"):
            raise ResumeRefusedError(f"run {run} is over: {history.outcome}")
        journal.append(run, Kind.BYPASSED, asked.as_dict(), stamp(at))
    finally:
        journal.release(run)
