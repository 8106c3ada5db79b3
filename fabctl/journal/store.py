"""The tables and the SQL of a journal, on SQLite."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fabctl.journal.errors import JournalError

FORMAT = 1
"""Stands in the file; a file of another number is not opened."""

_TABLES = (
    """CREATE TABLE record (
        run TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        job TEXT NOT NULL, -- the body's "job", or ''
        body TEXT NOT NULL, -- canonical JSON
        previous TEXT NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    )""",
    # The database itself refuses a second INTENT for a job: no bug above it can write one.
    "CREATE UNIQUE INDEX one_intent_a_job ON record (job) WHERE kind = 'INTENT'",
    """CREATE TABLE request (
        id INTEGER NOT NULL PRIMARY KEY,
        run TEXT NOT NULL,
        action TEXT NOT NULL,
        "by" TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX ix_request_run ON request (run)",
    *(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'a journal is append-only'); END"
        for table in ("record", "request")
        for act in ("UPDATE", "DELETE")
    ),
    f"PRAGMA user_version = {FORMAT}",
)
_RECORD = """INSERT INTO record (run, seq, at, kind, job, body, previous, hash)
    VALUES (:run, :seq, :at, :kind, :job, :body, :previous, :hash)"""
_REQUEST = """INSERT INTO request (run, action, "by", reason, at)
    VALUES (:run, :action, :by, :reason, :at)"""

Row = dict[str, Any]


class Store:
    """One SQLite file. Methods raise `JournalError` where the database does not do its part.

    May be used from several threads. Reads have a connection of their own, so that none waits for a
    write that the disk holds up.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._writing, self._reading = threading.Lock(), threading.Lock()
        try:
            with _alone(path):
                self._writer = _connected(path, durable=durable)
                try:
                    self._prepare()
                    self._reader = _connected(path, durable=durable)
                except BaseException:
                    self._writer.close()
                    raise
        except sqlite3.Error as error:
            raise JournalError(f"the journal {path} can't be opened: {error}") from error
        except UnicodeDecodeError as error:  # SQLite cites what is damaged, and that is not text
            raise JournalError(f"the journal {path} can't be opened: it is damaged") from error

    def _prepare(self) -> None:
        if self._is_prepared():
            return
        # Two processes may open a new journal at once: the second waits here, then finds it made.
        with self._writer:
            self._writer.execute("BEGIN IMMEDIATE")
            if not self._is_prepared():
                for statement in _TABLES:
                    self._writer.execute(statement)

    def _is_prepared(self) -> bool:
        (found,) = self._writer.execute("PRAGMA user_version").fetchone()
        if found not in (0, FORMAT):
            raise JournalError(f"the journal {self._path} has format {found}, not {FORMAT}")
        return bool(found == FORMAT)

    def insert(self, rows: list[Row]) -> None:
        """Append records, all or none; they are as durable as the store is when it returns."""
        try:
            with self._writing, self._writer:
                self._writer.executemany(_RECORD, rows)
        except sqlite3.IntegrityError as error:
            raise JournalError(f"a record would be written twice: {error}") from error
        except sqlite3.Error as error:
            raise JournalError(f"a record could not be written: {error}") from error

    def records(self, run: str, after: int) -> Sequence[Row]:
        """A run's records with a number above `after`, in order."""
        return self._rows(
            "SELECT * FROM record WHERE run = ? AND seq > ? ORDER BY seq", (run, after)
        )

    def last(self, run: str) -> Row | None:
        """A run's last record."""
        rows = self._rows("SELECT * FROM record WHERE run = ? ORDER BY seq DESC LIMIT 1", (run,))
        return rows[0] if rows else None

    def runs(self) -> list[str]:
        """Every run, the oldest first."""
        rows = self._rows("SELECT run FROM record GROUP BY run ORDER BY min(at), run")
        return [row["run"] for row in rows]

    def of_kind(self, kind: str) -> Sequence[Row]:
        """Give the records of a kind in all runs, the oldest first."""
        return self._rows("SELECT * FROM record WHERE kind = ? ORDER BY at, run, seq", (kind,))

    def open_intents(self, run: str) -> Sequence[Row]:
        """The run's INTENTs whose job no CONCLUDED names."""
        return self._rows(
            """SELECT * FROM record WHERE run = :run AND kind = 'INTENT' AND job NOT IN
                (SELECT job FROM record WHERE run = :run AND kind = 'CONCLUDED')
                ORDER BY seq""",
            {"run": run},
        )

    def ask(self, row: Row) -> int:
        """Leave a request."""
        try:
            with self._writing, self._writer:
                return int(self._writer.execute(_REQUEST, row).lastrowid or 0)
        except sqlite3.Error as error:
            raise JournalError(f"the request could not be left: {error}") from error

    def requests(self, run: str, after: int) -> Sequence[Row]:
        """A run's requests with an id above `after`, in order."""
        return self._rows(
            "SELECT * FROM request WHERE run = ? AND id > ? ORDER BY id", (run, after)
        )

    def close(self) -> None:
        """Let the file go."""
        self._reader.close()
        self._writer.close()

    def _rows(self, query: str, values: tuple[object, ...] | Row = ()) -> list[Row]:
        try:
            with self._reading:
                return [dict(row) for row in self._reader.execute(query, values)]
        except sqlite3.Error as error:
            raise JournalError(f"the journal {self._path} can't be read: {error}") from error
        except UnicodeDecodeError as error:
            raise JournalError(f"the journal {self._path} can't be read: it is damaged") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Open a file while nobody else does: SQLite turns to WAL at once or not at all."""
    folder = path.with_name(f"{path.name}.heads")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "opening").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _connected(path: Path, *, durable: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30.0, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        # A dry run can be had again from its seed; it does not wait for the disk.
        connection.execute(f"PRAGMA journal_mode = {'WAL' if durable else 'MEMORY'}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    except BaseException:
        connection.close()
        raise
    return connection
