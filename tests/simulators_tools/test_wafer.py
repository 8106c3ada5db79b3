"""A wafer takes effects: layers, end points, and the reaction of a film with copper."""

import pytest
import shapely
from msgspec.structs import replace

from fabctl.structure.section import Region
from simulators.physics.uniformity import SITES
from simulators.section.cut import Cut
from simulators.wafers.effects import Deposit, Develop, Effect, Etch, Expose, Heat, Polish, SpinOn
from simulators.wafers.store import WaferStore
from simulators.wafers.wafer import Wafer

EVEN = (1.0,) * len(SITES)


def deposit(material: str, nm: float, coverage: float = 0.95) -> Deposit:
    return Deposit(material, nm, EVEN, coverage, "j")


def etch(rates: dict[str, float], seconds: float) -> Etch:
    return Etch(rates, seconds, EVEN, directional=True, job="j")


def windowed(*after: Effect) -> Wafer:
    """A wafer with a window 800 nm wide developed in its resist, and some effects after that."""
    wafer = Wafer("w")
    for effect in (
        deposit("SiOC", 600),
        SpinOn("resist-n1", 800, EVEN, 0.0, "j"),
        Expose("CAP-LINE-1", 90, 0, 0.57, "j"),
        Heat(((60.0, 110.0),)),
        Develop("TMAH", 60, 23, "j"),
        *after,
    ):
        wafer.apply(effect)
    return wafer


def line(film: str = "", nm: float = 0.0) -> Wafer:
    """A wafer with copper in its opening, flush with the field, and a film all over."""
    wafer = windowed(
        etch({"SiOC": 6, "resist-n1": 1}, 110),
        etch({"resist-n1": 10}, 100),
        deposit("Cu", 750),
        Polish({"Cu": 10}, 75, EVEN, "j"),
    )
    if film:
        wafer.apply(deposit(film, nm))
    return wafer


def test_lithography_etch_and_fill_make_a_flush_line():
    wafer = line()
    assert wafer.line_thickness("Cu") == pytest.approx((600.0,) * 25, abs=0.1)
    assert max(wafer.field_thickness("Cu")) < 0.1
    assert wafer.step_height() == pytest.approx((0.0,) * 25, abs=0.1)
    assert "resist-n1" not in wafer.materials()


def test_a_conductor_is_found_in_the_opening_in_the_field_and_elsewhere():
    """Copper in a window that is neither the widest one nor beside the section's side."""
    assert line().conductor_thickness("Cu") == line().line_thickness("Cu")
    assert line("Al", 15).conductor_thickness("Al")[0] == pytest.approx(15.0)
    assert line().conductor_thickness("Al") == ()
    section = line().section
    aside = shapely.box(700, 0, 900, 250)
    dielectric = section.of_material("SiOC")[0]
    block = replace(dielectric, shape=dielectric.shape.difference(aside))
    plug = Region("plug", "Al", aside, "plug")
    others = [each for each in section.regions if each is not dielectric]
    wafer = Wafer("w", Cut(section.with_regions([*others, block, plug], section.ambient)))
    assert wafer.conductor_thickness("Al") == pytest.approx((250.0,) * len(SITES))
    assert max(wafer.line_thickness("Al")) == 0


BURN = Etch({"resist-n1": 5}, 45.0, EVEN, directional=False, job="burn", oxidises=True)


def test_k_is_of_a_monitor_that_no_pattern_touches():
    """The dielectric is opened and then cut away; its job's film on the monitor stays."""
    wafer = line()
    assert wafer.dielectric_constant("SiOC", 2.8) == pytest.approx(2.8)
    wafer.apply(etch({"SiOC": 10, "Cu": 10}, 200))
    assert "SiOC" not in wafer.materials()
    assert wafer.dielectric_constant("SiOC", 2.8) == pytest.approx(2.8)
    assert wafer.monitors.of("SiOC").film == deposit("SiOC", 600)


def test_a_monitor_goes_along_into_a_plasma_only_where_its_film_lies_open_on_the_wafer():
    covered = line("TaN", 10)
    covered.apply(BURN)
    assert covered.dielectric_constant("SiOC", 2.8) == pytest.approx(2.8)
    open_ = line()
    open_.apply(BURN)
    assert open_.dielectric_constant("SiOC", 2.8) > 2.85


def test_a_monitor_is_of_the_last_film_and_goes_along_into_its_cure():
    wafer = line()
    wafer.apply(SpinOn("MSQ", 450, EVEN, 0.0, "spin"))
    assert wafer.dielectric_constant("MSQ", 2.3) == pytest.approx(2.7)
    wafer.apply(Heat(((2700.0, 420.0),), "cure"))
    assert wafer.dielectric_constant("MSQ", 2.3) == pytest.approx(2.3, abs=1e-4)
    wafer.apply(SpinOn("MSQ", 450, EVEN, 0.0, "spin-2"))
    assert wafer.dielectric_constant("MSQ", 2.3) == pytest.approx(2.7)
    assert wafer.monitors.of("MSQ").film.job == "spin-2"


def test_there_is_no_monitor_of_what_no_tool_laid_down():
    assert line().dielectric_constant("MSQ", 2.3) is None


