"""Heat works on coats and porous films by time and temperature, in however many steps it comes."""

import math

import pytest
from test_steps import EVEN, area, through

from simulators.physics import baking, exposure, lowk
from simulators.physics.conversion import left_after
from simulators.section.resist import GELLED, LIT
from simulators.wafers.effects import Develop, Expose, Heat, SpinOn

COAT = SpinOn("resist-n1", 800.0, EVEN, baking.FRESH, "coat")
LIGHT = Expose("CAP-LINE-1", 90.0, 0.0, 0.57, "expose")
PUDDLE = Develop("TMAH", 60.0, 23.0, "develop")
MSQ = SpinOn("MSQ", 450.0, EVEN, 0.0, "spin")
FIELD = 3200.0
"""nm of the section that are lit."""


def baked(seconds, degc=110.0, parts=1):
    """Heat as so many jobs of one length."""
    return [Heat(((seconds / parts, degc),), f"bake-{number}") for number in range(parts)]


def linked(seconds, parts=1):
    """Thickness of what a bake after exposure of some seconds leaves in the developer."""
    dry = Heat(((60.0, 110.0),), "soft-bake")
    return (
        area(through(COAT, dry, LIGHT, *baked(seconds, parts=parts), PUDDLE), "resist-n1") / FIELD
    )


def test_a_second_of_bake_links_nothing_that_stays():
    assert linked(1.0) == 0


def test_what_stays_is_by_the_share_of_the_dose_that_the_bake_has_linked():
    """Half of it in 3 s at 110 degC."""
    kind = exposure.RESISTS["resist-n1"]
    half = 0.5 * 90.0 * math.exp(-kind.absorption_nm * 800)
    assert linked(3.0) == pytest.approx(800 * kind.gamma * math.log10(half / kind.d0), abs=0.5)
    assert linked(60.0) == pytest.approx(800, abs=0.5)


@pytest.mark.parametrize("parts", [3])
def test_a_bake_in_parts_links_what_it_links_at_once(parts):
    assert linked(3.0, parts) == pytest.approx(linked(3.0), abs=0.1)


def test_the_next_bake_goes_on_with_what_the_first_left():
    cut = through(COAT, LIGHT, *baked(3.0))
    assert {frozenset({GELLED}), frozenset({LIT})} <= {each.tags for each in cut.section.regions}
    whole = through(COAT, LIGHT, *baked(3.0), *baked(60.0))
    assert not whole.has("resist-n1", LIT)


def test_a_bake_before_the_second_exposure_does_not_link_its_dose():
    """Each dose is linked by the bakes that follow it."""
    weak = Expose("CAP-LINE-1", 45.0, 0.0, 0.57, "expose")
    twice = through(COAT, weak, *baked(60.0), weak, PUDDLE)
    once = through(COAT, weak, *baked(60.0), PUDDLE)
    assert area(twice, "resist-n1") == pytest.approx(area(once, "resist-n1"), abs=10)
    again = through(COAT, weak, *baked(60.0), weak, *baked(60.0), PUDDLE)
    assert area(again, "resist-n1") == pytest.approx(800 * FIELD, abs=10)


@pytest.mark.parametrize("parts", [1, 5])
def test_a_coat_hardens_once_half_of_it_has_linked_by_heat(parts):
    coat = SpinOn("resist-p1", 800.0, EVEN, baking.FRESH, "coat")
    for seconds, hard in ((1.0, False), (55.0, False), (65.0, True)):
        cut = through(coat, *baked(seconds, 126.0, parts))
        assert cut.has("resist-p1", GELLED) is hard


def test_a_second_of_soft_bake_drives_out_little_solvent():
    second, minute = (through(COAT, *baked(each)).solvent["coat"] for each in (1.0, 60.0))
    assert second > 0.85 * baking.FRESH
    assert minute < 0.01 * baking.FRESH


@pytest.mark.parametrize("parts", [1, 4])
def test_k_falls_as_porogen_leaves(parts):
    """Half of it in 8 min at 400 degC."""
    cut = through(MSQ, *baked(480.0, 400.0, parts))
    (film,) = cut.section.of_material("MSQ")
    found = lowk.k_of("MSQ", film.tags, 2.3, cut.converted["spin", "MSQ"])
    assert found == pytest.approx(2.5, abs=1e-6)


def test_a_second_of_cure_drives_out_no_porogen_to_speak_of():
    cut = through(MSQ, *baked(1.0, 420.0))
    assert left_after(cut.converted["spin", "MSQ"]) > 0.99
    assert cut.has("MSQ", lowk.POROGEN)
