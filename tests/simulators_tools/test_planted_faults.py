"""Mistakes that the tools carry out without complaint, each seen in the wafer's structure."""

from functools import cache

import pytest
import shapely
from machine_rig import Line, fault, recipe

import sequences
from fabctl.process.loader import load_sequence
from fabctl.structure import predicates as ask
from fabctl.structure.invariants import check
from fabctl.structure.section import Region, Section
from simulators.machine import RunResult
from simulators.section.cut import Cut
from simulators.section.films import deposit
from simulators.wafers.effects import Heat
from simulators.wafers.wafer import Wafer

COPPER = {"chamber": "mocvd-cu", "material": "Cu", "temperature": "200 degC"}


@cache
def carried(name, upto="", *, skip=(), told=()):
    """A line that has carried out a sequence up to and with a step, some steps left out."""
    line = Line()
    for step in load_sequence(sequences.find(name), dict(told)).steps:
        if step.id not in skip:
            line.do(step.kind, step.recipe, step.tool)
        if step.id == upto:
            break
    check(line.wafer.section)
    return line


def filmed(name, thickness):
    """A line that is ready for its film, with one of another thickness than its sequence says."""
    line = Line(cut=carried(name, "preclean-1").wafer.cut)
    film = load_sequence(sequences.find(name), {"film-1.thickness": thickness}).step("film-1")
    line.do(film.kind, film.recipe, film.tool)
    return line


def all_of(line, *materials):
    return shapely.union_all([each.shape for each in line.wafer.section.of_material(*materials)])


def window(line):
    """What etching has taken of the dielectric."""
    return shapely.union_all([each.shape for each in line.wafer.section.openings])


class TestPlugs:
    def test_plugs_are_enclosed_by_their_two_barriers(self):
        sound = carried("lowk-one-level", "polish-barrier-2")
        assert ask.enclosed(all_of(sound, "Cu"), [all_of(sound, "TaN")])

    def test_without_the_second_barrier_they_are_not(self):
        bare = carried("lowk-one-level", "clean-4", skip=("barrier-2", "polish-barrier-2"))
        assert not ask.enclosed(all_of(bare, "Cu"), [all_of(bare, "TaN")])
        assert ask.exposes(bare.wafer.section, all_of(bare, "Cu")) > 1000

    def test_a_film_that_does_not_close_leaves_the_via_half_filled(self):
        sound = carried("lowk-one-level", "copper-1")
        thin = carried("lowk-one-level", "copper-1", told=(("copper-1.thickness", "150 nm"),))
        assert ask.filled(window(sound), all_of(sound, "Cu", "TaN"))
        assert not ask.filled(window(thin), all_of(thin, "Cu", "TaN"))

    def test_vias_and_lines_swapped_make_no_step_down_to_the_substrate(self):
        swapped = (
            ("expose-1.reticle", "LOWK-LINE-1"),
            ("expose-2.reticle", "LOWK-VIA-1"),
            ("expose-2.align_to", "LOWK-LINE-1"),
        )
        sound = carried("lowk-one-level", "clean-2")
        wrong = carried("lowk-one-level", "clean-2", told=swapped)
        assert ask.stepped(window(sound))
        assert not ask.stepped(window(wrong))


class TestBaths:
    def test_dilute_acid_hardly_takes_sound_low_k(self):
        line = Line()
        line.do(
            "cvd",
            recipe(
                "deposit",
                chamber="pecvd",
                material="SiOC",
                thickness="600 nm",
                temperature="350 degC",
            ),
        )
        before = line.wafer.field_thickness("SiOC")[0]
        line.do("etcher", recipe("etch_back", bath="hf", material="SiOC", time="90 s"))
        assert 0 <= before - line.wafer.field_thickness("SiOC")[0] < 0.5

    def test_the_phosphoric_bath_eats_copper_faster_than_the_aluminium(self):
        before = carried("cap-line-aluminium", "react-1")
        filled_wrongly = fault("WET01", "wrong-bath", bath="tmah", filled="pan")
        sound, wrong = (Line(cut=before.wafer.cut, faults=each) for each in ((), [filled_wrongly]))
        for line in (sound, wrong):
            line.do("etcher", recipe("strip", bath="tmah", material="Al", time="2 min"))
        assert before.wafer.amount("Al") > 1000
        assert sound.wafer.amount("Al") == wrong.wafer.amount("Al") == 0
        assert sound.wafer.amount("Cu") - wrong.wafer.amount("Cu") > 100_000

    @pytest.mark.parametrize("opens", ["SiN", "SiOC"])
    def test_fluorocarbon_leaves_the_protective_layer(self, opens):
        line = Line(cut=carried("cap-line").wafer.cut)
        before, stop = line.wafer.amount("Cu3Sn"), line.wafer.amount("SiN")
        told = recipe("etch", chamber="ccp", material=opens, depth="30 nm", over_etch="0 %")
        line.do("etcher", told)
        assert line.wafer.amount("SiN") < stop
        assert line.wafer.amount("Cu3Sn") == pytest.approx(before)


class TestResist:
    NAME = "resist-one-development"

    def test_a_trim_between_the_etches_makes_the_trench(self):
        assert ask.stepped(window(carried(self.NAME, "liner-1")))

    def test_a_thick_first_resist_without_trim_makes_none(self):
        assert not ask.stepped(window(carried(self.NAME, "liner-1", skip=("trim-1",))))


