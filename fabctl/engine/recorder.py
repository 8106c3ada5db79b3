"""Writes what happens in a run to its journal, in order, and tells it to whoever listens.

A live run's records go through one worker thread, so that a disk that takes ten seconds holds up
no event of a tool and no safe stop. A dry run writes directly: a thread would cost it more than the
disk does, and its order must not depend on one.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fabctl.clock import Clock
from fabctl.engine.history import History
from fabctl.engine.records import Kind, plain, stamp
from fabctl.journal import Journal, JournalError, Record

T = TypeVar("T")
Listener = Callable[[Record], None]


class Recorder:
    """Writes one owned run. After the first failure `failure` tells why, and nothing may start."""

    def __init__(
        self,
        journal: Journal,
        run: str,
        clock: Clock,
        history: History,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self.history = history
        self.failure: JournalError | None = None
        self.unwritten = 0
        self._journal = journal
        self._run = run
        self._clock = clock
        self._listeners = list(listeners)
        self._loop = asyncio.get_running_loop()
        self._worker = None if clock.virtual else ThreadPoolExecutor(1, "journal")
        self._last: asyncio.Future[Record] | None = None

    def listen(self, listener: Listener) -> None:
        """Have `listener` called with every record from now on, those not written included."""
        self._listeners.append(listener)

    def note(self, kind: Kind, **body: object) -> None:
        """Write a record as soon as may be, without waiting for it; safe in any callback."""
        self._submit(kind, body)

    async def write(self, kind: Kind, **body: object) -> Record:
        """Write a record; it is durable on return. Raises `JournalError` where it is not."""
        return await self._submit(kind, body)

    async def settle(self) -> None:
        """Wait until everything noted so far is written, or could not be."""
        if self._last is not None and not self._last.done():
            await asyncio.wait([self._last])

    async def close(self) -> None:
        """Write what is still waiting, and end the worker."""
        await self.settle()
        if self._worker is not None:
            self._worker.shutdown()

    def _submit(self, kind: Kind, body: Mapping[str, object]) -> "asyncio.Future[Record]":
        at = stamp(self._clock.utc())
        told = {name: plain(value) for name, value in body.items()}
        future: asyncio.Future[Record] = self._loop.create_future()
        if self._worker is None:
            self._done(future, kind, told, at, self._append(kind, told, at))
        else:
            self._loop.run_in_executor(
                self._worker, self._append, kind, told, at
            ).add_done_callback(
                lambda written: self._done(future, kind, told, at, written.result())
            )
        self._last = future
        return future

    def _append(self, kind: str, body: Mapping[str, object], at: str) -> Record | JournalError:
        try:
            if self.unwritten and kind != Kind.JOURNAL_GAP:
                # The chain stays whole over a gap, so the gap itself has to be told.
                self._journal.append(self._run, Kind.JOURNAL_GAP, {"lost": self.unwritten}, at)
                self.unwritten = 0
            return self._journal.append(self._run, kind, body, at)
        except JournalError as error:
            self.unwritten += 1
            return error

    def _done(
        self,
        future: "asyncio.Future[Record]",
        kind: str,
        body: Mapping[str, object],
        at: str,
        written: Record | JournalError,
    ) -> None:
        if isinstance(written, Record):
            record = written
        else:
            # What happened, happened: the run goes by it although the disk does not have it.
            self.failure = self.failure or written
            record = Record(self._run, 0, at, kind, body, "", "")
        try:
            self.history.take(record)
            self.show(record)
        finally:
            if not future.done():
                if isinstance(written, Record):
                    future.set_result(record)
                else:
                    future.set_exception(written)
                    future.exception()  # that of a note is told by `failure`: nobody waits for it

    def show(self, record: Record) -> None:
        """Tell the listeners of a record."""
        tell(self._listeners, record)


def tell(listeners: Iterable[Callable[[T], object]], news: T) -> None:
    """Call every listener; a display that fails must not disturb a run."""
    for listener in listeners:
        try:
            listener(news)
        except Exception as error:  # noqa: BLE001 -- whatever a display may raise
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a listener of the run failed", "exception": error}
            )
