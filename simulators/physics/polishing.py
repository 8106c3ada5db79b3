"""Chemical-mechanical polishing: Preston's law, rate = Kp · pressure · speed.

Kp of silica on oxide is about 1e-13 m²/N, so 3 psi at 1 m/s take about 120 nm/min. For the three
platens the table gives rates at the usual pressure; they go with pressure and speed.
"""

import math
from dataclasses import dataclass

from simulators.physics.values import Values, read_table, shipped

PSI = 6894.757
"""Pa"""
KP_OXIDE = 1.0e-13
"""m²/N, silica slurry on SiO2."""

DISHING_NM = 15.0
"""How far soft material sinks below the stop beside it, in the end (under 20 nm: vendor guide)."""
DISHING_S = 30.0
"""Time constant of dishing, in s of over-polish."""
TRACK_RADIUS_M = 0.19
"""Distance of the wafer's centre from the platen's axis."""


@dataclass(frozen=True, slots=True)
class Platen:
    """Removal rates (nm/min by material) at `psi` and `rpm`; 1σ over the wafer as a fraction."""

    psi: float
    rpm: float
    rates: dict[str, float]
    sigma: float


def _platen(values: Values) -> Platen:
    return Platen(
        values.value("pressure", "psi"),
        values.value("speed", "rpm"),
        values.rates("rates"),
        values.share("sigma"),
    )


PLATENS = read_table(shipped("polishing"), ("pressure", "speed", "rates", "sigma"), _platen)
"""Platen → what it does."""


def preston(kp: float, psi: float, metres_per_s: float) -> float:
    """Removal rate in nm/min."""
    return kp * psi * PSI * metres_per_s * 1e9 * 60


def speed(rpm: float) -> float:
    """Pad speed under the wafer, m/s."""
    return 2 * math.pi * rpm / 60 * TRACK_RADIUS_M


def rates(platen: Platen, psi: float, rpm: float) -> dict[str, float]:
    """Removal rates (nm/min) at a pressure and platen speed, by Preston's law."""
    factor = psi * rpm / (platen.psi * platen.rpm)
    return {material: rate * factor for material, rate in platen.rates.items()}


def dishing(over_s: float) -> float:
    """How far (nm) soft material lies below the stop after `over_s` of over-polish."""
    return DISHING_NM * (1 - math.exp(-max(0.0, over_s) / DISHING_S))
