"""The effects that tools make, on a section: the cap line from bare wafer to protective layer."""

import pytest
import shapely
from msgspec.structs import replace
from shapely import box
from surfaces import dish, trench

from fabctl.structure.invariants import check
from fabctl.structure.predicates import contact, count, covers_exposed
from fabctl.structure.section import MIXED, Region, Section, parts
from simulators.physics.developing import DEVELOPERS
from simulators.physics.uniformity import SITES
from simulators.section.cut import Cut
from simulators.section.directional import etch_down
from simulators.section.dishing import Pad, dished
from simulators.section.films import deposit
from simulators.section.levels import top_at
from simulators.section.polishing import Descent, polish_to
from simulators.section.steps import apply
from simulators.wafers.effects import (
    Deposit,
    Develop,
    Etch,
    Expose,
    Heat,
    Polish,
    SpinOn,
)

EVEN = (1.0,) * len(SITES)
STOP = {"SiN": 80 / 60, "SiOC": 100 / 60, "resist-n1": 1.0}
BARRIER = {"Cu": 50 / 60, "TaN": 50 / 60, "SiOC": 40 / 60, "SiN": 10 / 60}


def through(*effects):
    cut = Cut.bare()
    for effect in effects:
        cut = apply(effect, cut)
        check(cut.section)
    return cut


def patterned():
    return (
        Deposit("SiOC", 650.0, EVEN, 1.0, "d"),
        Deposit("SiN", 50.0, EVEN, 1.0, "stop"),
        SpinOn("resist-n1", 800.0, EVEN, 0.18, "coat"),
        Expose("CAP-LINE-1", 90.0, 0.0, 0.57, "expose"),
        Heat(((60.0, 110.0),), "peb"),
        Develop("TMAH", 60.0, 23.0, "develop"),
        Etch(
            {"SiN": 80 / 60, "SiOC": 100 / 60, "resist-n1": 1.0},
            45.0,
            EVEN,
            directional=True,
            job="etch-1",
        ),
        Etch({"SiOC": 350 / 60, "resist-n1": 87 / 60}, 134.0, EVEN, directional=True, job="etch-2"),
        Etch({"resist-n1": 5.0}, 240.0, EVEN, directional=False, job="ash"),
    )


def filled():
    return (
        *patterned(),
        Deposit("TaN", 10.0, EVEN, 0.95, "liner"),
        Deposit("Cu", 750.0, EVEN, 0.95, "copper"),
        Polish({"Cu": 10.0, "TaN": 0.17, "SiN": 0.03, "SiOC": 0.03}, 76.0, EVEN, "bulk"),
        Polish(BARRIER, 40.0, EVEN, "barrier"),
    )


def test_the_reticle_says_how_wide_the_section_is_and_where_the_window_opens():
    section = through(*patterned()).section
    assert section.width == 4000
    assert section.opening("etch-2").shape.bounds[::2] == pytest.approx((1600, 2400), abs=1)


def test_without_the_bake_after_exposure_the_developer_takes_everything():
    effects = [each for each in patterned()[:6] if not isinstance(each, Heat)]
    assert through(*effects).section.of_material("resist-n1") == ()


def test_polished_copper_stands_in_the_window_alone():
    copper = through(*filled()).section.of_material("Cu")[0].shape
    assert count(copper) == 1
    assert copper.bounds[0] > 1600
    assert copper.bounds[2] < 2400


def test_a_pad_digs_no_metal_out_from_under_the_film_that_covers_it():
    """A barrier polish that clears the rim of a bowl first, and leaves its film in the middle."""
    wafer = trench()
    wafer = replace(wafer, regions=(wafer.regions[0], replace(wafer.regions[1], material="SiN")))
    wafer = deposit(deposit(wafer, "l", "TaN", 10.0, "l"), "cu", "Cu", 800.0, "c")
    bowl = dish(polish_to(wafer, 700.0, "p"), "Cu", 11.0, "p")
    covered = Cut(deposit(bowl, "cap", "TaN", 10.0, "q"))
    for seconds in (30.0, 40.0, 60.0):
        section = apply(Polish(BARRIER, seconds, EVEN, "x"), covered).section
        check(section)
        cap, (copper,) = section.named("cap").shape, section.of_material("Cu")
        assert contact(cap, copper.shape) > 0.95 * (cap.bounds[2] - cap.bounds[0])
        assert contact(copper.shape, section.ambient) > 100  # the rim


