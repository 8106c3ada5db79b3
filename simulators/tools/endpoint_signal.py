"""The end-point signal of a tool that etches: what lies open on its wafer, as it really etches."""

from collections.abc import Callable, Mapping
from typing import Protocol

from fabctl.structure.section import Section
from simulators.physics.etching import Signal
from simulators.section.cut import CENTRE
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Etch


class Curve(Protocol):
    """S over the time of an etch."""

    def at(self, seconds: float) -> float:
        """The signal after some seconds, in the unit of the rates."""


class EndpointSignal:
    """What the tool's detector shows; `curve_of` makes the curve of an etch on a section."""

    def __init__(
        self, signal: Signal, curve_of: Callable[[Section, Mapping[str, float]], Curve]
    ) -> None:
        self._signal = signal
        self._curve_of = curve_of
        self._etch: Etch | None = None
        self._curve: Curve | None = None

    def follow(self, etch: Etch | None) -> None:
        """From now on a phase with this etch is seen; None: nothing etches."""
        self._etch, self._curve = etch, None

    def shown(self, machine: ProgramMachine, channel: str) -> float:
        """The signal now (nm/min of the whole wafer), with its noise."""
        noise = self._signal.noise * machine.noise.at(channel, machine.now)
        return max(0.0, self._signal.dark + self._seen(machine) + noise)

    def _seen(self, machine: ProgramMachine) -> float:
        running = machine.running
        if self._etch is None or running is None or running.phase is None:
            return 0.0
        if self._curve is None:  # the wafer is as it was when the phase began
            self._curve = self._curve_of(machine.wafer.section, self._etch.rates)
        lasted = (machine.now - running.phase_began) * self._etch.factors[CENTRE]
        return 60 * self._curve.at(lasted)
