"""What a job's signals did, collected for the journal, and their highest values."""

import math

from msgspec import Struct, field

from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Json, Kind
from fabctl.tools.port import Reading

CHUNK = 5000
"""Samples after which a part of the trace is written: what a crash may lose of it."""


class _Channel(Struct):
    signal: str
    unit: str
    at: list[float] = field(default_factory=list)
    values: list[float | str] = field(default_factory=list)
    highest: float = -math.inf


class Trace:
    """The samples of one job, by channel."""

    def __init__(self, recorder: Recorder, step: str, tool: str) -> None:
        self._recorder = recorder
        self._step = step
        self._tool = tool
        self._channels: dict[str, _Channel] = {}
        self._count = 0

    def add(self, reading: Reading) -> None:
        """Take a sample."""
        channel = self._channels.get(reading.channel)
        if channel is None:
            channel = self._channels[reading.channel] = _Channel(reading.signal, reading.unit)
        value = reading.value
        channel.at.append(round(reading.at, 3))
        channel.values.append(value if math.isfinite(value) else str(value))
        channel.highest = max(channel.highest, value)
        self._count += 1
        if self._count >= CHUNK:
            self.write()

    def highest(self, signal: str) -> tuple[float, str] | None:
        """Give the highest value seen on any channel of a signal, with its unit."""
        seen = [c for c in self._channels.values() if c.signal == signal and c.highest > -math.inf]
        if not seen:
            return None
        top = max(seen, key=lambda each: each.highest)
        return top.highest, top.unit

    def unit(self, signal: str) -> str:
        """Give the unit that a signal is reported in; "" where it never was."""
        return next((c.unit for c in self._channels.values() if c.signal == signal), "")

    def write(self) -> None:
        """Journal what was collected since the last time."""
        channels = Json(
            (name, {"signal": c.signal, "unit": c.unit, "at": c.at, "values": c.values})
            for name, c in sorted(self._channels.items())
            if c.at
        )
        if channels:
            self._recorder.note(Kind.TRACE, step=self._step, tool=self._tool, channels=channels)
        for channel in self._channels.values():
            channel.at, channel.values = [], []
        self._count = 0