def bowl(section):
    """How deep (nm) the copper lies below the stop in the middle of the window."""
    (copper,) = section.of_material("Cu")
    stop = max(each.shape.bounds[3] for each in section.of_material("SiN"))
    return stop - top_at(copper.shape, 2000.0)


@pytest.mark.parametrize("seconds", [20.0, pytest.param(90.0, marks=pytest.mark.long)])
def test_dishing_does_not_depend_on_how_the_time_is_cut(seconds):
    whole = bowl(through(*filled(), Polish(BARRIER, seconds, EVEN, "over")).section)
    for steps in (2, 5):
        cut = [Polish(BARRIER, seconds / steps, EVEN, "over")] * steps
        assert bowl(through(*filled(), *cut).section) == pytest.approx(whole, abs=0.05)


def test_copper_laid_in_two_coats_is_dished_as_one():
    """The first of them lines the window, and ends in a narrow edge at either side of the other."""
    *below, copper, bulk, barrier = filled()
    coats = [replace(copper, thickness=each, job=f"copper-{each:g}") for each in (60.0, 690.0)]
    (one, two) = (
        through(*below, *each, bulk, barrier, Polish(BARRIER, 60.0, EVEN, "over")).section
        for each in ([copper], coats)
    )
    assert one.ambient.symmetric_difference(two.ambient).area < 20


def test_dishing_leaves_nothing_hanging_in_the_air():
    wafer = Section.bare(1500)
    # a tip of copper on a thread that is thinner than the bowl is deep there
    parts = [box(700, 0, 1400, 150), box(690, 149.9, 700, 150), box(689, 120, 690, 150)]
    copper, stop = shapely.union_all(parts), box(1400, 0, 1500, 150)
    regions = Region("line", "Cu", copper, "a"), Region("d", "SiO2", stop, "b")
    air = wafer.ambient.difference(copper.union(stop))
    wafer = replace(wafer, regions=(*wafer.regions, *regions), ambient=air)
    after = dished(wafer, wafer, "Cu", Pad(150.0, 150.0, 600.0), "p")
    check(after)
    assert after.named("line").shape.bounds[0] >= 700.0


def test_a_wafer_without_anything_on_it_is_polished_too():
    """Also one whose surface an etch has lowered already."""
    lowered = etch_down(Section.bare(1000), {"Si": 1.0}, 20.0, "e")
    descent = Descent(lowered, {"Si": 0.5})
    assert descent.level(60.0) == pytest.approx(-50.0)


def test_a_pad_takes_nothing_from_what_lies_deeper_than_it_ever_dishes():
    recess = Etch({"Cu": 1.0}, 50.0, EVEN, directional=True, job="back")
    before = through(*filled(), recess)
    after = apply(Polish({**BARRIER, "SiN": 0.0, "SiOC": 0.0}, 60.0, EVEN, "over"), before)
    assert area(after, "Cu") == pytest.approx(area(before, "Cu"), abs=1.0)


def test_a_warm_film_covers_the_copper_with_its_compound():
    film = Deposit("Sn", 12.0, EVEN, 0.9, "film")
    section = through(*filled(), film, Heat(((900.0, 200.0),), "react")).section
    layer = section.of_material("Cu3Sn")[0]
    assert layer.job == "react"
    copper = section.of_material("Cu")[0].shape
    others = [each.shape for each in section.regions if each.material in ("SiOC", "TaN", "SiN")]
    assert covers_exposed(layer.shape, copper, *others)


