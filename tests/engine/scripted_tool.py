"""A tool in memory that does what its script says, and counts what it was made to do.

It outlives the host: when the engine is "killed", tools and wafers go on, as real ones would.
"""

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fabctl.clock import Clock
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.structure.section import Section
from fabctl.structure.snapshot import to_json
from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import (
    Accepted,
    AlarmEvent,
    ChangedConstant,
    Control,
    ControlEvent,
    Finding,
    Found,
    Grade,
    JobEvent,
    JobPhase,
    MaterialEvent,
    Measurement,
    NoReply,
    Program,
    ProgramEvent,
    Reading,
    Refused,
    SightEvent,
    Status,
)


@dataclass
class Script:
    """What goes wrong.

    `replies` maps a command to the answers of its next calls, in order: ``ok``; ``lost`` (done, but
    no reply comes); ``dropped`` (never arrives); ``late`` (no reply, and done only after `find` was
    asked); ``refuse``; to a question: ``mute``.
    """

    replies: dict[str, list[str]] = field(default_factory=dict)
    duration: float = 600.0
    signal: Callable[[str, float], float] = lambda channel, t: 25.0 + t / 100.0 + len(channel) / 7
    channels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Channel → (signal, unit)."""
    period: float = 10.0
    events: Callable[["ScriptedTool", str], None] | None = None
    """Called when a job has ended, in place of telling COMPLETED."""
    during: Callable[["ScriptedTool", float], None] | None = None
    """Called with the seconds since START at every second of a job."""
    grade: Grade = Grade.A
    peak: float | None = None
    uncertainties: Mapping[str, str] = field(
        default_factory=lambda: {"temperature": "2 delta_degC"}
    )
    measured: float = 12.0
    changes_program: bool = False
    constants: Callable[["ScriptedTool"], tuple[ChangedConstant, ...]] = lambda _tool: ()
    redundant: tuple[frozenset[str], ...] = ()
    stops_in: float = 0.0
    """Seconds that the tool takes to come to rest after STOP or ABORT."""


@dataclass
class World:
    """All tools and the wafers."""

    clock: Clock
    tools: dict[str, "ScriptedTool"] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    alive: bool = True

    def add(self, tool: str, kind: str, **script: object) -> "ScriptedTool":
        made = self.tools[tool] = ScriptedTool(self, tool, kind, Script(**script))
        return made

    @property
    def starts(self) -> dict[str, int]:
        """Job → how often a tool began it."""
        counted: dict[str, int] = {}
        for tool in self.tools.values():
            for job in tool.begun:
                counted[job] = counted.get(job, 0) + 1
        return counted

    def done(self, tool: str) -> int:
        return sum(1 for state in self.tools[tool].jobs.values() if state is Found.DONE)


class ScriptedTool:
    """The port, in memory."""

    def __init__(self, world: World, tool: str, kind: str, script: Script) -> None:
        self.id, self.kind, self.grade, self.script = tool, kind, script.grade, script
        self.world, self.clock = world, world.clock
        self.begun: list[str] = []
        self.jobs: dict[str, Found] = {}
        self.sent: list[str] = []
        self.programs: dict[str, Program] = {}
        self.selected = ""
        self.state, self.control, self.seen = "IDLE", Control.REMOTE, True
        self.job = ""
        self.watching = False
        self._listeners = []
        self._task: asyncio.Task | None = None
        self._watch: asyncio.Task | None = None
        self._late = None
        self._started_at = -math.inf

    # -- what tests make it do

    def tell(self, event) -> None:
        if self.seen:
            for listener in list(self._listeners):
                listener(event)

    def lose_sight(self) -> None:
        self.tell(SightEvent(self.id, seen=False, why="link lost", at=self.clock.process()))
        self.seen = False

    def regain(self) -> None:
        self.seen = True
        self.tell(SightEvent(self.id, seen=True, why="link back", at=self.clock.process()))

    def alarm(self, number: int, category: int) -> None:
        now = self.clock.process()
        self.tell(AlarmEvent(self.id, number, "an alarm", category, is_set=True, at=now))

    def switch(self, control: Control) -> None:
        self.control = control
        self.tell(ControlEvent(self.id, control, self.clock.process()))

    def job_event(self, phase: JobPhase, job: str = "", tool_time: str = "") -> None:
        self.tell(JobEvent(self.id, job, phase, "", self.clock.process(), tool_time))

    def edit_program(self) -> None:
        name = self.selected
        body = json.loads(self.programs[name].body)
        body["temperature"] = "390 degC"
        self.programs[name] = Program(name, json.dumps(body).encode())
        self.tell(ProgramEvent(self.id, name, self.clock.process()))

    # -- the port

    async def connect(self) -> None:
        await self._ask("connect")

    async def disconnect(self) -> None:
        self._alive()

    def subscribe(self, listener):
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def status(self) -> Status:
        await self._ask("status")
        wafers = tuple(w for w, place in self.world.places.items() if place == self.id)
        return Status(self.control, self.state, self.selected, self.job, wafers, (), "T")

    async def place(self, wafer: str):
        def act():
            if self.world.places.get(wafer, self.id) != self.id:
                return "in another tool"
            self.world.places[wafer] = self.id
            self._material(wafer, arrived=True)
            return ""

        return await self._command("place", act)

    async def remove(self, wafer: str):
        def act():
            self.world.places.pop(wafer, None)
            self._material(wafer, arrived=False)
            return ""

        return await self._command("remove", act)

    def _material(self, wafer: str, *, arrived: bool) -> None:
        self.tell(MaterialEvent(self.id, wafer, arrived, "chuck", self.clock.process()))

    def encode(self, name: str, recipe: Recipe) -> Program:
        if "unencodable" in self.script.replies:
            raise RecipeError(self.id, "can't do that")
        body = {key: str(value) for key, value in recipe.parameters.items()}
        return Program(name, json.dumps(body).encode())

    def decode(self, program: Program, operation: str) -> Recipe:
        values = {}
        for key, text in json.loads(program.body).items():
            values[key] = Quantity.parse(text) if text[0].isdigit() else text
        return Recipe(operation, values)

    async def install(self, program: Program):
        return await self._command("install", lambda: self._store(program))

    def _store(self, program: Program) -> str:
        self.programs[program.name] = program
        return ""

    async def select(self, program: Program):
        def act():
            self.selected = program.name
            if self.script.changes_program:
                self.edit_program()
            return ""

        return await self._command("select", act)

    async def read_back(self, program: Program) -> Program:
        await self._ask("read_back")
        return self.programs[program.name]

    async def watch(self, operation: str, fresh_for=None):
        await self._ask("watch")
        if self._watch is None:
            self._watch = asyncio.create_task(self._readings())
        return [(signal, channel) for channel, (signal, _) in self.script.channels.items()]

    def uncertainties(self):
        said = self.script.uncertainties
        return {signal: Quantity.parse(within) for signal, within in said.items()}

    def redundant(self):
        return self.script.redundant

    async def unwatch(self) -> None:
        self._alive()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def start(self, job):
        return await self._command("start", lambda: self._begin(job.id))

    async def find(self, job: str) -> Finding:
        await self._ask("find")
        await self.clock.sleep_process(1.0)
        self._alive()
        if not self.seen:
            raise ToolError(self.id, "out of sight")
        found = self.jobs.get(job, Found.NOT_SEEN)
        if self.grade is Grade.C:
            found = Found.UNKNOWN
        if self._late is not None:
            self._late()
            self._late = None
        return Finding(found, self.grade, {"jobs": len(self.jobs)})

    def pause_by_hand(self) -> str:
        self.state = "PAUSED"
        self.job_event(JobPhase.PAUSED, self.job)
        return ""

    async def pause(self):
        return await self._command("pause", self.pause_by_hand)

    async def resume(self):
        def act():
            self.state = "EXECUTING"
            self.job_event(JobPhase.RESUMED, self.job)
            return ""

        return await self._command("resume", act)

    async def stop(self):
        return await self._command("stop", lambda: self._end(JobPhase.STOPPED))

    async def abort(self):
        return await self._command("abort", lambda: self._end(JobPhase.ABORTED))

    async def results(self, job: str):
        await self._ask("results")
        values = (self.script.measured,) * 9
        return [Measurement("film_thickness", values, "nm", 0.02 * self.script.measured, "T")]

    async def section(self, _wafer: str) -> str:
        await self._ask("section")
        return to_json(Section.bare(1000))

    async def changed_constants(self) -> tuple[ChangedConstant, ...]:
        await self._ask("constants")
        return self.script.constants(self)

    async def peaks(self, job: str):
        await self._ask("peaks")
        return {} if self.script.peak is None else {"temperature": self.script.peak}

    # -- inside

    def _alive(self) -> None:
        if not self.world.alive:
            raise asyncio.CancelledError  # the host that asks is dead

    async def _ask(self, what: str) -> None:
        self._alive()
        self.sent.append(what)
        await asyncio.sleep(0)
        self._alive()
        if not self.seen or "mute" in self.script.replies.get(what, ()):
            raise ToolError(self.id, f"{what}: no reply")

    async def _command(self, what: str, act: Callable[[], str]):
        self._alive()
        self.sent.append(what)
        script = self.script.replies.get(what, [])
        reply = script.pop(0) if script else "ok"
        if not self.seen:
            reply = "dropped"
        if reply == "refuse" or self.control is not Control.REMOTE:
            return Refused("the script says so")
        why = ""
        if reply == "late":
            self._late = act
        elif reply != "dropped":
            why = act()
        await asyncio.sleep(0.01)
        self._alive()
        if reply in ("late", "lost", "dropped"):
            await asyncio.sleep(45.0)
            self._alive()
            return NoReply("T3")
        return Refused(why) if why else Accepted()

    def _begin(self, job: str) -> str:
        if job in self.jobs:
            return "job already known"
        if self.state != "IDLE":
            return f"the tool is {self.state}"
        self.begun.append(job)
        self.jobs[job] = Found.RUNNING
        self.job, self.state, self._started_at = job, "EXECUTING", self.clock.process()
        self.job_event(JobPhase.STARTED, job)
        self._task = asyncio.create_task(self._work(job))
        return ""

    async def _work(self, job: str) -> None:
        start, spent = self.clock.process(), 0.0
        while spent < self.script.duration:
            await self.clock.sleep_process(10.0)
            if self.state != "PAUSED":
                spent += 10.0
            if self.script.during is not None:
                self.script.during(self, self.clock.process() - start)
        self.jobs[job], self.state = Found.DONE, "IDLE"
        if self.script.events is not None:
            self.script.events(self, job)
        else:
            self.job_event(JobPhase.COMPLETED, job, f"T{self.clock.process():.0f}")

    def _end(self, phase: JobPhase) -> str:
        if self.state == "IDLE":
            return ""
        job = self.job
        self._task.cancel()

        def rest() -> None:
            self.jobs[job], self.state = Found.FAILED, "IDLE"
            self.job_event(phase, job)

        if self.script.stops_in:
            self.state = "ABORTING"
            asyncio.get_running_loop().call_later(self.script.stops_in, rest)
        else:
            rest()
        return ""

    async def _readings(self) -> None:
        while True:
            now = self.clock.process()
            t = now - self._started_at if self.state == "EXECUTING" else -1.0
            for channel, (signal, unit) in self.script.channels.items():
                value = self.script.signal(channel, t)
                if value is not None:
                    self.tell(Reading(self.id, signal, channel, value, unit, now))
            await self.clock.sleep_process(self.script.period)
