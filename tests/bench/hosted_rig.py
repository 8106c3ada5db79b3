"""Spin coater, hot plate and a person, each on a simulated line with its driver."""

from bench_rig import Ada, alarms, entry

from fabctl.clock import Clock
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.desk import Act, Answer, Declined, Unanswered
from fabctl.tools.port import Accepted, Job, JobEvent, SightEvent
from simulators.faults import ToolFaults
from simulators.instruments import instrument_for
from simulators.instruments.line_station import LineStation
from simulators.wafers.store import WaferStore
from tool_drivers.hot_plate import HotPlate
from tool_drivers.person import Person
from tool_drivers.sck300 import SpinCoater

DRIVERS = {
    "SPN03": SpinCoater,
    "HOT01": HotPlate,
    "DEV01": Person,
    "PRO01": Person,
}
RECIPES = {
    "SPN03": ("coat", {"material": "resist-n1", "cast_speed": "3000 rpm", "cast_time": "33 s"}),
    "HOT01": ("soft_bake", {"temperature": "110 degC", "time": "60 s"}),
    "DEV01": ("develop", {"developer": "TMAH", "time": "60 s"}),
    "PRO01": ("measure", {"quantity": "film_thickness", "material": "Sn", "sites": "3"}),
}


class Hands(Ada):
    """Ada, who does what she says: the instrument feels it; `says` are other answers, by act."""

    def __init__(self, rig, takes=2.0):
        super().__init__()
        self.rig = rig
        self.takes = takes
        self.says = {}

    async def ask(self, question):
        self.asked.append(question)
        await self.rig.clock.sleep_process(self.takes)
        if question.act in self.says:
            return self.says[question.act]
        if self.rig.station is not None:
            self.rig.station.act(lambda now: self.rig.instrument.by_hand(question, now))
        return Answer("Ada", {"wafer": "none"} if question.act is Act.TELL else {})


class HostedRig:
    """One tool whose job the host carries out."""

    def __init__(self, tool, *faults, dictionary=None):
        self.tool = tool
        self.clock = Clock()
        self.store = WaferStore()
        self.store.ensure("W1")
        self.maker = DRIVERS[tool]
        self.entry = entry(tool, dictionary)
        self.instrument = instrument_for(entry(tool), self.store, 0)
        self.station = None
        if self.instrument is not None:
            self.station = LineStation(self.instrument, self.clock, ToolFaults(faults), 19200)
            self.station.open()
        self.ada = Hands(self)
        self.told = []
        self.new_host()

    def new_host(self):
        dial = self.station.wire.dial if self.station else None
        self.driver = self.maker(self.entry, self.entry.dictionary, dial, self.clock, desk=self.ada)
        self.driver.subscribe(self.told.append)
        return self.driver

    async def begin(self, name="r1.step-1.1", **changes):
        """Connected, the wafer there, the program selected, the job started."""
        operation, values = RECIPES[self.tool]
        values = values | changes
        words = {key: _value(value) for key, value in values.items()}
        await self.driver.connect()
        await self.driver.place("W1")
        program = self.driver.encode("P1", Recipe(operation, words))
        await self.driver.install(program)
        await self.driver.select(program)
        await self.driver.watch(operation)
        self.job = Job(name, "step-1", operation, "W1", program)
        outcome = await self.driver.start(self.job)
        assert isinstance(outcome, Accepted)

    async def find(self):
        return await self.driver.find(self.job.id)

    def phases(self):
        told = [each.phase.value for each in self.told if isinstance(each, JobEvent)]
        return [each for each in told if each != "PHASE"]

    def sights(self):
        return [each.seen for each in self.told if isinstance(each, SightEvent)]

    def alarms(self):
        return alarms(self.told)


def _value(text):
    try:
        return Quantity.parse(text)
    except ValueError:
        return text


NOBODY = Unanswered("nobody is there")
NO = Declined("Ada", "the bottle is empty")
