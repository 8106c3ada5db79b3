"""What bakes, doses, focus and casting solvents of a recipe do to the resist on a wafer."""

import math

import pytest
import shapely
from machine_rig import Line, recipe

from fabctl.structure.invariants import check
from fabctl.structure.predicates import thickness_at
from simulators.physics import exposure
from simulators.section.resist import GELLED

BAKE = {"temperature": "110 degC", "time": "60 s"}
FIELD, WINDOW = 300.0, 2000.0


def coated(line, material="resist-n1", *, soft_bake=True):
    line.do(
        "spin_coater", recipe("coat", material=material, cast_speed="3000 rpm", cast_time="33 s")
    )
    if soft_bake:
        line.do("spin_coater", recipe("soft_bake", **BAKE))


def exposed(line, *, reticle="CAP-LINE-1", dose="90 mJ/cm2", focus="0 um", bake=True):
    line.do("stepper", recipe("expose", reticle=reticle, dose=dose, focus=focus))
    if bake:
        line.do("spin_coater", recipe("post_exposure_bake", **BAKE))


def developed(line):
    line.do("spin_coater", recipe("develop", developer="TMAH", time="60 s"))
    check(line.wafer.section)
    return line


def left(line, x, *materials):
    """Resist (nm) left at an abscissa."""
    shapes = [each.shape for each in line.wafer.section.of_material(*materials)]
    return sum(thickness_at(shapely.union_all(shapes), x))


def by_contrast(material, dose, thickness):
    """Share of a negative coat that stays, by γ log10(D/D0) with D at its bottom."""
    resist = exposure.RESISTS[material]
    at_bottom = dose * math.exp(-resist.absorption_nm * thickness)
    return resist.gamma * math.log10(at_bottom / resist.d0)


@pytest.mark.parametrize("dose", [35, 45, 55])
def test_too_small_a_dose_leaves_the_share_of_the_coat_that_contrast_says(dose):
    line = Line()
    coated(line)
    before = left(line, FIELD, "resist-n1")
    exposed(line, dose=f"{dose} mJ/cm2")
    developed(line)
    share = by_contrast("resist-n1", dose, before)
    assert 0.1 < share < 0.9
    assert left(line, FIELD, "resist-n1") == pytest.approx(share * before, rel=0.002)
    assert left(line, WINDOW, "resist-n1") == 0


def test_below_d0_nothing_stays():
    line = Line()
    coated(line)
    exposed(line, dose="25 mJ/cm2")
    assert left(developed(line), FIELD, "resist-n1") == 0


def test_two_weak_exposures_add_up():
    line = Line()
    coated(line)
    before = left(line, FIELD, "resist-n1")
    exposed(line, dose="25 mJ/cm2", bake=False)
    exposed(line, dose="25 mJ/cm2")
    developed(line)
    share = by_contrast("resist-n1", 50, before)
    assert left(line, FIELD, "resist-n1") == pytest.approx(share * before, rel=0.002)


def test_of_positive_resist_too_small_a_dose_takes_its_upper_part():
    line = Line()
    coated(line, "resist-p1")
    before = left(line, WINDOW, "resist-p1")
    exposed(line, reticle="CAP-LINE-1P", dose="45 mJ/cm2")
    developed(line)
    share = 1 - by_contrast("resist-p1", 45, before)
    assert left(line, WINDOW, "resist-p1") == pytest.approx(share * before, rel=0.02)
    assert left(line, FIELD, "resist-p1") == pytest.approx(before, rel=0.01)


def opened(focus):
    """The width (nm) at which a line of 0.8 µm is open at its foot."""
    line = Line()
    coated(line)
    exposed(line, focus=focus)
    developed(line)
    foot = shapely.LineString([(0, 1), (4000, 1)])
    return line.wafer.section.ambient.intersection(foot).length


def test_within_the_depth_of_focus_a_line_is_as_drawn_and_beyond_it_shrinks():
    assert opened("0.5 um") == opened("0 um") == pytest.approx(800)
    assert opened("-1.0 um") == opened("1.0 um") < 700
    assert opened("1.5 um") < opened("1.0 um")


def test_a_wet_coat_loses_in_the_dark_what_a_baked_one_keeps():
    lost = []
    for soft_bake in (True, False):
        line = Line()
        coated(line, "resist-p1", soft_bake=soft_bake)
        before = left(line, FIELD, "resist-p1")
        lost.append(before - left(developed(line), FIELD, "resist-p1"))
    assert lost == [pytest.approx(0.05 * 60, abs=0.5), pytest.approx(4 * 60, abs=0.5)]


def between(second, *, soft_bake=True, bake=True):
    """What two coats have mixed to (nm), over the dark window."""
    line = Line()
    coated(line, soft_bake=soft_bake)
    exposed(line, bake=bake)
    coated(line, second)
    check(line.wafer.section)
    mixed = [each.shape for each in line.wafer.section.regions if "mixed" in each.tags]
    gelled = any(GELLED in each.tags for each in line.wafer.section.regions)
    return sum(thickness_at(shapely.union_all(mixed), WINDOW)), gelled


def test_the_same_casting_solvent_mixes_two_coats_where_the_first_is_soluble():
    assert between("resist-n1") == (pytest.approx(300, abs=0.1), True)


def test_another_solvent_spares_a_dry_coat_and_mixes_with_a_wet_one():
    assert between("resist-n2") == (0, True)
    nm, _ = between("resist-n2", soft_bake=False, bake=False)
    assert nm == pytest.approx(240, abs=0.1)
