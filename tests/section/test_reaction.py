"""The reaction of a film with the metal under it: what is eaten, what is made, what is left."""

import itertools
import random

import pytest
import shapely
from surfaces import dish, rough, trench

from fabctl.structure.invariants import check
from fabctl.structure.predicates import thickness_at
from fabctl.structure.section import Section, parts
from simulators.physics.reaction import COUPLES, Warmth
from simulators.section import alloy
from simulators.section.cutting import cut_away
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import polish_to
from simulators.section.reaction import react
from simulators.section.stoichiometry import Compound

CU3SN = Compound("Cu3Sn", metal_eaten=1.307, made=2.118)
FILMS = ("Sn", "Sn-Pb", "Al", "a-Si:H")


def thick(section, material, x):
    return sum(run for each in section.of_material(material) for run in thickness_at(each.shape, x))


def area(section, material):
    return sum(each.shape.area for each in section.of_material(material))


def hanging(section):
    """Parts of regions that touch no other part: they would hang in the air."""
    found = [(each.name, part) for each in section.regions for part in parts(each.shape)]
    return [
        (name, part.bounds)
        for name, part in found
        if not any(part.dwithin(other, 1e-6) for _, other in found if other is not part)
    ]


def line(recess=0.0, film="Sn", thickness=45.0, coverage=0.9):
    """A film on a copper line, which lies `recess` nm under its dielectric, or above it."""
    wafer = polish_to(deposit(trench(), "cu", "Cu", 900.0, "1"), 700.0, "2")
    rates = {"SiOC" if recess < 0 else "Cu": 1.0}
    wafer = etch_down(wafer, rates, abs(recess), "3") if recess else wafer
    return deposit(wafer, "film", film, thickness, "4", coverage)


def short(film):
    """A film on 5 nm of copper on the field, which hangs together with a thick line."""
    wafer = polish_to(deposit(trench(), "cu", "Cu", 900.0, "1"), 705.0, "2")
    return deposit(wafer, "film", "Sn", film, "3")


@pytest.mark.parametrize(
    "recess", [0.0, 40.0, *(pytest.param(each, marks=pytest.mark.long) for each in (-100, -20, 20))]
)
@pytest.mark.parametrize("film", FILMS)
def test_nothing_overlaps_or_hangs_in_the_air_however_long_it_reacts(film, recess):
    for thickness, (seconds, degc) in itertools.product(
        (10.0, 45.0), ((5.0, 200.0), (60.0, 200.0), (36000.0, 230.0))
    ):
        made = alloy.react(line(recess, film, thickness), Warmth(((seconds, degc),)), "5")
        check(made)
        assert hanging(made) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", [*range(20), 29, 41, 74, 76, 77, 88, 5098, 5278, 5353])
def test_whatever_is_done_to_a_wafer_it_stays_whole_and_nothing_hangs_in_the_air(seed):
    rng = random.Random(seed)
    wafer = rough(rng) if seed % 2 else trench()
    wafer = deposit(wafer, "cu", "Cu", rng.choice((5.0, 50.0, 900.0)), "1", rng.uniform(0.5, 1))
    if rng.random() < 0.6:
        wafer = polish_to(wafer, rng.uniform(300.0, 710.0), "2")
    if rng.random() < 0.5:
        wafer = dish(wafer, "Cu", rng.uniform(2.0, 30.0), "3")
    rates = {rng.choice(("Cu", "SiOC")): 1.0}
    etch = rng.choice((etch_down, etch_all_round))
    wafer = etch(wafer, rates, rng.uniform(1.0, 60.0), "4")
    film = rng.choice(FILMS)
    wafer = deposit(wafer, "film", film, rng.uniform(1.0, 60.0), "5", rng.uniform(0.5, 1))
    if rng.random() < 0.3:  # thinner in places
        left, right = sorted(rng.sample(range(4000), 2))
        top = shapely.box(left, rng.uniform(100.0, 720.0), right, 2000)
        wafer = cut_away(wafer, {"film": top}, "6")
    before = hanging(wafer)
    for job in range(3):
        history = ((rng.uniform(5, 5000), rng.choice((23.0, 130.0, 150.0, 200.0, 300.0))),)
        copper = shapely.union_all([each.shape for each in wafer.of_material("Cu")])
        wafer = alloy.react(wafer, Warmth(history), f"r{job}")
        check(wafer)
        for made in (each for each in wafer.regions if each.job == f"r{job}" != each.material):
            crumbs = (each for each in parts(made.shape) if each.area < 1)
            assert made.material == "Pb" or all(each.dwithin(copper, 0.05) for each in crumbs)
        assert before or hanging(wafer) == []


