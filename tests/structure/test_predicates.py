"""Each predicate on a section where it holds and on one where it does not."""

import pytest
import shapely
from msgspec.structs import replace

from fabctl.structure import predicates as ask
from fabctl.structure.section import Region, Section

PLUG = shapely.box(100, 0, 200, 300)
SHELL = shapely.box(90, -10, 210, 310).difference(PLUG)


class TestContact:
    def test_the_length_of_a_common_edge(self):
        assert ask.contact(shapely.box(0, 0, 400, 10), shapely.box(0, 10, 400, 20)) == (
            pytest.approx(400.0, abs=0.2)
        )

    def test_bodies_apart_do_not_touch(self):
        assert ask.contact(shapely.box(0, 0, 1, 1), shapely.box(1.2, 0, 2, 1)) == 0.0

    def test_a_shell_encloses(self):
        assert ask.enclosed(PLUG, [SHELL])

    def test_a_shell_with_a_gap_does_not(self):
        assert not ask.enclosed(PLUG, [SHELL.difference(shapely.box(150, 290, 160, 320))])

    @pytest.mark.parametrize(("slit", "holds"), [(0.01, True), (1, False), (2.2, False)])
    def test_a_slit_is_a_leak_however_long_the_outline(self, slit, holds):
        plug = shapely.box(0, 0, 400, 700)
        shell = shapely.box(-10, -10, 410, 710).difference(plug)
        cut = shell.difference(shapely.box(200, 690, 200 + slit, 720))
        assert ask.enclosed(plug, [cut]) == holds
        top, sides = shapely.box(-10, 700, 410, 710), shapely.box(-10, -10, 410, 700)
        lid, rest = top.intersection(cut), sides.difference(plug)
        assert ask.covers_exposed(lid, plug, rest) == holds

    def test_many_corners_are_no_leak(self):
        plug = shapely.Point(0, 0).buffer(300, quad_segs=64)
        assert ask.enclosed(plug, [shapely.Point(0, 0).buffer(320).difference(plug)])

    def test_two_barriers_enclose_together(self):
        lower, upper = (
            SHELL.intersection(shapely.box(0, -20, 300, 300)),
            shapely.box(90, 300, 210, 310),
        )
        assert ask.enclosed(PLUG, [lower, upper])
        assert not ask.enclosed(PLUG, [lower])

    def test_a_film_between_separates(self):
        outside = shapely.box(0, -100, 300, 400).difference(shapely.union(PLUG, SHELL))
        assert ask.separated(PLUG, outside, SHELL, least=9.9)
        assert not ask.separated(PLUG, outside, SHELL, least=10.1)

    def test_a_gap_of_air_does_not_separate(self):
        assert not ask.separated(shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1), SHELL)

    @pytest.mark.parametrize("hole", [(400, 600), (400, 401), (100, 1000)])
    def test_a_film_with_a_hole_anywhere_does_not_separate(self, hole):
        lower, upper = shapely.box(0, 0, 1000, 100), shapely.box(0, 110, 1000, 200)
        film = shapely.box(0, 100, 1000, 110)
        assert ask.separated(lower, upper, film, least=9.9)
        assert not ask.separated(
            lower, upper, film.difference(shapely.box(hole[0], 100, hole[1], 110))
        )

    def test_the_thinnest_place_of_what_separates_counts(self):
        lower, upper = shapely.box(0, 0, 1000, 100), shapely.box(0, 110, 1000, 200)
        film = shapely.box(0, 100, 1000, 110).difference(shapely.box(400, 104, 600, 110))
        assert ask.separated(lower, upper, film, least=3.9)
        assert not ask.separated(lower, upper, film, least=4.1)

    def test_a_conductor_between_conducts(self):
        line, plug = shapely.box(0, 310, 300, 400), PLUG
        assert ask.conducts(line, plug, [SHELL])
        assert not ask.conducts(line, plug, [])

    def test_a_chain_of_conductors_conducts(self):
        bodies = [shapely.box(10 * n, 0, 10 * n + 10, 10) for n in range(5)]
        assert ask.conducts(bodies[0], bodies[4], bodies[1:4])
        assert not ask.conducts(bodies[0], bodies[4], bodies[1:3])

    def test_a_cap_covers_what_the_dielectric_leaves_bare(self):
        dielectric = shapely.box(0, 0, 300, 300).difference(PLUG).union(shapely.box(0, -50, 300, 0))
        cap = shapely.box(95, 300, 205, 310)
        assert ask.covers_exposed(cap, PLUG, dielectric)
        assert not ask.covers_exposed(shapely.box(95, 300, 150, 310), PLUG, dielectric)

    def test_a_body_that_others_cover_all_round_has_nothing_exposed_to_be_covered(self):
        assert not ask.covers_exposed(shapely.box(0, 400, 9, 500), PLUG, SHELL, SHELL)


