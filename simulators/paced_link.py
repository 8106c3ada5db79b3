"""A serial line's pace, where nothing else has one: a pty carries bytes at once."""

import asyncio
from collections.abc import Iterator

from fabctl.links.link import Link, Receiver

BITS = 10
"""Of a character on the line: start, eight, stop."""
PIECE = 16
"""Characters that are handed on at once, as an adapter does: fewer than any timer could tell."""


class PacedLink:
    """The link as its tool sees it, and the receiver as the wire sees it; each way has its pace."""

    may_fall_silent = True

    def __init__(self, link: Link, baudrate: int) -> None:
        """Must be made inside a running event loop."""
        self._link = link
        self._character = BITS / baudrate
        self._loop = asyncio.get_running_loop()
        self._receiver: Receiver
        self._out = self._in = 0.0
        """Until when (loop's time) what was written, and what came, is still on the line."""
        self._over = False

    def connect(self, receiver: Receiver) -> None:
        """Know who gets the bytes that come."""
        self._receiver = receiver

    def write(self, data: bytes) -> None:
        """Send, at the line's pace."""
        for piece in _pieces(data):
            self._out = max(self._out, self._loop.time()) + self._character * len(piece)
            self._loop.call_at(self._out, self._link.write, piece)

    async def drain(self) -> None:
        """Wait until not much is left to send."""
        await asyncio.sleep(max(0.0, self._out - self._loop.time()))
        await self._link.drain()

    def close(self) -> None:
        """End the link in an orderly way, after what was written."""
        self._loop.call_at(max(self._out, self._loop.time()), self._link.close)

    def abort(self) -> None:
        """End the link at once."""
        self._over = True
        self._link.abort()

    def received(self, data: bytes) -> None:
        """Bytes came; the tool has them at the line's pace."""
        for piece in _pieces(data):
            self._in = max(self._in, self._loop.time()) + self._character * len(piece)
            self._loop.call_at(self._in, self._arrive, piece)

    def lost(self, reason: str) -> None:
        """The link is over."""
        self._over = True
        self._receiver.lost(reason)

    def _arrive(self, data: bytes) -> None:
        if not self._over:
            self._receiver.received(data)


def _pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), PIECE):
        yield data[at : at + PIECE]