def test_what_stays_of_tin_lead_in_several_jobs_lies_beside_what_stayed_before():
    wafer = deposit(trench(4000.0, 1950.0, 2050.0, 650.0), "liner", "TaN", 10.0, "0")
    wafer = polish_to(deposit(wafer, "cu", "Cu", 750.0, "1"), 650.0, "2")
    wafer = deposit(dish(wafer, "Cu", 10.0, "3"), "film", "Sn-Pb", 50.0, "4", 0.9)
    for job, hold in enumerate(((21600.0, 23.0), (60.0, 200.0), (600.0, 230.0))):
        wafer = alloy.react(wafer, Warmth((hold,)), f"r{job}")
        check(wafer)


def test_where_the_copper_is_thin_film_stays_and_the_thick_line_beside_it_reacts_on():
    wafer = react(short(45.0), "Sn", "Cu", CU3SN, 1000.0, "4", "p")
    check(wafer)
    assert thick(wafer, "Cu3Sn", 400) == pytest.approx(5 / 1.307 * 2.118, abs=0.1)
    assert thick(wafer, "Sn", 400) == pytest.approx(45 - 5 / 1.307, abs=0.1)
    assert thick(wafer, "Cu3Sn", 2000) == pytest.approx(45 * 2.118, abs=0.5)
    assert thick(wafer, "Sn", 2000) == 0


def test_at_the_edge_of_a_dished_line_the_reaction_goes_as_deep_as_beside_it():
    """There the way straight into the copper leads out of its side, and yet there is enough."""
    wafer = polish_to(deposit(trench(), "cu", "Cu", 900.0, "1"), 700.0, "2")
    wafer = deposit(dish(wafer, "Cu", 30.0, "3"), "film", "Sn", 12.0, "4", 0.9)
    made = react(wafer, "Sn", "Cu", CU3SN, 100.0, "5", "p")
    check(made)
    assert thick(made, "Sn", 1602.0) == pytest.approx(0, abs=1e-6)


def test_what_has_used_up_its_copper_reacts_no_more_in_later_jobs():
    wafer = short(45.0)
    for job in range(4):
        wafer = react(wafer, "Sn", "Cu", CU3SN, 15.0, str(job), f"p{job}")
        check(wafer)
    assert thick(wafer, "Sn", 400) == pytest.approx(45 - 5 / 1.307, abs=0.1)
    assert thick(wafer, "Sn", 2000) == 0


@pytest.mark.parametrize("job_nm", [1000.0, 20.0, 10.0])
def test_a_film_of_two_thicknesses_makes_of_each_what_it_can(job_nm):
    wafer = deposit(deposit(Section.bare(4000), "cu", "Cu", 200.0, "1"), "film", "Sn", 30.0, "2")
    wafer = cut_away(wafer, {"film": shapely.box(0, 210, 2000, 500)}, "3")
    wafer = react(wafer, "Sn", "Cu", CU3SN, job_nm, "4", "p")
    check(wafer)
    for x, film in ((1000, 10.0), (3000, 30.0)):
        eaten = min(film, job_nm)
        assert thick(wafer, "Sn", x) == pytest.approx(film - eaten, abs=0.1)
        assert thick(wafer, "Cu3Sn", x) == pytest.approx(2.118 * eaten, abs=0.2)
        assert thick(wafer, "Cu", x) == pytest.approx(200 - 1.307 * eaten, abs=0.1)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 1.0, 2.0])
@pytest.mark.parametrize("film", [1.0, 12.0])
def test_whatever_goes_of_a_film_takes_its_copper_with_it(film, share):
    """Also the last of it, and of a film of 10 Å."""
    wafer = deposit(deposit(Section.bare(1000), "cu", "Cu", 100.0, "1"), "film", "Sn", film, "2")
    made = react(wafer, "Sn", "Cu", CU3SN, share * film, "3", "p")
    eaten = film - thick(made, "Sn", 500)
    assert eaten == pytest.approx(film * min(1.0, share), abs=0.2)
    assert 100 - thick(made, "Cu", 500) == pytest.approx(1.307 * eaten, abs=1e-3)
    assert thick(made, "Cu3Sn", 500) == pytest.approx(2.118 * eaten, abs=1e-3)


@pytest.mark.parametrize("film", FILMS)
def test_product_and_rest_have_the_volumes_that_stoichiometry_tells_in_however_many_jobs(film):
    wafer = deposit(deposit(Section.bare(1000), "cu", "Cu", 100.0, "1"), "film", film, 30.0, "2")
    couple, made = COUPLES[film], wafer
    for job in range(3):
        made = alloy.react(made, Warmth(((20.0, 160.0),)), f"r{job}")
        check(made)
    eaten = (area(wafer, film) - area(made, film)) * couple.reacts
    assert 1000 < eaten < 0.9 * area(wafer, film)
    assert area(wafer, "Cu") - area(made, "Cu") == pytest.approx(couple.copper * eaten, rel=1e-3)
    assert area(made, couple.product) == pytest.approx(couple.made * eaten, rel=1e-3)
    rest = eaten / couple.reacts - eaten
    assert area(made, couple.residue) == pytest.approx(rest, rel=1e-3)


