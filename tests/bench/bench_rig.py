"""A simulated furnace on an in-memory line, its driver, a scripted person, and all that is told."""

from fractions import Fraction
from functools import cache

from msgspec.structs import replace

import sequences
from fabctl.clock import Clock, run
from fabctl.instruments.eurotherm import ProgramStatus
from fabctl.process.errors import Mark
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.desk import Act, Answer
from fabctl.tools.fab import load_fab
from fabctl.tools.faults import FAULTS, Fault, Takes
from fabctl.tools.port import Accepted, AlarmEvent, Job, JobEvent, SightEvent
from simulators.faults import ToolFaults
from simulators.instruments.eurotherm import EurothermController
from simulators.instruments.line_station import LineStation
from simulators.instruments.tube_furnace import TubeFurnace
from simulators.physics.noise import Noise
from simulators.wafers.store import WaferStore
from tool_drivers.eurotherm import EurothermFurnace

IDENTITY = 17


def q(text):
    return Quantity.parse(text)


def anneal(**changes):
    values = {"temperature": "80 degC", "ramp": "20 degC/min", "hold": "1 min", **changes}
    parameters = {name: q(value) for name, value in values.items()}
    return Recipe("anneal", {**parameters, "ambient": "N2"})


@cache
def bench_fab():
    """The bench as its file says; read once."""
    return load_fab(sequences.data("fabs", "bench.yaml"))


def entry(tool="FUR02", dictionary=None):
    """The bench's entry of a tool, with another dictionary where one is given."""
    found = bench_fab().tool(tool)
    return replace(found, dictionary=dictionary) if dictionary else found


def fault(name, *, operation="", after=0, times=0, **given):
    parameters = {
        key: str(given[key]) if kind in (Takes.NAME, Takes.WORD) else Fraction(str(given[key]))
        for key, kind in FAULTS[name].items()
    }
    return Fault("FUR02", name, parameters, operation, Fraction(after), times, Mark("-", 1, 1))


def alarms(told):
    """What was told of alarms that were set, but for the warning of a driver nobody has tried."""
    found = (each for each in told if isinstance(each, AlarmEvent) and each.is_set)
    return [each.text for each in found if each.category != 7]


class Ada:
    """Answers every question at once, and remembers it."""

    def __init__(self):
        self.asked = []
        self.holds = "none"

    async def ask(self, question):
        self.asked.append(question)
        return Answer("Ada", {"wafer": self.holds} if question.act is Act.TELL else {})


class FurnaceRig:
    """One furnace; `hosts` are driver after driver on it."""

    def __init__(self, *faults, identity=IDENTITY, baudrate=9600):
        self.clock = Clock()
        self.store = WaferStore()
        self.furnace = TubeFurnace(self.store, Noise(0, "FUR02"))
        self.controller = EurothermController(self.furnace, 1, identity, 1)
        self.station = LineStation(self.controller, self.clock, ToolFaults(faults), baudrate)
        self.baudrate = baudrate
        self.station.open()
        self.ada = Ada()
        self.heard = []
        hear = self.controller.receive

        def overhear(data, now, **more):
            self.heard.append(data)
            return hear(data, now, **more)

        self.controller.receive = overhear
        self.told = []
        self.new_host()

    def new_host(self, dial=None, port="/tmp/fabctl-bench/FUR02"):
        furnace = replace(entry(), address=f"{port},{self.baudrate}")
        self.driver = EurothermFurnace(
            furnace,
            furnace.dictionary,
            dial or self.station.wire.dial,
            self.clock,
            desk=self.ada,
        )
        self.driver.subscribe(self.told.append)
        return self.driver

    async def ready(self, recipe=None):
        """Connected, with a program installed and selected."""
        await self.driver.connect()
        self.program = self.driver.encode("P1", recipe or anneal())
        assert isinstance(await self.driver.install(self.program), Accepted)
        assert isinstance(await self.driver.select(self.program), Accepted)
        return self.program

    def job(self, name="r1.react-1.1"):
        return Job(name, "react-1", "anneal", "W1", self.program)

    async def completed(self):
        """The program is through, and the driver has had time to see it."""
        while self.furnace.status is not ProgramStatus.COMPLETE:
            await self.clock.sleep_process(60)
        await self.clock.sleep_process(10)

    def writes(self):
        """How often RUN was written to register 23."""
        return sum(data[1:6] == bytes([6, 0, 23, 0, 2]) for data in self.heard)

    def phases(self):
        return [each.phase.value for each in self.told if isinstance(each, JobEvent)]

    def sights(self):
        return [each.seen for each in self.told if isinstance(each, SightEvent)]

    def alarms(self):
        return alarms(self.told)


def go(main):
    return run(main, virtual=True)
