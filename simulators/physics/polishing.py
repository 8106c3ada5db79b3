"""Chemical-mechanical polishing: Preston's law, rate = Kp · pressure · speed.

Kp of silica on oxide is about 1e-13 m²/N, so 3 psi at 1 m/s take about 120 nm/min. What a slurry
does to other materials is known as a rate at some pressure and speed, which gives their Kp. The
speed between pad and wafer is the platen's at the wafer's middle: 2π · radius · rpm / 60. A soft
material dishes beside a stop by d (1 - exp(-t/τ)) of over-polish. The platen's motor draws
I = I0 + c · pressure · Σ share · friction of what the pad rubs on. Kp in m²/N, pressures in psi,
speeds in m/s, rates in nm/min, depths in nm. Numbers and sources: ``sequences/physics``,
``preston``, ``polishing``, ``platens``, ``friction``, ``dishing``.
"""

import math
from collections.abc import Mapping

from msgspec import Struct

from simulators.physics.constants import PSI
from simulators.physics.erosion import rates_of_all
from simulators.physics.values import Values, read_table, shipped

KP = read_table(
    shipped("preston"),
    ("slurry", "kp_e_13_m2_n"),
    lambda values: (values.text("slurry"), values.bare("kp_e_13_m2_n") * 1e-13),
)
"""Material → the slurry of which Preston's coefficient is known, and the coefficient in m²/N."""


class Pad(Struct, frozen=True):
    """Radius in m at which the wafer turns; motor (A, on copper) and pad (degC), by the psi.

    And how little (nm) of a material an optical end point does not see.
    """

    radius: float
    current: float
    current_psi: float
    degc: float
    degc_psi: float
    unseen: float


PAD = read_table(
    shipped("platens"),
    ("radius", "current", "current_1_psi", "pad", "pad_1_psi", "unseen"),
    lambda values: Pad(
        values.value("radius", "m"),
        values.bare("current"),
        values.bare("current_1_psi"),
        values.bare("pad"),
        values.bare("pad_1_psi"),
        values.value("unseen", "nm"),
    ),
)["platen"]
DISHES = read_table(
    shipped("dishing"),
    ("depth", "in"),
    lambda values: (values.value("depth", "nm"), values.value("in", "s")),
)
"""Soft material → how far (nm) it sinks below a stop in the end, and how fast (s)."""

FRICTION = read_table(shipped("friction"), ("of_copper",), lambda values: values.bare("of_copper"))
"""Material → how hard it rubs on a pad, relative to copper; ``other`` for what is not named."""


class Platen(Struct, frozen=True):
    """Preston's coefficients (m²/N by material) of a platen's slurry; 1σ over the wafer."""

    kp: dict[str, float]
    sigma: float


def preston(kp: float, psi: float, metres_per_s: float) -> float:
    """Removal rate in nm/min."""
    return kp * psi * PSI * metres_per_s * 1e9 * 60


def pad_speed(rpm: float) -> float:
    """Speed (m/s) between pad and wafer."""
    return 2 * math.pi * PAD.radius * rpm / 60


def _platen(values: Values) -> Platen:
    one = preston(1.0, values.value("pressure", "psi"), pad_speed(values.value("speed", "rpm")))
    slurry = values.text("slurry")
    known = {material: kp for material, (of, kp) in KP.items() if of == slurry}
    found = rates_of_all(values, "rates", known)
    kp = {material: rate / one for material, rate in found.items()} | known
    return Platen(kp, values.share("sigma"))


_PLATEN = ("slurry", "pressure", "speed", "rates", "sigma")
PLATENS = read_table(shipped("polishing"), _PLATEN, _platen)
"""Platen → what it does."""


def rates(platen: Platen, psi: float, rpm: float) -> dict[str, float]:
    """Removal rates (nm/min) at a pressure and platen speed, by Preston's law."""
    speed = pad_speed(rpm)
    return {material: preston(kp, psi, speed) for material, kp in platen.kp.items()}


def motor_current(psi: float, shares: Mapping[str, float]) -> float:
    """What a platen's motor draws (A) at a pressure, by the shares of what the pad rubs on."""
    other = FRICTION["other"]
    rubbing = sum(share * FRICTION.get(material, other) for material, share in shares.items())
    return PAD.current + PAD.current_psi * psi * rubbing


def dishing(material: str, over_s: float, already: float = 0.0) -> float:
    """How far (nm) a soft material lies below the stop after `over_s` of over-polish.

    It lay `already` so deep before; deeper than it ever sinks, it stays.
    """
    depth, after = DISHES[material]
    left = max(0.0, depth - already)
    return max(depth, already) - left * math.exp(-max(0.0, over_s) / after)
