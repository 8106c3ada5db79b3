"""Low-k dielectrics: what oxygen plasma does to their skin, and what a cure does to their pores.

Oxygen takes the carbon out of the open skin and leaves oxide that drinks water (Liu 2002). It comes
by diffusion, so the depth goes with the square root of time: 40 nm in 45 s, cold (unverified).
Porogen leaves methylsilsesquioxane from 400 degC on and k falls from 2.7 to 2.3 (Kohl 1999).
"""

import math
from dataclasses import dataclass

from simulators.physics.values import read_table, shipped

DAMAGED = "damaged"
"""Tag of the skin that oxygen plasma has made oxide of."""
POROGEN = "porogen"
"""Tag of a spun-on film that still holds its porogen."""
BARE_TO_OXYGEN = ("SiOC", "MSQ")
"""The materials whose skin oxygen plasma damages."""
SKIN_NM = 40.0
SKIN_S = 45.0


@dataclass(frozen=True, slots=True)
class Porogen:
    """From which temperature (degC) it leaves, and the film's k until then."""

    degc: float
    k: float


_POROGENS = read_table(
    shipped("porogen"),
    ("leaves_at", "k_before"),
    lambda values: Porogen(values.value("leaves_at", "degC"), values.bare("k_before")),
)
CURE_DEGC = {material: each.degc for material, each in _POROGENS.items()}
"""Material → degC from which its porogen leaves."""
UNCURED_K = {material: each.k for material, each in _POROGENS.items()}
"""Material → k while the porogen is in it."""


def damaged_skin(seconds: float) -> float:
    """Depth (nm) of the damage after some seconds of oxygen plasma on a fresh surface."""
    return SKIN_NM * math.sqrt(max(0.0, seconds) / SKIN_S)
