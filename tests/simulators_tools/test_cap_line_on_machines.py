"""Every step of the cap lines through the machines, with one wafer."""

import statistics

import pytest
from machine_rig import FAB, Line
from shapely import LineString

from fabctl.process.loader import load_sequence
from fabctl.structure.snapshot import to_json
from fabctl.tools.fab import resolve
from fabctl.tools.template import decode, encode
from sequences import data
from simulators.machine import RunResult

SEQUENCES = ["cap-line", "cap-line-aluminium"]


def sequence(name: str):
    return load_sequence(data(f"{name}.yaml"))


def made(name: str) -> Line:
    line = Line()
    for step in sequence(name).steps:
        assert line.do(step.kind, step.recipe, step.tool) is RunResult.COMPLETE, step.id
    return line


@pytest.mark.parametrize("name", SEQUENCES)
def test_every_step_comes_back_from_the_tool_as_it_was_told(name):
    for step in sequence(name).steps:
        entry = resolve(FAB, step.kind, step.recipe, step.tool)
        program = encode(entry.dictionary, step.id, step.recipe)
        read = decode(entry.dictionary, program, step.recipe.operation)
        told = {key: read.parameters[key] for key in step.recipe.parameters}
        assert told == dict(step.recipe.parameters)


def through(wafer, x):
    """The materials from the substrate up at an abscissa, traces left out."""
    section = wafer.section
    found = [
        (region.shape.intersection(LineString([(x, -500), (x, 5000)])), region.material)
        for region in section.regions
    ]
    return [m for line, m in sorted(found, key=lambda each: each[0].bounds[1:2]) if line.length > 1]


@pytest.fixture(scope="module")
def tin() -> Line:
    return made("cap-line")


def test_the_line_is_copper_in_a_liner_under_a_protective_layer(tin):
    assert through(tin.wafer, 2000.0) == ["Si", "TaN", "Cu", "Cu3Sn"]


def test_the_field_is_dielectric_under_its_stop_layer(tin):
    assert through(tin.wafer, 100.0) == ["Si", "SiOC", "SiN"]


def test_no_film_is_left_anywhere(tin):
    assert "Sn" not in tin.wafer.materials()


def test_the_protective_layer_has_the_thickness_that_120_angstrom_give(tin):
    layer = statistics.fmean(tin.wafer.line_thickness("Cu3Sn"))
    assert layer == pytest.approx(12 * 2.118, rel=0.08)


def test_the_liner_was_polished_off_the_field(tin):
    assert max(tin.wafer.field_thickness("TaN")) == 0
    assert min(tin.wafer.field_thickness("SiN")) > 30


def test_the_whole_line_takes_less_than_15_hours(tin):
    assert tin.now < 15 * 3600


@pytest.mark.long
def test_aluminium_makes_its_own_layer():
    wafer = made("cap-line-aluminium").wafer
    assert through(wafer, 2000.0) == ["Si", "TaN", "Cu", "CuAl2"]
    assert "Al" not in wafer.materials()


@pytest.mark.long
def test_two_lines_with_one_seed_are_the_same(tin):
    again = made("cap-line")
    assert to_json(again.wafer.section) == to_json(tin.wafer.section)
    assert again.now == tin.now
