"""Etches spend their time layer by layer; liquids reach only what lies open."""

import math
import random

import pytest
import shapely
from msgspec.structs import replace
from surfaces import bowed, rough, trench

from fabctl.structure.invariants import check
from fabctl.structure.predicates import thickness_at
from fabctl.structure.section import Region, Section, polygonal
from simulators.section import isotropic
from simulators.section.cutting import cut_away, made_whole
from simulators.section.directional import etch_down
from simulators.section.films import deposit, spin_on
from simulators.section.isotropic import etch_all_round
from simulators.section.reach import reach_of

RATES = {"SiN": 80 / 60, "SiOC": 350 / 60}


def masked(mask_open=(400.0, 600.0)):
    """SiN on SiOC on Si under a resist with one opening."""
    wafer = deposit(Section.bare(1000), "d", "SiOC", 650.0, "1")
    wafer = deposit(wafer, "stop", "SiN", 50.0, "2")
    left, right = mask_open
    resist = shapely.box(0, 700, left, 1700).union(shapely.box(right, 700, 1000, 1700))
    air = wafer.ambient.difference(resist)
    return wafer.with_regions((*wafer.regions, Region("r", "PR", resist, "3")), air)


def test_the_time_is_spent_layer_by_layer():
    etched = etch_down(masked(), RATES, 50 / RATES["SiN"] + 100 / RATES["SiOC"], "4", "o")
    check(etched)
    assert etched.opening("o").shape.bounds == pytest.approx((400, 550, 600, 700))


def test_a_layer_without_a_rate_stops_the_etch():
    etched = etch_down(masked(), RATES, 10_000, "4", "o")
    assert etched.opening("o").shape.bounds == pytest.approx((400, 0, 600, 700))


def test_resist_is_eaten_at_its_own_rate():
    etched = etch_down(masked(), {**RATES, "PR": 1.0}, 60, "4", "o")
    assert etched.named("r").shape.bounds[3] == pytest.approx(1640)


def test_a_mask_edge_on_a_plain_film_does_not_widen():
    etched = etch_down(masked(), RATES, 30, "4", "o")
    assert etched.opening("o").shape.area == pytest.approx(200 * 30 * RATES["SiN"])


def test_a_slope_gets_no_corners_from_what_lies_below_it():
    bare = Section.bare(1000)
    slope = shapely.Polygon([(0, 0), (0, 500), (300, 500), (700, 400), (1000, 400), (1000, 0)])
    air = bare.ambient.difference(slope)
    plain = bare.with_regions((*bare.regions, Region("d", "SiOC", slope, "j")), air)
    wave = [(x, 380 + 10 * math.sin(x / 10)) for x in range(300, 451, 5)]
    below = shapely.Polygon([(300, 0), *wave, (450, 0)])
    rest = Region("d", "SiOC", slope.difference(below), "j")
    wavy = plain.with_regions((*bare.regions, Region("b", "TaN", below, "i"), rest), air)
    etched = [etch_down(each, {"SiOC": 1.0}, 50.0, "k", "o") for each in (plain, wavy)]
    faces = [each.opening("o").shape.normalize() for each in etched]
    assert faces[0].equals_exact(faces[1], 1e-6)


def test_a_slope_of_a_stop_layer_is_left_whole():
    wafer = deposit(trench(), "liner", "TaN", 10.0, "1")
    before = wafer.named("liner").shape.area
    etched = etch_down(wafer, {"SiOC": 5.0}, 100, "2")
    assert etched.named("liner").shape.area == pytest.approx(before)


def test_a_liquid_takes_what_it_reaches_and_no_more():
    wafer = deposit(trench(), "film", "Sn", 12.0, "1")
    etched = etch_all_round(wafer, {"Sn": 50 / 60}, 30, "2")
    check(etched)
    assert etched.of_material("Sn") == ()
    assert etched.named("d").shape.area == pytest.approx(trench().named("d").shape.area)