def test_ten_angstroms_of_tin_are_gone_after_a_day_of_waiting():
    film = Deposit("Sn", 1.0, EVEN, 0.9, "film")
    waited = through(*filled(), film, Heat(((86400.0, 23.0),)))
    on_copper = waited.uppermost("Sn", waited.middle())
    assert max(on_copper, default=0.0) < 0.01
    assert waited.section.of_material("Cu6Sn5")
    hot = apply(Heat(((900.0, 200.0),), "react"), waited)
    assert hot.section.of_material("Cu6Sn5") == ()


@pytest.mark.parametrize("steps", [1, 4])
def test_the_reaction_is_the_same_however_its_time_is_cut(steps):
    film = Deposit("Sn", 50.0, EVEN, 0.9, "film")
    heats = [Heat(((600.0 / steps, 150.0),), "react") for _ in range(steps)]
    cut = through(*filled(), film, *heats)
    assert cut.uppermost("Cu3Sn", cut.middle())[0] == pytest.approx(41.0, rel=0.03)


def left_after(jobs, film, degc):
    """How much of a film (nm) lies on copper after ten minutes' heat, in so many jobs."""
    heats = [Heat(((600.0 / jobs, degc),), f"heat-{number}") for number in range(jobs)]
    cut = through(Deposit("Cu", 800.0, EVEN, 1.0, "c"), Deposit(film, 45.0, EVEN, 1.0, "f"), *heats)
    return sum(cut.uppermost(film, cut.middle())[:1])


@pytest.mark.parametrize(("film", "degc"), [("Sn", 150.0), ("Al", 200.0), ("a-Si:H", 165.0)])
def test_each_job_grows_on_from_what_the_jobs_before_have_made(film, degc):
    """Layers of several jobs lie between the film and the copper as one."""
    once = left_after(1, film, degc)
    assert [left_after(jobs, film, degc) for jobs in (2, 5)] == pytest.approx([once] * 2, rel=0.02)


def test_cold_compound_of_several_jobs_takes_the_copper_of_one():
    """Cu6Sn5 that grew in four jobs becomes as much Cu3Sn as what grew in one."""
    base = (Deposit("Cu", 800.0, EVEN, 1.0, "c"), Deposit("Sn", 8.0, EVEN, 1.0, "f"))
    hot = Heat(((900.0, 200.0),), "react")

    def copper(jobs):
        waits = [Heat(((40000.0 / jobs, 23.0),), f"wait-{number}") for number in range(jobs)]
        return through(*base, *waits, hot).uppermost("Cu", 50.0)[0]

    assert copper(4) == pytest.approx(copper(1), abs=0.1)


def test_lead_stays_behind_when_tin_lead_reacts():
    film = Deposit("Sn-Pb", 15.0, EVEN, 0.9, "film")
    section = through(*filled(), film, Heat(((1800.0, 170.0),), "react")).section
    assert section.of_material("Pb")
    assert section.of_material("Cu3Sn")


def test_a_deposit_is_known_at_every_site():
    factors = tuple(1 + 0.01 * n for n in range(len(SITES)))
    cut = through(Deposit("Sn", 10.0, factors, 1.0, "film"))
    sites = cut.uppermost("Sn", 50.0)
    assert sites[0] == pytest.approx(10.0)
    assert sites[10] == pytest.approx(11.0)


def test_no_area_is_lost_however_little_reacts():
    film = Deposit("Sn", 12.0, EVEN, 0.9, "film")
    check(through(*filled(), film, *[Heat(((1.0, 23.0),))] * 5).section)


@pytest.mark.parametrize("pieces", [1, 8])
def test_lead_gathers_on_top_however_the_heat_is_cut(pieces):
    film = Deposit("Sn-Pb", 15.0, EVEN, 0.9, "film")
    heats = [Heat(((1800.0 / pieces, 170.0),), "react")] * pieces
    cut = through(*filled(), film, *heats)
    made = cut.uppermost("Cu3Sn", cut.middle())[0]
    assert made == pytest.approx(15.0 * 0.726 * 2.118, rel=0.01)
    assert cut.uppermost("Pb", cut.middle())[0] == pytest.approx(15.0 * 0.274, rel=0.1)


