"""Oxygen left in a purged tube, a stirred volume: c = c_N2 + (c0 - c_N2) exp(-t V'/V)."""

import math

AIR_PPM = 209_500.0
"""Oxygen in air."""
SUPPLY_PPM = 0.5
"""Oxygen in the nitrogen of the house."""
TUBE_LITRES = 22.0
"""Volume to purge, with the boat in."""
AFTER_PUSH_PPM = 1_500.0
"""The load-lock is under nitrogen too: so much comes in with the boat."""


def residual(start_ppm: float, flow_slm: float, seconds: float) -> float:
    """Oxygen (ppm) after purging for some seconds."""
    return SUPPLY_PPM + (start_ppm - SUPPLY_PPM) * math.exp(-flow_slm / 60 * seconds / TUBE_LITRES)


def time_to(start_ppm: float, limit_ppm: float, flow_slm: float) -> float:
    """Seconds of purging until the oxygen is below a limit (which must be above SUPPLY_PPM)."""
    if start_ppm <= limit_ppm:
        return 0.0
    ratio = (start_ppm - SUPPLY_PPM) / (limit_ppm - SUPPLY_PPM)
    return math.log(ratio) * TUBE_LITRES / (flow_slm / 60)
