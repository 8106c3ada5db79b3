"""The journal: records appended, read, verified, exported; requests left by other terminals."""

import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from fabctl.journal.errors import JournalDamagedError, JournalError
from fabctl.journal.record import GENESIS, Record, Request, canonical, chained, exported
from fabctl.journal.verify import problems
from fabctl.journal.witness import OwnerLock, Witness, heads, is_owned

if TYPE_CHECKING:
    from fabctl.journal.beside import StoreBeside
    from fabctl.journal.store import Row, Store

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BATCH = 256  # records of a dry run that are inserted at once


class _Owned(Struct):
    """What the owner of a run keeps at hand to append to it."""

    lock: OwnerLock
    witness: Witness
    seq: int
    hash: str
    last_request: int


class Journal:
    """A journal file. May be used from several threads; one process at a time owns a run.

    With `durable`, a record is on the disk (SQLite WAL, synchronous FULL, then the witness) when
    `append` returns. Without, records are inserted in batches, which a dry run does.
    """

    def __init__(self, path: Path, store: "Store | StoreBeside", *, durable: bool) -> None:
        self.path = path
        self._store = store
        self._durable = durable
        self._folder = heads(path)
        self._owned: dict[str, _Owned] = {}
        self._waiting: list[Row] = []
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, durable: bool = True) -> "Journal":
        """Open a journal, made where there is none. Raises `JournalError`."""
        from fabctl.journal.store import Store  # SQLAlchemy costs a quarter of a second

        _make_folders(path)
        return cls(path, Store(path, durable=durable), durable=durable)

    @classmethod
    def open_in(cls, store: "StoreBeside", path: Path) -> "Journal":
        """Open a journal that is not durable in another process, by which it is written.

        Raises `JournalError`, or has the first that reads it or closes it do so.
        """
        _make_folders(path)
        store.open(path)
        return cls(path, store, durable=False)

    def close(self) -> None:
        """Give up every run and let the file go."""
        for run in list(self._owned):
            self.release(run)
        self._store.close()

    # -- owning

    def own(self, run: str) -> None:
        """Become the one process that may append to a run, new or not.

        Raises `RunOwnedError`, or `JournalDamagedError` where the run's records are not sound.
        """
        if not _RUN_ID.fullmatch(run):
            raise JournalError(f"{run!r} is no run ID: letters, digits, '.', '_', '-'")
        lock = OwnerLock(self._folder / f"{run}.lock")
        lock.take(run)
        try:
            found = self.verify(run)
            if found:
                raise JournalDamagedError(run, found)
            last = self._store.last(run)
            asked = self._store.requests(run, 0)
        except JournalError:
            lock.free()
            raise
        witness = Witness(self._folder / f"{run}.head", durable=self._durable)
        if last:
            witness.write(last["seq"], last["hash"])  # the last owner may have died before it did
        self._owned[run] = _Owned(
            lock,
            witness,
            last["seq"] if last else 0,
            last["hash"] if last else GENESIS,
            asked[-1]["id"] if asked else 0,
        )

    def release(self, run: str) -> None:
        """Stop owning a run."""
        with self._lock:
            self._flush()
            owned = self._owned.pop(run)
            owned.witness.close()
            owned.lock.free()

    def is_owned(self, run: str) -> bool:
        """Whether a process, this one included, owns the run now."""
        return run in self._owned or is_owned(self.path, run)

    # -- writing

    def append(self, run: str, kind: str, body: Mapping[str, Any], at: str) -> Record:
        """Write one record of an owned run. Raises `JournalError`; then nothing was written.

        A second ``INTENT`` with one ``job`` in its body is refused.
        """
        with self._lock:
            owned = self._owned.get(run)
            if owned is None:
                raise JournalError(f"run {run} is not owned: nothing may be appended")
            try:
                text = canonical(body)
            except (ValueError, TypeError) as error:
                raise JournalError(f"{kind}: the body is not plain JSON: {error}") from error
            seq = owned.seq + 1
            digest = chained(run, seq, at, kind, text, owned.hash)
            row = {
                "run": run,
                "seq": seq,
                "at": at,
                "kind": kind,
                "job": _job(body),
                "body": text,
                "previous": owned.hash,
                "hash": digest,
            }
            if self._durable:
                self._store.insert([row])
            else:
                self._waiting.append(row)
            record = Record(run, seq, at, kind, body, owned.hash, digest)
            owned.seq, owned.hash = seq, digest
            if self._durable:
                owned.witness.write(seq, digest)
            elif len(self._waiting) >= _BATCH:
                self._flush()
            return record

    def _flush(self) -> None:
        rows, self._waiting = self._waiting, []
        if rows:
            self._store.insert(rows)
            for run in {row["run"]: None for row in rows}:
                self._owned[run].witness.write(self._owned[run].seq, self._owned[run].hash)

    # -- reading

    def records(self, run: str, after: int = 0) -> list[Record]:
        """A run's records with a number above `after`, in order. Raises `JournalError`."""
        return [_record(row) for row in self._rows(run, after)]

    def runs(self) -> list[str]:
        """The ID of every run, the oldest first."""
        with self._lock:
            self._flush()
        return self._store.runs()

    def of_kind(self, kind: str) -> list[Record]:
        """Give the records of a kind in all runs, the oldest first. Raises `JournalError`."""
        with self._lock:
            self._flush()
        return [_record(row) for row in self._store.of_kind(kind)]

    def open_intents(self, run: str) -> list[Record]:
        """The run's INTENTs without a CONCLUDED: what has to be asked of the tools first."""
        with self._lock:
            self._flush()
        return [_record(row) for row in self._store.open_intents(run)]

    def verify(self, run: str) -> list[str]:
        """What is wrong with a run's records; empty where they are those that were written."""
        witness = Witness(self._folder / f"{run}.head", durable=False)
        try:
            # Before and after: the run's owner may be writing meanwhile.
            before = witness.read()
            rows = self._rows(run, 0)
            return problems(rows, before, witness.read())
        except JournalError as error:
            return [str(error)]

    def export(self, run: str) -> Iterator[str]:
        """A run as canonical JSON, one record a line."""
        for row in self._rows(run, 0):
            yield exported(
                *(row[key] for key in ("run", "seq", "at", "kind", "body", "previous", "hash"))
            )

    def _rows(self, run: str, after: int) -> "list[Row]":
        with self._lock:
            self._flush()
        return list(self._store.records(run, after))

    # -- requests from another terminal

    def request(self, run: str, action: str, by: str, reason: str, at: str) -> int:
        """Leave a request for the process that owns the run; returns its number."""
        row = {"run": run, "action": action, "by": by, "reason": reason, "at": at}
        return self._store.ask(row)

    def take_requests(self, run: str) -> list[Request]:
        """Requests left since the last call; those from before this process owned the run are void.

        Writes nothing, so it works while the disk does not: whoever acts on one journals it.
        """
        owned = self._owned[run]
        rows = self._store.requests(run, owned.last_request)
        if rows:
            owned.last_request = rows[-1]["id"]
        return [
            Request(*(row[key] for key in ("id", "action", "by", "reason", "at"))) for row in rows
        ]


def _make_folders(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        heads(path).mkdir(exist_ok=True)
    except OSError as error:
        raise JournalError(f"the journal {path} can't be opened: {error}") from error


def _job(body: Mapping[str, Any]) -> str:
    job = body.get("job", "")
    return job if isinstance(job, str) else ""


def _record(row: "Row") -> Record:
    """Give a record as a reader will see it, also to who has just written it."""
    run, seq = row["run"], row["seq"]
    try:
        body = msgspec.json.decode(row["body"])
    except msgspec.DecodeError as error:
        raise JournalDamagedError(run, [f"the body of record {seq} is no JSON: {error}"]) from error
    return Record(run, seq, row["at"], row["kind"], body, row["previous"], row["hash"])