def test_what_an_anneal_leaves_of_lead_is_one_body_though_it_begins_cold():
    film = Deposit("Sn-Pb", 15.0, EVEN, 0.9, "film")
    cut = through(*filled(), film, Heat(((3600.0, 50.0), (1800.0, 170.0)), "react"))
    assert [each.job for each in cut.section.of_material("Pb")] == ["react"]


def test_a_reaction_goes_on_through_what_an_earlier_job_made_of_it():
    film = Deposit("a-Si:H", 10.0, EVEN, 0.9, "film")
    growing, anneal = Heat(((60.0, 110.0),), "film"), Heat(((900.0, 200.0),), "react")
    cut = through(*filled(), film, growing, anneal)
    assert max(cut.uppermost("a-Si:H", cut.middle()), default=0.0) < 0.1


def test_silicon_hardly_reacts_where_it_grows():
    film = Deposit("a-Si:H", 10.0, EVEN, 0.9, "film")
    cut = through(*filled(), film, Heat(((60.0, 110.0),), "film"))
    assert max(cut.uppermost("Cu3Si", cut.middle()), default=0.0) < 2.0


def in_resist(material, reticle):
    """Where (nm along the section) a developed coat is left."""
    cut = through(
        SpinOn(material, 800.0, EVEN, 0.18, "coat"),
        Expose(reticle, 90.0, 0.0, 0.57, "expose"),
        Heat(((60.0, 110.0),), "peb"),
        Develop("TMAH", 60.0, 23.0, "develop"),
    )
    bodies = [body for each in cut.section.of_material(material) for body in parts(each.shape)]
    # developer takes a nanometre or two of what stays: to 10 nm
    return tuple(sorted((round(body.bounds[0], -1), round(body.bounds[2], -1)) for body in bodies))


class TestTone:
    WINDOW = ((0, 1600), (2400, 4000))
    INVERTED = ((1600, 2400),)

    def test_of_negative_resist_what_was_lit_stays(self):
        assert in_resist("resist-n1", "CAP-LINE-1") == self.WINDOW

    def test_of_positive_resist_what_was_lit_goes(self):
        assert in_resist("resist-p1", "CAP-LINE-1P") == self.WINDOW

    def test_positive_resist_under_the_mask_of_a_negative_one_inverts_the_wafer(self):
        assert in_resist("resist-p1", "CAP-LINE-1") == self.INVERTED

    def test_negative_resist_under_the_mask_of_a_positive_one_inverts_the_wafer(self):
        assert in_resist("resist-n1", "CAP-LINE-1P") == self.INVERTED


def printed(material, reticle, *bakes):
    """A coat after its exposure, some bakes (degC) and development."""
    return through(
        SpinOn(material, 800.0, EVEN, 0.18, "coat"),
        Heat(((60.0, 110.0),), "soft-bake"),
        Expose(reticle, 90.0, 0.0, 0.57, "expose"),
        *(Heat(((90.0, degc),), "bake") for degc in bakes),
        Develop("TMAH", 60.0, 23.0, "develop"),
    )


def left_by(developer, degc):
    """Area of unexposed resist that a short puddle leaves."""
    coat = SpinOn("resist-n1", 800.0, EVEN, 0.18, "coat")
    return area(through(coat, Develop(developer, 10.0, degc, "develop")), "resist-n1")


def test_a_warmer_developer_works_faster():
    taken = [800 * 4000 - left_by("TMAH", degc) for degc in (21.0, 23.0, 25.0)]
    assert taken == sorted(taken)
    assert taken[1] == pytest.approx(10 * 40 * 4000)
    assert taken[2] / taken[0] == pytest.approx(1.11, abs=0.01)


def test_a_developer_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no developer 'KOH'; known: TMAH"):
        left_by("KOH", 23.0)


def test_a_weaker_developer_works_slower():
    half = replace(DEVELOPERS["TMAH"], strength=0.0119)
    assert half.speed(23.0) == pytest.approx(0.25)


