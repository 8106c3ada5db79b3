"""Resist: how much of a negative one stays after development, how deep light works in any.

Contrast γ = 1 / (2 log10(D50/D0)) (IUPAC 2020, Pure Appl. Chem. 92, 1861), so the share left is
f = clip(γ log10(D/D0), 0, 1): 0 at D0, one half at D50.
"""

import math
from dataclasses import dataclass

from simulators.physics.values import Values, read_table, shipped


@dataclass(frozen=True, slots=True)
class Resist:
    """D0 in mJ/cm² at the bottom of the coat; γ is a pure number."""

    d0: float
    gamma: float
    link_degc: float
    """Bake from which the exposed part of a negative resist links; infinite for a positive one."""
    absorption_nm: float
    """1/nm, i-line light in resist that does not bleach (Beer; Dill's B)."""
    dissolves_nm_s: float
    """How fast a puddle of developer takes what it dissolves."""


def _resist(values: Values) -> Resist:
    return Resist(
        values.value("d0", "mJ/cm2"),
        values.bare("gamma"),
        values.value("links_at", "degC") if values.has("links_at") else math.inf,
        values.bare("absorption_1_um") / 1000,
        values.value("dissolves", "nm/s"),
    )


_KEYS = ("d0", "gamma", "links_at", "absorption_1_um", "dissolves")
RESISTS = read_table(shipped("exposure"), _KEYS, _resist)
"""Material → resist."""


def gamma(d0: float, d50: float) -> float:
    """Contrast from the doses at which nothing and one half of the film stays."""
    return 1 / (2 * math.log10(d50 / d0))


def share_left(resist: Resist, dose: float) -> float:
    """Share of the thickness that stays where `dose` (mJ/cm²) fell."""
    if dose <= 0:
        return 0.0
    return min(1.0, max(0.0, resist.gamma * math.log10(dose / resist.d0)))


def depth(resist: Resist, dose: float) -> float:
    """How deep (nm) a dose (mJ/cm²) works: z* = ln(D/D0)/α; 0 below the threshold."""
    return 0.0 if dose <= resist.d0 else math.log(dose / resist.d0) / resist.absorption_nm
