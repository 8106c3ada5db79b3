"""Etch rates, dry by chemistry and wet by bath. nm/min; a material not named is not etched.

Wet rates follow Arrhenius around the bath's own temperature: r exp(Ea/k (1/Tref - 1/T)). The end
point is seen in S = base + Σ (exposed share × rate): see `simulators.section.endpoint`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

BOLTZMANN = 8.617e-5
"""eV/K"""


@dataclass(frozen=True, slots=True)
class Chemistry:
    """Rates (nm/min by material), 1σ over the wafer as a fraction; whether it cuts downward."""

    rates: dict[str, float]
    sigma: float = 0.02
    directional: bool = True
    oxidises: bool = False
    """Whether it takes the carbon out of low-k."""


_RESISTS = ("resist-n1", "resist-n2")


def _with_resist(rate: float, rates: Mapping[str, float]) -> dict[str, float]:
    return {**rates, **dict.fromkeys(_RESISTS, rate)}


DRY = {
    # fluorocarbon: resist 4:1, stop layers 10:1; copper and its compounds do not become volatile
    "dielectric": Chemistry(
        _with_resist(87.5, {"SiOC": 350, "SiO2": 300, "MSQ": 400, "SiN": 35, "SiCN": 35})
    ),
    "stop": Chemistry(_with_resist(60, {"SiN": 80, "SiCN": 80, "SiOC": 100, "MSQ": 120, "TaN": 8})),
    "barrier": Chemistry(_with_resist(60, {"TaN": 60, "SiOC": 60, "SiN": 40, "Cu": 3})),
    "back": Chemistry(_with_resist(120, {"MSQ": 180, "SiOC": 150, "TaN": 10}), sigma=0.01),
    "sputter": Chemistry(
        _with_resist(
            10,
            {"Cu3Sn": 12, "Cu6Sn5": 12, "CuAl2": 9, "Cu3Si": 9, "Cu": 15, "SiOC": 6, "SiN": 5}
            | {"SiO2": 6, "TaN": 5, "Sn": 15, "Al": 10},
        )
    ),
    "trim": Chemistry(_with_resist(300, {"SiOC": 10})),
    "ash": Chemistry(_with_resist(300, {}), directional=False),
    "ash-o2": Chemistry(_with_resist(500, {}), directional=False, oxidises=True),
}
"""Dry chemistry → what it does."""


@dataclass(frozen=True, slots=True)
class Bath:
    """Rates (nm/min by material) at its own temperature; it bears `low` to `high`."""

    rates: dict[str, float]
    degc: float
    low: float
    high: float
    ea_ev: float = 0.4
    sigma: float = 0.02


WET = {
    # ceric ammonium nitrate: Cu 4.5, Al 0.06, SiO2 < 0.001 nm/s (MEMS Materials and Processes
    # Handbook, table 8.19)
    "can": Bath({"Cu": 270, "Al": 3.6, "TaN": 0.6, "Cu3Sn": 30, "CuAl2": 30}, 20, 18, 30),
    "can-dilute": Bath({"Cu": 60, "Al": 0.8, "TaN": 0.1, "Cu3Sn": 7, "CuAl2": 7}, 20, 18, 30),
    # takes tin and spares copper: US 4,439,338; leaves the compound: EP 0 413 261
    "msa": Bath(
        {"Sn": 50, "Sn-Pb": 50, "Pb": 50, "Cu": 0.2, "Cu3Sn": 0.5, "Cu6Sn5": 0.5}, 30, 20, 40
    ),
    "tmah": Bath({"Al": 60, "Cu": 0.1, "CuAl2": 2}, 23, 20, 30),
    "tmah-40": Bath({"a-Si:H": 40, "Al": 200, "Cu": 0.2, "Cu3Si": 2}, 40, 30, 45),
    # Cu 48, Al 9 nm/s at 50 degC (same handbook): eats copper faster than aluminium
    "pan": Bath({"Cu": 2880, "Al": 540, "CuAl2": 540}, 50, 20, 55),
    # sound low-k repels it; what oxygen plasma has damaged goes as fast as a poor oxide
    "hf": Bath(
        {"SiOC": 0.1, "SiOC:damaged": 30, "MSQ": 0.1, "MSQ:damaged": 30, "SiO2": 3}
        | {"SiN": 0.3, "TaN": 0.1, "Cu": 0.2},
        23,
        20,
        30,
    ),
    # 100 nm/min of oxide in 6:1 (University of Maryland process page)
    "bhf": Bath({"SiO2": 100, "SiOC": 1, "SiN": 1, "Cu": 0.5}, 23, 20, 30),
    "glycolic": Bath({"Cu": 0.2}, 30, 20, 45),
    "citric": Bath({"Cu": 0.2}, 23, 20, 35),
    "nmp": Bath({"resist-n1": 200, "resist-n2": 200}, 65, 50, 80),
}
"""Bath → what it does."""


def wet_rates(bath: Bath, degc: float) -> dict[str, float]:
    """Rates (nm/min) at a temperature other than the bath's own."""
    kelvin, usual = degc + 273.15, bath.degc + 273.15
    factor = math.exp(bath.ea_ev / BOLTZMANN * (1 / usual - 1 / kelvin))
    return {material: rate * factor for material, rate in bath.rates.items()}