STEPPED = shapely.union(shapely.box(800, 0, 1200, 350), shapely.box(600, 350, 1400, 700))


class TestOpenings:
    def test_a_half_filled_via_is_not_filled(self):
        assert ask.filled(STEPPED, STEPPED)
        assert not ask.filled(STEPPED, shapely.box(600, 0, 1400, 500))

    @pytest.mark.parametrize(
        ("deep", "dish", "holds"),
        [(52, 7, True), (52, 8, False), (100, 19, False), (700, 19, True), (700, 21, False)],
    )
    def test_dishing_by_some_of_its_depth_does_not_empty_an_opening(self, deep, dish, holds):
        opening = shapely.box(0, 0, 800, deep)
        bowl = shapely.Polygon([(0, deep), (400, deep - 2 * dish), (800, deep)]).intersection(
            shapely.box(0, deep - dish, 800, deep)
        )
        assert ask.filled(opening, opening.difference(bowl)) == holds

    def test_what_is_missing_below_or_deeper_than_dishing_does(self):
        opening = shapely.box(0, 0, 800, 52)
        hole = shapely.box(300, 10, 500, 14)  # no larger than dishing of 2 nm
        assert not ask.filled(opening, opening.difference(hole))
        assert not ask.filled(opening, shapely.box(0, 0, 800, 22))

    @pytest.mark.parametrize("depth", [5, 15, 19])
    def test_an_empty_shallow_opening_is_not_dished(self, depth):
        assert not ask.filled(shapely.box(0, 0, 500, depth), shapely.box(0, -5, 500, 0.01))

    def test_a_shallow_shoulder_left_empty_is_not_dished(self):
        shoulder = shapely.box(0, 85, 200, 100)
        opening = shapely.box(200, 0, 600, 100).union(shoulder)
        assert not ask.filled(opening, opening.difference(shoulder))

    def test_a_dual_damascene_window_is_stepped(self):
        assert ask.stepped(STEPPED)

    @pytest.mark.parametrize(
        "plain",
        [
            shapely.box(0, 0, 100, 700),
            shapely.Polygon([(0, 0), (100, 0), (300, 700), (0, 700)]),
            shapely.Polygon([(0, 0), (100, 0), (200, 700), (-100, 700)]),
        ],
    )
    def test_a_plain_or_a_tapered_hole_is_not(self, plain):
        assert not ask.stepped(plain)

    def test_a_via_flush_with_one_side_of_its_line_is_stepped_but_not_one_only_moved_aside(self):
        via = shapely.box(0, 0, 100, 350)
        assert ask.stepped(via.union(shapely.box(0, 350, 300, 700)))
        assert ask.stepped(via.union(shapely.box(-200, 350, 100, 700)))
        assert not ask.stepped(via.union(shapely.box(50, 350, 150, 700)))

    def test_inside_wants_the_body_in_the_opening(self):
        assert ask.inside(shapely.box(850, 10, 1150, 300), STEPPED)
        assert not ask.inside(shapely.box(100, 10, 1150, 300), STEPPED)

    def test_between_two_plugs(self):
        left, right = shapely.box(0, 0, 100, 300), shapely.box(500, 0, 600, 300)
        assert ask.between(shapely.box(110, 100, 490, 300), right, left)
        assert not ask.between(shapely.box(700, 100, 800, 300), left, right)

    @pytest.mark.parametrize("shift", [5000, 290, -290])
    def test_what_lies_above_or_below_their_gap_is_not_between_them(self, shift):
        left, right = shapely.box(0, 0, 100, 300), shapely.box(500, 0, 600, 300)
        body = shapely.box(110, shift, 490, 300 + shift)
        assert not ask.between(body, left, right)

    def test_an_opening_that_stops_short_does_not_cut_through(self):
        layer = shapely.box(0, 100, 1000, 130)
        through = shapely.box(400, 90, 600, 700)
        short = shapely.box(400, 110, 600, 700)
        assert ask.cuts_through(through, layer.difference(through))
        assert not ask.cuts_through(short, layer.difference(short))

    def test_of_several_windows_every_one_must_cut_through(self):
        layer = shapely.box(0, 100, 1000, 130)
        one, other = shapely.box(200, 90, 300, 700), shapely.box(700, 90, 800, 700)
        short = shapely.box(700, 130, 800, 700)
        assert ask.cuts_through(one.union(other), layer.difference(one.union(other)))
        assert not ask.cuts_through(one.union(short), layer.difference(one))

    @pytest.mark.parametrize("left", [5, 45])
    def test_a_layer_left_at_a_window_s_side_is_not_cut_through(self, left):
        layer, window = shapely.box(0, 100, 1000, 130), shapely.box(400, 90, 600, 700)
        assert not ask.cuts_through(window, layer.difference(shapely.box(400 + left, 90, 600, 700)))

    def test_a_skin_of_a_layer_left_is_not_cut_through(self):
        layer, window = shapely.box(0, 100, 1000, 130), shapely.box(400, 90, 600, 700)
        assert not ask.cuts_through(
            window, layer.difference(window).union(shapely.box(400, 100, 600, 100.1))
        )

    def test_what_lies_open(self):
        section = Section.bare(500)
        assert ask.exposes(section, section.named("substrate").shape) == pytest.approx(500, abs=0.2)

    def test_parts_are_counted(self):
        two = shapely.union(shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1))
        assert ask.count(two) == 2


