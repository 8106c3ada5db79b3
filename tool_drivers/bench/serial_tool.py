"""What every driver of a serial bench tool does alike: link, identity, sight, polls, hands."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from fabctl.clock import Clock
from fabctl.links.link import Dial
from fabctl.process.recipe import Recipe
from fabctl.tools import template
from fabctl.tools.desk import Desk
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.fab import ToolEntry
from fabctl.tools.port import Accepted, Grade, Measurement, Observation, Outcome, Program
from tool_drivers.bench.hands import Hands
from tool_drivers.bench.line import Line
from tool_drivers.bench.observers import Observers

REDIAL_S = 2.0
"""Wire seconds between attempts to have a lost tool back."""
IDLE_POLL_S = 60.0
"""Process seconds between polls while nothing is watched."""


class SerialTool:
    """A driver's common part. A subclass says how its tool is identified, polled and commanded.

    Nothing but `identify`'s questions is sent before the tool has told who it is, at every link.
    """

    by_hand = True
    grade = Grade.C
    WHERE = "put it in its place"
    """Where a person puts the wafer."""

    def __init__(
        self,
        entry: ToolEntry,
        dictionary: Dictionary,
        dial: Dial,
        clock: Clock,
        tap: object = None,
        *,
        desk: Desk,
    ) -> None:
        del tap  # the wire log knows SECS messages only
        self.id = entry.id
        self.kind = entry.kind
        self.dictionary = dictionary
        self.clock = clock
        self.observers = Observers(entry.id, clock)
        self.hands = Hands(entry.id, desk)
        self.desk = desk
        self.line = Line(entry.id, dial, clock, self._lost, self.unasked)
        self.watched = ""
        """The operation whose signals are reported, "" for none."""
        self._installed: dict[str, Program] = {}
        self._up = False
        self._polls: asyncio.Task[None] | None = None
        self._coming_back: asyncio.Task[None] | None = None
        self._poll_now = asyncio.Event()

    # What a subclass says.

    async def identify(self) -> None:
        """Ask who it is, by reading only. Raises `ToolError` where it is another tool."""
        raise NotImplementedError

    async def settle(self) -> None:
        """Make a tool that was just identified ready for use. Raises `ToolError`."""

    async def poll(self) -> None:
        """Ask for what is watched, and tell it. Raises `ToolError`."""
        raise NotImplementedError

    def unasked(self, data: bytes) -> None:
        """Bytes that answer nothing."""

    # Link and sight.

    async def connect(self) -> None:
        """Link up, and make sure that it is the tool that the fab file means."""
        if self._up:
            return
        await self.line.open()
        try:
            await self.identify()
            await self.settle()
        except BaseException:
            await self.line.close()
            raise
        self._up = True
        self.observers.sight("connected", seen=True)
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

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation; returns the unsubscriber."""
        return self.observers.subscribe(listener)

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
            except ToolError:
                await self.line.close()
                continue
            self.observers.sight("the link is back", seen=True)
            self.look_soon()
            return

    async def _poll_on(self) -> None:
        while True:
            if self.line.is_open and (self._coming_back is None or self._coming_back.done()):
                try:
                    await self.poll()
                except ToolError as error:
                    if self.line.is_open:
                        self.observers.sight(str(error), seen=False)
                else:
                    self.observers.sight("it answers again", seen=True)
            await self._pause()

    async def _pause(self) -> None:
        seconds = self.period / self.clock.speed
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

    # What is alike in all of them.

    async def place(self, wafer: str) -> Outcome:
        """Have a person bring the wafer; `Accepted` once one says so."""
        return await self.hands.bring(wafer, self.WHERE)

    async def remove(self, wafer: str) -> Outcome:
        """Have a person take the wafer; `Accepted` once one says so."""
        return await self.hands.take(wafer)

    def encode(self, name: str, recipe: Recipe) -> Program:
        """The tool's program for a recipe. Raises `RecipeError` where the tool can't do it."""
        return template.encode(self.dictionary, name, recipe)

    def decode(self, program: Program, operation: str) -> Recipe:
        """What a program really does. Raises `RecipeError` where it can't be read."""
        return template.decode(self.dictionary, program, operation)

    async def install(self, program: Program) -> Outcome:
        """Keep the program: the host carries it out, the tool stores none."""
        self._installed[program.name] = program
        return Accepted("the host keeps it")

    async def read_back(self, program: Program) -> Program:
        """Give what will be carried out. Raises `ToolError` where it was not installed."""
        if program.name not in self._installed:
            raise ToolError(self.id, f"program {program.name} is not installed")
        return self._installed[program.name]

    async def watch(self, operation: str) -> Sequence[tuple[str, str]]:
        """Poll an operation's signals; returns (signal, channel) of each."""
        names = next(
            (each.variables for each in self.dictionary.watches if each.operation == operation), ()
        )
        self.watched = operation
        self.look_soon()
        variables = (self.dictionary.variables_by_name[name] for name in names)
        return [(each.signal, each.name) for each in variables if each.signal]

    async def unwatch(self) -> None:
        """Poll no more than is needed to see the tool."""
        self.watched = ""

    async def results(self, job: str) -> Sequence[Measurement]:
        """Measure nothing. Raises `ToolError`."""
        raise ToolError(self.id, f"measures nothing ({job})")

    async def peaks(self, job: str) -> Mapping[str, float]:
        """Tell nothing: these tools keep no record of the highest values."""
        del job
        return {}
