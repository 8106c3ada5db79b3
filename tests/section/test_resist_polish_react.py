"""Resist images, the two ways to stop a polish, and the reaction under a film."""

import pytest
import shapely
from printing import develop, printed
from surfaces import trench

from fabctl.structure.invariants import check
from fabctl.structure.predicates import stepped, thickness_at
from fabctl.structure.section import Region, Section
from simulators.section.cutting import cut_away
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import Stop, polish_to, stop_level
from simulators.section.reaction import react
from simulators.section.resist import coat
from simulators.section.stoichiometry import Compound

CU3SN = Compound("Cu3Sn", metal_eaten=1.307, made=2.118)


def outside(left, right, width=2000):
    return [(0.0, left), (right, float(width))]


def double_exposed(first=(800.0, 1200.0), second=(600.0, 1400.0)):
    """Dielectric under two coats of negative resist, each exposed outside its window."""
    wafer = deposit(Section.bare(2000), "d", "SiOC", 700.0, "1")
    wafer = coat(wafer, "r1", "PR", 500.0, "2", mixes={})
    wafer = printed(wafer, ("PR",), outside(*first), 600.0)
    wafer = coat(wafer, "r2", "PR", 900.0, "3", mixes={})
    return printed(wafer, ("PR",), outside(*second), 950.0)


def test_one_development_of_two_exposures_makes_a_step():
    wafer = develop(double_exposed(), ("PR",), "4")
    check(wafer)
    assert wafer.ambient.intersects(shapely.box(900, 701, 1100, 702))
    assert thickness_at(shapely.union_all([r.shape for r in wafer.of_material("PR")]), 700) == (
        pytest.approx(500.0),
    )


def test_a_second_mask_narrower_than_the_first_floods_the_via():
    wafer = develop(double_exposed(first=(600.0, 1400.0), second=(800.0, 1200.0)), ("PR",), "4")
    wafer_resist = shapely.union_all([r.shape for r in wafer.of_material("PR")])
    assert not any(run for x in (700, 1300) for run in thickness_at(wafer_resist, x) if run > 1390)
    assert wafer.ambient.intersects(shapely.box(900, 701, 1100, 702))


def test_the_stepped_resist_prints_a_stepped_window_after_a_trim():
    rates = {"SiOC": 350 / 60, "PR": 350 / 60 / 4}
    wafer = develop(double_exposed(), ("PR",), "4")
    start = wafer.ambient
    wafer = etch_down(wafer, rates, 350 / rates["SiOC"], "5")
    wafer = etch_down(wafer, {"PR": 5.0, "SiOC": 10 / 60}, 450 / 5.0, "6")
    wafer = etch_down(wafer, rates, 1.15 * 350 / rates["SiOC"], "7")
    wafer = etch_all_round(wafer, {"PR": 5.0}, 2000, "8")
    check(wafer)
    window = wafer.ambient.intersection(shapely.box(0, 0, 2000, 700)).difference(start)
    assert stepped(window)


def test_without_a_trim_there_is_no_trench():
    rates = {"SiOC": 350 / 60, "PR": 350 / 60 / 4}
    wafer = develop(double_exposed(), ("PR",), "4")
    wafer = etch_down(wafer, rates, 1.15 * 700 / rates["SiOC"], "5")
    wafer = etch_all_round(wafer, {"PR": 5.0}, 2000, "8")
    window = wafer.ambient.intersection(shapely.box(0, 0, 2000, 700))
    assert not stepped(window)


def test_one_solvent_mixes_two_undeveloped_coats():
    wafer = deposit(Section.bare(2000), "d", "SiOC", 700.0, "1")
    wafer = coat(wafer, "r1", "PR", 500.0, "2", mixes={})
    wafer = coat(wafer, "r2", "PR", 900.0, "3", mixes={"PR": 100.0})
    check(wafer)
    between = wafer.named("3/mixed").shape
    assert thickness_at(between, 1000) == (pytest.approx(200.0),)
    assert wafer.named("r1").shape.distance(wafer.named("r2").shape) == pytest.approx(200.0)


