"""Conformal films, seals, voids, and the liquid that lies flat."""

import math
import random

import pytest
import shapely
from msgspec.structs import replace
from surfaces import bowed, rough, trench

from fabctl.structure.invariants import check
from fabctl.structure.section import Section
from simulators.section.films import deposit, spin_on
from simulators.section.surface import Frame, recede


def test_a_conformal_film_has_its_thickness_at_every_vertex_of_its_face():
    """On 200 random surfaces of slopes and steps a µm high."""
    for seed in range(200):
        thickness = (1.0, 5.0, 10.0, 50.0)[seed % 4]
        surface = rough(random.Random(seed), high=1000.0)
        grown = deposit(surface, "film", "TaN", thickness, "j")
        check(grown)
        points = shapely.get_coordinates(grown.ambient)
        x, z = points.T
        face = points[(z < grown.ceiling) & (x > 60) & (x < grown.width - 60)]
        solid = surface.solids()
        shapely.prepare(solid)
        found = shapely.distance(shapely.points(face), solid)
        assert abs(found - thickness).max() <= max(0.006 * thickness, 0.01), seed


def test_air_above_one_line_recedes_as_air_in_pieces_does():
    """The short way that most air takes is no other."""
    for seed in range(40):
        surface = rough(random.Random(seed), high=1000.0)
        frame = Frame(surface.width, surface.floor, surface.ceiling)
        quick = recede(frame, surface.ambient, 20.0)
        pieced = recede(frame, shapely.MultiPolygon([surface.ambient]), 20.0)
        assert quick.symmetric_difference(pieced).area < 0.05, seed


def test_a_film_on_a_flat_is_exactly_its_area():
    grown = deposit(Section.bare(1000), "film", "TaN", 12.0, "j")
    assert grown.named("film").shape.area == pytest.approx(12_000, abs=1e-6)


def test_step_coverage_thins_the_side_walls_only():
    grown = deposit(trench(), "film", "TaN", 10.0, "j", coverage=0.8)
    film = grown.named("film").shape
    wall = film.intersection(shapely.LineString([(1500, 350), (2000, 350)])).length
    roof = film.intersection(shapely.LineString([(800, 600), (800, 900)])).length
    assert wall == pytest.approx(8.0, abs=0.02)
    assert roof == pytest.approx(10.0, abs=0.01)


def test_a_straight_trench_fills_without_a_void_once_the_film_is_half_its_width():
    grown = deposit(trench(), "cu", "Cu", 401.0, "j")
    assert grown.voids == ()
    assert not grown.ambient.intersects(shapely.box(1700, 100, 2300, 600))


def test_a_bowed_via_pinches_off_and_keeps_a_void():
    sealed = deposit(bowed(), "cu", "Cu", 60.0, "j")
    check(sealed)
    assert len(sealed.voids) == 1
    assert sealed.voids[0].area > 10_000


@pytest.mark.parametrize("steps", [2, 4, 16, 64])
def test_the_void_is_the_same_whatever_the_sub_steps(steps):
    whole = deposit(bowed(), "cu", "Cu", 60.0, "j").voids[0].area
    section = bowed()
    for number in range(steps):
        section = deposit(section, f"cu{number}", "Cu", 60.0 / steps, "j")
    check(section)
    assert sum(void.area for void in section.voids) == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize("neck", [56.99, 60.0, 163.53])
def test_the_parts_still_fill_the_domain_at_the_moment_of_sealing(neck):
    """A film of half the mouth's width: the void and the air have only just come apart."""
    sealed = deposit(bowed(neck, neck + 100.0), "cu", "Cu", neck / 2, "j")
    check(sealed)
    assert len(sealed.voids) == 1


@pytest.mark.parametrize("coverage", [1.0, 0.9])
def test_nothing_lies_above_the_surface_after_a_void_was_sealed(coverage):
    """Nor when the next film grows: the domain's own corners are no surface."""
    sealed = deposit(bowed(), "cu", "Cu", 60.0, "j", coverage)
    assert len(sealed.voids) == 1
    covered = deposit(sealed, "liner", "TaN", 10.0, "k", coverage)
    check(covered)
    assert covered.solids().bounds[3] == pytest.approx(570.0, abs=0.01)
    assert sealed.solids().bounds[3] == pytest.approx(560.0, abs=0.01)


def test_a_liquid_keeps_its_volume_and_lies_flat():
    filled = spin_on(trench(), "msq", "MSQ", 300.0, "j")
    check(filled)
    film = filled.named("msq").shape
    assert film.area == pytest.approx(300.0 * 4000, rel=1e-6)
    assert film.bounds[3] == pytest.approx(700 + (300 * 4000 - 800 * 700) / 4000, abs=1e-3)


def test_air_that_a_liquid_shuts_in_under_a_roof_is_a_void():
    """A cavern beside a trench, reached through a passage at its foot only."""
    wafer = trench()
    cavern = shapely.box(1200, 0, 1600, 50).union(shapely.box(1200, 0, 1300, 500))
    block = wafer.regions[1].shape.difference(cavern)
    dug = replace(
        wafer,
        regions=(wafer.regions[0], replace(wafer.regions[1], shape=block)),
        ambient=wafer.ambient.union(cavern),
    )
    filled = spin_on(dug, "msq", "MSQ", 50.0, "j")
    check(filled)
    (void,) = filled.voids
    assert void.bounds[3] == 500
    assert len(getattr(filled.ambient, "geoms", [filled.ambient])) == 1
    assert filled.named("msq").shape.area == pytest.approx(50.0 * 4000, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_liquid_keeps_its_volume_on_slopes(seed):
    filled = spin_on(rough(random.Random(seed)), "msq", "MSQ", 150.0, "j")
    check(filled)
    assert filled.named("msq").shape.area == pytest.approx(150.0 * 4000, rel=1e-6)


def test_a_corner_is_rounded_by_the_films_own_radius():
    grown = deposit(trench(), "film", "TaN", 50.0, "j")
    corner = shapely.Point(1600, 700)
    face = grown.named("film").shape.intersection(corner.buffer(60))
    assert max(corner.distance(shapely.Point(p)) for p in face.exterior.coords) <= 60.001
    assert math.isclose(grown.ambient.distance(corner), 50.0, rel_tol=0.003)
