"""Outlines that run out along nothing and back: taken off, and left by no etch on slopes."""

import random

import numpy as np
import pytest
import shapely
from surfaces import rough

from fabctl.structure.invariants import check
from fabctl.structure.section import Section
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.hairs import without_hairs
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import Descent, polish_to


def longest_hair(shape):
    """The longest stretch (nm) that an outline runs out and comes back, hardly a pm aside."""
    worst = 0.0
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)[:-1]
        come, go = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        came, goes = np.hypot(*come.T), np.hypot(*go.T)
        across = np.abs(come[:, 0] * go[:, 1] - come[:, 1] * go[:, 0]) / np.maximum(came, goes)
        back = ((come * go).sum(axis=1) < 0) & (across < 1e-7)
        worst = max(worst, float(np.minimum(came, goes)[back].max(initial=0.0)))
    return worst


def test_a_hair_and_what_stands_on_it_are_taken_off():
    square = shapely.Polygon(
        [(0, 0), (10, 0), (10, 5), (400, 5), (300, 5), (10, 5), (10, 10), (0, 10)]
    )
    assert without_hairs(square).equals(shapely.box(0, 0, 10, 10))


def test_a_hair_of_two_corners_and_one_at_the_outlines_beginning():
    ring = [(10, 5), (10, 10), (0, 10), (0, 0), (10, 0), (10, 5), (90, 5), (90, 5 + 1e-11)]
    assert without_hairs(shapely.Polygon(ring)).area == pytest.approx(100)
    assert longest_hair(without_hairs(shapely.Polygon(ring))) == 0


def test_a_thin_wall_and_a_sharp_tip_are_no_hairs():
    wall = shapely.box(0, 0, 1e-3, 500).union(shapely.Polygon([(0, 500), (1e-3, 500), (0, 900)]))
    assert without_hairs(wall) is wall


@pytest.mark.long
@pytest.mark.parametrize("seed", [3, 47, 57, 105, 138])
def test_etches_on_slopes_leave_no_hair_and_no_gap(seed):
    rng = random.Random(seed)
    wafer = deposit(rough(rng), "f1", "SiN", rng.choice([5, 12, 40.0]), "1", 0.9)
    wafer = deposit(wafer, "f2", "Cu", rng.choice([10, 60.0, 200]), "2", 0.95)
    for _ in range(3):
        rates = {"Cu": rng.uniform(0.2, 2), "SiN": rng.uniform(0.1, 1)}
        seconds = rng.choice([5, 20, 60])
        if rng.random() < 0.4:
            wafer = etch_down(wafer, rates, seconds, "e")
        else:
            wafer = etch_all_round(wafer, rates | {"SiOC": rng.uniform(0, 1)}, seconds, "e")
        check(wafer)
        shapes = [wafer.ambient, *(each.shape for each in wafer.regions)]
        assert max(map(longest_hair, shapes)) < 0.5


def test_a_film_grows_on_no_hair_at_the_sections_side():
    """Where the side's outline has corners nearer to each other than rounding."""
    wafer = deposit(Section.bare(1000), "d", "SiOC", 100.0, "1")
    corners = [(0, 100), (0, 8000), (1000, 8000), (1000, 400), (1000, 400 - 1e-9), (1000, 100)]
    air = shapely.Polygon(corners)
    wafer = deposit(wafer.with_regions(wafer.regions, air), "f", "TaN", 10.0, "2")
    assert wafer.named("f").shape.bounds[3] == pytest.approx(110)


def test_a_pad_leaves_no_hair_on_what_carries_it():
    wafer = deposit(deposit(Section.bare(1000), "d", "SiOC", 100.0, "1"), "c", "Cu", 0.7, "2")
    level = Descent(wafer, {"Cu": 0.1}).level(7.0 - 1e-12)
    assert polish_to(wafer, level, "3").of_material("Cu") == ()
