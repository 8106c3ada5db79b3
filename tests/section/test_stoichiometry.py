"""The atoms of a film and of the metal that it reacts with balance, whatever their shapes."""

import functools

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from surfaces import dish, trench

from fabctl.structure.invariants import check
from fabctl.structure.predicates import thickness_at
from fabctl.structure.section import Section
from simulators.physics.reaction import COLD, COUPLES, Warmth
from simulators.section import alloy
from simulators.section.cutting import cut_away
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round
from simulators.section.matching import to_area
from simulators.section.polishing import polish_to

FILMS = ("Sn", "Sn-Pb", "Al", "a-Si:H")
BALANCED = 3e-3


def area(section, material):
    return sum(each.shape.area for each in section.of_material(material))


def thick(section, material, x):
    return sum(run for each in section.of_material(material) for run in thickness_at(each.shape, x))


@functools.cache
def line(width=800.0, recess=0.0, dishing=0.0):
    """A copper line in a liner, 650 nm deep, level with its dielectric or lower."""
    wafer = trench(4000.0, 2000 - width / 2, 2000 + width / 2, 650.0)
    wafer = polish_to(
        deposit(deposit(wafer, "l", "TaN", 10.0, "1"), "c", "Cu", 750.0, "2"), 650.0, "3"
    )
    wafer = etch_all_round(wafer, {"Cu": 1.0}, recess, "4") if recess else wafer
    return dish(wafer, "Cu", dishing, "5") if dishing else wafer


@functools.cache
def proud():
    """A copper line that stands on the bare wafer."""
    wafer = deposit(Section.bare(4000.0), "c", "Cu", 300.0, "1")
    return cut_away(
        wafer, {"c": shapely.box(0, 0, 1500, 999) | shapely.box(2500, 0, 4000, 999)}, "2"
    )


def covered(wafer, film, nm):
    return deposit(wafer, "film", film, nm, "film", 0.9)


def reacted(wafer, seconds, degc, jobs=1):
    for job in range(jobs):
        wafer = alloy.react(wafer, Warmth(((seconds / jobs, degc),)), f"react-{job}")
        check(wafer)
    return wafer


def assert_balanced(before, after, film, degc, tolerance=BALANCED):
    couple = COLD[film].couple if degc < 60 and film in COLD else COUPLES[film]
    lost = area(before, film) - area(after, film)
    eaten = lost * couple.reacts
    assert eaten > 100
    taken = area(before, "Cu") - area(after, "Cu")
    assert taken == pytest.approx(couple.copper * eaten, rel=tolerance)
    assert area(after, couple.product) == pytest.approx(couple.made * eaten, rel=tolerance)
    if couple.residue:
        assert area(after, couple.residue) == pytest.approx(lost - eaten, rel=5 * tolerance)


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("wafer", [line, functools.partial(line, recess=40.0), proud])
def test_what_is_eaten_past_a_line_s_edge_takes_its_copper_too(film, wafer):
    before = covered(wafer(), film, 50.0)
    assert_balanced(before, reacted(before, 900.0, 200.0), film, 200.0)


@pytest.mark.long
@settings(max_examples=60)
@given(
    st.sampled_from(FILMS),
    st.floats(5.0, 200.0),
    st.sampled_from([60.0, 200.0, 800.0]),
    st.sampled_from([{}, {"recess": 15.0}, {"recess": 60.0}, {"dishing": 20.0}]),
    st.sampled_from([(900.0, 150.0), (900.0, 200.0), (3600.0, 300.0)]),
    st.integers(1, 4),
)
def test_atoms_balance_on_lines_of_any_width_and_height_in_any_number_of_jobs(
    film, nm, width, low, hold, jobs
):
    assume(width > 60.0 or "dishing" not in low)  # a pad doesn't reach so far into a narrow line
    before = covered(line(width, **low), film, nm)
    after = reacted(before, *hold, jobs)
    if area(before, film) - area(after, film) > 500:
        assert_balanced(before, after, film, hold[1], 1e-2)


@pytest.mark.long
def test_a_day_at_room_temperature_takes_copper_for_all_its_tin():
    for film in COLD:
        before = covered(line(), film, 12.0)
        assert_balanced(before, reacted(before, 86400.0, 23.0, 3), film, 23.0)


def test_far_from_its_edge_a_line_is_eaten_as_a_blanket_is():
    before = covered(line(), "Sn", 12.0)
    after = reacted(before, 900.0, 200.0)
    eaten = 12.0 - thick(after, "Sn", 2000.0)
    assert thick(before, "Cu", 2000.0) - thick(after, "Cu", 2000.0) == pytest.approx(
        1.307 * eaten, abs=0.05
    )


@pytest.mark.parametrize("film", FILMS)
def test_where_copper_is_too_scarce_for_the_film_beside_it_some_film_stays(film):
    before = covered(trenchful(20.0), film, 200.0)
    after = reacted(before, 3600.0, 300.0)
    assert_balanced(before, after, film, 300.0)
    assert area(after, film) > 0


def trenchful(deep):
    """A copper line `deep` nm deep."""
    return polish_to(deposit(trench(depth=deep), "c", "Cu", 400.0, "1"), deep, "2")


@pytest.mark.long
@pytest.mark.parametrize("film", FILMS)
def test_heat_in_parts_eats_what_it_eats_at_once(film):
    before = covered(line(), film, 50.0)
    eaten = [
        area(before, film) - area(reacted(before, 900.0, 200.0, jobs), film) for jobs in (1, 2, 8)
    ]
    assert eaten == pytest.approx([eaten[0]] * 3, rel=0.03)


@given(st.floats(0.1, 50.0), st.floats(0.02, 50.0))
def test_a_shape_is_found_by_its_area(side, share):
    found = to_area(lambda half: shapely.box(-half, -half, half, half), side**2, share * side / 2)
    assert found.area == pytest.approx(side**2, rel=1e-3)


def test_of_shapes_that_are_all_too_small_the_largest_is_taken():
    found = to_area(lambda half: shapely.box(0, 0, min(half, 3.0), 1), 5.0, 1.0)
    assert found.area == 3.0


@pytest.mark.parametrize("lid", [0.0, 30.0])
@pytest.mark.parametrize("film", COLD)
@pytest.mark.parametrize("days", [0.8, 1.9])
def test_what_was_made_in_the_cold_turns_into_the_warm_compound_atom_by_atom(film, lid, days):
    """Also beneath a film thinner than what the compound loses, and under a lid."""
    before = covered(line(), film, 12.0)
    before = deposit(before, "lid", "SiN", lid, "lid") if lid else before
    after = reacted(reacted(before, days * 86400.0, 23.0), 900.0, 200.0)
    assert after.of_material("Cu6Sn5") == ()
    assert_balanced(before, after, film, 200.0, 1e-2)
    assert area(after, "SiN") == pytest.approx(area(before, "SiN"), rel=1e-3)


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("recess", [3.0, 40.0])
def test_a_lid_comes_down_by_what_is_lost_beneath_it_and_loses_nothing_itself(film, recess):
    before = deposit(covered(line(recess=recess), film, 12.0), "lid", "SiN", 30.0, "lid")
    after = reacted(before, 900.0, 200.0)
    assert_balanced(before, after, film, 200.0, 1e-2)
    assert area(after, "SiN") == pytest.approx(area(before, "SiN"), rel=1e-3)
