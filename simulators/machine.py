"""The seam between a simulated tool's GEM face and the tool behind it.

A `Machine` is pure: it knows process programs, wafers and physics; it has no wall time, no I/O,
and never sees a sequence. `now` is process seconds. The equipment core in `simulators.gem` calls
`update` whenever something happens or a wake-up is due, always with `now` rising, and reads
variables with `value` right after an update, at that update's `now`.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Protocol

from msgspec import Struct, field

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


class Selected(Struct, frozen=True):
    """A process program was selected: set up for it (IDLE or READY → SETUP → READY)."""

    program: Program


class Start(Struct, frozen=True):
    """Process `wafer` by `program`; `parameters` are those of START beyond LOTID (a dose).

    `wafer` is "" where the tool is empty, as a clean of its chamber wants it.
    """

    job: str
    program: Program
    wafer: str
    parameters: Mapping[str, float | int | str] = field(default_factory=dict)


class Stop(Struct, frozen=True):
    """End the job in an orderly way (a furnace finishes its soak and cools)."""


class Pause(Struct, frozen=True):
    """Pause at the next safe point."""


class Resume(Struct, frozen=True):
    """Go on after a pause."""


class Abort(Struct, frozen=True):
    """End the job at once, in the tool's safe way; the wafer stays where it is."""


class Loaded(Struct, frozen=True):
    """The robot placed a wafer in the tool."""

    wafer: str


class Unloaded(Struct, frozen=True):
    """The robot took the wafer away."""

    wafer: str


class ConstantChanged(Struct, frozen=True):
    """An equipment constant has a new value, already within its range."""

    name: str
    value: Value


class Command(Struct, frozen=True):
    """A remote command of this tool alone (CLEAN, LOAD-RETICLE), its parameters checked."""

    rcmd: str
    parameters: Mapping[str, float | int | str]


class OperatorClear(Struct, frozen=True):
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


class ProcessStateChanged(Struct, frozen=True):
    """The processing state is now `state`."""

    state: State


class StepStarted(Struct, frozen=True):
    """A block of the program began."""

    name: str


class StepCompleted(Struct, frozen=True):
    """A block of the program ended."""

    name: str


class Ended(Struct, frozen=True):
    """The job is over. Told before the `ProcessStateChanged` that leaves the active states."""

    result: RunResult


class AlarmSet(Struct, frozen=True):
    """An alarm of the dictionary, by name, is set."""

    name: str


class AlarmCleared(Struct, frozen=True):
    """An alarm of the dictionary, by name, is cleared."""

    name: str


class EventRaised(Struct, frozen=True):
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


class Step(Struct, frozen=True):
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

    def refuses(self, asked: Input) -> str:
        """Why it can't take this now, though its state allows it; "" where it can.

        A `Start` without a wafer has the wafer "".
        """


class Places(Protocol):
    """Where every wafer is; `simulators.wafers.store.WaferStore` is one."""

    def ensure(self, wafer: str) -> None:
        """Have the wafer: an ID never seen becomes a new one in the stocker."""

    def place_of(self, wafer: str) -> str:
        """The tool that holds the wafer, "" for the stocker. Raises KeyError if never seen."""

    def move(self, wafer: str, place: str) -> None:
        """The robot carries the wafer to a tool, or to the stocker ("")."""
