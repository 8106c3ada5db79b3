"""Low-k dielectrics: what oxygen plasma does to their skin, and what a cure does to their pores.

Oxygen takes the carbon out of the open skin and leaves oxide that drinks water (Liu 2002). It comes
by diffusion, so the depth goes with the square root of time: d = d1 sqrt(t / t1), in nm and s.
A film damaged in part has the k of both in series. Porogen leaves methylsilsesquioxane from about
400 degC on and k falls from 2.7 to 2.3 (Kohl 1999), linearly with what has left.
Numbers and sources: ``sequences/physics``, ``oxygen-plasma``, ``porogen``.
"""

import math
from collections.abc import Collection, Iterable

import numpy as np
from msgspec import Struct

from simulators.physics import conversion
from simulators.physics.values import read_table, shipped

DAMAGED = "damaged"
"""Tag of the skin that oxygen plasma has made oxide of."""
POROGEN = "porogen"
"""Tag of a spun-on film that still holds its porogen."""


POROGENS = read_table(shipped("porogen"), (*conversion.KEYS, "k_before"), conversion.conversion)
"""Material → how fast heat drives its porogen out."""
UNCURED_K = read_table(
    shipped("porogen"),
    (*conversion.KEYS, "k_before"),
    lambda values: values.bare("k_before"),
)
"""Material → k while all of the porogen is in it."""
OUT = 0.01
"""Share of the porogen that is none any more."""


class Skin(Struct, frozen=True):
    """How deep (nm) oxygen goes in how long (s), and k of what it leaves."""

    depth: float
    seconds: float
    k: float


_SKINS = read_table(
    shipped("oxygen-plasma"),
    ("depth", "in", "k"),
    lambda values: Skin(values.value("depth", "nm"), values.value("in", "s"), values.bare("k")),
)
BURNS = frozenset(_SKINS)
"""Materials whose open skin oxygen plasma damages."""


def damaged_depth(material: str, seconds: float, already: float = 0.0) -> float:
    """Depth (nm) of the damage after some oxygen plasma, on a skin damaged `already` so deep.

    That stands for the time in which it came to be, so that it doesn't matter how a time is cut.
    """
    skin = _SKINS[material]
    return math.sqrt(already**2 + skin.depth**2 * max(0.0, seconds) / skin.seconds)


def k_of(material: str, tags: Collection[str], sound: float, half_lives: float = 0.0) -> float:
    """K of what bears some tags; `sound` is that of what bears none.

    `half_lives` are those through which heat has taken its porogen.
    """
    if DAMAGED in tags:
        return _SKINS[material].k
    if POROGEN not in tags:
        return sound
    return sound + (UNCURED_K[material] - sound) * conversion.left_after(half_lives)


def k_of_stack(layers: Iterable[tuple[float, float]]) -> float:
    """What a stack of (nm, k) has as one film: capacitors in series, Σd / Σ(d/k)."""
    thick, k = np.array(list(layers)).T
    return float(thick.sum() / (thick / k).sum())
