"""The end-point signal follows what lies open to the plasma or the bath, seen from above."""

import pytest
import shapely

from fabctl.structure.section import Section
from simulators.section.directional import etch_down, seconds_to_show
from simulators.section.endpoint import BathCurve, endpoint_curve
from simulators.section.films import deposit

RATES = {"SiN": 1.0, "SiOC": 5.0, "resist": 0.5}


def masked():
    """600 nm open in 2000: resist over 30 nm of nitride over 400 nm of low-k."""
    section = Section.bare(2000)
    for material, thickness in (("SiOC", 400.0), ("SiN", 30.0), ("resist", 900.0)):
        section = deposit(section, material, material, thickness, "j")
    resist = section.named("resist")
    hole = shapely.box(700, 430, 1300, 1400)
    regions = [
        region
        if region is not resist
        else type(region)("resist", "resist", resist.shape.difference(hole), "j")
        for region in section.regions
    ]
    return section.with_regions(regions, section.ambient.union(hole))


def test_the_signal_changes_when_each_layer_clears():
    curve = endpoint_curve(masked(), RATES)
    assert curve.at(29) == pytest.approx(0.7 * 0.5 + 0.3 * 1.0)
    assert curve.at(31) == pytest.approx(0.7 * 0.5 + 0.3 * 5.0)
    assert curve.at(109) == pytest.approx(0.7 * 0.5 + 0.3 * 5.0)
    assert curve.at(111) == pytest.approx(0.7 * 0.5)


def test_a_deep_hole_shows_its_width_and_not_its_walls():
    deep = etch_down(masked(), RATES, 100.0, "j")
    assert endpoint_curve(deep, RATES).at(0) == pytest.approx(0.7 * 0.5 + 0.3 * 5.0)


def test_the_signal_falls_at_the_moment_that_the_end_point_is_found():
    found = seconds_to_show(masked(), RATES, "SiOC")
    curve = endpoint_curve(masked(), RATES)
    assert curve.at(found - 0.1) < curve.at(found + 0.1)
    assert found == pytest.approx(30, abs=0.1)


def test_where_nothing_is_etched_there_is_nothing_to_see():
    assert endpoint_curve(Section.bare(1000), RATES).at(5) == 0


class TestBath:
    RATES = {"Cu": 5.0, "SiN": 0.1, "SiOC": 1.0}  # noqa: RUF012

    def test_the_signal_falls_as_the_film_is_gone(self):
        curve = BathCurve(self.film(), self.RATES)
        assert curve.at(19) == pytest.approx(5.0)
        assert curve.at(21) == pytest.approx(0.1)

    def test_what_the_bath_uncovers_below_a_mask_is_not_seen_from_above(self):
        curve = BathCurve(masked(), {"SiN": 1.0, "SiOC": 5.0})
        assert curve.at(29) == pytest.approx(0.3 * 1.0)
        assert curve.at(32) == pytest.approx(0.3 * 5.0, rel=0.01)
        assert curve.at(60) == pytest.approx(0.3 * 5.0, rel=0.01)

    def test_it_shows_the_same_however_often_it_is_asked(self):
        seldom, often = BathCurve(self.film(), self.RATES), BathCurve(self.film(), self.RATES)
        for second in range(30):
            often.at(float(second))
        assert often.at(30.0) == pytest.approx(seldom.at(30.0), rel=1e-9)

    @staticmethod
    def film():
        return deposit(deposit(Section.bare(1000), "n", "SiN", 50.0, "1"), "c", "Cu", 100.0, "2")
