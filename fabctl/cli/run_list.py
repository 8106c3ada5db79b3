"""`fabctl runs list`: all runs and how each stands, also where records of some are damaged."""

from pathlib import Path
from typing import TYPE_CHECKING

from fabctl.cli.options import Json
from fabctl.cli.output import FINDINGS, LEGAL, emit, show_table

if TYPE_CHECKING:
    from fabctl.journal import Journal

DAMAGED = "damaged"
"""The outcome of a run whose records are not those that were written: none is known."""


def list_runs(as_json: Json = False) -> int:
    """List the runs and how each stands: the dry runs first, then the real ones by age.

    Ends with 1 where the records of one are damaged, as `fabctl runs verify` does.
    """
    from fabctl.cli.records import journal_files

    found = [each for path in journal_files() for each in _standings(path)]
    if as_json:
        emit(found)
    else:
        rows = [
            (f["run"], f["outcome"], f"{f['steps_done']}/{f['steps']}", f["began"], f["why"])
            for f in found
        ]
        show_table(("run", "outcome", "steps", "began", "why"), rows)
    return FINDINGS if any(each["outcome"] == DAMAGED for each in found) else LEGAL


def _standings(path: Path) -> list[dict[str, object]]:
    from fabctl.cli.records import all_runs, expected, opened
    from fabctl.journal import JournalError

    if not path.exists():
        return [_damaged(run) for run in expected(path)]
    try:
        with opened(path) as journal:
            return [_standing(journal, run) for run in all_runs(journal)]
    except JournalError:
        runs = expected(path)
        if not runs:
            raise
        return [_damaged(run) for run in runs]


def _standing(journal: "Journal", run: str) -> dict[str, object]:
    from fabctl.cli.records import sound_records
    from fabctl.cli.result import outcome_of
    from fabctl.engine.history import History
    from fabctl.journal import JournalDamagedError

    try:
        records = sound_records(journal, run)
    except JournalDamagedError:
        return _damaged(run)
    history = History(records)
    return {
        "run": run,
        "sequence": history.header.get("sequence", ""),
        "outcome": outcome_of(history, going_on=journal.is_owned(run)),
        "steps_done": sum(step.done for step in history.steps.values()),
        "steps": len(history.steps),
        "began": records[0].at,
        "why": history.why,
    }


def _damaged(run: str) -> dict[str, object]:
    return {
        "run": run,
        "sequence": "",
        "outcome": DAMAGED,
        "steps_done": 0,
        "steps": 0,
        "began": "",
        "why": f"see: fabctl runs verify {run}",
    }
