"""TCP as the kernel times it: when bytes were on the wire, whoever has to wait for a core then.

Linux only, by SO_TIMESTAMPING, whose numbers Python does not have.
"""

import asyncio
import socket
import struct

from fabctl.links.link import Accept

_TIMESTAMPING = 37  # SO_TIMESTAMPING, and its SCM_TIMESTAMPING
_BOTH_WAYS = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 11  # sent, received, by software, times only
_ROOM = socket.CMSG_SPACE(128)


def timed(wire: socket.socket) -> socket.socket:
    """Have the kernel note when each packet leaves, and comes."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.setsockopt(socket.SOL_SOCKET, _TIMESTAMPING, _BOTH_WAYS)
    return wire


def received(wire: socket.socket) -> tuple[bytes, float]:
    """Take what came, and when, in seconds."""
    data, told, _, _ = wire.recvmsg(1 << 16, _ROOM)
    return data, _time(told)


def left(wire: socket.socket) -> float:
    """Tell when the bytes that were last sent left; 0 where nothing left since it was asked."""
    at = 0.0
    while True:
        try:
            _, told, _, _ = wire.recvmsg(0, _ROOM, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return at
        at = _time(told) or at


def _time(told: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, _TIMESTAMPING):
            seconds, nanoseconds = struct.unpack_from("qq", data)
            return float(seconds) + nanoseconds / 1e9
    return 0.0


class TimedLink:
    """A link over such a socket; knows when it was last written to and last brought something."""

    may_fall_silent = True

    def __init__(self, wire: socket.socket, accept: Accept) -> None:
        self.wrote = self.came = 0.0
        self._wire = timed(wire)
        self._loop = asyncio.get_running_loop()
        self._receiver = accept(self)
        self._loop.add_reader(wire, self._ready)

    def write(self, data: bytes) -> None:
        """Send; a few hundred bytes find room at once."""
        left(self._wire)
        self._wire.sendall(data)
        self.wrote = left(self._wire)

    def close(self) -> None:
        """Drop it."""
        if self._wire.fileno() >= 0:
            self._loop.remove_reader(self._wire)
            self._wire.close()

    abort = close

    async def drain(self) -> None:
        """Nothing waits."""

    def _ready(self) -> None:
        left(self._wire)  # else the kernel would call again for them
        try:
            data, self.came = received(self._wire)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._receiver.received(data)
        else:
            self.close()
            self._receiver.lost("closed by the peer")


def listening(count: int) -> list[socket.socket]:
    """Sockets that listen on free ports."""
    found = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    for each in found:
        each.settimeout(0)
    return found


async def served(server: socket.socket, accept: Accept) -> TimedLink:
    """Take the one that dials."""
    wire, _ = await asyncio.get_running_loop().sock_accept(server)
    wire.settimeout(0)
    return TimedLink(wire, accept)
