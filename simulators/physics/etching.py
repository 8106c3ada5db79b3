"""Etch rates, dry by chemistry and wet by bath. nm/min; a material not named is not etched.

Except by impact, which takes everything. Wet rates follow Arrhenius around the bath's own
temperature: r exp(Ea/k (1/Tref - 1/T)). The end point is seen in S = dark + Σ (exposed share ×
rate): see `simulators.section.endpoint`. Ea in eV.
Numbers and sources: ``sequences/physics``, ``dry-etching``, ``wet-etching``, ``endpoint``.
"""

import math

from msgspec import Struct

from simulators.physics.constants import BOLTZMANN, ZERO_DEGC
from simulators.physics.erosion import rates_of_all
from simulators.physics.values import Values, read_table, shipped


class Chemistry(Struct, frozen=True):
    """Rates (nm/min by material), 1σ over the wafer as a fraction; whether it cuts downward."""

    rates: dict[str, float]
    sigma: float
    directional: bool
    oxidises: bool
    """Whether it takes the carbon out of low-k."""


def _chemistry(values: Values) -> Chemistry:
    everything = values.flag("by_impact", default=False)
    return Chemistry(
        rates_of_all(values, "rates") if everything else values.rates("rates"),
        values.share("sigma"),
        values.flag("directional", default=True),
        values.flag("oxidises", default=False),
    )


_DRY = ("rates", "by_impact", "sigma", "directional", "oxidises")
DRY = read_table(shipped("dry-etching"), _DRY, _chemistry)
"""Dry chemistry → what it does."""


class Bath(Struct, frozen=True):
    """Rates (nm/min by material) at its own temperature."""

    rates: dict[str, float]
    degc: float
    ea_ev: float
    sigma: float


def _bath(values: Values) -> Bath:
    return Bath(
        values.rates("rates"),
        values.value("at", "degC"),
        values.bare("ea_ev"),
        values.share("sigma"),
    )


_BATH = ("rates", "at", "ea_ev", "sigma")
WET = read_table(shipped("wet-etching"), _BATH, _bath)
"""Bath → what it does."""


def wet_rates(bath: Bath, degc: float) -> dict[str, float]:
    """Rates (nm/min) at a temperature other than the bath's own."""
    kelvin, usual = degc + ZERO_DEGC, bath.degc + ZERO_DEGC
    factor = math.exp(bath.ea_ev / BOLTZMANN * (1 / usual - 1 / kelvin))
    return {material: rate * factor for material, rate in bath.rates.items()}


class Signal(Struct, frozen=True):
    """An end-point signal in the dark, and its noise (1σ), in nm/min of the whole wafer."""

    dark: float
    noise: float


SIGNALS = read_table(
    shipped("endpoint"),
    ("dark", "noise"),
    lambda values: Signal(values.bare("dark"), values.bare("noise")),
)
"""Tool → its end-point signal."""
