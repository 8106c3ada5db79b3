"""Negative resist: how much stays after development.

Contrast γ = 1 / (2 log10(D50/D0)) (IUPAC 2020, Pure Appl. Chem. 92, 1861), so the share left is
f = clip(γ log10(D/D0), 0, 1): 0 at D0, one half at D50.
"""

import math
from dataclasses import dataclass

from simulators.physics.values import Values, read_table, shipped


@dataclass(frozen=True, slots=True)
class Resist:
    """D0 in mJ/cm² at the bottom of the coat; γ is a pure number; bakes in degC."""

    d0: float
    gamma: float
    link_degc: float
    """Post-exposure bake from which the exposed part links."""


def _resist(values: Values) -> Resist:
    return Resist(
        values.value("d0", "mJ/cm2"), values.bare("gamma"), values.value("links_at", "degC")
    )


RESISTS = read_table(shipped("exposure"), ("d0", "gamma", "links_at"), _resist)
"""Material → resist."""


def gamma(d0: float, d50: float) -> float:
    """Contrast from the doses at which nothing and one half of the film stays."""
    return 1 / (2 * math.log10(d50 / d0))


def share_left(resist: Resist, dose: float) -> float:
    """Share of the thickness that stays where `dose` (mJ/cm²) fell."""
    if dose <= 0:
        return 0.0
    return min(1.0, max(0.0, resist.gamma * math.log10(dose / resist.d0)))
