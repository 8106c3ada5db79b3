"""What goes wrong with one simulated tool, and whether it goes wrong now.

Physical faults (``rate``, ``no-anti-windup``, ``wrong-bath``) are the machine's; all others are
asked for here by the part of the equipment that they spoil. An act or a spoilt message happens once
unless ``times`` says otherwise; a state lasts, and with an ``operation`` while such a job runs.
"""

import math
from collections.abc import Collection, Sequence

from msgspec import Struct

from fabctl.tools.dictionary import Variable
from fabctl.tools.faults import Fault
from simulators.machine import Value

MACHINE = frozenset({"rate", "no-anti-windup", "wrong-bath"})
ACTS = frozenset(
    {
        "alarm",
        "alarm-flood",
        "lost-wafer",
        "program-edit",
        "operator",
        "clock-jump",
        "restart",
        "link-drop",
        "link-stall",
        "separate",
        "second-host",
        "silence",
        "unsolicited",
        "power-fail",
        "sensor-break",
        "ei-bisynch",
    }
)
STATES = frozenset(
    {
        "signal-freeze",
        "signal-nan",
        "signal-scale",
        "signal-offset",
        "trace-silent",
        "wrong-id-width",
        "padded-text",
    }
)

LINE = frozenset({"nak", "bad-crc", "late-reply", "wrong-slave", "noise"})
"""What spoils one reply of an instrument on a serial line."""


class _Armed(Struct):
    fault: Fault
    begins: float | None
    """From when on it is, or is to happen (process seconds); None: not before a job begins."""
    happened: int = 0
    frozen: Value | None = None

    @property
    def spent(self) -> bool:
        if self.fault.name in STATES:
            return 0 < self.fault.times < self.happened
        return self.happened >= (self.fault.times or 1)


def _spoilt(fault: Fault, number: float) -> float:
    """A number as a signal shows it that is broken, too great, or off."""
    match fault.name:
        case "signal-nan":
            return math.nan
        case "signal-scale":
            return number * fault.number("factor")
        case _:
            return number + fault.number("offset")


class ToolFaults:
    """The faults of one tool; `now` is process seconds throughout."""

    def __init__(self, faults: Sequence[Fault] = (), results: Collection[str] = ()) -> None:
        """`results`: the variables that tell what a job found, read only when it is over."""
        self._results = frozenset(results)
        self._armed = [
            _Armed(fault, None if fault.operation else float(fault.after_s))
            for fault in faults
            if fault.name not in MACHINE
        ]
        self._operations: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything goes wrong with this tool at all."""
        return bool(self._armed)

    def selected(self, operations: frozenset[str]) -> None:
        """A program of these operations was selected: what its START meets is decided by them."""
        self._operations = operations

    def job_began(self, operations: frozenset[str], now: float) -> None:
        """A job of these operations began."""
        self._operations = operations
        for armed in self._armed:
            if armed.fault.operation in operations:
                if armed.fault.name in STATES:
                    armed.happened += 1
                armed.begins = now + float(armed.fault.after_s)
            elif armed.fault.operation:
                armed.begins = None

    def job_over(self, now: float) -> None:
        """The job has ended, and what was to happen in it with it; what it found stays spoilt."""
        for armed in self._armed:
            begun = armed.begins is not None and armed.begins <= now
            found = armed.fault.parameters.get("channel") in self._results
            if armed.fault.operation and not (begun and found):
                armed.begins, armed.frozen = None, None

    @property
    def due(self) -> float | None:
        """When the next act is due."""
        if not self._armed:
            return None
        return min(
            (armed.begins for armed in self._acts() if armed.begins is not None), default=None
        )

    def take(self, now: float) -> list[Fault]:
        """The acts that are due, in file order; each is given out once (or ``times``)."""
        taken: list[Fault] = []
        if not self._armed:
            return taken
        for armed in self._acts():
            if armed.begins is not None and armed.begins <= now:
                armed.happened += 1
                again = not armed.spent and armed.fault.after_s > 0
                armed.begins = armed.begins + float(armed.fault.after_s) if again else None
                taken.append(armed.fault)
        return taken

    def on(self, name: str, now: float) -> bool:
        """Whether a state of this name holds."""
        return bool(self._armed) and any(self._states(name, now))

    def happens(self, name: str, now: float, **match: str) -> Fault | None:
        """The fault that spoils this message or command now, counted as having happened."""
        for armed in self._armed:
            fault = armed.fault
            if fault.name != name or armed.spent or not self._begun(armed, now):
                continue
            if all(fault.text(key) in words.split("|") for key, words in match.items()):
                armed.happened += 1
                return fault
        return None

    def distorted(self, variable: Variable, value: Value, now: float) -> Value:
        """What the tool shows for a variable that it measured as `value`."""
        for armed in self._armed:
            fault = armed.fault
            if fault.parameters.get("channel") != variable.name or armed not in self._states(
                fault.name, now
            ):
                continue
            if fault.name == "signal-freeze":
                armed.frozen = value if armed.frozen is None else armed.frozen
                value = armed.frozen
            elif isinstance(value, tuple):  # sites of a wafer; none where there is no value
                value = tuple(_spoilt(fault, part) for part in value if not isinstance(part, str))
            elif not isinstance(value, str):
                value = _spoilt(fault, value)
        return value

    def _acts(self) -> list[_Armed]:
        return [each for each in self._armed if each.fault.name in ACTS and not each.spent]

    def _states(self, name: str, now: float) -> list[_Armed]:
        return [
            each
            for each in self._armed
            if each.fault.name == name
            and name in STATES
            and not each.spent
            and each.begins is not None
            and each.begins <= now
        ]

    def _begun(self, armed: _Armed, now: float) -> bool:
        fault = armed.fault
        if armed.begins is not None:
            return armed.begins <= now
        return fault.after_s == 0 and fault.operation in self._operations
