"""The seam between a simulated tool's GEM face and the tool behind it.

A `Machine` is pure: it knows process programs, wafers and physics; it has no wall time, no I/O,
and never sees a sequence. `now` is process seconds. The equipment core in `simulators.gem` calls
`update` whenever something happens or a wake-up is due, always with `now` rising, and reads
variables with `value` right after an update, at that update's `now`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from fabctl.tools.port import Program
from simulators.processing import State

Value = bool | int | float | str | tuple[float, ...] | tuple[int, ...] | tuple[str, ...]
"""What a variable may hold. An empty tuple means: there is no value (nothing measured yet)."""


class RunResult(IntEnum):
    """How a job ended, numbered as the DV RunResult is."""

    COMPLETE = 0
    STOPPED = 1
    ABORTED = 2
    FAILED = 3


# What the equipment tells the machine.


@dataclass(frozen=True, slots=True)
class Selected:
    """A process program was selected: set up for it (IDLE or READY → SETUP → READY)."""

    program: Program


@dataclass(frozen=True, slots=True)
class Start:
    """Process `wafer` by `program`; `parameters` are those of START beyond LOTID (a dose)."""

    job: str
    program: Program
    wafer: str
    parameters: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """End the job in an orderly way (a furnace finishes its soak and cools)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause at the next safe point."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class Abort:
    """End the job at once, in the tool's safe way; the wafer stays where it is."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The robot placed a wafer in the tool."""

    wafer: str


@dataclass(frozen=True, slots=True)
class Unloaded:
    """The robot took the wafer away."""

    wafer: str


@dataclass(frozen=True, slots=True)
class ConstantChanged:
    """An equipment constant has a new value, already within its range."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Command:
    """A remote command of this tool alone (CLEAN, LOAD-RETICLE), its parameters checked."""

    rcmd: str
    parameters: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class OperatorClear:
    """An operator cleared the fault at the panel (FAULT → IDLE)."""


Input = (
    Selected
    | Start
    | Stop
    | Pause
    | Resume
    | Abort
    | Loaded
    | Unloaded
    | ConstantChanged
    | Command
    | OperatorClear
)


# What the machine tells the equipment, in the order in which it happened.


@dataclass(frozen=True, slots=True)
class ProcessStateChanged:
    """The processing state is now `state`."""

    state: State


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A block of the program began."""

    name: str


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """A block of the program ended."""

    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over. Told before the `ProcessStateChanged` that leaves the active states."""

    result: RunResult


@dataclass(frozen=True, slots=True)
class AlarmSet:
    """An alarm of the dictionary, by name, is set."""

    name: str


@dataclass(frozen=True, slots=True)
class AlarmCleared:
    """An alarm of the dictionary, by name, is cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class EventRaised:
    """A collection event of this tool alone, by its dictionary name (SoakStarted)."""

    name: str


Output = (
    ProcessStateChanged
    | StepStarted
    | StepCompleted
    | Ended
    | AlarmSet
    | AlarmCleared
    | EventRaised
)


@dataclass(frozen=True, slots=True)
class Step:
    """What an update brought, and when (process seconds) the machine next has something to do."""

    outputs: tuple[Output, ...] = ()
    wake_at: float | None = None


class Machine(Protocol):
    """The tool behind the GEM face. Its first update takes it from INIT to IDLE."""

    @property
    def state(self) -> State:
        """The processing state as of the last update."""

    def update(self, now: float, inputs: Sequence[Input]) -> Step:
        """Live up to `now` (process seconds), then take the inputs, in order.

        Outputs of the time gone by come before those of the inputs. An input that the state does
        not allow changes nothing: the equipment has refused it towards the host already.
        """

    def value(self, name: str) -> Value:
        """The value of a dictionary variable, in its unit, as of the last update.

        Raises KeyError for a variable that this machine knows nothing of.
        """

    def check(self, program: Program) -> list[str]:
        """What is wrong with a program beyond the ranges in the dictionary; empty where nothing."""


class Places(Protocol):
    """Where every wafer is; `simulators.wafers.store.WaferStore` is one."""

    def ensure(self, wafer: str) -> None:
        """Have the wafer: an ID never seen becomes a new one in the stocker."""

    def place_of(self, wafer: str) -> str:
        """The tool that holds the wafer, "" for the stocker. Raises KeyError if never seen."""

    def move(self, wafer: str, place: str) -> None:
        """The robot carries the wafer to a tool, or to the stocker ("")."""
