"""The seam between a serial line and the simulated instrument on it.

An `Instrument` is pure: bytes in, bytes out, `now` in process seconds and always rising. The line
(`simulators.instruments.line_station`) has the clock, the character times and the line's faults.
"""

from typing import Protocol

from fabctl.tools.desk import Question
from fabctl.tools.faults import Fault


class Instrument(Protocol):
    """One instrument, as its line sees it, and as the person sees it who stands before it."""

    @property
    def wake_at(self) -> float | None:
        """When it next has something to do by itself, in process seconds."""

    @property
    def busy(self) -> bool:
        """Whether it does something to a wafer: a program runs, the motor or the heater is on."""

    def wake(self, now: float) -> list[bytes]:
        """Live up to `now`; returns what it says unasked, line by line."""

    def receive(self, data: bytes, now: float, *, after_gap: bool) -> list[bytes]:
        """Take bytes, cut anyhow; `after_gap`: the line was silent before. Returns replies."""

    def spoilt(self, reply: bytes, fault: str) -> bytes:
        """The reply as a fault of its own sort makes it: ``nak``, ``bad-crc``, ``wrong-slave``."""

    def befall(self, fault: Fault, now: float) -> list[bytes]:
        """Have something happen to it that no link or reply shows alone, as ``power-fail``."""

    def by_hand(self, question: Question, now: float) -> None:
        """A person does with it what was asked for: brings the wafer, dispenses, lifts it off."""
