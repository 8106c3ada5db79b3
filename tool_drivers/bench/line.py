"""A serial line on which the host asks and the tool answers, one question at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fabctl.clock import Clock
from fabctl.instruments.errors import FrameError
from fabctl.links.link import Dial, Link, LinkError
from fabctl.tools.errors import ToolError

T = TypeVar("T")


class LineDownError(ToolError):
    """There is no link to the tool: nothing was sent."""


class NoAnswerError(ToolError):
    """What was sent had no usable answer: whether the tool heard it is unknown."""


class Line:
    """The link to one tool; a `Receiver`. `on_lost` is told why it is over, once a link.

    Bytes that come while nothing is asked go to `on_unasked`: no answer is ever taken from before
    its question.
    """

    def __init__(
        self,
        tool: str,
        dial: Dial,
        clock: Clock,
        on_lost: Callable[[str], None],
        on_unasked: Callable[[bytes], None],
    ) -> None:
        self._tool = tool
        self._dial = dial
        self._clock = clock
        self._on_lost = on_lost
        self._on_unasked = on_unasked
        self._link: Link | None = None
        self._lock = asyncio.Lock()
        self._take: Callable[[bytes], None] = on_unasked
        self._fail: Callable[[str], None] = lambda _why: None
        self._closed = asyncio.Event()
        self._why = ""
        """Why the last link is over."""

    @property
    def is_open(self) -> bool:
        """Whether there is a link."""
        return self._link is not None

    async def open(self) -> None:
        """Dial. Raises `LineDownError`."""
        if self._link is not None:
            return
        try:
            self._closed.clear()
            link = await self._dial(self)
        except LinkError as error:
            raise LineDownError(self._tool, f"can't be reached: {error}") from None
        if self._closed.is_set():
            raise LineDownError(self._tool, f"can't be reached: {self._why}")
        self._link = link

    async def close(self) -> None:
        """Hang up, and wait until the port is free again."""
        if self._link is not None:
            self._link.close()
            try:
                async with asyncio.timeout(5):
                    await self._closed.wait()
            except TimeoutError:
                self._link.abort()
            self._link = None

    async def ask(
        self, request: bytes, answer: Callable[[bytes], T | None], within: float, gap: float = 0.0
    ) -> T:
        """Send `request` once and return what `answer` makes of the bytes that follow.

        `answer` is given each piece; None: not whole yet. `within` and `gap` (the silence kept
        before the request) are wire seconds. Raises `LineDownError`, `NoAnswerError`, and what
        `answer` raises, but for `FrameError`, which is no usable answer.
        """
        async with self._lock:
            if gap:
                await self._clock.sleep(gap)
            link = self._there()
            told: asyncio.Future[T] = asyncio.get_running_loop().create_future()

            came = 0

            def take(data: bytes) -> None:
                nonlocal came
                came += len(data)
                if told.done():
                    self._on_unasked(data)
                    return
                try:
                    found = answer(data)
                except Exception as error:  # noqa: BLE001 -- raised again where it was asked
                    told.set_exception(error)
                else:
                    if found is not None:
                        told.set_result(found)

            def fail(why: str) -> None:
                if not told.done():
                    told.set_exception(NoAnswerError(self._tool, f"the link was lost: {why}"))

            self._take, self._fail = take, fail
            try:
                link.write(request)
                async with asyncio.timeout(within):
                    return await told
            except TimeoutError:
                none = f", but {came} bytes that are none (another baud rate?)" if came else ""
                raise NoAnswerError(self._tool, f"no answer within {within:g} s{none}") from None
            except FrameError as error:
                raise NoAnswerError(self._tool, f"the answer is no good: {error}") from None
            finally:
                self._take, self._fail = self._on_unasked, lambda _why: None

    async def tell(self, request: bytes, gap: float = 0.0) -> None:
        """Send what has no answer. Raises `LineDownError`."""
        async with self._lock:
            if gap:
                await self._clock.sleep(gap)
            link = self._there()
            link.write(request)
            await link.drain()

    def _there(self) -> Link:
        if self._link is None:
            why = f": {self._why}" if self._why else ""
            raise LineDownError(self._tool, f"there is no link to the tool{why}")
        return self._link

    # The receiver.

    def received(self, data: bytes) -> None:
        """Bytes came."""
        self._take(data)

    def lost(self, reason: str) -> None:
        """The link is over."""
        self._link, self._why = None, reason
        self._closed.set()
        self._fail(reason)
        self._on_lost(reason)
