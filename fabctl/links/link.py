"""One small interface for whatever carries bytes: TCP, a serial port, the in-memory wire.

Who wants a link gives a `Receiver` to a `Dial`, or is given a `Link` by a listener::

    link = await dial(receiver)          # raises LinkError
    link.write(data); await link.drain()
    link.close()                         # receiver.lost("closed ...") follows
"""

from collections.abc import Awaitable, Callable
from typing import Protocol


class LinkError(OSError):
    """A link can't be made; says to where and why."""


class Receiver(Protocol):
    """What is told of a link's bytes and end. Neither method may wait or raise."""

    def received(self, data: bytes) -> None:
        """Bytes came, cut anyhow."""

    def lost(self, reason: str) -> None:
        """The link is over, whoever ended it; told once, and last."""


class Link(Protocol):
    """A two-way stream of bytes."""

    may_fall_silent: bool
    """Whether it may be dead without a word: then a silent peer has to be asked if it is there."""

    def write(self, data: bytes) -> None:
        """Send, at once or as soon as the peer takes it; never waits. Ignored once closed."""

    async def drain(self) -> None:
        """Wait until not much of what was written is left to send. Returns at once when lost."""

    def close(self) -> None:
        """Send what was written, then end the link in an orderly way. May be repeated."""

    def abort(self) -> None:
        """End the link at once; what was not sent is lost. May be repeated."""


Dial = Callable[[Receiver], Awaitable[Link]]
"""Makes a link whose bytes go to the receiver. Raises `LinkError`."""

Accept = Callable[[Link], Receiver]
"""Called with each link that a peer made; returns who gets its bytes."""


class Listener(Protocol):
    """A place where peers can dial in."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""

    async def close(self) -> None:
        """Take no more links. Those there are go on."""