def test_a_covered_layer_is_out_of_reach_until_its_cover_is_gone():
    wafer = deposit(deposit(Section.bare(500), "cu", "Cu", 100.0, "1"), "cap", "TaN", 10.0, "2")
    etched = etch_all_round(wafer, {"Cu": 10.0}, 100, "3")
    assert etched.named("cu").shape.area == pytest.approx(100.0 * 500)


def left_at(wafer, x):
    """Thickness (nm) of what is called `d` at x."""
    return sum(thickness_at(wafer.named("d").shape, x))


def test_a_liquid_goes_under_a_mask_from_its_edge_and_not_through_it():
    """A thick film under a thin mask: 200 nm from an opening of which the bath took 150."""
    wafer = deposit(Section.bare(1000), "d", "SiO2", 900.0, "1")
    mask = shapely.box(0, 900, 400, 950).union(shapely.box(600, 900, 1000, 950))
    air = wafer.ambient.difference(mask)
    wafer = wafer.with_regions((*wafer.regions, Region("r", "PR", mask, "2")), air)
    etched = etch_all_round(wafer, {"SiO2": 1.0}, 150, "3")
    check(etched)
    assert left_at(etched, 200) == pytest.approx(900)
    assert left_at(etched, 500) == pytest.approx(750, abs=0.01)


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_liquid_goes_on_into_what_it_lays_bare_at_once(pieces):
    """Through a liner half as thick on the walls as elsewhere, which lie open from then on."""
    wafer = deposit(trench(), "liner", "TaN", 30.0, "1", coverage=0.5)
    for _ in range(pieces):
        wafer = etch_all_round(wafer, {"TaN": 1.0, "SiOC": 3.0}, 22.0 / pieces, "2")
        check(wafer)
    wall = wafer.named("d").shape.intersection(shapely.LineString([(0, 350), (1700, 350)]))
    assert wall.length == pytest.approx(1600 - 3 * (22 - 15), abs=0.1)
    assert left_at(wafer, 500) == pytest.approx(700)


def test_a_liquid_takes_of_a_side_what_it_has_time_for_since_that_came_to_lie_open():
    """Copper beside a dielectric that sinks past it, 2 nm/s against 0.5 nm/s."""
    wafer = Section.bare(1000)
    line = shapely.box(400, 0, 600, 500)
    dielectric = shapely.box(0, 0, 1000, 500).difference(line)
    cap = shapely.box(400, 500, 600, 520)
    air = wafer.ambient.difference(shapely.union_all([line, dielectric, cap]))
    regions = (
        Region("cu", "Cu", line, "1"),
        Region("d", "SiOC", dielectric, "1"),
        Region("c", "TaN", cap, "1"),
    )
    wafer = wafer.with_regions((*wafer.regions, *regions), air)
    etched = etch_all_round(wafer, {"SiOC": 2.0, "Cu": 0.5}, 100.0, "2")
    check(etched)
    for z in (450, 400, 350):
        across = shapely.LineString([(0, z), (1000, z)])
        gone = 100 - etched.named("cu").shape.intersection(across).length / 2
        assert gone == pytest.approx(0.5 * (100 - (500 - z) / 2), abs=3.0)


def test_a_liquid_does_not_go_from_one_line_to_the_next_through_what_parts_them():
    """Two lines of one metal, one of them open, 20 nm of wall between and a thin cap."""
    wafer = Section.bare(1000)
    lines = shapely.MultiPolygon([shapely.box(200, 0, 490, 300), shapely.box(510, 0, 800, 300)])
    block = shapely.box(0, 0, 1000, 300).difference(lines)
    cap = shapely.box(0, 300, 400, 310).union(shapely.box(490, 300, 1000, 310))
    air = wafer.ambient.difference(shapely.union_all([lines, block, cap]))
    regions = (Region("d", "Cu", lines, "1"), Region("b", "SiOC", block, "1"))
    wafer = wafer.with_regions((*wafer.regions, *regions, Region("c", "TaN", cap, "2")), air)
    etched = etch_all_round(wafer, {"Cu": 1.0}, 100, "3")
    check(etched)
    assert left_at(etched, 520) == pytest.approx(300)


