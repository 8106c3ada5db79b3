"""TCP links, on asyncio's transports (uvloop's where `fabctl.clock.run` found it)."""

import asyncio
import socket
from typing import cast

from fabctl.links.link import Accept, Dial, Link, LinkError, Receiver

_HIGH_WATER = 1 << 20
"""Bytes that may wait to be sent before `drain` waits."""
_FULL = 64 << 20
"""Bytes that may wait to be sent before nothing more is read: who reads no answer asks no more.

Four of the longest messages, so that two ends that send each other such never wait for each other.
"""


class TcpLink(asyncio.Protocol):
    """One TCP connection."""

    may_fall_silent = True

    def __init__(self, accept: Accept) -> None:
        self._accept = accept
        self._receiver: Receiver
        self._transport: asyncio.Transport
        self._writable = asyncio.Event()
        self._why = ""

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's derive from nothing
        self._transport.set_write_buffer_limits(high=_HIGH_WATER)
        peer: socket.socket = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._writable.set()
        self._receiver = self._accept(self)

    def data_received(self, data: bytes) -> None:
        """Pass bytes on."""
        self._receiver.received(data)

    def pause_writing(self) -> None:
        """More is waiting than should."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Little is waiting."""
        self._writable.set()
        self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the end."""
        self._writable.set()
        why = self._why or (str(exc) or type(exc).__name__ if exc else "closed by the peer")
        self._receiver.lost(why)

    # What its user calls.

    def write(self, data: bytes) -> None:
        """Send."""
        if not self._transport.is_closing():
            self._transport.write(data)
            if self._transport.get_write_buffer_size() > _FULL:
                self._transport.pause_reading()

    async def drain(self) -> None:
        """Wait until less than 1 MiB waits to be sent."""
        await self._writable.wait()

    def close(self) -> None:
        """Send the rest, then FIN."""
        self._why = self._why or "closed by this end"
        self._transport.close()

    def abort(self) -> None:
        """Drop it."""
        self._why = self._why or "aborted by this end"
        self._transport.abort()


class TcpListener:
    """A listening socket."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that it listens on."""
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    async def close(self) -> None:
        """Take no more connections; those there are go on."""
        self._server.close()


def tcp_dial(host: str, port: int, *, timeout: float = 10.0) -> Dial:
    """Dial `host`:`port`; gives up after `timeout` wire seconds."""

    async def dial(receiver: Receiver) -> Link:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                _, link = await loop.create_connection(
                    lambda: TcpLink(lambda _link: receiver), host, port
                )
        except TimeoutError:
            raise LinkError(f"{host}:{port} does not answer within {timeout:g} s") from None
        except OSError as error:
            raise LinkError(f"no link to {host}:{port}: {error.strerror or error}") from error
        return link

    return dial


async def listen_tcp(host: str, port: int, accept: Accept) -> TcpListener:
    """Listen on `host`:`port` (0: any free one). Raises `LinkError`."""
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(lambda: TcpLink(accept), host, port)
    except OSError as error:
        raise LinkError(f"can't listen on {host}:{port}: {error.strerror or error}") from error
    return TcpListener(server)
