"""A pad glazes while it polishes; a conditioner opens it, a new one is open, a buff is softer."""

import pytest
from machine_rig import Line, names_of, program_of, recipe
from msgspec.structs import replace

from fabctl.tools.port import Block, Program
from simulators import machine as seam
from simulators.physics.conditioning import CONDITIONED

HOURS = 2
"""An hour longer than the tool's own conditioner keeps the pad open."""
LEFT = 0.9
"""What the pad removes after it."""


def polish(seconds: int, platen: str = "barrier") -> Program:
    told = recipe("polish", platen=platen, material="Cu", time=f"{seconds} s", pressure="1.3 psi")
    return program_of("cmp", told)


def taken(line: Line, program: Program) -> float:
    """Oxide (nm) that a program takes in the middle of the wafer."""
    before = line.wafer.field_thickness("SiO2")[0]
    line.finish("CMP01", line.begin("CMP01", program))
    return before - line.wafer.field_thickness("SiO2")[0]


def worn() -> Line:
    """A line whose pad has polished a bare wafer for hours, and whose wafer now has oxide."""
    line = Line()
    for _ in range(HOURS * 6):
        line.finish("CMP01", line.begin("CMP01", polish(600, "bulk")))
    return line


def oxide(line: Line) -> Line:
    told = {"chamber": "pecvd", "material": "SiO2", "temperature": "350 degC"}
    line.do("cvd", recipe("deposit", thickness="600 nm", **told))
    return line


def of_fresh(line: Line) -> float:
    """What a minute takes, as a share of what it takes with an open pad."""
    return taken(oxide(line), polish(60)) / taken(oxide(Line()), polish(60))


def commanded(line: Line, rcmd: str, **given: int) -> list[str]:
    """Carry out a command of the polisher's own; gives its events."""
    machine = line.machines["CMP01"]
    step = machine.update(line.now, [seam.Command(rcmd, given)])
    events = names_of(step.outputs, seam.EventRaised)
    while step.wake_at is not None:
        line.now = step.wake_at
        step = machine.update(line.now, ())
        events += names_of(step.outputs, seam.EventRaised)
    return events


def test_a_pad_that_polishes_for_hours_removes_less():
    assert of_fresh(worn()) == pytest.approx(LEFT, rel=0.03)


def test_the_conditioner_opens_it():
    line = worn()
    assert commanded(line, "CONDITION-PAD", SECONDS=60) == ["PadConditioned"]
    assert of_fresh(line) == pytest.approx(1, rel=0.03)


def test_a_new_pad_is_open():
    line = worn()
    assert commanded(line, "PAD-CHANGED") == ["PadChanged"]
    assert line.machines["CMP01"].value("PadWafers") == 0
    assert of_fresh(line) == pytest.approx(1, rel=0.03)


def test_a_pad_at_its_end_asks_for_a_new_one():
    line = Line()
    machine = line.machines["CMP01"]
    machine.update(line.now, [seam.ConstantChanged("PadLifeWafers", 1)])
    first, second = (
        names_of(line.finish("CMP01", line.begin("CMP01", polish(60))), seam.EventRaised)
        for _ in range(2)
    )
    assert ("PadChangeRequired" in first, "PadChangeRequired" in second) == (False, True)


def test_a_block_conditions_as_long_and_as_hard_as_it_says():
    line = worn()
    line.finish("CMP01", line.begin("CMP01", Program("c", (Block(404, (30.0, 5.0, 60.0)),))))
    half = (1 + LEFT) / 2
    assert of_fresh(line) == pytest.approx(half, rel=0.03)


def test_a_pad_is_open_for_an_hour_and_never_quite_blind():
    assert CONDITIONED.removes(3600) == 1
    assert CONDITIONED.removes(1e6) == pytest.approx(0.6)


def test_conditioning_goes_with_force_and_speed():
    left = [CONDITIONED.conditioned(9000, 60, *at) for at in ((5, 60), (10, 60), (5, 120))]
    assert left == pytest.approx([9000 - 3600, 9000 - 7200, 9000 - 7200])


def test_a_buff_is_a_softer_polish():
    program = polish(60)
    (first, *rest) = program.body
    buff = replace(program, body=(Block(402, first.parameters), *rest))
    line = oxide(Line())
    by_buff = taken(line, buff)
    assert by_buff == pytest.approx(0.3 * taken(oxide(Line()), polish(60)), rel=0.03)
    assert line.machines["CMP01"].value("PadWafers") == 0
