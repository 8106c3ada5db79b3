"""Fault files: what shall go wrong with which simulated tool, and when.

::

    faults:
      - {tool: FUR01, fault: signal-freeze, channel: Zone3Temp, operation: anneal, after: 30 min}
      - {tool: CVD01, fault: rate, factor: 1.5, material: Sn, operation: deposit}

``after`` is process time since the job started (or since the tool was switched on, where no
``operation`` is given). ``operation`` restricts the fault to jobs whose program is one of that
operation. ``times`` says how often it happens; without it a fault that is an act (an alarm, a
dropped link) happens once, and one that is a state (a frozen signal) lasts.
"""

from collections.abc import Callable, Container, Mapping
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.vocabulary import OPERATIONS
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node
from fabctl.tools.dictionary import Dictionary, Role
from fabctl.tools.fab import Fab
from fabctl.tools.fields import Fields, each


class Takes(Enum):
    """What a fault's parameter is."""

    NAME = "a name of the tool's dictionary"
    WORD = "a word"
    NUMBER = "a number from -1e30 to 1e30"
    FACTOR = "a number from 0 to 1e30"
    CODE = "a whole number from 0 to 255"
    FUNCTION = "the function of an S9: 1, 3, 5, 7, 9, 11 or 13"
    SHIFT = "a time from -36525 d to 36525 d"
    SECONDS = "a time from 0 s to 36525 d"
    PERIOD = "a time from 1 ms to 36525 d"


_CENTURY = 36525 * 86400
_FITS: Mapping[Takes, Callable[[Fraction], bool]] = {
    Takes.NUMBER: lambda number: abs(number) <= 10**30,
    Takes.FACTOR: lambda number: 0 <= number <= 10**30,
    Takes.CODE: lambda number: number in range(256),
    Takes.FUNCTION: lambda number: number in range(1, 14, 2),
    Takes.SHIFT: lambda number: abs(number) <= _CENTURY,
    Takes.SECONDS: lambda number: 0 <= number <= _CENTURY,
    Takes.PERIOD: lambda number: Fraction(1, 1000) <= number <= _CENTURY,
}
"""What each number may be; times in s. Beyond that no tool could show it, or tell its time."""

_CHANNEL = {"channel": Takes.NAME}

FAULTS: Mapping[str, Mapping[str, Takes]] = MappingProxyType(
    {
        # what the tool measures
        "signal-freeze": _CHANNEL,
        "signal-nan": _CHANNEL,
        "signal-scale": {**_CHANNEL, "factor": Takes.NUMBER},
        "signal-offset": {**_CHANNEL, "offset": Takes.NUMBER},
        "trace-silent": {},
        # what the tool does
        "rate": {"factor": Takes.FACTOR, "material": Takes.WORD},
        "wrong-bath": {"bath": Takes.NAME, "filled": Takes.NAME},
        "no-anti-windup": {},
        "alarm": {"alarm": Takes.NAME},
        "alarm-flood": {"alarm": Takes.NAME, "period": Takes.PERIOD},
        "lost-wafer": {},
        "program-edit": {},
        "operator": {"action": Takes.WORD},
        "clock-jump": {"by": Takes.SHIFT},
        "restart": {},
        # what the tool says
        "no-reply": {"message": Takes.WORD},
        "slow-reply": {"message": Takes.WORD, "delay": Takes.SECONDS},
        "abort-transaction": {"message": Takes.WORD},
        "error-message": {"message": Takes.WORD, "function": Takes.FUNCTION},
        "refuse": {"command": Takes.NAME, "hcack": Takes.CODE},
        "no-effect": {"command": Takes.NAME},
        "event-lost": {"event": Takes.NAME},
        "event-duplicate": {"event": Takes.NAME},
        "event-before-reply": {"command": Takes.NAME},
        "wrong-id-width": {},
        "padded-text": {},
        # what the wire does
        "link-drop": {},
        "link-stall": {"duration": Takes.SECONDS},
        "separate": {},
        "second-host": {},
        # what a serial line and its instrument do
        "nak": {},
        "bad-crc": {},
        "silence": {"duration": Takes.SECONDS},
        "late-reply": {"delay": Takes.SECONDS},
        "wrong-slave": {},
        "unsolicited": {"text": Takes.WORD},
        "noise": {},
        "power-fail": {},
        "sensor-break": {},
        "ei-bisynch": {},
    }
)
"""Every fault with its parameters, all of which must be given.

``rate``: a material is deposited or removed `factor` times as fast as the tool believes.
``wrong-bath``: somebody filled the tank of `bath` with what belongs into that of `filled`.
``message`` is a primary of the host, ``S2F41``, or with a command ``S2F41 START``. ``action`` is
one of OPERATOR_ACTIONS. ``no-effect``: HCACK 4, and then nothing. ``error-message``: S9 with that
function in place of a reply. On a serial line ``restart`` is a reset of the instrument,
``duration`` and ``delay`` are wire seconds, and ``noise`` is a byte that nobody sent.
``ei-bisynch``: the furnace's controller is configured for that protocol and no longer hears Modbus.
"""

