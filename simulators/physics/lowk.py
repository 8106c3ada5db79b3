"""Low-k dielectrics: what oxygen plasma does to their skin, and what a cure does to their pores.

Oxygen takes the carbon out of the open skin and leaves oxide that drinks water (Liu 2002). It comes
by diffusion, so the depth goes with the square root of time: d = d1 sqrt(t / t1), in nm and s.
A film damaged in part has the k of both in series. Porogen leaves methylsilsesquioxane from 400
degC on and k falls from 2.7 to 2.3 (Kohl 1999).
Numbers and sources: ``sequences/physics``, ``oxygen-plasma``, ``porogen``.
"""

import math
from collections.abc import Collection, Iterable

import numpy as np
from msgspec import Struct

from simulators.physics.values import read_table, shipped

DAMAGED = "damaged"
"""Tag of the skin that oxygen plasma has made oxide of."""
POROGEN = "porogen"
"""Tag of a spun-on film that still holds its porogen."""


class Porogen(Struct, frozen=True):
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


def k_of(material: str, tags: Collection[str], sound: float) -> float:
    """K of what bears some tags; `sound` is that of what bears none."""
    if DAMAGED in tags:
        return _SKINS[material].k
    return UNCURED_K[material] if POROGEN in tags else sound


def k_of_stack(layers: Iterable[tuple[float, float]]) -> float:
    """What a stack of (nm, k) has as one film: capacitors in series, Σd / Σ(d/k)."""
    thick, k = np.array(list(layers)).T
    return float(thick.sum() / (thick / k).sum())
