"""The only place that knows time: the event loop's clock, and its jumping twin.

Everything else asks a `Clock`. Two paces run side by side:

* *wire time* is the event loop's time. Protocol timers (T3, T6, linktest ...) use it.
* *process time* is wire time multiplied by ``speed``. Physics, step deadlines and freshness
  limits use it, so that a simulated furnace can go through its hours in seconds while HSMS still
  keeps its own timers.

On a `JumpingEventLoop` wire time is virtual: whenever nothing is ready to run, time jumps to the
next timer, so a dry run of ten hours takes about as long as its computations do. It never jumps
while work is outstanding in a thread, since nobody can tell what that work would have scheduled.
"""

import asyncio
import selectors
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

VIRTUAL_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""When every virtual day begins; a dry run never shows the real date."""


class Deadlock(RuntimeError):
    """Every task waits, and nothing is scheduled that could wake one of them."""


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that lets virtual time pass in place of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout == 0 and not self.threads:  # a signal can wait until nothing is ready
            return []
        if self.threads:  # a thread may schedule something earlier than the next timer: wait for it
            return super().select(None if timeout is None or timeout > 0 else 0)
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise Deadlock("every task waits and no timer is set: virtual time cannot go on")
        self.now += timeout
        return []


class JumpingEventLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer as soon as nothing is ready to run.

    Starts at 0.0 s. Raises `Deadlock` from ``run_until_complete`` where a loop on the wall clock
    would hang for ever.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Run `func` in a thread; time stands still until it is done."""
        self._jumping.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Join the executor's threads; time stands still until they are gone."""
        self._jumping.threads += 1
        try:
            if sys.version_info >= (3, 12):
                await super().shutdown_default_executor(timeout)
            else:
                await super().shutdown_default_executor()
        finally:
            self._jumping.threads -= 1

    def _thread_done(self, _future: "asyncio.Future[Any]") -> None:
        self._jumping.threads -= 1


class Clock:
    """Tells both paces of time; all other code gets its time from one of these.

    Must be made inside a running event loop. `speed` is process seconds per wire second.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be above 0, not {speed!r}")
        self.speed = speed
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()
        self.virtual = isinstance(self._loop, JumpingEventLoop)
        self._utc_start = VIRTUAL_EPOCH if self.virtual else datetime.now(UTC)

    def wire(self) -> float:
        """Monotonic wire seconds since this clock was made."""
        return self._loop.time() - self._start

    def process(self) -> float:
        """Monotonic process seconds since this clock was made."""
        return (self._loop.time() - self._start) * self.speed

    def utc(self) -> datetime:
        """The date and time, UTC; virtual on a jumping loop. For the record, not for arithmetic."""
        if self.virtual:
            return self._utc_start + timedelta(seconds=self.wire())
        return datetime.now(UTC)

    def process_utc(self) -> datetime:
        """The date and time as a simulated tool's own clock shows it (runs at `speed`)."""
        return self._utc_start + timedelta(seconds=self.process())

    async def sleep(self, wire_seconds: float) -> None:
        """Wait for some wire seconds."""
        await asyncio.sleep(wire_seconds)

    async def sleep_process(self, process_seconds: float) -> None:
        """Wait for some process seconds."""
        await asyncio.sleep(process_seconds / self.speed)

    def call_at_process(
        self, process_time: float, callback: Callable[..., object], *args: Any
    ) -> asyncio.TimerHandle:
        """Call `callback` once `process()` has reached `process_time`."""
        return self._loop.call_at(self._start + process_time / self.speed, callback, *args)


def run(main: Coroutine[Any, Any, T], *, virtual: bool = False) -> T:
    """Run `main` to its end: on the jumping loop, else on uvloop where there is one."""
    with asyncio.Runner(loop_factory=JumpingEventLoop if virtual else live_loop) as runner:
        return runner.run(main)


def live_loop() -> asyncio.AbstractEventLoop:
    """A new event loop on the wall clock: uvloop's where the platform has it."""
    if sys.platform != "win32":
        try:
            import uvloop  # costs 20 ms, and a dry run does without it
        except ImportError:
            pass
        else:
            loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
            return loop
    return asyncio.new_event_loop()


def utc_now() -> datetime:
    """The wall clock's date and time, UTC, where no event loop runs (a command that only reads)."""
    return datetime.now(UTC)


def stopwatch() -> Callable[[], float]:
    """A function that tells the wall seconds since this call, where no event loop runs."""
    start = time.monotonic()
    return lambda: time.monotonic() - start
