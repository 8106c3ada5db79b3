"""Figures from the literature that the physics must reproduce."""

import math

import pytest
from msgspec.structs import replace

from simulators.physics import (
    baking,
    deposition,
    exposure,
    furnace,
    imaging,
    oxygen,
    polishing,
    reaction,
    spinning,
)
from simulators.physics.lag import heating, lagged, settling


@pytest.mark.parametrize(
    ("rpm", "um"), [(2000, 1.98), (3000, 1.62), (4000, 1.40), (5000, 1.25), (6000, 1.14)]
)
def test_az5214e_spin_table(rpm, um):
    thickness = spinning.dry_thickness(spinning.LIQUIDS["AZ5214E"], rpm) / 1000
    assert thickness == pytest.approx(um, rel=0.01)


def test_the_textbook_heater(monkeypatch):
    """A wafer at 80 degC given 0.5 kW more: 230 degC after 4 min, 280 in the end."""
    zone, seen = furnace.Zone(gain=400, heater_s=2.885 * 60, load_s=1), {}
    monkeypatch.setattr(furnace, "AMBIENT", 80.0)
    monkeypatch.setattr(furnace, "ZONES", (zone,) * len(furnace.ZONES))  # alike: no exchange
    state, by_hand = furnace.FurnaceState.steady(80.0), furnace.Aim(80.0, 1.0, heaters_on=False)
    for period in range(1, 3601):
        powers = ((0.5,) * len(furnace.ZONES),) * len(state.powers)
        state = furnace.step(state._replace(powers=powers), by_hand)
        seen[period * furnace.PERIOD_S] = state.heaters[furnace.WAFER_ZONE]
    assert (seen[7200] - 80) / 0.5 == pytest.approx(400, rel=0.01)
    time_constant = next(s for s, degc in seen.items() if degc >= 80 + 200 * (1 - math.exp(-1)))
    assert time_constant == pytest.approx(2.885 * 60, rel=0.01)
    assert seen[240] == pytest.approx(230, rel=0.01)


def test_oxide_polishes_at_about_120_nm_a_minute():
    slurry, kp = polishing.KP["SiO2"]
    assert slurry == "silica"
    assert polishing.preston(kp, 3, 1.0) == pytest.approx(120, rel=0.1)


def test_pecvd_nitride_grows_16_nm_a_minute_at_350():
    assert deposition.rate("SiN", 350) == pytest.approx(16)


def test_copper_grows_100_nm_a_minute():
    assert deposition.rate("Cu", 200) == pytest.approx(100)


def test_contrast_by_its_definition():
    resist = replace(exposure.RESISTS["resist-n1"], d0=40, gamma=exposure.gamma(40, 60))
    assert exposure.gamma(40, 60) == pytest.approx(2.84, abs=0.005)
    assert exposure.share_worked(resist, 60) == pytest.approx(0.5)
    assert exposure.share_worked(resist, 40) == 0
    assert exposure.share_worked(resist, 1000) == 1


def test_two_micrometres_of_resist_take_121_mj_and_no_more():
    """A public figure of one i-line negative resist, light absorbed on its way to the bottom."""
    resist = exposure.RESISTS["resist-n1"]
    through = 121 * math.exp(-resist.absorption_nm * 2000)
    assert exposure.share_worked(resist, through) == 1
    assert exposure.share_worked(resist, 0.95 * through) < 1


def test_rayleighs_depth_of_focus_of_an_i_line_lens():
    assert imaging.depth_of_focus(0.57) == pytest.approx(562, abs=1)
    assert imaging.blur(0.5, 0.57) == 0
    assert imaging.blur(-1.0, 0.57) == imaging.blur(1.0, 0.57) == pytest.approx(152, abs=1)


def test_a_blurred_image_keeps_its_light_and_half_of_it_at_an_edge():
    pieces = imaging.image([(0.0, 1000.0), (1400.0, 2400.0)], 2400.0, 80.0)
    light = sum((right - left) * bright for left, right, bright in pieces)
    assert light == pytest.approx(2000, rel=0.01)
    assert min(bright for *_, bright in pieces) < 0.05
    (at_edge,) = [bright for left, right, bright in pieces if left < 1000 < right]
    assert at_edge == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("degc", "nm"), [(150, 41), (200, 144), (300, 927)])
def test_cu3sn_in_ten_minutes(degc, nm):
    growth = reaction.Warmth(((600.0, degc),)).growth(reaction.COUPLES["Sn"])
    assert reaction.thickness_after(0, growth) == pytest.approx(nm, rel=0.01)


@pytest.mark.parametrize(("degc", "nm"), [(150, 5.6), (200, 34), (300, 500)])
def test_cual2_in_ten_minutes(degc, nm):
    growth = reaction.Warmth(((600.0, degc),)).growth(reaction.COUPLES["Al"])
    assert reaction.thickness_after(0, growth) == pytest.approx(nm, rel=0.05)


def test_what_is_eaten_linearly_goes_on_in_the_warmth_as_fast_as_at_the_limit():
    assert reaction.Warmth(((600.0, 200.0),)).cold("Sn") == pytest.approx(
        reaction.Warmth(((600.0, 60.0),)).cold("Sn")
    )


def test_history_in_pieces_is_the_same_as_in_one():
    one = reaction.Warmth(((600.0, 180.0),)).growth(reaction.COUPLES["Sn"])
    many = reaction.Warmth(((60.0, 180.0),) * 10).growth(reaction.COUPLES["Sn"])
    assert many == pytest.approx(one)


def test_emslie_bonner_peck_thins_with_the_square_root_of_time():
    liquid = spinning.LIQUIDS["AZ5214E"]
    short = spinning.wet_thickness(liquid, 200, 3000, 10)
    long = spinning.wet_thickness(liquid, 200, 3000, 40)
    assert short / long == pytest.approx(2, rel=0.01)


def test_bake_leaves_little_solvent():
    left = baking.solvent_left(baking.FRESH, 110, 60)
    assert left < 0.01


def test_purge_time_and_residual_oxygen_agree():
    seconds = oxygen.time_to(1500, 10, 20)
    assert oxygen.residual(1500, 20, seconds) == pytest.approx(10)


def test_lag_is_exact_for_any_step():
    halfway = lagged(0, 100, 10, 5)
    assert lagged(halfway, 100, 10, 5) == pytest.approx(lagged(0, 100, 10, 10))
    assert lagged(0, 100, 10, settling(0, 100, 10, 1)) == pytest.approx(99)


def test_heating_pieces_cover_the_whole_time():
    pieces = heating(23, 200, 15, 90)
    assert sum(seconds for seconds, _ in pieces) == pytest.approx(90)
    temperatures = [degc for _, degc in pieces]
    assert temperatures == sorted(temperatures)
    assert math.isclose(temperatures[-1], 200, abs_tol=2)
