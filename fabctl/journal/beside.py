"""A store in a process of its own, for a journal that need not be durable.

A dry run need not read what it writes until it ends, and its journal would take a tenth of its
time, most of it for importing SQLAlchemy: both go on beside it here. Each message is its length in
four bytes, then MessagePack: ``[method, argument, ...]`` one way, ``[why not, answer]`` the other.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from fabctl.journal.errors import JournalError

if TYPE_CHECKING:
    from fabctl.journal.store import Row

_LENGTH = 4


@contextmanager
def store_beside() -> "Iterator[StoreBeside | None]":
    """Start the process, which ends with the context; give what it needs a file for.

    None where SQLAlchemy is loaded in this process already: then nothing would be gained.
    """
    if "sqlalchemy" in sys.modules:
        yield None
        return
    # -P: what lies in the folder that we were called from is none of Python's packages
    process = subprocess.Popen(  # noqa: S603 -- ourselves
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for whom it serves: it ends when that does
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield StoreBeside(process.stdin, process.stdout)
    finally:
        with suppress(OSError):  # what did not reach a process that is gone has been told
            process.stdin.close()
        process.stdout.close()
        process.wait()


class StoreBeside:
    """One SQLite file, by a `Store` in another process: the methods of a `Store`.

    What can't be inserted, and a file that can't be opened, is told by the next method that waits
    for an answer, at the latest by `close`.
    """

    def __init__(self, to: IO[bytes], answers: IO[bytes]) -> None:
        self._to = to
        self._answers = answers

    def open(self, path: Path) -> None:
        """Say which file it is; returns before it is open."""
        self._tell("open", str(path.absolute()))

    def insert(self, rows: "list[Row]") -> None:
        """Have records appended; returns before they are."""
        self._tell("insert", rows)

    def records(self, run: str, after: int) -> "Sequence[Row]":
        """A run's records with a number above `after`, in order."""
        found: list[Row] = self._ask("records", run, after)
        return found

    def last(self, run: str) -> "Row | None":
        """A run's last record."""
        found: Row | None = self._ask("last", run)
        return found

    def runs(self) -> list[str]:
        """Every run, the oldest first."""
        found: list[str] = self._ask("runs")
        return found

    def of_kind(self, kind: str) -> "Sequence[Row]":
        """Give the records of a kind in all runs, the oldest first."""
        found: list[Row] = self._ask("of_kind", kind)
        return found

    def open_intents(self, run: str) -> "Sequence[Row]":
        """The run's INTENTs whose job no CONCLUDED names."""
        found: list[Row] = self._ask("open_intents", run)
        return found

    def ask(self, row: "Row") -> int:
        """Leave a request."""
        number: int = self._ask("ask", row)
        return number

    def requests(self, run: str, after: int) -> "Sequence[Row]":
        """A run's requests with an id above `after`, in order."""
        found: list[Row] = self._ask("requests", run, after)
        return found

    def close(self) -> None:
        """Wait until all is written, and let the file go."""
        self._ask("close")

    def _ask(self, *call: object) -> Any:
        self._tell(*call)
        told = _received(self._answers)
        if told is None:
            raise _gone()
        why_not, answer = told
        if why_not:
            raise JournalError(why_not)
        return answer

    def _tell(self, *call: object) -> None:
        try:
            _send(self._to, call)
        except OSError as error:
            raise _gone() from error


def _gone() -> JournalError:
    return JournalError("the journal can't be written: the process that writes it is gone")


def _send(stream: IO[bytes], message: object) -> None:
    body = msgspec.msgpack.encode(message)
    stream.write(len(body).to_bytes(_LENGTH, "big") + body)
    stream.flush()


def _received(stream: IO[bytes]) -> Any:
    """Read a message; None where the other end is gone."""
    length = int.from_bytes(stream.read(_LENGTH), "big")
    body = stream.read(length)
    return msgspec.msgpack.decode(body) if length and len(body) == length else None


def serve(calls: IO[bytes], answers: IO[bytes]) -> None:
    """Be a journal's store until whoever calls is gone."""
    from fabctl.journal.store import Store

    store: Store | None = None
    why_not = ""
    while (call := _received(calls)) is not None:
        method, *arguments = call
        answer = None
        try:
            if method == "open":
                store = Store(Path(arguments[0]), durable=False)
            elif store is not None and (not why_not or method == "close"):
                answer = getattr(store, method)(*arguments)
        except JournalError as error:
            why_not = why_not or str(error)
        if method not in ("open", "insert"):
            _send(answers, (why_not, answer))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # all is told and written; to clear up would keep whoever waits for it
