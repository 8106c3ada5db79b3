"""The Tool port: what a driver must offer, and every answer it may give, as values.

No answer is ever ``None``. A command without an answer is `NoReply`: its effect is unknown, and
nobody may send it again before `Tool.find` has told what became of it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from msgspec import Struct, field

from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity


class Grade(StrEnum):
    """How sure a driver can be of what its tool did."""

    A = "A"
    """The tool stores our job ID and tells what became of it."""
    B = "B"
    """Counters or live state bracket the start."""
    C = "C"
    """Live state only: "not started" needs positive proof."""


class Accepted(Struct, frozen=True):
    """The tool took the command; the effect is told by events or by `Tool.find`."""

    detail: str = ""


class Refused(Struct, frozen=True):
    """The tool declined the command: nothing was done."""

    why: str


class NoReply(Struct, frozen=True):
    """No answer came: whether the command was carried out is unknown."""

    why: str


Outcome = Accepted | Refused | NoReply


class Found(StrEnum):
    """What became of a job, by the tool's own record."""

    NOT_SEEN = "NOT_SEEN"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class Finding(Struct, frozen=True):
    """An answer to "what became of this job?", with the facts that it rests on."""

    found: Found
    grade: Grade
    evidence: Mapping[str, object]
    final: bool = False
    """Whether asking again can tell no more: a person forgot, or nobody has remembered."""


class Program(Struct, frozen=True):
    """A step's recipe as the tool stores it.

    `body` is the process program in the tool's own terms: blocks of a formatted one (see
    `fabctl.tools.template`), bytes of an unformatted one. `start` holds what the tool takes with
    the START command in place of the program (a stepper's dose), in the tool's units.
    """

    name: str
    body: "tuple[Block, ...] | bytes"
    start: Mapping[str, float | str] = field(default_factory=dict)


class Block(Struct, frozen=True):
    """One block of a formatted process program: a command code and its parameters, in order."""

    ccode: int
    parameters: tuple[float | int | str, ...]


class Job(Struct, frozen=True):
    """One step on one tool in one run; `id` is chosen by the host and never used twice."""

    id: str
    step: str
    operation: str
    wafer: str
    program: Program


class Measurement(Struct, frozen=True):
    """What a metrology job found: one value a site, all with the same uncertainty.

    `uncertainty` is absolute, in `unit`, and means that the true value lies within value ± it.
    """

    quantity: str
    values: tuple[float, ...]
    unit: str
    uncertainty: float
    tool_time: str
    layer: str = ""


class ChangedConstant(Struct, frozen=True):
    """A constant of a tool that is `there` otherwise than its dictionary has it (`meant`).

    One that is not `of_process` changes how the tool talks, and nothing that it does to a wafer.
    """

    name: str
    there: str
    meant: str
    of_process: bool = True


# What a tool tells unasked. `at` is the host's process time in seconds, `tool_time` the tool's own
# clock as it wrote it ("" where it gave none).


class Reading(Struct, frozen=True, gc=False):
    """One sample of a signal. `value` is NaN where the tool sent something that is no number."""

    tool: str
    signal: str
    """The rule's word: ``temperature``, ``film_thickness`` ..."""
    channel: str
    """The tool's variable: ``Zone1Temp`` ..."""
    value: float
    unit: str
    at: float
    tool_time: str = ""
    bad: str = ""
    """Why the tool itself says that the value is not to be trusted; "" where it does not."""


class JobPhase(StrEnum):
    """What a job's event tells."""

    STARTED = "STARTED"
    PHASE = "PHASE"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    ABORTED = "ABORTED"
    FAILED = "FAILED"


class JobEvent(Struct, frozen=True):
    """The tool tells how far a job is; `job` is "" where the tool did not name it."""

    tool: str
    job: str
    phase: JobPhase
    detail: str
    at: float
    tool_time: str = ""


class AlarmEvent(Struct, frozen=True):
    """An alarm was set or cleared. Categories 1, 2 and 5 stop a sequence."""

    tool: str
    alarm: int
    text: str
    category: int
    is_set: bool
    at: float
    tool_time: str = ""


class SightEvent(Struct, frozen=True):
    """The link to the tool was lost or is back (and its set-up done again)."""

    tool: str
    seen: bool
    why: str
    at: float


class Control(StrEnum):
    """Who may command the tool."""

    REMOTE = "remote"
    LOCAL = "local"
    OFFLINE = "off-line"
    UNKNOWN = "unknown"


