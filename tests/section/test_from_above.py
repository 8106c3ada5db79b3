"""What the microscope measures the width of: the uppermost feature, and nothing where none is."""

from functools import cache

import pytest
import shapely
from flows import cap, lowk, resist_method

from fabctl.structure.section import Region, Section, polygonal
from simulators.section.films import deposit
from simulators.section.from_above import feature


@cache
def made(flow, **faults):
    return flow(checked=False, **faults)


def width(section):
    found = feature(section)
    return None if found is None else found[1] - found[0]


@pytest.mark.parametrize(
    ("flow", "step", "nm"),
    [
        pytest.param(cap, "o1-develop", 800.0, id="a window in resist"),
        pytest.param(cap, "o1-etch", 800.0, id="a window in resist and in what lies under it"),
        pytest.param(lowk, "via-ash", 400.0, id="a via"),
        pytest.param(lowk, "line-develop", 800.0, id="a wider window in the resist over it"),
        pytest.param(lowk, "line-ash", 800.0, id="the line and not the via in its floor"),
        pytest.param(resist_method, "develop", 800.0, id="the upper of two coats"),
        pytest.param(cap, "liner1", 782.0, id="a lined opening: less by its walls' lining"),
        pytest.param(lowk, "trench", 800.0, id="a plug, and not the space between two"),
        pytest.param(cap, "polish1", 800.0, id="a line inlaid in a level surface"),
    ],
)
def test_the_uppermost_feature_is_measured(flow, step, nm):
    assert width(made(flow).after(step)) == pytest.approx(nm, abs=1.0)


@pytest.mark.parametrize("step", ["d1", "o1-coat", "o1-expose", "cu1", "film1", "d2", "stop2"])
def test_what_is_one_material_without_an_edge_has_no_feature(step):
    assert feature(made(cap).after(step)) is None


def test_a_bare_wafer_has_no_feature():
    assert feature(Section.bare(4000)) is None


def test_resist_of_the_wrong_polarity_stands_as_a_line():
    section = made(resist_method, polarity=False).after("develop")
    assert width(section) == pytest.approx(800.0, abs=1.0)


def test_the_widest_of_several_windows_is_measured():
    section = dug(Section.bare(4000), (1000, 1300), (2000, 2500))
    assert feature(section) == pytest.approx((2000, 2500))


@pytest.mark.parametrize("depth", [19, 21])
def test_what_is_shallower_than_an_edge_is_level(depth):
    section = dug(Section.bare(4000), (2000, 2500), depth=depth)
    assert (feature(section) is not None) == (depth > 20)


def test_a_slope_is_no_edge_and_a_steep_wall_is_one():
    for reach, seen in ((100, False), (50, True)):
        bare = Section.bare(4000)
        sides = shapely.Polygon([(1000, 200), (3000, 200), (3000 - reach, 0), (1000 + reach, 0)])
        block = shapely.box(0, 0, 4000, 200).difference(sides)
        air = polygonal(bare.ambient.difference(block))
        section = bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)
        section = deposit(section, "c", "SiOC", 1.0, "j")
        assert (feature(section) is not None) is seen


def dug(section, *windows, depth=100.0):
    """The same wafer with SiOC of 200 nm on it and windows in that."""
    film = deposit(section, "d", "SiOC", 200.0, "j")
    holes = shapely.union_all([shapely.box(a, 200 - depth, b, 200) for a, b in windows])
    block = film.named("d").shape.difference(holes)
    regions = (*section.regions, Region("d", "SiOC", block, "j"))
    return film.with_regions(regions, polygonal(film.ambient.union(holes)))