OPERATOR_ACTIONS = ("local", "remote", "offline", "pause", "stop", "abort", "recognise")


class Fault(Struct, frozen=True):
    """One thing that goes wrong. Numbers exact, times in process seconds."""

    tool: str
    name: str
    parameters: Mapping[str, str | Fraction]
    operation: str
    after_s: Fraction
    times: int
    """How often; 0 where the file does not say: once for an act, for ever for a state."""
    mark: Mark

    def text(self, parameter: str) -> str:
        """A parameter that is a name or a word."""
        return str(self.parameters[parameter])

    def number(self, parameter: str) -> float:
        """A parameter that is a number, or a time in seconds."""
        return float(self.parameters[parameter])


class Faults(Struct, frozen=True):
    """What shall go wrong in a run."""

    faults: tuple[Fault, ...] = ()

    def of(self, tool: str) -> tuple[Fault, ...]:
        """The faults of one tool, in file order."""
        return tuple(fault for fault in self.faults if fault.tool == tool)


def load_faults(path: Path) -> Faults:
    """Read a fault file. Raises `InputError` with the place of every problem."""
    fields = Fields(read_file(path), "a fault file", ("faults",))
    fields.node("faults")
    return Faults(each(fields.items("faults"), _fault))


def _fault(node: Node) -> Fault:
    common = ("tool", "fault", "operation", "after", "times")
    every = {key for takes in FAULTS.values() for key in takes}
    fields = Fields(node, "a fault", (*common, *sorted(every)))
    name = fields.word("fault", FAULTS)
    takes = FAULTS[name]
    fields = Fields(node, f"fault {name!r}", (*common, *takes))
    parameters = {key: _parameter(fields, key, kind) for key, kind in takes.items()}
    return Fault(
        tool=fields.text("tool"),
        name=name,
        parameters=parameters,
        operation=fields.word("operation", OPERATIONS) if fields.has("operation") else "",
        after_s=_after(fields),
        times=fields.whole("times") if fields.has("times") else 0,
        mark=fields.mark,
    )


def _after(fields: Fields) -> Fraction:
    if not fields.has("after"):
        return Fraction(0)
    return _number(fields, "after", Takes.SECONDS)


def _parameter(fields: Fields, key: str, kind: Takes) -> str | Fraction:
    if kind in _FITS:
        return _number(fields, key, kind)
    if key == "action":
        return fields.word(key, OPERATOR_ACTIONS)
    return fields.text(key)


def _number(fields: Fields, key: str, kind: Takes) -> Fraction:
    if kind in (Takes.SHIFT, Takes.SECONDS, Takes.PERIOD):
        number = fields.quantity(key, "s")
    else:
        fields.node(key)
        number = fields.number(key) or Fraction(0)
    if not _FITS[kind](number):
        said = f"{key!r} can't be {fields.text(key)}"
        fields.fail("IN207", fields.mark_of(key), said, kind.value)
    return number


def check_faults(faults: Faults, fab: Fab) -> None:
    """Check that every fault's tool is in the fab and that its names stand in its dictionary.

    Raises `InputError`.
    """
    dictionaries = {entry.id: entry.dictionary for entry in fab.tools}
    known = {tool: _names(dictionary) for tool, dictionary in dictionaries.items()}
    problems = []
    for fault in faults.faults:
        if fault.tool not in known:
            problems.append(
                Problem("IN205", f"fab {fab.name} has no tool {fault.tool!r}", fault.mark)
            )
            continue
        for key, kind in FAULTS[fault.name].items():
            name = fault.parameters[key]
            if kind is Takes.NAME and name not in known[fault.tool][key]:
                message = f"{fault.tool} has no {key} {name!r}"
                problems.append(Problem("IN205", message, fault.mark))
            elif key == "channel" and (why_not := _why_not(fault, dictionaries[fault.tool])):
                problems.append(Problem("IN205", f"{fault.name} of {name}: {why_not}", fault.mark))
    if problems:
        raise InputError(problems)


def _why_not(fault: Fault, dictionary: Dictionary) -> str:
    """Why a channel can't be shown as this fault would have it; "" where it can."""
    variable = dictionary.variables_by_name[fault.text("channel")]
    if variable.role is Role.EC:
        return "it is a constant, which nothing measures"
    if variable.format == "L":
        return "it is a list"
    if fault.name != "signal-freeze" and variable.format in ("A", "B", "BOOLEAN"):
        return f"it is no number, its format is {variable.format}"
    return ""


def _names(dictionary: Dictionary) -> dict[str, Container[object]]:
    return {
        "channel": dictionary.variables_by_name,
        "event": dictionary.events_by_name,
        "command": dictionary.commands_by_name,
        "alarm": {alarm.name for alarm in dictionary.alarms},
        "bath": dictionary.chambers,
        "filled": dictionary.chambers,
    }
