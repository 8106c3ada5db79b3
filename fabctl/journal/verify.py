"""Whether a run's records are those that were written."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fabctl.journal.record import GENESIS, chained

Witnessed = tuple[int, str] | None


def problems(rows: Sequence[Mapping[str, Any]], before: Witnessed, after: Witnessed) -> list[str]:
    """What is wrong with the records of a run, in words; empty where nothing is.

    `before` and `after` are what the witness said before and after the rows were read. The first
    break of the chain is told, and where the witness and the chain's end disagree. The chain may be
    one record ahead of the witness: its writer dies, or is just working, between the two.
    """
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        if row["seq"] != number:
            return [f"record {number} is missing"]
        if row["previous"] != previous:
            return [f"record {number} does not follow from the record before it"]
        fields = (row[key] for key in ("run", "seq", "at", "kind", "body", "previous"))
        if chained(*fields) != row["hash"] or not _job_agrees(row):
            return [f"record {number} ({row['kind']}) was changed after it was written"]
        previous = row["hash"]
    return _cut_off(rows, before) or _added(rows, after)


def _job_agrees(row: Mapping[str, Any]) -> bool:
    job = msgspec.json.decode(row["body"]).get("job", "")
    return bool(row["job"] == (job if isinstance(job, str) else ""))


def _cut_off(rows: Sequence[Mapping[str, Any]], witnessed: Witnessed) -> list[str]:
    if witnessed is None:
        # The first record's writer may have died before it made the witness.
        return ["the witness of its last record is gone"] if len(rows) > 1 else []
    seq, digest = witnessed
    if len(rows) < seq:
        why = "its end was cut off, or an old file was put back"
        return [f"it ends with record {len(rows)} but record {seq} was witnessed: {why}"]
    if rows[seq - 1]["hash"] != digest:
        return [f"record {seq} is not the one that was witnessed: another file was put in place"]
    return []


def _added(rows: Sequence[Mapping[str, Any]], witnessed: Witnessed) -> list[str]:
    if witnessed is not None and len(rows) > witnessed[0] + 1:
        return [f"the records after {witnessed[0] + 1} were added by somebody else"]
    return []