@pytest.mark.parametrize("lid", [2.0, 50.0])
@pytest.mark.parametrize("eaten", [6.0, 50.0])
def test_what_was_laid_on_a_film_at_once_comes_down_by_what_the_reaction_loses(lid, eaten):
    wafer = deposit(deposit(Section.bare(2000), "cu", "Cu", 200.0, "1"), "film", "Sn", 12.0, "2")
    made = react(deposit(wafer, "lid", "SiN", lid, "3"), "Sn", "Cu", CU3SN, eaten, "4", "p")
    check(made)
    gone = min(eaten, 12.0)
    assert thick(made, "Sn", 1000) == pytest.approx(12 - gone, abs=1e-3)
    assert thick(made, "Cu3Sn", 1000) == pytest.approx(2.118 * gone, abs=1e-3)
    assert thick(made, "SiN", 1000) == pytest.approx(lid, abs=1e-3)
    assert made.voids == ()


@pytest.mark.parametrize("film", ["Sn", "Sn-Pb"])
def test_a_film_on_a_line_makes_as_much_under_a_lid_as_without(film):
    bare, lidded = line(0.0, film, 12.0), deposit(line(0.0, film, 12.0), "lid", "SiN", 30.0, "5")
    made = [alloy.react(each, Warmth(((3600.0, 200.0),)), "6") for each in (bare, lidded)]
    for each in made:
        check(each)
    assert area(made[1], "Cu3Sn") == pytest.approx(area(made[0], "Cu3Sn"), rel=2e-3)
    assert area(made[1], "SiN") == pytest.approx(area(lidded, "SiN"), rel=2e-3)


@pytest.mark.long
@pytest.mark.parametrize("recess", [-100.0, 0.0, 40.0])
def test_more_time_or_heat_never_makes_less(recess):
    wafer = line(recess)
    holds = itertools.product((10.0, 100.0, 1000.0, 10000.0), (120.0, 150.0, 200.0))
    made = {hold: area(alloy.react(wafer, Warmth((hold,)), "5"), "Cu3Sn") for hold in holds}
    for (seconds, degc), nm2 in made.items():
        assert nm2 >= 0.998 * max(made[s, d] for s, d in made if s <= seconds and d <= degc)


def test_200_nm_of_tin_are_gone_in_about_35_days_at_room_temperature():
    """Tu and Thompson (1982), within a factor of 3."""
    wafer = deposit(deposit(Section.bare(2000), "cu", "Cu", 400.0, "1"), "film", "Sn", 200.0, "2")
    days = 0
    while wafer.of_material("Sn"):
        wafer = alloy.react(wafer, Warmth(((5 * 86400.0, 23.0),)), "wait")
        days += 5
        assert days < 3 * 35
    assert days > 35 / 3
    assert thick(wafer, "Cu6Sn5", 1000) == pytest.approx(200 * 1.446, rel=1e-3)


@pytest.mark.parametrize(("copper", "turned"), [(100.0, 1.0), (4.0, 0.183), (3.138, 0.0)])
def test_cold_compound_turns_into_the_warm_one_as_far_as_there_is_copper(copper, turned):
    """All the tin of 6 nm lies in Cu6Sn5; 3.138 nm of copper went for it, 4.704 more are needed."""
    wafer = deposit(deposit(Section.bare(2000), "cu", "Cu", copper, "1"), "film", "Sn", 6.0, "2")
    waited = alloy.react(wafer, Warmth(((3 * 86400.0, 23.0),)), "wait")
    assert not waited.of_material("Sn")
    warm = alloy.react(waited, Warmth(((100.0, 150.0),)), "hot")
    check(warm)
    assert area(warm, "Cu") / 2000 == pytest.approx(max(0.0, copper - 6 * 1.307), abs=0.01)
    assert area(warm, "Cu6Sn5") / 2000 == pytest.approx((1 - turned) * 6 * 1.446, abs=0.02)
    tin = area(warm, "Cu6Sn5") / 1.446 + area(warm, "Cu3Sn") / 2.118
    assert tin / 2000 == pytest.approx(6.0, rel=0.02)


def test_more_warmth_eats_no_less_tin():
    def left(degc):
        wafer = deposit(Section.bare(1000), "line", "Cu", 500.0, "1")
        wafer = deposit(wafer, "film", "Sn", 200.0, "2")
        after = alloy.react(wafer, Warmth(((86_400.0, degc),)), "h")
        return sum(each.shape.area for each in after.of_material("Sn"))

    films = [left(degc) for degc in (23.0, 50.0, 60.0, 60.1, 70.0, 100.0, 120.0)]
    assert films == sorted(films, reverse=True)
