"""Low-k dielectrics in oxygen plasma and dilute acid, and the end point that an etcher sees."""

import pytest
import shapely

from fabctl.structure.invariants import check
from fabctl.structure.predicates import thickness_at
from simulators.physics.etching import WET, wet_rates
from simulators.physics.lowk import DAMAGED, POROGEN
from simulators.physics.uniformity import SITES
from simulators.section.cut import Cut
from simulators.section.directional import seconds_to_show
from simulators.section.steps import apply
from simulators.wafers.effects import Deposit, Develop, Etch, Expose, Heat, SpinOn

EVEN = (1.0,) * len(SITES)
SIOC = Deposit("SiOC", 600.0, EVEN, 1.0, "d")


def oxygen(seconds):
    """Oxygen plasma, which takes resist at 6 nm/s."""
    return Etch({"resist-n1": 6.0}, seconds, EVEN, directional=False, job="o", oxidises=True)


OXYGEN = oxygen(45.0)
ACID = {name: rate / 60 for name, rate in wet_rates(WET["hf"], 23.0).items()}
DIP = Etch(ACID, 90.0, EVEN, directional=False, job="hf")


def through(*effects):
    cut = Cut.bare()
    for effect in effects:
        cut = apply(effect, cut)
        check(cut.section)
    return cut.section


def height(section):
    return sum(
        run for region in section.of_material("SiOC") for run in thickness_at(region.shape, 50.0)
    )


def test_45_seconds_of_oxygen_damage_40_nm():
    section = through(SIOC, OXYGEN)
    (skin,) = [each for each in section.of_material("SiOC") if DAMAGED in each.tags]
    assert thickness_at(skin.shape, 50.0)[0] == pytest.approx(40.0)
    assert height(section) == pytest.approx(600.0)


def skins(section):
    """The area of the damage, and its depth (nm) in the field and in the window."""
    found = [each.shape for each in section.of_material("SiOC") if DAMAGED in each.tags]
    whole = shapely.union_all(found)
    return (whole.area, *(sum(thickness_at(whole, x)) for x in (50.0, 2000.0)))


WINDOW = Etch({"SiOC": 5.0}, 40.0, EVEN, directional=True, job="w")
"""Through the developed resist, 200 nm deep."""


def patterned(resist_nm):
    """A low-k layer under resist with a window etched through it."""
    return (
        SIOC,
        SpinOn("resist-n1", resist_nm, EVEN, 0.18, "coat"),
        Expose("CAP-LINE-1", 90.0, 0.0, 0.57, "expose"),
        Heat(((60.0, 110.0),), "peb"),
        Develop("TMAH", 60.0, 23.0, "develop"),
        WINDOW,
    )


@pytest.mark.parametrize(
    "resist_nm", [270.0, *(pytest.param(each, marks=pytest.mark.long) for each in (90.0, 900.0))]
)
def test_damage_does_not_depend_on_how_the_time_is_cut(resist_nm):
    """Under resist it begins when that is gone: after 15 s, 45 s, or not at all in a minute."""
    whole = skins(through(*patterned(resist_nm), oxygen(60.0)))
    for steps in (2, 4):
        cut = skins(through(*patterned(resist_nm), *[oxygen(60.0 / steps)] * steps))
        assert cut[1:] == pytest.approx(whole[1:], rel=1e-3)
        assert cut[0] == pytest.approx(whole[0], rel=0.01)  # on the slope under the resist's foot


def test_resist_keeps_what_is_below_it_until_it_is_gone():
    _, field, window = skins(through(*patterned(90.0), oxygen(60.0)))
    assert window == pytest.approx(40 * (60 / 45) ** 0.5, abs=0.01)
    assert field == pytest.approx(40.0, abs=0.5)  # 15 s of 60 went on the resist


def test_damage_under_a_film_goes_no_deeper():
    _, *depths = skins(through(SIOC, OXYGEN, Deposit("TaN", 10.0, EVEN, 1.0, "t"), oxygen(600.0)))
    assert depths == pytest.approx([40.0, 40.0])


def test_sound_low_k_repels_dilute_acid():
    assert height(through(SIOC, DIP)) > 599.7


def test_the_acid_takes_the_damaged_skin_and_stops_below_it():
    assert height(through(SIOC, OXYGEN, DIP)) == pytest.approx(560.0, abs=0.3)


def test_five_cycles_make_a_trench_of_200_nm():
    assert height(through(SIOC, *[OXYGEN, DIP] * 5)) == pytest.approx(400.0, abs=1.0)


def test_a_longer_dip_does_not_make_it_deeper():
    dip = Etch(ACID, 180.0, EVEN, directional=False, job="hf")
    assert height(through(SIOC, OXYGEN, dip)) == pytest.approx(560.0, abs=0.3)


@pytest.mark.parametrize(("degc", "held"), [(350.0, True), (420.0, False)])
def test_porogen_leaves_a_spun_film_above_400_degc(degc, held):
    section = through(SpinOn("MSQ", 450.0, EVEN, 0.18, "s"), Heat(((2700.0, degc),), "cure"))
    (film,) = section.of_material("MSQ")
    assert (POROGEN in film.tags) is held


def test_the_end_point_comes_when_what_lies_above_is_etched():
    section = through(Deposit("TaN", 10.0, EVEN, 1.0, "b"), Deposit("SiOC", 60.0, EVEN, 1.0, "d"))
    assert seconds_to_show(section, {"SiOC": 3.0}, "TaN") == pytest.approx(20.0)


def test_there_is_no_end_point_under_what_is_not_etched():
    section = through(Deposit("TaN", 10.0, EVEN, 1.0, "b"), Deposit("Cu", 60.0, EVEN, 1.0, "m"))
    assert seconds_to_show(section, {"SiOC": 3.0}, "TaN") is None


def test_a_body_that_is_open_shows_at_once():
    section = through(Deposit("TaN", 10.0, EVEN, 1.0, "b"))
    assert seconds_to_show(section, {"SiOC": 3.0}, "TaN") == 0.0