def test_a_reticle_of_another_layout_stretches_no_wafer_that_has_a_pattern():
    """It lies with its middle on the wafer's, and prints what of its windows falls on it."""
    line = through(*patterned())
    again = (
        SpinOn("resist-n1", 800.0, EVEN, 0.18, "coat-2"),
        Expose("LOWK-VIA-1", 90.0, 0.0, 0.57, "expose-2"),
        Heat(((60.0, 110.0),), "peb-2"),
        Develop("TMAH", 60.0, 23.0, "develop-2"),
    )
    cut = line
    for effect in again:
        cut = apply(effect, cut)
    check(cut.section, line.section)
    assert cut.section.width == 4000
    resist = shapely.union_all([each.shape for each in cut.section.of_material("resist-n1")])
    ends = sorted(round(x, -1) for body in parts(resist) for x in body.bounds[::2])
    assert ends == [0, 800, 1200, 2800, 3200, 4000]


def area(cut, material):
    return sum(each.shape.area for each in cut.section.of_material(material))


def test_a_coat_is_as_thick_when_cast_as_after_its_soft_bake():
    """By definition that of spin tables; what a bake drives out is told as solvent alone."""
    cast = SpinOn("resist-n1", 800.0, EVEN, 0.18, "coat")
    baked = through(cast, Heat(((60.0, 110.0),), "soft-bake"))
    assert baked.uppermost("resist-n1", 50.0)[0] == through(cast).uppermost("resist-n1", 50.0)[0]
    assert baked.solvent["coat"] < 0.01


class TestHardened:
    """Resist linked by heat alone (`hardens_at`): no developer, liquid or light does anything."""

    @pytest.mark.parametrize(
        ("material", "reticle", "degc"),
        [("resist-p1", "CAP-LINE-1P", 130.0), ("resist-n1", "CAP-LINE-1", 145.0)],
    )
    def test_it_stays_in_the_developer_whatever_light_did(self, material, reticle, degc):
        assert area(printed(material, reticle, degc), material) == pytest.approx(800 * 4000)

    def test_a_hard_bake_below_that_hardens_no_positive_resist(self):
        assert area(printed("resist-p1", "CAP-LINE-1P", 120.0), "resist-p1") < 0.85 * 800 * 4000

    @pytest.mark.parametrize(("degc", "mixed"), [(120.0, True), (130.0, False)])
    def test_a_second_coat_of_its_solvent_mixes_with_it_no_more(self, degc, mixed):
        cut = through(
            SpinOn("resist-p1", 800.0, EVEN, 0.18, "coat"),
            Heat(((90.0, degc),), "hard-bake"),
            SpinOn("resist-p1", 800.0, EVEN, 0.18, "coat-2"),
        )
        assert cut.has("resist-p1", MIXED) == mixed

    def test_light_leaves_no_image_in_it(self):
        cut = through(
            SpinOn("resist-p1", 800.0, EVEN, 0.18, "coat"),
            Heat(((90.0, 130.0),), "hard-bake"),
            Expose("CAP-LINE-1P", 90.0, 0.0, 0.57, "expose"),
            Develop("TMAH", 60.0, 23.0, "develop"),
        )
        assert area(cut, "resist-p1") == pytest.approx(800 * 4000)


def test_coats_of_one_material_on_each_other_are_one_layer():
    twice = (Deposit("Sn", 10.0, EVEN, 1.0, "a"), Deposit("Sn", 15.0, EVEN, 1.0, "b"))
    assert through(*twice).uppermost("Sn", 50.0)[0] == pytest.approx(25.0)


def test_another_film_between_two_coats_parts_them():
    films = (("Sn", 10.0, "a"), ("Al", 5.0, "b"), ("Sn", 15.0, "c"))
    parted = [Deposit(material, nm, EVEN, 1.0, job) for material, nm, job in films]
    assert through(*parted).uppermost("Sn", 50.0)[0] == pytest.approx(15.0)