class ControlEvent(Struct, frozen=True):
    """Who may command the tool has changed."""

    tool: str
    control: Control
    at: float
    tool_time: str = ""


class ProgramEvent(Struct, frozen=True):
    """Somebody other than this host created, edited or deleted a process program on the tool."""

    tool: str
    program: str
    at: float
    tool_time: str = ""


class MaterialEvent(Struct, frozen=True):
    """A wafer arrived in the tool or left it."""

    tool: str
    wafer: str
    arrived: bool
    location: str
    at: float
    tool_time: str = ""


Observation = (
    Reading | JobEvent | AlarmEvent | SightEvent | ControlEvent | ProgramEvent | MaterialEvent
)


UNKNOWN_WAFER = "unknown"
"""Stands among the wafers in a tool where nobody has said which it holds, if any."""


class Status(Struct, frozen=True):
    """A tool as it is now; every field was asked for, none is remembered."""

    control: Control
    state: str
    """Canonical processing state: INIT IDLE SETUP READY EXECUTING PAUSING PAUSED STOPPING
    ABORTING FAULT, or UNKNOWN."""
    program: str
    job: str
    wafers: tuple[str, ...]
    alarms: tuple[int, ...]
    clock: str


class Tool(Protocol):
    """One tool, as the engine sees it. Every method may be called again without harm but `start`.

    Methods raise `fabctl.tools.errors.ToolError` where a question can't be answered (link down,
    no reply, nonsense); commands never raise for that, they return an `Outcome`.
    """

    id: str
    kind: str
    grade: Grade

    async def connect(self) -> None:
        """Link up, agree to communicate, go on-line remote, set clock, reports and alarms."""

    async def disconnect(self) -> None:
        """End the session in an orderly way; the tool goes on with what it does."""

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation, at once; returns the unsubscriber."""

    async def status(self) -> Status:
        """Ask the tool what it is doing."""

    async def place(self, wafer: str) -> Outcome:
        """Have the wafer brought to the tool; `Accepted` once the tool reports its ID received."""

    async def remove(self, wafer: str) -> Outcome:
        """Have the wafer taken from the tool; `Accepted` once the tool reports it gone."""

    def encode(self, name: str, recipe: Recipe) -> Program:
        """The tool's program for a recipe. Raises `RecipeError` where the tool can't do it."""

    def decode(self, program: Program, operation: str) -> Recipe:
        """What a program on the tool really does. Raises `RecipeError` where it can't be read."""

    async def install(self, program: Program) -> Outcome:
        """Download the program; `Accepted` once the tool has verified it."""

    async def select(self, program: Program) -> Outcome:
        """Select the program for the next start; `Accepted` once the tool says it is selected."""

    async def read_back(self, program: Program) -> Program:
        """What the tool now stores under the program's name (`start` is taken from `program`)."""

    async def watch(
        self, operation: str, fresh_for: Fraction | None = None
    ) -> Sequence[tuple[str, str]]:
        """Have the signals of an operation reported; returns (signal, channel) of each.

        A live rule takes a reading for fresh for `fresh_for` process seconds: by then the next ones
        must have come. None: nothing waits for them.
        """

    def redundant(self) -> Sequence[frozenset[str]]:
        """Groups of channels that measure the same: of three, two have to agree to trip."""

    def uncertainties(self) -> Mapping[str, Quantity]:
        """Signal → by how much its readings may be off either way; a missing one: nobody knows."""

    async def unwatch(self) -> None:
        """End the reporting that `watch` began."""

    async def start(self, job: Job) -> Outcome:
        """Start the job: sends once, never again by itself."""

    async def find(self, job: str) -> Finding:
        """What became of a job. Waits out the tool's command latency before NOT_SEEN."""

    async def pause(self) -> Outcome:
        """Pause at the next safe point."""

    async def resume(self) -> Outcome:
        """Go on after a pause."""

    async def stop(self) -> Outcome:
        """Orderly end of the running job. May be repeated.

        A driver that can does not wait to be awaited: this and `abort` are sent when called.
        """

    async def abort(self) -> Outcome:
        """End the running job at once. May be repeated."""

    async def results(self, job: str) -> Sequence[Measurement]:
        """What a metrology job measured."""

    async def section(self, wafer: str) -> str:
        """A wafer's cross-section as `fabctl.structure.snapshot` writes it (metrology only)."""

    async def peaks(self, job: str) -> Mapping[str, float]:
        """The tool's own record since the job's start: signal → highest value, in its unit."""
