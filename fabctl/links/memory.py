"""The in-memory wire: links within one process, in a fixed order, with faults on request.

What one end writes, the other receives in a later turn of the event loop, in the order written;
nothing else decides the order, so a dry run's wire is the same every time.
"""

import asyncio
from collections import deque
from enum import StrEnum

from fabctl.links.link import Accept, Link, LinkError, Receiver


class Towards(StrEnum):
    """The way that bytes go on a wire."""

    DIALLER = "dialler"
    LISTENER = "listener"


class MemoryWire:
    """A place to dial and one that listens. `latency` is wire seconds one way.

    Faults: `drop` ends every link, `stall` and `resume` hold bytes back, `lose` swallows the next
    writes, `refused` makes dialling fail with that reason while it is not empty. A wire that will
    have none of them need not be one that `may_fall_silent`.
    """

    def __init__(self, latency: float = 0.0, *, may_fall_silent: bool = True) -> None:
        self.latency = latency
        self.may_fall_silent = may_fall_silent
        self.refused = ""
        self._accept: Accept | None = None
        self._links: list[tuple[MemoryLink, MemoryLink]] = []
        self._stalled: set[Towards] = set()
        self._to_lose = dict.fromkeys(Towards, 0)

    def listen(self, accept: Accept) -> None:
        """Have `accept` called for every link that is dialled."""
        self._accept = accept

    async def dial(self, receiver: Receiver) -> Link:
        """A new link to whoever listens. Raises `LinkError`."""
        await asyncio.sleep(self.latency)
        if self.refused or self._accept is None:
            raise LinkError(self.refused or "nobody listens on the in-memory wire")
        ours = MemoryLink(self, Towards.LISTENER)
        theirs = MemoryLink(self, Towards.DIALLER)
        ours.connect(theirs, receiver)
        theirs.connect(ours, self._accept(theirs))
        self._links.append((ours, theirs))
        return ours

    # Faults.

    def drop(self, why: str = "link dropped") -> None:
        """End every link at once, losing what is under way."""
        for ours, theirs in self._links:
            ours.end(why)
            theirs.end(why)
        self._links.clear()

    def stall(self, *ways: Towards) -> None:
        """Hold back all bytes that go these ways (both, if none is named)."""
        self._stalled.update(ways or Towards)

    def resume(self) -> None:
        """Let go what was held back, and hold back no more."""
        self._stalled.clear()
        for pair in self._links:
            for link in pair:
                link.flush()

    def lose(self, towards: Towards, writes: int = 1) -> None:
        """Swallow the next writes that go this way."""
        self._to_lose[towards] += writes

    # For its links.

    def takes(self, towards: Towards) -> bool:
        """Whether a write gets onto the wire at all."""
        if self._to_lose[towards]:
            self._to_lose[towards] -= 1
            return False
        return True

    def stalls(self, towards: Towards) -> bool:
        """Whether bytes are held back."""
        return towards in self._stalled

    def forget_ended(self) -> None:
        """An end of a link is over; once both are, nothing is left to deliver."""
        self._links = [pair for pair in self._links if not (pair[0].over and pair[1].over)]


class MemoryLink:
    """One end of a link; what it writes goes `towards` the other end."""

    def __init__(self, wire: MemoryWire, towards: Towards) -> None:
        self.may_fall_silent = wire.may_fall_silent
        self._wire = wire
        self._towards = towards
        self._loop = asyncio.get_running_loop()
        self._peer: MemoryLink
        self._receiver: Receiver
        self._outgoing: deque[bytes | None] = deque()
        self._closing = False
        self.over = False

    def connect(self, peer: "MemoryLink", receiver: Receiver) -> None:
        """Know the other end, and who gets what it writes."""
        self._peer = peer
        self._receiver = receiver

    def write(self, data: bytes) -> None:
        """Send."""
        if not self._closing and not self.over and self._wire.takes(self._towards):
            self._put(data)

    async def drain(self) -> None:
        """Wait one turn of the event loop."""
        await asyncio.sleep(0)

    def close(self) -> None:
        """Send the rest, then end."""
        if not self._closing and not self.over:
            self._closing = True
            self._put(None)
            self._loop.call_soon(self.end, "closed by this end")

    def abort(self) -> None:
        """End at once."""
        if not self.over:
            self._loop.call_soon(self.end, "aborted by this end")
            self._loop.call_soon(self._peer.end, "connection reset by the peer")

    def end(self, why: str) -> None:
        """Tell the receiver that it is over, once."""
        if not self.over:
            self.over = True
            self._wire.forget_ended()
            self._receiver.lost(why)

    def flush(self) -> None:
        """Deliver all that was written, in order."""
        while self._outgoing and not self._wire.stalls(self._towards):
            self._deliver()

    def take(self, data: bytes) -> None:
        """Bytes arrive here."""
        if not self.over:
            self._receiver.received(data)

    def _put(self, data: bytes | None) -> None:
        self._outgoing.append(data)
        if self._wire.latency:
            self._loop.call_later(self._wire.latency, self._flush_one)
        else:
            self._loop.call_soon(self._flush_one)

    def _flush_one(self) -> None:
        if self._outgoing and not self._wire.stalls(self._towards):
            self._deliver()

    def _deliver(self) -> None:
        data = self._outgoing.popleft()
        if data is None:
            self._peer.end("closed by the peer")
        else:
            self._peer.take(data)
