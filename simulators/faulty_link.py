"""A link that can be stalled: stands between a tool's session and what really carries bytes."""

from collections.abc import Callable

from fabctl.links.link import Link, Receiver


class FaultyLink:
    """The link as the session sees it, and the receiver as the wire sees it."""

    may_fall_silent = True

    def __init__(self, link: Link, gone: "Callable[[FaultyLink], None]") -> None:
        """`gone` is told once when the link is over."""
        self._link = link
        self._gone = gone
        self._receiver: Receiver
        self._stalled = False
        self._outward: list[bytes] = []
        self._inward: list[bytes] = []

    def connect(self, receiver: Receiver) -> None:
        """Know who gets the bytes that come."""
        self._receiver = receiver

    def stall(self) -> None:
        """Hold everything back, both ways, until `resume`."""
        self._stalled = True

    def resume(self) -> None:
        """Let go what was held back."""
        self._stalled = False
        outward, self._outward = self._outward, []
        inward, self._inward = self._inward, []
        for data in outward:
            self._link.write(data)
        for data in inward:
            self._receiver.received(data)

    def write(self, data: bytes) -> None:
        """Send, unless stalled."""
        if self._stalled:
            self._outward.append(data)
        else:
            self._link.write(data)

    async def drain(self) -> None:
        """Wait until not much is left to send."""
        await self._link.drain()

    def close(self) -> None:
        """End the link in an orderly way."""
        self._link.close()

    def abort(self) -> None:
        """End the link at once."""
        self._link.abort()

    def received(self, data: bytes) -> None:
        """Bytes came."""
        if self._stalled:
            self._inward.append(data)
        else:
            self._receiver.received(data)

    def lost(self, reason: str) -> None:
        """The link is over."""
        self._gone(self)
        self._receiver.lost(reason)
