"""Finds the journal that holds a run."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fabctl.cli import home
from fabctl.cli.output import Failure
from fabctl.journal import Journal, JournalDamagedError, Record, heads

DRY = "dry-"
"""What the IDs of dry runs begin with, and those of others don't."""


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """Open a journal file, and close it."""
    with closing(Journal.open(path)) as journal:
        yield journal


@contextmanager
def journal_of(run: str) -> Iterator[Journal]:
    """Open the journal that holds a run. Raises `Failure` where there is no such run."""
    path = journal_file_of(run)
    if not path.exists():
        if run in witnessed(path):
            raise Failure(f"the journal {path} is gone, and run {run} with it")
        raise _no_run(run)
    with opened(path) as journal:
        if run not in all_runs(journal):
            raise _no_run(run)
        yield journal


def sound_records(journal: Journal, run: str) -> list[Record]:
    """A run's records. Raises `JournalDamagedError` where they are not those that were written.

    What they say then is no evidence, and need not even make sense.
    """
    problems = journal.verify(run)
    if problems:
        raise JournalDamagedError(run, problems)
    return journal.records(run)


def journal_file_of(run: str) -> Path:
    """Where the records of a run lie, if there is such a run."""
    return home.dry_run_file(run) if run.startswith(DRY) else home.journal_file()


def witnessed(path: Path) -> list[str]:
    """The runs that a journal's witnesses know of, also where the journal has lost them."""
    return sorted(head.stem for head in heads(path).glob("*.head"))


def all_runs(journal: Journal) -> list[str]:
    """The ID of every run of a journal, the oldest first, then those that it lost whole."""
    return list(dict.fromkeys([*journal.runs(), *witnessed(journal.path)]))


def expected(path: Path) -> list[str]:
    """The runs that a journal which is gone or can't be read should hold."""
    is_dry_run = path.exists() and path.stem.startswith(DRY)
    return witnessed(path) or ([path.stem] if is_dry_run else [])


def journal_files() -> list[Path]:
    """The files of all journals, those of the dry runs first; also of one that is gone."""
    folder = home.home() / "dry-runs"
    dry = {*folder.glob(f"{DRY}*.sqlite3")}
    dry |= {each.with_suffix("") for each in folder.glob(f"{DRY}*.sqlite3.heads")}
    return [*sorted(dry), home.journal_file()]


def latest() -> str:
    """The ID of the newest real run, else of the newest dry run. Raises `Failure` without any."""
    path = home.journal_file()
    if path.exists():
        with opened(path) as journal:
            runs = journal.runs()
        if runs:
            return runs[-1]
    elif witnessed(path):
        raise Failure(f"the journal {path} is gone; see: fabctl runs verify")
    # by their witnesses: a journal's own file changes when somebody reads it
    heads = home.home().glob(f"dry-runs/{DRY}*.sqlite3.heads/{DRY}*.head")
    newest = max(heads, key=lambda head: head.stat().st_mtime_ns, default=None)
    if newest is None:
        raise Failure("there is no run yet")
    return newest.stem


def _no_run(run: str) -> Failure:
    return Failure(f"there is no run {run}; see: fabctl runs list")
