"""A serial link over a port without a file descriptor (rfc2217://): two threads do the waiting."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fabctl.links.link import Receiver

_LOOK_UP_S = 0.25
"""How often the reading thread looks whether the link was closed, in wire seconds."""

_HIGH_WATER = 1 << 16
"""Bytes that may wait to be sent before `drain` waits."""


class ThreadedSerialLink:
    """One thread reads, the other writes; all else happens in the event loop.

    `reason` puts what the port raises into words.
    """

    may_fall_silent = True

    def __init__(
        self, port: Any, receiver: Receiver, reason: Callable[[BaseException], str]
    ) -> None:
        self._port = port
        self._receiver = receiver
        self._reason = reason
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="serial")
        self._waiting = 0
        self._low = asyncio.Event()
        self._low.set()
        self._closing = False
        self._over = False
        port.timeout = _LOOK_UP_S
        self._threads.submit(self._read)

    def write(self, data: bytes) -> None:
        """Send."""
        if self._closing or self._over:
            return
        self._waiting += len(data)
        if self._waiting > _HIGH_WATER:
            self._low.clear()
        self._threads.submit(self._write, bytes(data))

    async def drain(self) -> None:
        """Wait until less than 64 KiB wait to be sent."""
        await self._low.wait()

    def close(self) -> None:
        """Send the rest, then close the port."""
        if not self._closing and not self._over:
            self._closing = True
            self._threads.submit(self._tell, "closed by this end")

    def abort(self) -> None:
        """Close the port."""
        self._end("aborted by this end")

    # In threads.

    def _read(self) -> None:
        while not self._over and not self._loop.is_closed():
            try:
                data = self._port.read(1)
                if data:
                    data += self._port.read(self._port.in_waiting)
            except Exception as error:  # noqa: BLE001 -- pyserial raises more than it says
                self._tell(self._reason(error))
                return
            if data:
                self._hand_over(self._received, data)

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except Exception as error:  # noqa: BLE001 -- as above
            self._tell(self._reason(error))
        else:
            self._hand_over(self._written, len(data))

    def _tell(self, why: str) -> None:
        self._hand_over(self._end, why)

    def _hand_over(self, callback: Callable[..., None], *args: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(callback, *args)

    # In the loop.

    def _received(self, data: bytes) -> None:
        if not self._over:
            self._receiver.received(data)

    def _written(self, size: int) -> None:
        self._waiting -= size
        if self._waiting <= _HIGH_WATER:
            self._low.set()

    def _end(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self._low.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        closing = self._loop.run_in_executor(None, self._port.close)
        closing.add_done_callback(lambda done: self._closed(done, why))

    def _closed(self, closing: "asyncio.Future[None]", why: str) -> None:
        if not closing.cancelled():
            closing.exception()  # a port that is gone can't be closed well
            self._receiver.lost(why)
