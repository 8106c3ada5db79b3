"""The tables and the SQL of a journal, in SQLAlchemy Core, on SQLite."""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fabctl.journal.errors import JournalError
from fabctl.journal.witness import heads

FORMAT = 1
"""Stands in the file; a file of another number is not opened."""

_META = sa.MetaData()

RECORD = sa.Table(
    "record",
    _META,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False),  # body's "job", or ""
    sa.Column("body", sa.Text, nullable=False),  # canonical JSON
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
# The database itself refuses a second INTENT for a job: no bug above it can write one.
sa.Index("one_intent_a_job", RECORD.c.job, unique=True, sqlite_where=RECORD.c.kind == "INTENT")

REQUEST = sa.Table(
    "request",
    _META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run", sa.Text, nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

Row = dict[str, Any]


class Store:
    """One SQLite file. Methods raise `JournalError` where the database does not do its part."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._engine = sa.create_engine(
            f"sqlite:///{path}",
            poolclass=sa.pool.QueuePool,
            connect_args={"check_same_thread": False, "timeout": 30.0},
        )
        sa.event.listen(self._engine, "connect", _durable if durable else _swift)
        try:
            with _alone(path):
                self._writer = self._engine.connect()
                self._prepare()
        except sa.exc.DBAPIError as error:
            self._engine.dispose()
            raise JournalError(f"the journal {path} can't be opened: {error.orig}") from error
        except UnicodeDecodeError as error:  # SQLite cites what is damaged, and that is not text
            self._engine.dispose()
            raise JournalError(f"the journal {path} can't be opened: it is damaged") from error

    def _prepare(self) -> None:
        if self._prepared():
            return
        # Two processes may open a new journal at once: the second waits here, then finds it made.
        self._writer.exec_driver_sql("BEGIN IMMEDIATE")
        if self._prepared():
            return
        _META.create_all(self._writer)
        for table in ("record", "request"):
            for act in ("UPDATE", "DELETE"):
                self._writer.exec_driver_sql(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} "
                    f"ON {table} BEGIN SELECT RAISE(ABORT, 'a journal is append-only'); END"
                )
        self._writer.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
        self._writer.commit()

    def _prepared(self) -> bool:
        found = self._writer.exec_driver_sql("PRAGMA user_version").scalar()
        if found not in (0, FORMAT):
            raise JournalError(f"the journal {self._path} has format {found}, not {FORMAT}")
        if found == FORMAT:
            self._writer.rollback()
        return bool(found == FORMAT)

    def insert(self, rows: list[Row]) -> None:
        """Append records, all or none; they are as durable as the store is when it returns."""
        try:
            self._writer.execute(RECORD.insert(), rows)
            self._writer.commit()
        except sa.exc.IntegrityError as error:
            self._writer.rollback()
            raise JournalError(f"a record would be written twice: {error.orig}") from error
        except sa.exc.DBAPIError as error:
            self._writer.rollback()
            raise JournalError(f"a record could not be written: {error.orig}") from error

    def records(self, run: str, after: int) -> Sequence[Row]:
        """A run's records with a number above `after`, in order."""
        table = RECORD.c
        return self._rows(
            sa.select(RECORD).where(table.run == run, table.seq > after).order_by(table.seq)
        )

    def last(self, run: str) -> Row | None:
        """A run's last record."""
        table = RECORD.c
        rows = self._rows(
            sa.select(RECORD).where(table.run == run).order_by(table.seq.desc()).limit(1)
        )
        return rows[0] if rows else None

    def runs(self) -> list[str]:
        """Every run, the oldest first."""
        runs = sa.select(RECORD.c.run).group_by(RECORD.c.run)
        oldest = runs.order_by(sa.func.min(RECORD.c.at), RECORD.c.run)
        return [row["run"] for row in self._rows(oldest)]

    def of_kind(self, kind: str) -> Sequence[Row]:
        """Give the records of a kind in all runs, the oldest first."""
        table = RECORD.c
        return self._rows(
            sa.select(RECORD).where(table.kind == kind).order_by(table.at, table.run, table.seq)
        )

    def open_intents(self, run: str) -> Sequence[Row]:
        """The run's INTENTs whose job no CONCLUDED names."""
        concluded = sa.select(RECORD.c.job).where(RECORD.c.run == run, RECORD.c.kind == "CONCLUDED")
        return self._rows(
            sa.select(RECORD)
            .where(RECORD.c.run == run, RECORD.c.kind == "INTENT", RECORD.c.job.not_in(concluded))
            .order_by(RECORD.c.seq)
        )

    def ask(self, row: Row) -> int:
        """Leave a request."""
        try:
            with self._engine.begin() as connection:
                result = connection.execute(REQUEST.insert(), row)
                return int(result.lastrowid)
        except sa.exc.DBAPIError as error:
            raise JournalError(f"the request could not be left: {error.orig}") from error

    def requests(self, run: str, after: int) -> Sequence[Row]:
        """A run's requests with an id above `after`, in order."""
        table = REQUEST.c
        return self._rows(
            sa.select(REQUEST).where(table.run == run, table.id > after).order_by(table.id)
        )

    def close(self) -> None:
        """Let the file go."""
        self._writer.close()
        self._engine.dispose()

    def _rows(self, query: sa.Select[Any]) -> list[Row]:
        # A connection of its own: a read never waits for a write that the disk holds up.
        try:
            with self._engine.connect() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        except sa.exc.DBAPIError as error:
            raise JournalError(f"the journal {self._path} can't be read: {error.orig}") from error
        except UnicodeDecodeError as error:
            raise JournalError(f"the journal {self._path} can't be read: it is damaged") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Open a file while nobody else does: SQLite turns to WAL at once or not at all."""
    folder = heads(path)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "opening").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _durable(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _swift(connection: Any, _record: object) -> None:
    # A dry run can be had again from its seed; it does not wait for the disk.
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
