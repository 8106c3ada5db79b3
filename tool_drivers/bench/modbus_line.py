"""Registers of one Modbus slave: reads are repeated, a write is sent once and read back."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from fabctl.clock import Clock
from fabctl.instruments import modbus
from fabctl.instruments.errors import FrameError, InstrumentError
from fabctl.instruments.modbus import Request
from fabctl.tools.errors import ToolError
from tool_drivers.bench.line import Line, NoAnswerError

T = TypeVar("T")

ATTEMPTS = 3
"""Of a read; a write has one."""
THINKS_S, ANSWER_S = 0.5, 0.6
"""Wire seconds that a slave may take for a block, and the least that it is given."""
GAP = 3.5
"""Characters of silence before a frame."""
BITS = 11
"""Of a character, with parity."""


class NotTakenError(ToolError):
    """A register does not hold what was written to it."""


class ModbusLine:
    """One slave on a line of its own, at so many Bd."""

    def __init__(self, tool: str, line: Line, clock: Clock, slave: int, baudrate: int) -> None:
        self._tool = tool
        self._character = BITS / baudrate
        self._line = line
        self._clock = clock
        self._slave = slave
        self._in_step = True
        self._nonce = 0
        self._one_at_a_time = asyncio.Lock()

    def begin(self) -> None:
        """Begin on a new link, where no answer to a question on the old one will come."""
        self._in_step = True

    async def read(self, address: int, count: int = 1) -> tuple[int, ...]:
        """Give `count` words. Raises `ToolError`."""
        request = modbus.read(self._slave, address, count)
        async with self._one_at_a_time:
            for attempt in range(ATTEMPTS):
                try:
                    return await self._ask(request)
                except NoAnswerError:
                    if attempt == ATTEMPTS - 1:
                        raise
        raise AssertionError

    async def write(self, address: int, *words: int) -> None:
        """Write and read back. Raises `NotTakenError` where the slave says no or keeps another.

        Raises `ToolError` where nobody can tell what it keeps.
        """
        with suppress(NoAnswerError):  # it may have been heard all the same: reading tells
            await self.write_once(address, *words)
        kept = await self.read(address, len(words))
        if kept != words:
            raise NotTakenError(self._tool, f"register {address} holds {kept}, not {words}")

    async def write_once(self, address: int, *words: int) -> None:
        """Write without a look at what comes of it. Raises `NotTakenError`, `NoAnswerError`."""
        async with self._one_at_a_time:
            await self._ask(modbus.write(self._slave, address, *words))

    async def _ask(self, request: Request) -> tuple[int, ...]:
        if not self._in_step:
            await self._get_in_step()
        self._in_step = False
        try:
            words = await self._send(request.encode(), _reply_to(request), request.reply_length())
        except InstrumentError as error:
            self._in_step = True
            raise NotTakenError(self._tool, str(error)) from None
        self._in_step = True
        return words

    async def _get_in_step(self) -> None:
        """Make sure that no late answer is read as the next one's.

        A slave answers in order: what comes before the echo of a word never sent before is old.
        """
        self._nonce = self._nonce % 0xFFFF + 1
        request = Request(self._slave, modbus.LOOPBACK, words=(self._nonce,)).encode()
        seen = bytearray()

        def echoed(data: bytes) -> bool | None:
            seen.extend(data)
            return True if request in seen else None

        await self._send(request, echoed, len(request))

    async def _send(self, frame: bytes, answer: Callable[[bytes], T | None], length: int) -> T:
        """Send a frame and await an answer of so many bytes, at the line's own pace."""
        way = self._character * (len(frame) + length)
        within = max(ANSWER_S, THINKS_S + 2 * way)
        return await self._line.ask(frame, answer, within, self._character * GAP)


def _reply_to(request: Request) -> Callable[[bytes], tuple[int, ...] | None]:
    """Collects the bytes of one reply."""
    seen = bytearray()
    whole = request.reply_length()

    def take(data: bytes) -> tuple[int, ...] | None:
        seen.extend(data)
        refused = len(seen) > 1 and seen[1] & 0x80
        length = 5 if refused else whole
        if len(seen) < length:
            return None
        if len(seen) > length:
            raise FrameError(f"{len(seen)} bytes, expected {length}")
        return request.decode_reply(bytes(seen))

    return take
