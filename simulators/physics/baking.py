"""Hot plates: solvent leaves a coat by ds/dt = -s k exp(-E/RT); the coat shrinks by what leaves."""

import math
from dataclasses import dataclass

from simulators.physics.values import Values, read_table, shipped

GAS_CONSTANT = 8.314
"""J/(mol K)"""


@dataclass(frozen=True, slots=True)
class Solvent:
    """How a coat loses it: frequency in 1/s, energy in kJ/mol, its share in a fresh coat."""

    frequency: float
    energy_kj: float
    fresh: float


def _solvent(values: Values) -> Solvent:
    return Solvent(
        values.bare("frequency_1_s"), values.bare("energy_kj_mol"), values.share("fresh")
    )


SOLVENT = read_table(shipped("baking"), ("frequency_1_s", "energy_kj_mol", "fresh"), _solvent)[
    "coat"
]
FRESH = SOLVENT.fresh
"""Share of solvent in a coat straight after the cast."""


def solvent_left(solvent: float, degc: float, seconds: float) -> float:
    """Share of solvent after some seconds at a temperature."""
    speed = SOLVENT.frequency * math.exp(
        -SOLVENT.energy_kj * 1000 / (GAS_CONSTANT * (degc + 273.15))
    )
    return solvent * math.exp(-speed * seconds)


def shrinkage(before: float, after: float) -> float:
    """Factor on the thickness when the share of solvent falls from `before` to `after`."""
    return (1 - before) / (1 - after)