def test_a_liquid_goes_round_a_wall_within_one_body():
    """Metal on both sides of a wall and under it, open on one side only."""
    wafer = Section.bare(1000)
    wall = shapely.box(490, 100, 510, 310)
    cap = shapely.box(510, 300, 1000, 310).union(wall)
    metal = shapely.box(0, 0, 1000, 300).difference(wall)
    air = wafer.ambient.difference(cap.union(metal))
    regions = (Region("d", "Cu", metal, "1"), Region("c", "TaN", cap, "2"))
    wafer = wafer.with_regions((*wafer.regions, *regions), air)
    etched = etch_all_round(wafer, {"Cu": 1.0}, 100, "3")
    check(etched)
    assert left_at(etched, 400) == pytest.approx(200)
    assert left_at(etched, 520) == pytest.approx(300)


def test_a_wet_etch_spends_all_of_its_time(monkeypatch):
    """However many sub-steps it asks for: a liner of 2 nm is etched down between its walls."""
    monkeypatch.setattr("simulators.section.isotropic.MOST_STEPS", 20)
    wafer = Section.bare(1000)
    liner = shapely.box(500, 0, 502, 300)
    walls = shapely.box(0, 0, 500, 300).union(shapely.box(502, 0, 1000, 300))
    regions = (Region("d", "TaN", liner, "1"), Region("b", "SiOC", walls, "1"))
    air = wafer.ambient.difference(liner.union(walls))
    wafer = wafer.with_regions((*wafer.regions, *regions), air)
    etched = etch_all_round(wafer, {"TaN": 1.0}, 100, "2")
    assert left_at(etched, 501) == pytest.approx(200)


def test_baths_of_a_thousandth_of_a_nm_add_up():
    wafer = trench()
    for _ in range(30):
        wafer = etch_all_round(wafer, {"SiOC": 0.001}, 1.0, "1")
    assert left_at(wafer, 500) == pytest.approx(700 - 0.03, abs=1e-5)


@pytest.mark.parametrize("parts", [1, 6])
def test_what_goes_slowly_is_taken_from_when_it_lies_open(parts):
    """A liner half as thick on the walls: they lie open for the last 10 of 40 s."""
    wafer = deposit(trench(), "liner", "TaN", 30.0, "1", coverage=0.5)
    for _ in range(parts):
        wafer = etch_all_round(wafer, {"TaN": 0.5, "SiOC": 0.02}, 40.0 / parts, "2")
    wall = wafer.named("d").shape.intersection(shapely.LineString([(0, 350), (1700, 350)]))
    assert wall.length == pytest.approx(1600 - 0.02 * (40 - 30), abs=0.01)


@pytest.mark.parametrize("parts", [1, 6])
def test_a_bath_goes_on_from_a_void_that_it_opens(parts):
    """A hole 10 nm across lies 10 nm below the surface."""
    wafer = deposit(Section.bare(1000), "d", "SiO2", 300.0, "1")
    hole = shapely.box(495, 280, 505, 290)
    solid = replace(wafer.named("d"), shape=wafer.named("d").shape.difference(hole))
    wafer = replace(wafer, regions=(wafer.regions[0], solid), voids=(hole,))
    for _ in range(parts):
        wafer = etch_all_round(wafer, {"SiO2": 1.0}, 30.0 / parts, "2")
    assert left_at(wafer, 500) == pytest.approx(300 - 30 - 10, abs=0.5)


def test_an_opened_void_becomes_ambient():
    sealed = deposit(bowed(), "cu", "Cu", 60.0, "1")
    opened = etch_down(sealed, {"Cu": 10.0}, 100.0, "2")
    check(opened)
    assert opened.voids == ()


def test_nothing_is_left_between_what_a_film_was_and_the_last_that_its_bath_takes_behind_it():
    """Rounding left a slit there in which there was nothing, and on which a film would grow."""
    wafer = deposit(deposit(trench(), "liner", "TaN", 1.0, "1"), "film", "Al", 1.0, "2")
    bared = etch_all_round(wafer, {"Al": 1.0, "TaN": 0.01, "SiOC": 0.3}, 1.0, "3")
    check(bared, wafer)
    assert bared.named("liner").shape.bounds[1::2] == pytest.approx((0.0, 700.99), abs=1e-6)