class TestFilms:
    def test_thickness_at_a_place_lists_the_runs_from_the_top(self):
        frame = shapely.box(0, 0, 10, 30).difference(shapely.box(-1, 10, 11, 18))
        assert ask.thickness_at(frame, 5) == (pytest.approx(12), pytest.approx(10))

    def test_the_thickness_of_a_folded_film_is_not_the_height_of_its_fold(self):
        outer = shapely.box(0, 0, 400, 300)
        assert ask.thickness(outer.difference(shapely.box(10, 10, 390, 300))) == pytest.approx(10)

    def test_the_thickness_of_a_plug_is_its_height(self):
        plug = shapely.box(200, 0, 600, 300).union(shapely.box(0, 300, 800, 500))
        assert ask.thickness(plug) == pytest.approx(500)

    def test_the_thickness_of_a_layer_is_that_beside_its_openings(self):
        layer = shapely.box(0, 0, 4000, 600).difference(shapely.box(1800, 200, 2200, 600))
        assert ask.thickness(layer) == pytest.approx(600)

    def test_the_thickness_leaves_out_a_hole(self):
        body = shapely.box(0, 0, 900, 500).difference(shapely.box(100, 200, 800, 300))
        assert ask.thickness(body) == pytest.approx(400)

    def test_the_smallest_thickness_is_the_shortest_way_through(self):
        below, film = (
            shapely.box(0, -10, 100, 0),
            shapely.box(0, 0, 100, 10).difference(shapely.box(40, 7, 60, 10)),
        )
        above = shapely.box(0, 10, 100, 50).union(shapely.box(40, 7, 60, 10))
        assert ask.smallest_thickness(film, below, above) == pytest.approx(7)

    def test_a_film_is_as_thin_where_it_ends_on_its_base_as_elsewhere(self):
        film = shapely.box(10, 0, 90, 10)
        above = shapely.box(0, 0, 100, 50).difference(film)
        base = shapely.box(0, -10, 100, 0)
        assert ask.smallest_thickness(film, base, above) == pytest.approx(10)

    def test_a_folded_film_is_measured_across_its_walls_too(self):
        body, plug = shapely.box(0, 0, 400, 300), shapely.box(110, 20, 290, 300)
        film = shapely.box(100, 10, 300, 300).difference(shapely.box(104, 20, 290, 300))
        outside = body.difference(shapely.box(100, 10, 300, 300))
        inside = plug.union(shapely.box(104, 20, 110, 300))
        assert ask.smallest_thickness(film, outside, inside) == pytest.approx(4)

    def test_a_film_beside_a_hole_is_as_thin_as_it_is_and_not_as_the_hole_is_wide(self):
        hole = shapely.box(40, 0, 43, 10)
        film = shapely.box(0, 0, 100, 10).difference(hole)
        above = shapely.box(0, 10, 100, 20).union(hole)
        assert ask.smallest_thickness(film, shapely.box(0, -9, 100, 0), above) == pytest.approx(10)

    def test_bodies_that_touch_a_film_within_the_tolerance_bound_it(self):
        below, film, above = (
            shapely.box(0, -10, 100, 0),
            shapely.box(0, 0.01, 100, 10),
            shapely.box(0, 10, 100, 20),
        )
        assert ask.contact(film, below) > 99
        assert ask.smallest_thickness(film, below, above) == pytest.approx(9.99)

    def test_a_film_that_a_body_does_not_touch_has_no_thickness_there(self):
        film = shapely.box(0, 0, 100, 10)
        base, far = shapely.box(0, -10, 100, 0), shapely.box(0, 11, 100, 20)
        assert ask.smallest_thickness(film, base, far) == 0

    def test_planarity_is_the_height_of_the_open_surface(self):
        section = Section.bare(1000)
        assert ask.planarity(section, 0, 1000) == pytest.approx(0)

    @pytest.mark.parametrize("width", [0.5, 3, 200])
    def test_planarity_sees_a_narrow_spike_and_a_narrow_slit(self, width):
        section = Section.bare(1000)
        spike = shapely.box(333, 0, 333 + width, 80)
        spiked = section.with_regions(
            (*section.regions, Region("s", "Cu", spike, "j")), section.ambient.difference(spike)
        )
        assert ask.planarity(spiked, 0, 1000) == pytest.approx(80)
        slit = shapely.box(333, -50, 333 + width, 0)
        substrate = replace(section.regions[0], shape=section.regions[0].shape.difference(slit))
        cut = section.with_regions((substrate,), section.ambient.union(slit))
        assert ask.planarity(cut, 0, 1000) == pytest.approx(50)
        assert ask.planarity(cut, 600, 1000) == pytest.approx(0)

    def test_planarity_looks_from_above_and_not_under_an_overhang(self):
        section = Section.bare(1000)
        roof = shapely.box(300, 100, 700, 120).union(shapely.box(300, 0, 320, 100))
        dug = shapely.box(400, -90, 600, 0)
        substrate = replace(section.regions[0], shape=section.regions[0].shape.difference(dug))
        air = section.ambient.union(dug).difference(roof)
        covered = section.with_regions((substrate, Region("r", "Cu", roof, "j")), air)
        assert ask.planarity(covered, 0, 1000) == pytest.approx(120)

    def test_a_pinhole_breaks_continuity(self):
        below, above = shapely.box(0, -10, 100, 0), shapely.box(0, 5, 100, 10)
        film = shapely.box(0, 0, 100, 5)
        assert ask.continuous(film, below, above)
        hole = shapely.box(50, 0, 51, 5)
        assert not ask.continuous(film.difference(hole), below, above.union(hole))

    @pytest.mark.parametrize(("thin", "holds"), [(1e-4, False), (0.04, False), (0.06, True)])
    def test_what_is_thinner_than_touching_bodies_are_apart_is_no_continuous_film(
        self, thin, holds
    ):
        """All over, or in one place."""
        below = shapely.box(0, -10, 100, 0)
        film, above = shapely.box(0, 0, 100, thin), shapely.box(0, thin, 100, 10)
        assert ask.continuous(film, below, above) == holds
        dent = shapely.box(50, thin, 51, 5)
        thick = shapely.box(0, 0, 100, 5).difference(dent)
        assert ask.continuous(thick, below, shapely.box(0, 5, 100, 10).union(dent)) == holds

    def test_voids_are_counted_and_measured(self):
        assert ask.voids_in(Section.bare(100)) == (0, 0)


