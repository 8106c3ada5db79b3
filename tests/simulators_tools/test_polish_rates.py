"""How fast the polisher takes a film follows from pressure and speed, by Preston's coefficient."""

import math

import pytest
from machine_rig import Line, program_of, recipe
from msgspec.structs import replace

from fabctl.tools.port import Block, Program
from simulators.physics import polishing
from simulators.physics.constants import PSI

OXIDE = {"chamber": "pecvd", "material": "SiO2", "thickness": "600 nm", "temperature": "350 degC"}


def taken(pressure, rpm=None):
    """Oxide (nm) that a minute on the third platen takes in the middle of the wafer."""
    line = Line()
    line.do("cvd", recipe("deposit", **OXIDE))
    before = line.wafer.field_thickness("SiO2")[0]
    told = recipe("polish", platen="barrier", material="SiO2", time="60 s", pressure=pressure)
    line.finish("CMP01", line.begin("CMP01", at_speed(program_of("cmp", told), rpm)))
    return before - line.wafer.field_thickness("SiO2")[0]


def at_speed(program: Program, rpm):
    """The program with another platen speed."""
    (first, *rest) = program.body
    places = [place for place, value in enumerate(first.parameters) if value == 63]
    parameters = list(first.parameters)
    if rpm is not None:
        parameters[places[0]] = rpm
    return replace(program, body=(Block(first.ccode, tuple(parameters)), *rest))


def test_oxide_goes_by_its_coefficient_in_silica():
    speed = 2 * math.pi * polishing.PAD.radius * 63 / 60
    _, kp = polishing.KP["SiO2"]
    told = kp * 1.3 * PSI * speed * 60e9
    assert taken("1.3 psi") == pytest.approx(told, rel=0.1)  # the middle, of 2 % over the wafer


def test_twice_the_pressure_or_twice_the_speed_take_twice_as_much():
    one = taken("1.0 psi")
    assert taken("2.0 psi") == pytest.approx(2 * one, rel=1e-3)
    assert taken("1.0 psi", rpm=126) == pytest.approx(2 * one, rel=1e-3)
