"""How hot a furnace gets in an anneal, by the law of `simulators.physics.furnace` alone.

No boat moves and nothing is purged: the ramp begins in a furnace at rest that a cold boat has just
drawn down. That makes less than 0.1 °C of difference to the peak, without anti-windup up to 1.1 °C.
It stops as soon as the peak is over, and remembers what it was asked, so that an audit can afford
it.
"""

from functools import lru_cache
from typing import NamedTuple

from simulators.physics.furnace import PERIOD_S, Aim, FurnaceState, boat_in, step

LONGEST_S = 6 * 3600.0
"""A ramp or a cooling down that has not ended by then has failed."""
QUIET_S = 300.0
"""So long after the last rise, with the set-point at rest or falling, the peak is over."""
RISE = 0.02
"""°C; less in that time is no rise."""


class Anneal(NamedTuple):
    """What the furnace is told. Temperatures in degC, rates in °C/min, times in s.

    With a `band` the soak begins once all zones are so near to the target, else with the arrival of
    the set-point.
    """

    start: float
    target: float
    rate: float
    hold_s: float
    cool_to: float
    cool_rate: float
    band: float | None = None


@lru_cache(maxsize=1024)
def peak(told: Anneal, *, anti_windup: bool) -> float:
    """The highest temperature (degC) of any zone, from boat-in to cooling down."""
    state = boat_in(FurnaceState.steady(told.start))
    aim = Aim(told.target, told.rate)
    highest = risen = told.start
    quiet = 0.0
    left: dict[str, float] = {"ramp": LONGEST_S, "soak": told.hold_s, "cool": LONGEST_S}
    phase = "ramp"
    while True:
        state = step(state, aim, anti_windup=anti_windup)
        hottest = max(state.loads)
        highest = max(highest, hottest)
        quiet += PERIOD_S
        if hottest > risen + RISE:
            risen, quiet = hottest, 0.0
        left[phase] -= PERIOD_S
        if phase == "ramp" and _arrived(state, told):
            phase = "soak"
        elif left[phase] <= 0:
            if phase != "soak":
                return highest
            phase, aim = "cool", Aim(told.cool_to, told.cool_rate)
        if quiet >= QUIET_S and (phase == "cool" or state.setpoint == told.target):
            return highest


def _arrived(state: FurnaceState, told: Anneal) -> bool:
    if state.setpoint != told.target:
        return False
    band = told.band
    return band is None or all(abs(load - told.target) <= band for load in state.loads)