def test_what_stays_shut_in_is_a_void_and_a_crumb_of_it_is_of_what_lies_beside():
    wafer = deposit(Section.bare(1000), "d", "SiOC", 100.0, "1")
    pocket, crumb = shapely.box(100, 20, 110, 30), shapely.box(200, 20, 200.5, 21)
    dug, seen = (shapely.box(300, 99, 310, top) for top in (100, 100 - 1e-9))
    solid = wafer.named("d").shape.difference(shapely.union_all([pocket, crumb, dug]))
    film = replace(wafer.named("d"), shape=solid)
    holes = shapely.union_all([pocket, crumb, seen])
    regions = (wafer.regions[0], film)
    whole = made_whole(replace(wafer, regions=regions, ambient=wafer.ambient.union(holes)))
    check(whole)
    assert [each.equals(pocket) for each in whole.voids] == [True]
    assert whole.named("d").shape.area == pytest.approx(100_000 - 100 - 10)


def test_damaged_skin_has_its_own_rate():
    wafer = deposit(Section.bare(500), "d", "SiOC", 100.0, "1")
    region = wafer.named("d")
    skin = shapely.box(0, 60, 500, 100)
    parts = (
        Region("d", "SiOC", region.shape.difference(skin), "1"),
        Region("skin", "SiOC", skin, "2", frozenset({"damaged"})),
    )
    wafer = wafer.with_regions((wafer.named("substrate"), *parts), wafer.ambient)
    etched = etch_all_round(wafer, {"SiOC": 0.0, "SiOC:damaged": 0.5}, 1000, "3")
    assert etched.named("d").shape.bounds[3] == pytest.approx(60)
    assert etched.of_material("SiOC") == (etched.named("d"),)


def test_what_dissolves_whole_goes_through_all_that_dissolve_at_its_speed_and_no_further():
    """Two coats on each other go, crumbs too; one of them under a lid stays."""
    wafer = Section.bare(1000)
    lower = shapely.union_all(
        [shapely.box(100, 0, 300, 50), shapely.box(600, 0, 900, 50), shapely.box(99.9, 0, 100, 0.1)]
    )
    upper, lid = shapely.box(100, 50, 300, 90), shapely.box(590, 0, 910, 80)
    lid = lid.difference(lower)
    air = wafer.ambient.difference(shapely.union_all([lower, upper, lid]))
    regions = (
        Region("r1", "resist", lower, "1"),
        Region("r2", "resist", upper, "2"),
        Region("lid", "TaN", lid, "3"),
    )
    etched = etch_all_round(
        wafer.with_regions((*wafer.regions, *regions), air), {"resist": 5.0}, 1000, "4"
    )
    check(etched)
    assert [each.name for each in etched.regions] == ["substrate", "r1", "lid"]
    assert etched.named("r1").shape.equals(shapely.box(600, 0, 900, 50))


@pytest.mark.parametrize("seed", [1, 13, 16, 17, 19])
def test_an_etch_through_films_on_slopes_leaves_no_hair_in_the_air(seed):
    """A seam that the union did not close would be a surface on which the next film grows."""
    rng = random.Random(seed)
    wafer = rough(rng)
    for number in range(3):
        wafer = deposit(wafer, f"f{number}", "ABC"[number], rng.uniform(2, 40), str(number), 0.7)
    wafer = etch_down(wafer, {"A": 1.0, "B": rng.choice([0.0, 0.5, 3.0]), "C": 2.0}, 30.0, "e")
    check(wafer)
    solid = shapely.union_all([each.shape for each in wafer.regions], grid_size=1e-6)
    assert wafer.ambient.length == pytest.approx(wafer.domain.difference(solid).length, abs=0.01)


