"""An ABORT goes out as soon as a sample trips: before it is recorded or shown."""

from types import SimpleNamespace

from engine_rig import go, guard, sequence

from fabctl.clock import Clock
from fabctl.engine.station import Station
from fabctl.engine.supervisor import Supervisor
from fabctl.tools.port import Accepted, Reading

ZONES = [("temperature", f"Zone{number}Temp") for number in (1, 2)]


class Furnace:
    """A furnace that anneals, and who is told of it, in the order in which they are."""

    id = "FUR01"

    def __init__(self):
        self.told = []
        self.clock = Clock()
        history = SimpleNamespace(bypasses={})
        recorder = SimpleNamespace(note=lambda kind, **_: self.told.append(kind), history=history)
        station = Station(self, recorder, [lambda reading: self.told.append(reading.value)])
        self.watch = Supervisor(station, recorder, self.clock, "react-1", "r1.react-1.1")
        whole = sequence()
        names = [step.id for step in whole.steps]
        at = names.index("react-1")
        before = guard().wafer(whole, names[:at], {})
        armed = guard().arm(whole.steps[at], whole.steps[at + 1 :], before, ZONES, 0.0, 1.0)
        self.watch.arm(armed)
        self.watch.sending(3600.0)
        self.watch.running(ask=False)

    def subscribe(self, listener):
        self.tell = listener
        return lambda: None

    async def accepted(self):
        return Accepted()

    def abort(self):
        self.told.append("ABORT")
        return self.accepted()

    def sample(self, *values):
        for (signal, name), value in zip(ZONES, values, strict=True):
            self.tell(Reading(self.id, signal, name, value, "degC", self.clock.process()))


def test_the_tool_is_told_first():
    async def main():
        furnace = Furnace()
        furnace.sample(200.0, 201.0)
        furnace.sample(401.0, 202.0)
        return list(furnace.told)

    # nothing has waited yet: no task had its turn
    assert go(main()) == [200.0, 201.0, "ABORT", "TRIP", 401.0, 202.0]
