"""Serial ports as links: local ports and ptys, and terminal servers (socket://, rfc2217://).

::

    link = await serial_dial("usb:A10K3F7X", baudrate=19200)(receiver)   # raises LinkError

A port is found by what it is (`fabctl.links.serial_ports`) each time it is dialled, and opened for
this program alone. The event loop never waits: a port with a file descriptor is read when it is
readable; an rfc2217:// port has none, and gets threads. Whatever pyserial, termios or the system
raise becomes one `LinkError`, or the reason given to `lost`.
"""

import asyncio
import contextlib
import errno
import os
import stat
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import serial

from fabctl.links.link import Dial, Link, LinkError, Receiver
from fabctl.links.serial_ports import find_port
from fabctl.links.serial_threads import ThreadedSerialLink

ERRORS = (serial.SerialException, OSError, termios.error, ValueError)
"""All that opening or using a port raises. termios.error is none of the others' kind."""

_HIGH_WATER = 1 << 16
"""Bytes that may wait to be sent before `drain` waits."""

_PTY_MAJORS = range(136, 144)
"""Linux's device numbers of Unix98 ptys."""


def serial_dial(
    port: str,
    *,
    baudrate: int = 9600,
    bytesize: int = 8,
    parity: str = "N",
    stopbits: float = 1,
) -> Dial:
    """Dial a port by its name. `baudrate` in Bd; `parity` N, E or O; the usual 8N1 by default.

    A pty has no line settings and refuses some (7E1 among them, depending on what was set
    before), so it is always opened 8N1: bytes go through it as they are.
    """

    async def dial(receiver: Receiver) -> Link:
        loop = asyncio.get_running_loop()

        def opened() -> Any:
            return _open(find_port(port), baudrate, bytesize, parity, stopbits)

        opening = loop.run_in_executor(None, opened)
        try:
            device = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_unwanted)
            raise
        except LinkError:
            raise
        except ERRORS as error:
            raise LinkError(f"no link to {port}: {reason(error)}") from error
        try:
            fd = device.fileno()
        except OSError:  # io.UnsupportedOperation is one
            return ThreadedSerialLink(device, receiver, reason)
        return SerialLink(device, fd, receiver)

    return dial


def _open(port: str, baudrate: int, bytesize: int, parity: str, stopbits: float) -> Any:
    if _is_pty(port):
        bytesize, parity, stopbits = 8, "N", 1
    device = serial.serial_for_url(
        port,
        baudrate=baudrate,
        bytesize=bytesize,
        parity=parity,
        stopbits=stopbits,
        timeout=0,
        exclusive=None if "://" in port else True,
    )
    if "://" not in port:
        try:
            _leave_dtr_up(device.fileno())
        except termios.error:
            device.close()
            raise
    return device


def _leave_dtr_up(fd: int) -> None:
    """Closing the port shall not lower DTR: raising it again resets many a board behind it."""
    settings = termios.tcgetattr(fd)
    settings[2] &= ~termios.HUPCL
    termios.tcsetattr(fd, termios.TCSANOW, settings)


def _is_pty(port: str) -> bool:
    if "://" in port:
        return False
    found = Path(port).stat()
    return stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) in _PTY_MAJORS


def _close_unwanted(opening: "asyncio.Future[Any]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        asyncio.get_running_loop().run_in_executor(None, opening.result().close)


def reason(error: BaseException) -> str:
    """What went wrong with a port, in few words."""
    numbers = (_number(each) for each in (error, error.__context__))
    known = next((_REASONS[each] for each in numbers if each in _REASONS), "")
    return known or str(error) or type(error).__name__


def _number(error: BaseException | None) -> int:
    """The system's number of an error, 0 where it has none; pyserial hides some in its own."""
    if isinstance(error, termios.error):
        return int(error.args[0])
    return (error.errno or 0) if isinstance(error, OSError) else 0


_REASONS = {
    errno.ENOENT: "there is no such port (unplugged?)",
    errno.ENXIO: "there is nothing behind the port",
    errno.ENODEV: "there is nothing behind the port",
    errno.EIO: "the port is gone (unplugged, or its other end closed)",
    errno.EAGAIN: "another program has it open",
    errno.EBUSY: "another program has it open",
    errno.EACCES: "not allowed; is this user in the port's group (often dialout)?",
    errno.EINVAL: "the port refuses these line settings",
    errno.ENOTTY: "that is no serial port",
    errno.EISDIR: "that is no serial port",
    errno.ECONNREFUSED: "connection refused, nobody listens there",
    errno.ECONNRESET: "the other end hung up",
    errno.EPIPE: "the other end hung up",
}


class SerialLink:
    """A port with a file descriptor."""

    may_fall_silent = True

    def __init__(self, port: Any, fd: int, receiver: Receiver) -> None:
        self._port = port
        self._fd = fd
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()
        self._outgoing = bytearray()
        self._low = asyncio.Event()
        self._low.set()
        self._why = ""
        self._over = False
        os.set_blocking(fd, False)
        self._loop.add_reader(fd, self._readable)

    def write(self, data: bytes) -> None:
        """Send."""
        if self._why or self._over:
            return
        waited = bool(self._outgoing)
        self._outgoing += data
        if not waited:
            self._writable()

    async def drain(self) -> None:
        """Wait until less than 64 KiB wait to be sent."""
        await self._low.wait()

    def close(self) -> None:
        """Send the rest, then close the port."""
        self._why = self._why or "closed by this end"
        if not self._outgoing:
            self._end(self._why, self._port.close)

    def abort(self) -> None:
        """Close the port, and drop what waits to be sent."""
        self._end(self._why or "aborted by this end", self._drop)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, 1 << 16)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(reason(error), self._drop)
            return
        if data:
            self._receiver.received(data)
        else:
            self._end("the port is gone (unplugged, or closed by its other end)", self._drop)

    def _writable(self) -> None:
        try:
            sent = os.write(self._fd, self._outgoing)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            self._end(reason(error), self._drop)
            return
        del self._outgoing[:sent]
        if self._outgoing:
            self._loop.add_writer(self._fd, self._writable)
        else:
            self._loop.remove_writer(self._fd)
            if self._why:
                self._end(self._why, self._port.close)
        if len(self._outgoing) > _HIGH_WATER:
            self._low.clear()
        else:
            self._low.set()

    def _drop(self) -> None:
        with contextlib.suppress(*ERRORS):  # it may be gone, and its buffer with it
            self._port.reset_output_buffer()
        self._port.close()

    def _end(self, why: str, close: Callable[[], None]) -> None:
        """Leave the loop at once; tell the end when the port can be opened again."""
        if self._over:
            return
        self._over = True
        self._outgoing.clear()
        self._low.set()
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        closing = self._loop.run_in_executor(None, close)  # a port may take its time to drain
        closing.add_done_callback(lambda done: self._closed(done, why))

    def _closed(self, closing: "asyncio.Future[None]", why: str) -> None:
        if not closing.cancelled():
            closing.exception()  # a port that is gone can't be closed well
            self._receiver.lost(why)
