"""One simulated instrument on the air: kept alive by the clock, behind a serial line."""

import asyncio
from collections.abc import Callable

from fabctl.clock import Clock
from fabctl.links.link import Link, Receiver
from fabctl.links.memory import MemoryWire
from fabctl.tools.faults import Fault
from simulators.faults import LINE, ToolFaults
from simulators.instruments.instrument import Instrument
from simulators.paced_link import BITS

LATENCY_S = 0.005
"""Wire seconds that an instrument thinks before it answers (makers say 2 to 10 ms)."""
GAP_S = 0.05
"""Wire seconds of silence after which what was not whole is given up."""


class LineStation:
    """Carries bytes between an `Instrument` and whoever dials, at the line's pace."""

    def __init__(
        self,
        instrument: Instrument,
        clock: Clock,
        faults: ToolFaults,
        baudrate: int = 9600,
        operations: frozenset[str] = frozenset(),
    ) -> None:
        """Must be made inside a running event loop.

        `operations` are those that the instrument can do; it does not know which one it does.
        """
        self.instrument = instrument
        self.wire = MemoryWire()
        self.links: list[_End] = []
        self.idle_since: float | None = clock.wire()
        """Wire time since when nobody is connected; None while somebody is."""
        self.faults = faults
        self._operations = operations
        self._busy = False
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._character = BITS / baudrate
        self._heard = -GAP_S
        self._free = 0.0
        self._silent_until = 0.0
        self._timers: set[asyncio.TimerHandle] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._now = 0.0
        self._on = False

    def open(self) -> None:
        """Switch it on."""
        self._on = True
        self.wire.listen(self.accept)
        self._live()

    async def close(self) -> None:
        """Switch it off."""
        self._on = False
        for timer in (*self._timers, *([self._timer] if self._timer else [])):
            timer.cancel()
        for link in tuple(self.links):
            link.link.abort()
        await asyncio.sleep(0)

    def accept(self, link: Link) -> Receiver:
        """Take a link that somebody dialled."""
        end = _End(self, link)
        self.links.append(end)
        self.idle_since = None
        return end

    def gone(self, end: "_End") -> None:
        """A link is over."""
        self.links.remove(end)
        if not self.links:
            self.idle_since = self._clock.wire()

    @property
    def now(self) -> float:
        """Process seconds, never falling."""
        self._now = max(self._now, self._clock.process())
        return self._now

    def act(self, what: Callable[[float], object]) -> None:
        """Have a person do something with the instrument, now."""
        self._live()
        what(self.now)
        self._live()

    def heard(self, data: bytes) -> None:
        """Bytes came down the line."""
        if not self._on:
            return
        self._live()
        wire = self._clock.wire()
        after_gap = wire - self._heard >= GAP_S
        self._heard = wire
        for reply in self.instrument.receive(data, self.now, after_gap=after_gap):
            self._answer(reply, len(data))
        self._live()

    def _answer(self, reply: bytes, asked: int) -> None:
        delay = LATENCY_S + self._character * (asked + len(reply))
        for name in sorted(LINE):
            fault = self.faults.happens(name, self.now)
            if fault is None:
                continue
            if name == "late-reply":
                delay += fault.number("delay")
            elif name == "noise":
                reply = b"\xff" + reply
            else:
                reply = self.instrument.spoilt(reply, name)
        self._say(reply, delay)

    def _say(self, data: bytes, delay: float) -> None:
        """Send after a while, but never before what was said before."""
        wire = self._clock.wire()
        if wire < self._silent_until:
            return
        self._free = max(self._free, wire + delay)
        timer = self._loop.call_later(self._free - wire, self._put, data)
        self._timers.add(timer)
        self._timers = {each for each in self._timers if each.when() > self._loop.time()}

    def _put(self, data: bytes) -> None:
        for end in self.links:
            end.link.write(data)

    # Its life.

    def _live(self) -> None:
        if not self._on:
            return
        now = self.now
        for line in self.instrument.wake(now):
            self._say(line, self._character * len(line))
        if self.instrument.busy != self._busy:
            self._busy = not self._busy
            if self._busy:
                self.faults.job_began(self._operations, now)
            else:
                self.faults.job_over(now)
        for fault in self.faults.take(now):
            self._befall(fault, now)
        self._arm()

    def _befall(self, fault: Fault, now: float) -> None:
        match fault.name:
            case "link-drop":
                for end in tuple(self.links):
                    end.link.abort()
            case "silence":
                self._silent_until = self._clock.wire() + fault.number("duration")
            case "unsolicited":
                self._say(fault.text("text").encode() + b"\r\n", LATENCY_S)
            case _:
                for line in self.instrument.befall(fault, now):
                    self._say(line, LATENCY_S)

    def _arm(self) -> None:
        due = [each for each in (self.instrument.wake_at, self.faults.due) if each is not None]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due:
            moment = max(min(due), self._now)
            self._timer = self._clock.call_at_process(moment, self._woken, moment)

    def _woken(self, moment: float) -> None:
        self._now = max(self._now, moment)
        self._live()


class _End:
    """The receiver of one link."""

    def __init__(self, station: LineStation, link: Link) -> None:
        self._station = station
        self.link = link

    def received(self, data: bytes) -> None:
        self._station.heard(data)

    def lost(self, reason: str) -> None:
        del reason
        self._station.gone(self)
