"""Chemical-mechanical polishing: Preston's law, rate = Kp · pressure · speed.

Kp of silica on oxide is about 1e-13 m²/N, so 3 psi at 1 m/s take about 120 nm/min. For the three
platens the table gives rates at the usual pressure; they go with pressure and speed.
"""

import math
from dataclasses import dataclass

from simulators.physics.values import Values, read_table, shipped

PSI = 6894.757
"""Pa"""
KP = read_table(
    shipped("preston"), ("kp_e_13_m2_n",), lambda values: values.bare("kp_e_13_m2_n") * 1e-13
)
"""Material → Preston's coefficient, m²/N, of silica slurry."""
DISHES = read_table(
    shipped("dishing"),
    ("depth", "in"),
    lambda values: (values.value("depth", "nm"), values.value("in", "s")),
)
"""Soft material → how far (nm) it sinks below a stop in the end, and how fast (s)."""


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


def rates(platen: Platen, psi: float, rpm: float) -> dict[str, float]:
    """Removal rates (nm/min) at a pressure and platen speed, by Preston's law."""
    factor = psi * rpm / (platen.psi * platen.rpm)
    return {material: rate * factor for material, rate in platen.rates.items()}


def dishing(material: str, over_s: float) -> float:
    """How far (nm) a soft material lies below the stop after `over_s` of over-polish."""
    depth, after = DISHES[material]
    return depth * (1 - math.exp(-max(0.0, over_s) / after))