def reached(wafer, rates, seconds, x):
    """How low an etch comes at one place, by the layers that lie there."""
    runs = []
    for region in wafer.regions:
        hit = region.shape.intersection(shapely.LineString([(x, -1e4), (x, 1e4)]))
        runs += [(part.bounds[3], part.bounds[1], region.material) for part in parts_of(hit)]
    for top, bottom, material in sorted(runs, reverse=True):
        depth = rates[material] * seconds
        if depth < top - bottom:
            return top - depth
        seconds -= (top - bottom) / rates[material]
    return -math.inf


def parts_of(hit):
    return [part for part in getattr(hit, "geoms", (hit,)) if part.length > 0]


@pytest.mark.parametrize("seed", [29, 42])
def test_an_etch_comes_as_low_at_every_place_as_the_layers_there_let_it(seed):
    """Also beside where it comes through a layer in the middle of a slope."""
    rng = random.Random(seed)
    wafer = rough(rng)
    for number in range(3):
        wafer = deposit(wafer, f"f{number}", "ABC"[number], rng.uniform(2, 40), str(number), 0.7)
    rates = {"A": 1.0, "B": rng.choice([0.5, 3.0]), "C": 2.0, "SiOC": 1.5, "Si": 0.0}
    etched = etch_down(wafer, rates, 40.0, "e")
    for x in (rng.uniform(0, 4000) for _ in range(40)):
        hit = etched.ambient.intersection(shapely.LineString([(x, -1e4), (x, 7e3)]))
        lowest = min(part.bounds[1] for part in parts_of(hit) if part.bounds[3] == 7e3)
        assert lowest == pytest.approx(reached(wafer, rates, 40.0, x), abs=1e-6)


def test_where_a_hair_of_a_body_was_no_hole_stays_in_the_air():
    """A film would grow on it, in the middle of the air."""
    bare = Section.bare(1000)
    hair = shapely.Polygon([(500, 300), (503, 302), (503, 302 + 3e-9)])
    body = shapely.MultiPolygon([shapely.box(0, 0, 1000, 100), hair])
    wafer = bare.with_regions(
        (*bare.regions, Region("d", "SiOC", body, "1")), bare.ambient.difference(body)
    )
    assert wafer.ambient.interiors
    cut = cut_away(wafer, {"d": shapely.box(400, 50, 600, 100)}, "2")
    assert not cut.ambient.interiors


def test_a_crumb_that_a_bath_has_cut_off_is_carried_away():
    """Or a film would grow on it in the middle of the air."""
    bare = Section.bare(1000)
    stalk, crumb = shapely.box(500, 0, 500.2, 50), shapely.box(500, 50, 500.2, 50.2)
    block = shapely.box(0, 0, 100, 50)
    air = bare.ambient.difference(shapely.union_all([stalk, crumb, block]))
    regions = (
        Region("d", "SiOC", stalk, "1"),
        Region("c", "TaN", shapely.MultiPolygon([block, crumb]), "2"),
    )
    etched = etch_all_round(
        bare.with_regions((*bare.regions, *regions), air), {"SiOC": 1.0}, 5.0, "3"
    )
    check(etched)
    assert etched.named("c").shape.equals(block)


def crumbed(rng):
    """A rough dielectric with crumbs of a cap that a wet etch has left, all under a spun film."""
    wafer = deposit(rough(rng), "d", "SiOC", rng.uniform(20, 60), "1")
    wafer = deposit(wafer, "cap", "TaN", 5.0, "2", 0.9)
    cap = wafer.named("cap").shape
    corners = rng.sample(shapely.get_coordinates(cap).tolist(), 6)
    near = [shapely.Point(each).buffer(rng.uniform(0.05, 0.4), quad_segs=2) for each in corners]
    crumbs = polygonal(cap.intersection(shapely.union_all(near)))
    air = polygonal(wafer.ambient.union(cap.difference(shapely.union_all(near))))
    regions = [
        replace(each, shape=crumbs) if each.name == "cap" else each for each in wafer.regions
    ]
    return spin_on(wafer.with_regions(regions, air), "d2", "MSQ", rng.uniform(300, 500), "3")


