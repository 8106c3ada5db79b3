"""Voids: as large as the room behind a neck at the very moment when that closes."""

import random

import numpy as np
import pytest
import shapely
from surfaces import bowed, cavern, roofed

from fabctl.structure.invariants import check
from simulators.section import sealing
from simulators.section.films import deposit
from simulators.section.growth import grow
from simulators.section.sealing import voids_of
from simulators.section.surface import Frame, opened_up

STEPS = (1, 2, 7, 50)


def voids(surface, thickness, steps, coverage=1.0):
    """The areas of the voids under films that come to a thickness in some steps of one job."""
    section = surface
    for number in range(steps):
        section = deposit(section, f"cu{number}", "Cu", thickness / steps, "j", coverage)
    check(section)
    return sorted(void.area for void in section.voids)


def true_voids(surface, thickness):
    """The same by looking, with nearly round arcs, every half nm and then ever closer."""
    top = surface.solids().bounds[3]
    air = shapely.union_all([surface.ambient, shapely.box(-1000, top, 3000, 9500)])
    found = []

    def pockets(growth):
        left = air.buffer(-growth, quad_segs=200)
        pieces = sorted(getattr(left, "geoms", [left]), key=lambda each: each.bounds[3])
        return [
            each
            for each in pieces[:-1]
            if each.area > 0.05
            and not any(void.intersects(each.representative_point()) for void in found)
        ]

    growth = 0.0
    while growth < thickness:
        low, growth = growth, min(growth + 0.5, thickness)
        if pockets(growth):
            while growth - low > 1e-5:
                middle = (low + growth) / 2
                low, growth = (low, middle) if pockets(middle) else (middle, growth)
            found += pockets(growth)
    return sorted(void.area for void in found)


def test_a_void_is_the_air_behind_the_neck_when_the_films_have_met():
    """Half the mouth's width before, the mouth's two corners are as far apart as it is wide."""
    (area,) = voids(bowed(), 60.0, 1)
    solid = bowed().solids().buffer(30.0, quad_segs=500)
    behind = shapely.box(900, 0, 1100, 500).difference(solid)
    assert area == pytest.approx(behind.area, rel=1e-4)


@pytest.mark.parametrize("coverage", [1.0, 0.8])
@pytest.mark.parametrize("seed", [9])
def test_voids_are_the_same_in_however_many_steps_of_a_job(seed, coverage):
    thickness = 90.0
    once, *others = (
        voids(cavern(random.Random(seed)), thickness, steps, coverage) for steps in (1, 2, 7)
    )
    assert once
    assert others == [pytest.approx(once, rel=1e-4)] * len(others)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60))
def test_voids_are_true_in_any_via(seed):
    rng = random.Random(seed)
    surface, thickness = cavern(rng), rng.uniform(30, 120)
    # what fills up within a nm of growth after it has closed is none
    wanted = [each for each in true_voids(surface, thickness) if each > 20]
    for steps in STEPS:
        found = [each for each in voids(surface, thickness, steps) if each > 20]
        assert found == pytest.approx(wanted, rel=1e-3, abs=0.15), steps


def test_a_point_that_comes_twice_in_an_outline_makes_no_other_void():
    frame = Frame(2000.0, 0.0, 900.0)
    opened = opened_up(frame, bowed().ambient, 60.0)
    twice = shapely.Polygon(np.repeat(opened.exterior.coords[:-1], 2, axis=0))
    (once,), (again,) = (voids_of(frame, each, 0.0, 60.0, []) for each in (opened, twice))
    assert again.area == pytest.approx(once.area)


def test_a_neck_that_has_not_closed_yet_seals_nothing_in():
    """However narrow it is: the next film may close it, and the void be as large as it was then."""
    nearly = deposit(bowed(), "cu", "Cu", 29.98, "j")
    assert nearly.voids == ()
    sealed = deposit(nearly, "cu", "Cu", 30.02, "j")
    (whole,) = voids(bowed(), 60.0, 1)
    assert sum(void.area for void in sealed.voids) == pytest.approx(whole, rel=1e-5)


def test_growth_goes_on_from_where_an_etch_has_left_the_air_and_not_from_before():
    first = deposit(bowed(), "cu", "Cu", 10.0, "j")
    (film,) = (each for each in first.regions if each.name == "cu")
    regions = [each for each in first.regions if each is not film]
    bare = first.with_regions(regions, first.ambient.union(film.shape))
    again, fresh = grow(bare, 10.0, 1.0), grow(bowed(), 10.0, 1.0)
    assert again.left.symmetric_difference(fresh.left).area < 0.5


def test_a_neck_that_is_measured_elsewhere_is_searched_for_where_it_closes(monkeypatch):
    """Between a look when it was open and one when it was closed: few looks, not 14 000."""
    looks = []
    look = sealing._pieces
    monkeypatch.setattr(sealing, "_pieces", lambda *told: looks.append(1) or look(*told))
    (void,) = voids(roofed(), 155.0, 1)
    assert len(looks) < 100
    monkeypatch.undo()
    assert void == pytest.approx(max(true_voids(roofed(), 155.0)), rel=5e-3)
