"""The furnace and its controller: overshoot, ramps, and what a lost anti-windup does."""

import pytest

from simulators.physics.furnace import PERIOD_S, Aim, FurnaceState, boat_in, step

SOAK_S = 1800


def anneal(target: float, rate: float, *, anti_windup: bool = True) -> tuple[float, float]:
    """Highest zone temperature, and seconds until all zones are within 1 °C of the target."""
    state, aim = FurnaceState.steady(80.0), Aim(target, rate)
    peak, reached, seconds = 0.0, None, 0.0
    while reached is None or seconds < reached + SOAK_S:
        state = step(state, aim, anti_windup=anti_windup)
        seconds += PERIOD_S
        peak = max(peak, *state.loads)
        near = all(abs(load - target) <= 1 for load in state.loads)
        if reached is None and state.setpoint == target and near:
            reached = seconds
        assert seconds < 12 * 3600
    return peak, reached


def test_stays_at_a_steady_temperature():
    state = FurnaceState.steady(200.0)
    for _ in range(1000):
        state = step(state, Aim(200.0, 5.0))
    assert all(abs(load - 200.0) < 0.5 for load in state.loads)


@pytest.mark.parametrize(
    "rate", [5.0, 20.0, *(pytest.param(each, marks=pytest.mark.long) for each in (1.0, 10.0))]
)
@pytest.mark.parametrize("target", [100.0, 150.0, 200.0, 300.0, 380.0, 393.0, 420.0])
def test_overshoots_by_no_more_than_three_degrees(target, rate):
    peak, _ = anneal(target, rate)
    assert peak - target <= 3.0


def test_the_highest_runnable_set_point_stays_well_below_400():
    peak, _ = anneal(393.0, 5.0)
    assert peak < 399.0


def test_a_set_point_of_399_9_passes_400():
    peak, _ = anneal(399.9, 5.0)
    assert peak > 400.5


def test_without_anti_windup_380_runs_past_400():
    peak, _ = anneal(380.0, 5.0, anti_windup=False)
    assert peak > 402


def test_without_anti_windup_200_has_power_to_spare():
    peak, _ = anneal(200.0, 5.0, anti_windup=False)
    assert peak < 205


def test_follows_a_ramp_that_it_has_the_power_for():
    _, seconds = anneal(200.0, 5.0)
    assert seconds == pytest.approx((200 - 80) / 5 * 60, rel=0.8)
    assert seconds > (200 - 80) / 5 * 60


def test_heaters_off_means_cooling():
    state = FurnaceState.steady(300.0)
    for _ in range(3600):
        state = step(state, Aim(25.0, 5.0, heaters_on=False))
    assert max(state.loads) < 60


def test_a_cold_boat_draws_every_zone_down():
    before = FurnaceState.steady(150.0)
    after = boat_in(before)
    assert all(new < old - 5 for new, old in zip(after.loads, before.loads, strict=True))
