"""A serial port that a simulated tool is on: a pty, whose other end any host may open.

A pty has no baud rate, no parity and no modem lines. A host that opens it is a link that begins,
one that closes it a link that is lost; two at once look like one.
"""

import asyncio
import os
import select
import tty
from pathlib import Path

from fabctl.links.link import Accept, LinkError, Receiver
from fabctl.links.serial import SerialLink

_LOOK_S = 0.05
"""How often to look whether a host has opened the port, in wire seconds: nothing tells."""


def listen_pty(accept: Accept, path: Path | None = None) -> "PtyListener":
    """Open a pty and wait for hosts; `path` becomes a symbolic link to it.

    Raises `LinkError` where there is something else at `path`, or no pty to be had.
    """
    try:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        device = os.ttyname(theirs)
        os.close(theirs)
    except OSError as error:
        raise LinkError(f"no pty to be had: {error.strerror}") from error
    if path is not None:
        try:
            if path.is_symlink():  # of a server that was killed
                path.unlink()
            path.symlink_to(device)
        except OSError as error:
            os.close(ours)
            raise LinkError(f"can't serve at {path}: {error.strerror}") from error
    return PtyListener(ours, device, accept, path)


class PtyListener:
    """One pty; `path` is what a host opens."""

    def __init__(self, fd: int, device: str, accept: Accept, link: Path | None) -> None:
        self.path = str(link or device)
        self._fd = fd
        self._link = link
        self._accept = accept
        self._loop = asyncio.get_running_loop()
        self._poll = select.poll()
        self._poll.register(fd, select.POLLHUP)
        self._current: SerialLink | None = None
        self._closed = False
        self._timer = self._loop.call_soon(self._look)

    async def close(self) -> None:
        """Take no more hosts. A link there is goes on until it is lost."""
        self._closed = True
        self._timer.cancel()
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        if self._current is None:
            os.close(self._fd)

    def _look(self) -> None:
        if self._poll.poll(0):  # hung up: no host has it open
            self._timer = self._loop.call_later(_LOOK_S, self._look)
            return
        ending = _Ending(self)
        self._current = SerialLink(_Pty(), self._fd, ending)
        ending.receiver = self._accept(self._current)

    def _ended(self) -> None:
        self._current = None
        if self._closed:
            os.close(self._fd)
        else:
            self._timer = self._loop.call_later(_LOOK_S, self._look)


class _Ending:
    """Tells the receiver, and the listener that the pty is free for the next host."""

    receiver: Receiver

    def __init__(self, listener: PtyListener) -> None:
        self._listener = listener

    def received(self, data: bytes) -> None:
        """Bytes came."""
        self.receiver.received(data)

    def lost(self, reason: str) -> None:
        """The link is over."""
        self.receiver.lost(reason)
        self._listener._ended()  # noqa: SLF001 -- they are one


class _Pty:
    """Stays open for the next host when a link over it is closed."""

    def reset_output_buffer(self) -> None:
        """Nothing: the host's end drops what it has not read when it closes."""

    def close(self) -> None:
        """Nothing."""
