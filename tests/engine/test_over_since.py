"""The earliest moment at which a job may have ended: a wait counts from there."""

import pytest

from fabctl.engine.history import History
from fabctl.engine.records import Kind
from fabctl.journal import Record

JOB = {"step": "film-1", "tool": "CVD01", "job": "r1.film-1.1"}
STEP = {"id": "film-1", "tool": "CVD01", "operation": "deposit"}
BEGUN = [(Kind.RUN, {"steps": [STEP]}), (Kind.INTENT, JOB)]
ACCEPTED = (Kind.ACCEPTED, JOB)
LOST = (Kind.LOST_SIGHT, {"tool": "CVD01"})
RUNNING = (Kind.RECONCILED, {**JOB, "found": "RUNNING", "grade": "A"})
ENDED = (Kind.RECONCILED, {**JOB, "found": "DONE", "grade": "A"})
UNKNOWN = (Kind.RECONCILED, {**JOB, "found": "UNKNOWN", "grade": "C"})
ANSWERED = (Kind.ANSWERED, {"step": "film-1", "answer": "done", "by": "ann", "reason": "seen"})
DONE = (Kind.CONCLUDED, {**JOB, "outcome": "done"})


@pytest.mark.parametrize(
    ("told", "since"),
    [
        ([ACCEPTED, ENDED, DONE], 4),
        ([ACCEPTED, LOST, ENDED, DONE], 3),
        ([ACCEPTED, LOST, RUNNING, ENDED, DONE], 6),
        ([ACCEPTED, (Kind.RESUMED, {}), ENDED, DONE], 2),
        ([ACCEPTED, (Kind.RESUMED, {}), RUNNING, ENDED, DONE], 6),
        ([(Kind.NO_REPLY, JOB), (Kind.RESUMED, {}), ENDED, DONE], 1),
        ([(Kind.NO_REPLY, JOB), UNKNOWN, ANSWERED, DONE], 1),
        ([ACCEPTED, (Kind.LOST_SIGHT, {"tool": "FUR01"}), ENDED, DONE], 5),
    ],
)
def test_it_is_the_end_if_that_was_watched_and_else_the_last_that_is_known(told, since):
    records = [
        Record("r1", seq, f"T{seq}", kind, body, "", "")
        for seq, (kind, body) in enumerate(BEGUN + told)
    ]
    assert History(records).attempt("r1.film-1.1").over_since == f"T{since}"
