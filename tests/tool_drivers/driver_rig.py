"""A GEM driver against the simulated equipment core over the in-memory wire, in virtual time."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from fabctl.clock import Clock, run
from fabctl.process.errors import Mark
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.fab import ToolEntry
from fabctl.tools.faults import FAULTS, Fault, Takes
from fabctl.tools.port import Job, Observation, Program
from simulators import machine as seam
from simulators.gem.equipment import Equipment
from simulators.processing import Processing, State
from simulators.robot import Robot
from simulators.station import Station
from tool_drivers.gem import GemTool

FILE = Path(__file__).parent / "data" / "small-tool.yaml"
WAFER = "R1.1"


def dictionary(**quirks: str) -> Dictionary:
    """The small tool's dictionary."""
    loaded = load_dictionary(FILE)
    return replace(loaded, quirks={**loaded.quirks, **quirks})


class Places:
    """Where wafers are, in a dictionary."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}

    def ensure(self, wafer: str) -> None:
        self.where.setdefault(wafer, "")

    def place_of(self, wafer: str) -> str:
        return self.where[wafer]

    def move(self, wafer: str, place: str) -> None:
        self.where[wafer] = place


class Machine:
    """A machine without physics: a minute of SOAK, and fixed values."""

    def __init__(self) -> None:
        self.processing = Processing()
        self.values: dict[str, Any] = {"Temp": 400.0, "PeakTemp": 402.3}
        self.rest = 0.0
        self.ends: float | None = None

    @property
    def state(self) -> State:
        return self.processing.state

    def update(self, now: float, inputs: Sequence[seam.Input]) -> seam.Step:
        out: list[seam.Output] = []
        if self.processing.may("initialised"):
            out.append(self._move("initialised"))
        if self.ends is not None and now >= self.ends:
            out += [seam.StepCompleted("SOAK"), *self._end(seam.RunResult.COMPLETE, "finish")]
        for told in inputs:
            out += self._take(told, now)
        return seam.Step(tuple(out), self.ends)

    def value(self, name: str) -> Any:
        return self.values[name]

    def check(self, program: Program) -> list[str]:
        return []

    def refuses(self, asked: seam.Input) -> str:
        bare = isinstance(asked, seam.Start) and not asked.wafer
        return "no wafer is in the tool" if bare else ""

    def _take(self, told: seam.Input, now: float) -> list[seam.Output]:
        match told:
            case seam.Selected():
                return [self._move("select"), self._move("ready")]
            case seam.Start():
                self.ends = now + 60.0
                return [self._move("start"), seam.StepStarted("SOAK")]
            case seam.Pause():
                self.rest, self.ends = (self.ends or now) - now, None
                return [self._move("pause"), self._move("paused")]
            case seam.Resume():
                self.ends = now + self.rest
                return [self._move("resume")]
            case seam.Abort():
                return [self._move("abort"), *self._end(seam.RunResult.ABORTED, "aborted")]
            case seam.Stop():
                return [self._move("stop"), *self._end(seam.RunResult.STOPPED, "stopped")]
        return []

    def _end(self, result: seam.RunResult, trigger: str) -> list[seam.Output]:
        self.ends = None
        return [seam.Ended(result), self._move(trigger)]

    def _move(self, trigger: str) -> seam.Output:
        return seam.ProcessStateChanged(self.processing.move(trigger))


def fault(
    name: str, *, operation: str = "", after: int = 0, times: int = 0, **given: object
) -> Fault:
    """A fault of the small tool."""
    parameters = {
        key: str(given[key]) if kind in (Takes.NAME, Takes.WORD) else Fraction(str(given[key]))
        for key, kind in FAULTS[name].items()
    }
    return Fault("TST01", name, parameters, operation, Fraction(after), times, Mark("-", 1, 1))


class Rig:
    """The tool, its driver, and all that the driver told."""

    def __init__(self, clock: Clock, used: Dictionary, faults: tuple[Fault, ...]) -> None:
        self.clock = clock
        self.machine = Machine()
        self.places = Places()
        robot = Robot("TST01", self.places)
        self.equipment = Equipment(
            used, self.machine, robot, clock.process_utc(), faults, now=clock.process()
        )
        self.station = Station(self.equipment, clock)
        self.station.wire.may_fall_silent = True  # as no plan of faults tells it
        self.told: list[Observation] = []
        entry = ToolEntry("TST01", "furnace", "gem", "gem", used, FILE, "", Mark("-", 1, 1))
        self.sent: list[str] = []
        self.driver = GemTool(entry, used, self.station.wire.dial, clock)
        self.driver.subscribe(self.told.append)
        self._overhear()

    def _overhear(self) -> None:
        receive = self.equipment.receive

        def overheard(message: Message, now: float) -> Any:
            if message.is_primary:
                self.sent.append(message.name + _rcmd(message.item))
            return receive(message, now)

        self.equipment.receive = overheard  # type: ignore[method-assign]

    def of(self, kind: type) -> list[Any]:
        """Every observation of a kind."""
        return [each for each in self.told if isinstance(each, kind)]

    def program(self, name: str = "P1", **words: str) -> Program:
        """A program of the small tool."""
        return self.driver.encode(name, recipe(**words))

    async def ready(self, name: str = "P1") -> Program:
        """Program on the tool and selected, wafer in it."""
        program = self.program(name)
        for outcome in (
            await self.driver.install(program),
            await self.driver.place(WAFER),
            await self.driver.select(program),
        ):
            assert type(outcome).__name__ == "Accepted", outcome
        return program

    async def started(self, job: str = "R1.s1") -> Any:
        """A job under way; gives the outcome of its START."""
        program = await self.ready()
        return await self.driver.start(Job(job, "s1", "anneal", WAFER, program))


def recipe(**words: str) -> Recipe:
    """An anneal that the small tool can do."""
    given = {"temperature": "200 degC", "ramp": "5 degC/min", "hold": "1 min", **words}
    parameters: dict[str, Any] = {name: Quantity.parse(text) for name, text in given.items()}
    return Recipe("anneal", {**parameters, "ambient": "N2"})


@asynccontextmanager
async def switched_on(*faults: Fault, speed: float = 1.0, **quirks: str) -> AsyncIterator[Rig]:
    """A tool that is switched on; its driver has not connected yet."""
    rig = Rig(Clock(speed), dictionary(**quirks), faults)
    rig.station.open()
    try:
        yield rig
    finally:
        await rig.driver.disconnect()
        await rig.station.close()


@asynccontextmanager
async def connected(*faults: Fault, speed: float = 1.0, **quirks: str) -> AsyncIterator[Rig]:
    """A tool that is switched on, with its driver connected."""
    async with switched_on(*faults, speed=speed, **quirks) as rig:
        await rig.driver.connect()
        yield rig


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scene in virtual time."""
    run(scene(), virtual=True)


def _rcmd(item: Item | None) -> str:
    try:
        name = item.value[0].value  # type: ignore[union-attr, index]
    except (AttributeError, IndexError, TypeError):
        return ""
    return f" {name}" if isinstance(name, str) else ""