def polished(**end):
    """Copper on a stop layer with a bump of 5 nm, polished on the machine; its sections."""
    wafer = deposit(Section.bare(2000), "d", "SiOC", 100.0, "1")
    bump = shapely.box(900, 100, 1100, 105)
    air = wafer.ambient.difference(bump)
    wafer = wafer.with_regions((*wafer.regions, Region("b", "SiOC", bump, "2")), air)
    wafer = deposit(deposit(wafer, "stop", "SiN", 50.0, "3"), "cu", "Cu", 300.0, "4")
    line = Line(cut=Cut(wafer))
    told = recipe("polish", platen="soft-landing", material="Cu", pressure="1.3 psi", **end)
    assert line.do("cmp", told) is RunResult.COMPLETE
    check(line.wafer.section)
    return line.wafer.section


class TestPolish:
    def test_stopped_at_first_sight_of_a_bumpy_stop_it_leaves_a_short_all_over_the_field(self):
        (copper,) = polished(first_seen="SiN").of_material("Cu")
        assert copper.shape.bounds[0] == 0
        assert copper.shape.bounds[2] == 2000
        assert ask.thickness_at(copper.shape, 100) == pytest.approx((5,), abs=0.2)

    def test_until_clear_everywhere_it_leaves_none(self):
        assert polished(endpoint="clear").of_material("Cu") == ()

    def test_without_the_layer_that_it_looks_for_it_does_not_end(self):
        line = Line()
        line.do("cvd", recipe("deposit", **COPPER, thickness="300 nm"))
        told = recipe(
            "polish", platen="soft-landing", material="Cu", pressure="1.3 psi", first_seen="SiN"
        )
        assert line.do("cmp", told) is RunResult.FAILED


def test_an_overhang_pinches_off_and_keeps_a_void():
    line = Line()
    told = {"chamber": "pecvd", "temperature": "350 degC"}
    line.do("cvd", recipe("deposit", **told, material="SiO2", thickness="1400 nm"))
    line.do("cvd", recipe("deposit", **told, material="SiN", thickness="50 nm"))
    for step in load_sequence(sequences.find("cap-line")).steps[2:9]:  # prime to hard bake
        assert line.do(step.kind, step.recipe, step.tool) is RunResult.COMPLETE, step.id
    line.do(
        "etcher", recipe("etch", chamber="ccp", material="SiN", depth="50 nm", over_etch="50 %")
    )
    line.do("etcher", recipe("etch", bath="bhf", material="SiO2", time="11 min"))
    line.do("etcher", recipe("strip", bath="nmp", material="resist-n1", time="20 min"))
    line.do("cvd", recipe("deposit", **COPPER, thickness="750 nm"))
    section = line.wafer.section
    check(section)
    assert len(section.voids) >= 1
    assert sum(void.area for void in section.voids) > 1000


class TestFilm:
    def test_ten_angstrom_of_tin_that_waited_for_a_day_are_gone_from_the_copper(self):
        line = filmed("cap-line", "10 Å")
        assert min(line.wafer.line_thickness("Sn")) > 0.5
        line.now += 24 * 3600
        line.do("metrology", recipe("measure", quantity="film_thickness", material="Cu", sites="5"))
        assert max(line.wafer.line_thickness("Sn")) < 0.01
        assert min(line.wafer.field_thickness("Sn")) > 0.5

    def test_the_tin_of_tin_lead_is_eaten_cold_too_and_leaves_the_lead(self):
        line = filmed("cap-line-tin-lead", "20 Å")
        before = line.wafer.amount("Cu")
        line.now += 24 * 3600
        line.do("metrology", recipe("measure", quantity="film_thickness", material="Cu", sites="5"))
        check(line.wafer.section)
        assert line.wafer.amount("Cu6Sn5") > 800 * 1.446
        assert line.wafer.amount("Pb") > 800 * 0.3
        assert before - line.wafer.amount("Cu") == pytest.approx(800 * 1.4 * 0.523, rel=0.3)
        assert max(line.wafer.line_thickness("Sn-Pb")) < 0.01

    @pytest.mark.long
    def test_hotter_and_longer_holds_convert_more_and_leave_the_film_on_the_field(self):
        line = filmed("cap-line", "450 Å")
        before, holds = line.wafer.amount("Sn"), {}
        for degc in (120, 150, 180, 240, 300):
            ramp = tuple((60.0, float(at)) for at in (*range(60, degc, 10), *range(degc, 60, -3)))
            for minutes in (1, 5, 15, 60):
                wafer = Wafer("held", line.wafer.cut)
                wafer.apply(Heat((*ramp, (60.0 * minutes, float(degc))), "anneal"))
                check(wafer.section)
                holds[degc, minutes] = before - wafer.amount("Sn")  # nm² that were eaten
                # where there is no copper
                assert min(wafer.field_thickness("Sn")) == pytest.approx(44, abs=3)
        for (degc, minutes), eaten in holds.items():
            cooler_or_shorter = [o for (d, m), o in holds.items() if d <= degc and m <= minutes]
            assert eaten >= max(cooler_or_shorter) * 0.998
        assert holds[120, 1] < 0.6 * holds[300, 60]

    def test_what_a_short_cold_hold_leaves_lies_on_the_compound(self):
        assert self.left_on_copper(120, 1) == pytest.approx(30, abs=3)
        assert self.left_on_copper(240, 15) < 0.01

    @staticmethod
    def left_on_copper(degc, minutes):
        """Tin (nm) left on the line by a hold in the furnace."""
        line = filmed("cap-line", "450 Å")
        hold = {"temperature": f"{degc} degC", "ramp": "10 degC/min", "hold": f"{minutes} min"}
        line.do("furnace", recipe("anneal", **hold, ambient="N2", boat_in="60 degC"))
        return min(line.wafer.line_thickness("Sn"))