@pytest.mark.parametrize("seed", [80, 90, 93, 130, 136, 146, 147])
def test_an_etch_takes_the_crumbs_that_it_passes(seed):
    """One that stayed would lie in the air, and the wafer could not be seen in section any more."""
    rng = random.Random(seed)
    wafer = crumbed(rng)
    check(wafer)
    for seconds in (rng.uniform(20, 120), 3.0, 5.0):
        wafer = etch_down(wafer, {"MSQ": 3.0, "SiOC": 2.5, "TaN": 1 / 6}, seconds, "e")
        check(wafer)


def table():
    """A wide plate of SiN with copper on it, on one narrow leg of SiOC; a wall beside it."""
    bare = Section.bare(1000)
    leg, plate, load = (
        shapely.box(*each)
        for each in ((490, 0, 510, 200), (300, 200, 700, 240), (350, 240, 650, 260))
    )
    wall = shapely.box(0, 0, 200, 300)
    regions = (
        Region("leg", "SiOC", leg, "1"),
        Region("plate", "SiN", plate, "2"),
        Region("load", "Cu", load, "3"),
        Region("wall", "TaN", wall, "4"),
    )
    air = bare.ambient.difference(shapely.union_all([leg, plate, load, wall]))
    return bare.with_regions((*bare.regions, *regions), air)


@pytest.mark.parametrize(("seconds", "held"), [(9.0, True), (11.0, False)])
def test_what_a_bath_has_cut_off_all_round_is_carried_away(seconds, held):
    etched = etch_all_round(table(), {"SiOC": 1.0}, seconds, "5")
    check(etched)
    names = {each.name for each in etched.regions}
    assert {"plate", "load"} <= names if held else names == {"substrate", "wall"}


def test_what_a_plasma_cuts_off_falls():
    """A plate is cut through between its leg and what is left of it on either side."""
    mask = shapely.box(300, 240, 440, 260).union(shapely.box(560, 240, 700, 260))
    wafer = table()
    loads = [replace(each, shape=mask) if each.name == "load" else each for each in wafer.regions]
    wafer = wafer.with_regions(
        loads, wafer.ambient.union(wafer.named("load").shape).difference(mask)
    )
    etched = etch_down(wafer, {"SiN": 1.0}, 60.0, "5")
    check(etched)
    assert {each.name for each in etched.regions} == {"substrate", "leg", "wall"}


@pytest.mark.parametrize("seed", [2, 5])
def test_a_bath_on_a_rough_surface_takes_few_looks_and_leaves_few_corners(seed, monkeypatch):
    """Once it went a fraction of a nm at a time, over an outline that doubled each time."""
    rng = random.Random(seed)
    wafer = rough(rng)
    for material, nm in (("SiN", 20.0), ("TaN", 10.0), ("Cu", 40.0), ("Sn", 30.0)):
        wafer = deposit(wafer, material, material, nm, material, rng.uniform(0.6, 1))
    looks = []
    monkeypatch.setattr(isotropic, "reach_of", lambda *each: looks.append(1) or reach_of(*each))
    bath = {"Sn": 0.83, "Cu": 0.0033, "Cu3Sn": 0.0083}
    stripped = etch_all_round(wafer, bath, 120.0, "bath")
    check(stripped)
    assert stripped.of_material("Sn") == ()
    assert len(looks) <= 16
    corners = [
        sum(shapely.get_num_coordinates(each.shape) for each in section.regions)
        for section in (wafer, stripped)
    ]
    assert corners[1] < 1.5 * corners[0]


def test_what_lies_open_from_the_middle_on_loses_half_of_what_the_bath_takes_of_it():
    wafer = deposit(deposit(Section.bare(1000), "cu", "Cu", 100.0, "1"), "sn", "Sn", 10.0, "2")
    etched = etch_all_round(wafer, {"Sn": 1.0, "Cu": 0.04}, 20.0, "3")
    assert etched.named("cu").shape.bounds[3] == pytest.approx(100 - 10 * 0.04, abs=0.01)