class TestBareTop:
    LOW, HIGH = shapely.box(0, 0, 400, 100), shapely.box(0, 100, 150, 200)

    def section(self, *bodies):
        bare = Section.bare(400)
        regions = [Region(f"r{n}", "resist-n1", body, "j") for n, body in enumerate(bodies)]
        return replace(
            bare,
            regions=(*bare.regions, *regions),
            ambient=bare.ambient.difference(shapely.union_all(bodies)),
        )

    def test_it_is_what_nothing_lies_on(self):
        section = self.section(self.LOW, self.HIGH)
        assert ask.bare_top(section, self.LOW) == pytest.approx(250.0, abs=0.1)

    def test_a_body_lies_on_what_is_below_it_and_not_on_what_it_stands_beside(self):
        assert ask.lies_on(self.HIGH, self.LOW) == pytest.approx(150.0)
        assert ask.lies_on(shapely.box(400, 0, 500, 100), self.LOW) == 0.0
        assert ask.lies_on(self.LOW, self.HIGH) == 0.0

    def test_walls_do_not_count(self):
        wall = shapely.box(0, 0, 150, 100)
        section = self.section(wall, self.HIGH)
        assert ask.exposes(section, wall) == pytest.approx(100.0, abs=0.5)
        assert ask.bare_top(section, wall) == pytest.approx(0.0, abs=0.1)
