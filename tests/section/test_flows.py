"""The operators carry the three documents' first claims, and planted faults show on the wafer."""

from functools import cache

import flows
import pytest
import shapely
from flows import per_second, union

from fabctl.structure import predicates as ask
from fabctl.structure.section import parts
from simulators.physics.etching import WET
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round

lowk, resist_method, cap = cache(flows.lowk), cache(flows.resist_method), cache(flows.cap)


class TestLowk:
    def test_two_stepped_vias_reach_the_substrate(self):
        flow = lowk()
        etched = flow.after("line-ash")
        gone = flow.after("d1").named("d1").shape.difference(etched.named("d1").shape)
        assert ask.count(gone) == 2
        assert ask.stepped(gone)
        assert ask.exposes(etched, etched.named("substrate").shape) == pytest.approx(800, abs=2)

    def test_two_plugs_are_enclosed_by_the_two_barriers_together(self):
        made = lowk().after("b2-polish")
        barriers = [made.named("b1").shape, made.named("b2").shape]
        assert ask.count(made.named("cu").shape) == 2
        assert ask.enclosed(made.named("cu").shape, barriers)
        assert not ask.enclosed(made.named("cu").shape, barriers[:1])

    def test_the_second_dielectric_lies_between_the_plugs_on_the_first(self):
        section = lowk().section
        left, right = parts(section.named("cu").shape)
        middle = max(
            parts(section.named("d2").shape), key=lambda part: -abs(part.centroid.x - 3000)
        )
        assert ask.between(middle, left, right)
        assert ask.contact(section.named("d2").shape, section.named("d1").shape) > 1000

    def test_without_the_second_barrier_the_acid_reaches_the_copper(self):
        whole, bare = lowk().section, lowk(barrier_2=False).section
        assert bare.named("cu").shape.area < whole.named("cu").shape.area - 1000
        assert not ask.enclosed(bare.named("cu").shape, [bare.named("b1").shape])

    def test_a_half_filled_via_is_enclosed_but_not_filled(self):
        flow = lowk(half_filled=True)
        vias = (
            flow.after("d1").named("d1").shape.difference(flow.after("line-ash").named("d1").shape)
        )
        filled, closed = flow.after("cu"), flow.after("b2-polish")
        barriers = [closed.named("b1").shape, closed.named("b2").shape]
        assert ask.enclosed(closed.named("cu").shape, barriers)
        assert not ask.filled(vias, union(filled, "Cu", "TaN"))
        assert ask.filled(vias, union(lowk().after("cu"), "Cu", "TaN"))

    def test_lines_etched_before_vias_step_the_window_the_other_way_round(self):
        flow = lowk(second_mask_first=True)
        gone = (
            flow.after("d1").named("d1").shape.difference(flow.after("line-ash").named("d1").shape)
        )
        assert ask.stepped(gone)


class TestResist:
    def test_one_development_of_two_exposures_ends_as_a_filled_stepped_window(self):
        flow = resist_method()
        window = flow.after("d").named("d").shape.difference(flow.after("ash").named("d").shape)
        assert ask.stepped(window)
        assert ask.exposes(flow.after("ash"), flow.section.named("substrate").shape) > 390
        assert ask.filled(window, union(flow.section, "Cu", "TaN"))

    def test_the_liner_covers_the_dielectric(self):
        lined = resist_method().after("liner")
        assert ask.contact(lined.named("d").shape, lined.ambient) < 1

    def test_a_thick_first_resist_without_trim_makes_no_trench(self):
        flow = resist_method(trim=False)
        window = flow.after("d").named("d").shape.difference(flow.after("ash").named("d").shape)
        assert not ask.stepped(window)

    def test_swapped_masks_make_no_step(self):
        flow = resist_method(wrong_order=True)
        window = flow.after("d").named("d").shape.difference(flow.after("ash").named("d").shape)
        assert not ask.stepped(window)

    def test_the_wrong_polarity_inverts_the_wafer(self):
        flow = resist_method(polarity=False)
        middle = flow.after("ash").named("d").shape.intersection(shapely.box(1850, 0, 2150, 700))
        assert middle.area == pytest.approx(300 * 700, rel=0.02)


class TestCap:
    def test_the_protective_layer_lies_on_the_copper_and_nowhere_else(self):
        section = cap().after("strip1")
        layer = section.named("protective1").shape
        others = [section.named(name).shape for name in ("d1", "stop1", "liner1")]
        assert ask.covers_exposed(layer, section.named("cu1").shape, *others)
        assert layer.bounds[0] > 1590
        assert layer.bounds[2] < 2410
        assert section.of_material("Sn") == ()

    def test_some_film_was_unreacted_and_was_removed(self):
        flow = cap()
        assert union(flow.after("react1"), "Sn").area > 10_000

    def test_the_second_opening_cuts_through_and_the_metals_conduct(self):
        section = cap().section
        cut = section.opening("cut").shape
        assert ask.cuts_through(cut, section.named("protective1").shape)
        assert ask.conducts(
            section.named("cu2").shape, section.named("cu1").shape, [section.named("liner2").shape]
        )

    @pytest.mark.parametrize("gases", ["dielectric", "stop"])
    def test_fluorocarbon_leaves_the_protective_layer_in_place(self, gases):
        flow = cap(fluorocarbon=gases)
        before, after = flow.after("o2-ash"), flow.after("sputter")
        assert after.named("protective1").shape.area == before.named("protective1").shape.area
        assert after.named("stop2").shape.area < before.named("stop2").shape.area
        assert ask.exposes(after, after.named("cu1").shape) == 0

    def test_polishing_to_first_sight_on_a_bumpy_film_leaves_a_short(self):
        short, clear = (
            cap(first_seen=early).after("polish2").named("liner2").shape.bounds
            for early in (True, False)
        )
        assert short[2] - short[0] > 3900
        assert clear[2] - clear[0] < 850

    def test_a_phosphoric_bath_takes_the_aluminium_and_then_the_copper_below_it(self):
        bare = cap().after("polish1")
        covered = deposit(bare, "film", "Al", 12.0, "film")
        eaten = etch_all_round(covered, per_second(WET["pan"].rates), 10.0, "bath")
        assert eaten.of_material("Al") == ()
        assert eaten.named("cu1").shape.area < bare.named("cu1").shape.area - 300_000
