"""What every driver of a serial bench tool does alike: link, identity, sight, polls."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

from fabctl.tools.errors import ToolError
from tool_drivers.bench.bench_tool import BenchTool
from tool_drivers.bench.line import Line

UNVERIFIED, ANOTHER_TOOL = 9001, 9002
"""Alarm numbers of the driver's own."""
ATTENTION, BEYOND_RECOVERY = 7, 5
"""Alarm categories (SECS-II ALCD)."""
REDIAL_S = 2.0
"""Wire seconds between attempts to have a lost tool back."""
STUCK_S = 10.0
"""Wire seconds of silence after which a link over a network is dialled anew: its other end may
have forgotten it, which only shows to who sends much, or waits for long."""
IDLE_POLL_S = 60.0
"""Process seconds between polls while nothing is watched."""


class AnotherToolError(ToolError):
    """What answers is not the tool that the fab file means."""


class SerialTool(BenchTool, ABC):
    """A driver's common part. A subclass says how its tool is identified, polled and commanded.

    Nothing but `identify`'s questions is sent before the tool has told who it is, at every link.
    """

    def set_up(self) -> None:
        """Make the line and all that looks after it."""
        self.line = Line(self.id, self.dial, self.clock, self._lost, self.unasked)
        self._up = False
        self._polls: asyncio.Task[None] | None = None
        self._coming_back: asyncio.Task[None] | None = None
        self._poll_now = asyncio.Event()
        self._heard = 0.0
        """Wire time of the last poll that was answered."""

    # What a subclass says.

    @abstractmethod
    async def identify(self) -> None:
        """Ask who it is, by reading only. Raises `AnotherToolError`, or another `ToolError`."""

    async def settle(self) -> None:
        """Make a tool that was just identified ready for use. Raises `ToolError`."""

    @abstractmethod
    async def poll(self) -> None:
        """Ask for what is watched, and tell it. Raises `ToolError`."""

    def unasked(self, data: bytes) -> None:
        """Bytes that answer nothing."""

    # Link and sight.

    async def connect(self) -> None:
        """Link up, and make sure that it is the tool that the fab file means."""
        if self._up:
            return
        if self.entry.place.secs1:
            raise ToolError(self.id, f"speaks no SECS-I: take secs-i: out of {self.entry.address}")
        await self.line.open()
        try:
            await self.identify()
            await self.settle()
        except BaseException:
            await self.line.close()
            raise
        self._up = True
        self._heard = self.clock.wire()
        self.observers.sight("connected", seen=True)
        if not self.dictionary.quirks["verified"]:
            text = f"nobody has tried this driver on a real {self.dictionary.mdln} yet"
            self.observers.alarm(UNVERIFIED, text, ATTENTION, is_set=True)
        self._polls = asyncio.get_running_loop().create_task(self._poll_on())

    async def disconnect(self) -> None:
        """Let the tool go; it goes on with what it does."""
        self._up = False
        for task in (self._polls, self._coming_back):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._polls = self._coming_back = None
        self.hands.forget()
        await self.line.close()
        self.observers.seen = False

    def _lost(self, why: str) -> None:
        if self._up:
            self.observers.sight(why, seen=False)
            if self._coming_back is None or self._coming_back.done():
                self._coming_back = asyncio.get_running_loop().create_task(self._come_back())

    async def _come_back(self) -> None:
        while True:
            await self.clock.sleep(REDIAL_S)
            try:
                await self.line.open()
                await self.identify()
                await self.settle()
            except AnotherToolError as error:
                self.observers.alarm(ANOTHER_TOOL, str(error), BEYOND_RECOVERY, is_set=True)
                await self.line.close()
                continue
            except ToolError:
                await self.line.close()
                continue
            self.observers.alarm(ANOTHER_TOOL, "", BEYOND_RECOVERY, is_set=False)
            self._heard = self.clock.wire()
            self.observers.sight("the link is back", seen=True)
            self.look_soon()
            return

    async def _poll_on(self) -> None:
        while True:
            began = self.clock.process()
            if self.line.is_open and (self._coming_back is None or self._coming_back.done()):
                try:
                    await self.poll()
                except ToolError as error:
                    if self.line.is_open:
                        self.observers.sight(str(error), seen=False)
                        await self._leave_if_stuck()
                else:
                    self._heard = self.clock.wire()
                    self.observers.sight("it answers again", seen=True)
            await self._pause(began)

    async def _leave_if_stuck(self) -> None:
        """Hang up where a network may be why nothing is heard; the link is then dialled anew."""
        silent = self.clock.wire() - self._heard
        if self.entry.place.is_network and silent >= STUCK_S:
            await self.line.close()

    async def _pause(self, began: float) -> None:
        """Wait until one period after the last poll began, or until something has changed."""
        seconds = max(0.0, began + self.period - self.clock.process()) / self.clock.speed
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._poll_now.wait()
        self._poll_now.clear()

    def look_soon(self) -> None:
        """Poll now: something has changed."""
        self._poll_now.set()

    @property
    def period(self) -> float:
        """Process seconds between two polls."""
        for watch in self.dictionary.watches:
            if watch.operation == self.watched:
                return float(watch.period_s)
        return IDLE_POLL_S
