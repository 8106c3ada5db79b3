"""What the polisher measures follows what the pad rubs on; it tells the end point as it comes."""

import pytest
import shapely
from machine_rig import Line, fault, program_of, recipe

from fabctl.structure.section import Region, Section
from simulators import machine as seam
from simulators.physics.polishing import FRICTION, PAD
from simulators.section.cut import Cut
from simulators.section.films import deposit

CLEAR = {"platen": "soft-landing", "material": "Cu", "pressure": "1.3 psi", "endpoint": "clear"}


def copper_on(stop="SiN", thickness=100.0):
    wafer = deposit(Section.bare(1000), "stop", stop, 50.0, "1")
    return Cut(deposit(wafer, "cu", "Cu", thickness, "2"))


def striped():
    """Copper 500 nm wide in nitride that is as high, 1000 nm altogether."""
    wafer = Section.bare(1000)
    shapes = {"SiN": shapely.box(0, 0, 500, 200), "Cu": shapely.box(500, 0, 1000, 200)}
    air = wafer.ambient.difference(shapely.union_all(list(shapes.values())))
    stripes = [Region(material, material, shape, "1") for material, shape in shapes.items()]
    return Cut(wafer.with_regions((*wafer.regions, *stripes), air))


def watched(cut, faults=(), **told):
    """(s, current, rate) each second of the polish itself, and (s, event) of all it told."""
    line = Line(faults=faults, cut=cut)
    step = line.begin("CMP01", program_of("cmp", recipe("polish", **told)))
    machine, began, rows, events = line.machines["CMP01"], line.now, [], []
    while machine.running is not None:
        if machine.running.phase.name == "POLISH":
            read = machine.value("PlatenCurrent"), machine.value("RemovalRate")
            rows.append((line.now - began, *read))
        line.now = min(step.wake_at, line.now + 1)
        step = machine.update(line.now, ())
        events += [(line.now - began, o) for o in step.outputs]
    return rows, events


def told(events, name):
    kinds = (seam.EventRaised, seam.StepCompleted)
    (moment,) = [at for at, each in events if isinstance(each, kinds) and each.name == name]
    return moment


def current(psi, friction):
    return PAD.current + PAD.current_psi * psi * friction


class TestEndPoint:
    def test_it_is_told_when_the_copper_is_gone_and_not_after_the_over_polish(self):
        _, events = watched(copper_on(), over_polish="15 s", **CLEAR)
        assert told(events, "EndpointDetected") == pytest.approx(24, rel=0.1)
        ends = told(events, "POLISH")
        assert ends - told(events, "EndpointDetected") == pytest.approx(15)

    def test_without_over_polish_it_is_told_at_the_end(self):
        _, events = watched(copper_on(), over_polish="0 s", **CLEAR)
        assert told(events, "EndpointDetected") == told(events, "POLISH")

    def test_a_polish_by_time_tells_none(self):
        _, events = watched(
            copper_on(), platen="soft-landing", material="Cu", pressure="1.3 psi", time="30 s"
        )
        names = [each.name for _, each in events if isinstance(each, seam.EventRaised)]
        assert "EndpointDetected" not in names


class TestMeasured:
    def test_current_and_rate_fall_at_the_end_point(self):
        rows, events = watched(copper_on(), over_polish="20 s", **CLEAR)
        end = told(events, "EndpointDetected")
        during = [row for row in rows if 15 < row[0] < end - 1]
        after = [row for row in rows if row[0] > end + 15]
        assert [row[1] for row in during] == pytest.approx([current(1.3, 1)] * len(during), abs=0.2)
        assert [row[2] for row in during] == pytest.approx([250] * len(during), rel=0.05)
        stop = current(1.3, FRICTION["SiN"])
        assert [row[1] for row in after] == pytest.approx([stop] * len(after), abs=0.2)
        assert [row[2] for row in after] == pytest.approx([1] * len(after), abs=4)

    def test_what_it_draws_goes_by_the_shares_of_what_the_pad_rubs_on(self):
        told = {"platen": "soft-landing", "material": "Cu", "pressure": "1.3 psi", "time": "30 s"}
        rows, _ = watched(striped(), **told)
        half = (FRICTION["Cu"] + FRICTION["SiN"]) / 2
        assert rows[-1][1] == pytest.approx(current(1.3, half), abs=0.2)
        assert rows[-1][2] == pytest.approx(2 / (1 / 250 + 1 / 1), abs=3)  # they wear as one

    def test_the_rate_is_the_true_one(self):
        slow = fault("CMP01", "rate", material="Cu", factor=0.5)
        rows, _ = watched(copper_on(), [slow], over_polish="0 s", **CLEAR)
        assert rows[-2][2] == pytest.approx(125, rel=0.05)

    def test_a_lifted_head_removes_nothing(self):
        line = Line(cut=copper_on())
        step = line.begin("CMP01", program_of("cmp", recipe("polish", over_polish="0 s", **CLEAR)))
        machine = line.machines["CMP01"]
        while machine.running.phase.name == "POLISH":
            line.now = step.wake_at
            step = machine.update(line.now, ())
        machine.update(step.wake_at - 0.1, ())  # the rinse is all but over
        assert machine.value("RemovalRate") == pytest.approx(10, abs=10)
        assert machine.value("PlatenCurrent") == pytest.approx(PAD.current, abs=0.2)
