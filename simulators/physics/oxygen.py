"""Oxygen left in a purged tube, a stirred volume: c = c_N2 + (c0 - c_N2) exp(-t V'/V).

In ppm, slm, litres and s. Numbers and sources: ``sequences/physics/purging.yaml``.
"""

import math

from msgspec import Struct

from simulators.physics.values import Values, read_table, shipped


class Tube(Struct, frozen=True):
    """Oxygen (ppm) in the nitrogen and in the tube after a push; the volume to purge."""

    supply_ppm: float
    after_push_ppm: float
    litres: float


def _tube(values: Values) -> Tube:
    return Tube(values.bare("supply_ppm"), values.bare("after_push_ppm"), values.bare("litres"))


TUBE = read_table(shipped("purging"), ("supply_ppm", "after_push_ppm", "litres"), _tube)["tube"]


def residual(start_ppm: float, flow_slm: float, seconds: float) -> float:
    """Oxygen (ppm) after purging for some seconds."""
    return TUBE.supply_ppm + (start_ppm - TUBE.supply_ppm) * math.exp(
        -flow_slm / 60 * seconds / TUBE.litres
    )


def time_to(start_ppm: float, limit_ppm: float, flow_slm: float) -> float:
    """Seconds of purging until the oxygen is below a limit (above the supply's)."""
    if start_ppm <= limit_ppm:
        return 0.0
    ratio = (start_ppm - TUBE.supply_ppm) / (limit_ppm - TUBE.supply_ppm)
    return math.log(ratio) * TUBE.litres / (flow_slm / 60)