def test_a_film_reacts_on_copper_only():
    wafer = line("Sn", 12)
    wafer.apply(Heat(((900.0, 200.0),)))
    assert max(wafer.line_thickness("Sn")) == 0
    assert min(wafer.field_thickness("Sn")) == pytest.approx(12)
    assert wafer.line_thickness("Cu3Sn") == pytest.approx((12 * 2.118,) * 25, rel=1e-3)
    assert wafer.line_thickness("Cu") == pytest.approx((600 - 12 * 1.307,) * 25, rel=1e-3)


def test_a_short_cold_anneal_leaves_film_over():
    wafer = line("Sn", 50)
    wafer.apply(Heat(((600.0, 150.0),)))
    left = wafer.line_thickness("Sn")[0]
    assert left == pytest.approx(31, abs=1)


def test_tin_waits_badly():
    wafer = line("Sn", 1.0)
    wafer.wait(0.0)
    wafer.wait(24 * 3600.0)
    assert max(wafer.line_thickness("Sn")) < 0.01
    assert min(wafer.line_thickness("Cu6Sn5")) > 1
    assert min(wafer.field_thickness("Sn")) == pytest.approx(1.0)


def test_a_wait_in_many_pieces_is_as_long_as_the_whole():
    left = []
    for pieces in (1, 300):
        wafer = line("Sn", 12)
        for piece in range(pieces + 1):
            wafer.wait(1800.0 * piece / pieces)
            _ = wafer.section  # somebody looks
        left.append(wafer.line_thickness("Sn")[0])
    assert left[1] == pytest.approx(left[0], abs=0.03)


def test_what_grew_cold_becomes_cu3sn_when_warm():
    wafer = line("Sn", 12)
    wafer.wait(0.0)
    wafer.wait(4 * 3600.0)
    wafer.apply(Heat(((900.0, 200.0),)))
    assert "Cu6Sn5" not in wafer.materials()
    assert wafer.line_thickness("Cu3Sn")[0] == pytest.approx(12 * 2.118, rel=0.02)


def test_lead_stays_behind():
    wafer = line("Sn-Pb", 15)
    wafer.apply(Heat(((3600.0, 200.0),)))
    assert wafer.line_thickness("Pb")[0] == pytest.approx(15 * (1 - 0.726), rel=0.01)


def test_a_barrier_keeps_film_and_copper_apart():
    wafer = line()
    wafer.apply(deposit("TaN", 10))
    wafer.apply(deposit("Sn", 12))
    wafer.apply(Heat(((900.0, 200.0),)))
    assert "Cu3Sn" not in wafer.materials()


def test_an_etch_stops_where_its_rate_is_nought():
    wafer = Wafer("w")
    for effect in (deposit("SiOC", 100), deposit("SiN", 20), etch({"SiN": 1}, 100)):
        wafer.apply(effect)
    assert wafer.thickness("SiOC") == pytest.approx((100.0,) * 25)
    assert "SiN" not in wafer.materials()


def test_an_end_point_is_found_on_the_wafer():
    wafer = Wafer("w")
    wafer.apply(deposit("SiN", 20))
    wafer.apply(deposit("SiOC", 100))
    found = wafer.seconds_until(
        lambda s: etch({"SiOC": 2.0}, s), lambda trial: "SiN" in trial.tops(), 600
    )
    assert found == pytest.approx(50, abs=0.05)
    assert wafer.thickness("SiOC")[0] == pytest.approx(100)


def test_an_end_point_is_not_told_while_any_film_is_left():
    """At 0.1 nm/s a twentieth of a nm would be half a second."""
    wafer = Wafer("w")
    wafer.apply(deposit("SiN", 20))
    wafer.apply(deposit("SiOC", 2))

    def wet(seconds):
        return Etch({"SiOC": 0.1}, seconds, EVEN, directional=False, job="j")

    found = wafer.seconds_until(wet, lambda trial: "SiN" in trial.tops(), 60)
    assert found == pytest.approx(20, abs=0.03)


def test_an_end_point_that_does_not_come_is_none():
    wafer = Wafer("w")
    wafer.apply(deposit("SiOC", 100))
    assert wafer.seconds_until(lambda s: etch({}, s), lambda w: "SiN" in w.tops(), 60) is None


def test_soft_copper_dishes_beside_a_hard_stop():
    wafer = line()
    wafer.apply(Polish({"Cu": 1.0, "SiOC": 0.0}, 20, EVEN, "j"))
    assert -20 < wafer.step_height()[0] < -1


def test_a_window_in_resist_is_as_wide_as_its_reticle_and_as_deep_as_the_coat():
    wafer = windowed()
    assert wafer.line_width() == pytest.approx((800.0,) * 25)
    thick = wafer.field_thickness("resist-n1")[0]
    assert wafer.step_height() == pytest.approx((-thick,) * 25)


def test_an_opening_under_a_blanket_of_copper_has_no_width_that_is_seen():
    etched = windowed(etch({"SiOC": 6, "resist-n1": 1}, 110), etch({"resist-n1": 10}, 100))
    assert etched.line_width() == pytest.approx((800.0,) * 25)
    etched.apply(deposit("Cu", 750))
    assert etched.line_width() == ()


def test_the_store_knows_where_wafers_are():
    store = WaferStore()
    store.ensure("a")
    store.move("a", "CVD01")
    assert store.place_of("a") == "CVD01"
    store.ensure("a")
    assert store.place_of("a") == "CVD01"
    with pytest.raises(KeyError):
        store.place_of("b")
