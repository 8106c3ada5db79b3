"""A small fab of scripted tools, a short sequence on it, and a host that can be killed."""

import asyncio
from functools import lru_cache
from pathlib import Path

from scripted_tool import World
from shipped_rules import shipped_rules

from fabctl.clock import Clock, run
from fabctl.engine.controls import Controls
from fabctl.engine.guard import Guard
from fabctl.engine.history import History
from fabctl.engine.plan import Plan
from fabctl.engine.run import execute
from fabctl.engine.standing import practised
from fabctl.journal import Journal, JournalError
from fabctl.process.layout import BLANKET
from fabctl.process.material import materials
from fabctl.process.reading import Reading
from fabctl.process.sequence import Sequence
from fabctl.process.step_loader import StepLoader, Surroundings
from fabctl.process.yaml_reader import read

STEPS = """
- {id: film-1, kind: cvd, operation: deposit,
   recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
- {id: check-1, kind: metrology, operation: measure,
   recipe: {quantity: film_thickness, material: Sn, sites: 9}}
- {id: react-1, kind: furnace, operation: anneal,
   recipe: {temperature: 200 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}}
- {id: strip-1, kind: etcher, operation: strip, recipe: {bath: msa, material: Sn, time: 30 s}}
"""
TOOLS = {"film-1": "CVD01", "check-1": "MET01", "react-1": "FUR01", "strip-1": "WET01"}
ZONES = {f"Zone{n}Temp": ("temperature", "degC") for n in (1, 2, 3)}


@lru_cache(maxsize=1)
def guard() -> Guard:
    return Guard(shipped_rules("claims"), materials())


def sequence(text: str = STEPS, **overrides: dict[str, str]) -> Sequence:
    reading = Reading()
    loader = StepLoader(reading, Surroundings({}, BLANKET, overrides, {}))
    loaded = [loader.load(node) for node in reading.items(read(text, "steps.yaml"), "steps")]
    reading.finish()
    found = tuple(step for step in loaded if step is not None)
    return Sequence("short", "short", ("cap.5", "cap.6"), BLANKET, {}, found, "steps.yaml", text)


def plan(text: str = STEPS, **overrides: dict[str, str]) -> Plan:
    steps = sequence(text, **{key.replace("_", "-"): value for key, value in overrides.items()})
    tools = {step.id: TOOLS[step.id] for step in steps.steps}
    return Plan("r1", steps, tools, "", {"seed": 0}, practised(("cap.5", "cap.6")))


class Rig:
    """One fab, one journal, any number of host processes one after the other."""

    def __init__(self, path: Path, **scripts: dict[str, object]) -> None:
        self.path = path
        self.clock = Clock()
        self.world = World(self.clock)
        for tool, kind, channels in (
            ("CVD01", "cvd", {"FilmThickness": ("film_thickness", "nm")}),
            ("MET01", "metrology", {}),
            ("FUR01", "furnace", ZONES),
            ("WET01", "etcher", {}),
        ):
            script = {"channels": channels, **scripts.get(tool, {})}
            if tool == "CVD01":
                script.setdefault("signal", lambda _channel, t: 12.0 if t < 0 else t / 50.0)
            self.world.add(tool, kind, **script)
        self.controls = Controls()
        self.plan = plan()
        self.records = []

    async def host(self, *, durable: bool = False, **more: object):
        """Run one host process to its end."""
        self.journal = Journal.open(self.path, durable=durable)
        try:
            return await execute(
                self.plan,
                self.world.tools,
                guard(),
                self.journal,
                self.clock,
                self.controls,
                on_record=[self.records.append],
                **more,
            )
        finally:
            self.journal.close()

    async def killed_host(self, at: int, *, after: bool) -> bool:
        """Run a host that is killed at its append number `at`; True if it lived to its end."""
        journal = FailingJournal.open(self.path, durable=False)
        task = asyncio.current_task()
        before = asyncio.all_tasks()

        def kill() -> None:
            self.world.alive = False
            host.cancel()

        journal.plan(at, after=after, kill=kill)
        host = asyncio.ensure_future(
            execute(self.plan, self.world.tools, guard(), journal, self.clock, self.controls)
        )
        try:
            await host
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            return False
        else:
            return True
        finally:
            for each in asyncio.all_tasks() - before - {host}:
                name = each.get_coro().__qualname__
                if not name.startswith("ScriptedTool"):
                    each.cancel()
            for tool in self.world.tools.values():
                tool._listeners.clear()
            journal.plan(0, after=False, kill=lambda: None)
            journal.close()
            self.world.alive = True

    def outcome(self) -> str:
        """What the journal says of the run; "" where no host has ended it."""
        journal = Journal.open(self.path)
        try:
            return History(journal.records("r1")).outcome
        finally:
            journal.close()

    def kinds(self) -> list[str]:
        return [record.kind for record in self.records]

    def bodies(self, kind: str) -> list[dict]:
        return [record.body for record in self.records if record.kind == kind]


class FailingJournal(Journal):
    """A journal whose host dies at one append, or whose disk is full from there on."""

    _at, _count, _dead = 0, 0, False

    def plan(self, at, *, after, kill) -> None:
        self._at, self._after, self._kill, self._count, self._dead = at, after, kill, 0, False

    def append(self, run, kind, body, at):
        if self._dead:
            raise JournalError("the process is dead")
        self._count += 1
        if self._count != self._at:
            return super().append(run, kind, body, at)
        self._dead = True
        if self._after:
            super().append(run, kind, body, at)
        self._kill()
        raise JournalError("the process is dead")


def go(main):
    return run(main, virtual=True)