def test_what_has_mixed_stays_in_the_developer_and_closes_the_window():
    wafer = deposit(Section.bare(2000), "d", "SiOC", 700.0, "1")
    wafer = coat(wafer, "r1", "PR", 500.0, "2", mixes={})
    wafer = printed(wafer, ("PR",), outside(800, 1200), 600.0)
    wafer = coat(wafer, "r2", "PR", 900.0, "3", mixes={"PR": 100.0})
    check(wafer)
    # over what is linked nothing mixes; in the window both coats do
    assert thickness_at(wafer.named("3/mixed").shape, 1000) == (pytest.approx(200.0),)
    assert thickness_at(wafer.named("3/mixed").shape, 400) == ()
    wafer = develop(printed(wafer, ("PR",), outside(600, 1400), 950.0), ("PR",), "4")
    check(wafer)
    assert not wafer.ambient.intersects(shapely.box(900, 701, 1100, 1000))


def test_a_polish_stopped_at_first_sight_of_a_bumpy_stop_leaves_copper_on_the_field():
    wafer = deposit(Section.bare(2000), "d", "SiOC", 100.0, "1")
    bump = shapely.box(900, 100, 1100, 105)
    air = wafer.ambient.difference(bump)
    wafer = wafer.with_regions((*wafer.regions, Region("b", "SiOC", bump, "2")), air)
    wafer = deposit(wafer, "stop", "SiN", 50.0, "3")
    wafer = deposit(wafer, "cu", "Cu", 300.0, "4")
    early = polish_to(wafer, stop_level(wafer, ("SiN",), Stop.FIRST_SEEN), "5")
    assert 5 * 1700 < early.named("cu").shape.area < 5 * 1800
    clear = polish_to(wafer, stop_level(wafer, ("SiN",), Stop.CLEAR), "5")
    assert clear.of_material("Cu") == ()


def test_a_film_thinner_than_the_time_allows_is_eaten_whole_and_no_more_metal_than_it_needs():
    wafer = deposit(deposit(Section.bare(1000), "cu", "Cu", 200.0, "1"), "f", "Sn", 10.0, "2")
    made = react(wafer, "Sn", "Cu", CU3SN, 100.0, "3", "p")
    check(made)
    assert made.of_material("Sn") == ()
    assert made.named("cu").shape.area == pytest.approx(1000 * (200 - 13.07), rel=1e-3)
    assert made.named("p").shape.area == pytest.approx(1000 * 21.18, rel=1e-3)


def test_a_film_reacts_on_the_metal_only():
    wafer = deposit(trench(), "cu", "Cu", 750.0, "1")
    wafer = polish_to(wafer, 700.0, "2")
    wafer = deposit(wafer, "f", "Sn", 12.0, "3")
    made = react(wafer, "Sn", "Cu", CU3SN, 12.0, "4", "p")
    check(made)
    left, _, right, _ = made.named("p").shape.bounds
    assert left >= 1600 - 15
    assert right <= 2400 + 15
    assert made.of_material("Sn")[0].shape.area > 12 * 3000


def test_an_exhausted_film_leaves_no_skin_where_it_was_thicker_than_on_the_average():
    """What it loses of its volume would lie under that, and the skin hang from the film beside."""
    wafer = deposit(trench(left=1800.0, right=2200.0, depth=700.0), "cu", "Cu", 900.0, "1")
    wafer = deposit(polish_to(wafer, 700.0, "2"), "film", "a-Si:H", 10.0, "3")
    wafer = cut_away(wafer, {"film": shapely.box(1950, 709.7, 2050, 720)}, "3")
    compound = Compound("Cu3Si", metal_eaten=1.77, made=2.3)
    wafer = react(wafer, "a-Si:H", "Cu", compound, 100.0, "4", "cap")
    check(wafer)
    film = wafer.named("film").shape
    assert film.intersection(shapely.box(1810, 600, 2190, 900)).area == 0
    assert thickness_at(film, 500.0) == pytest.approx((10.0,))
