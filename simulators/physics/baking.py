"""Hot plates: solvent leaves a coat by ds/dt = -s k exp(-E/RT); the coat shrinks by what leaves."""

import math

FREQUENCY = 2.5e5
"""1/s; with E, half of the solvent is gone in about 6 s at 110 degC."""
ENERGY_KJ = 46.0
"""kJ/mol"""
GAS_CONSTANT = 8.314

FRESH = 0.18
"""Share of solvent in a coat straight after the cast (10-20 %)."""


def solvent_left(solvent: float, degc: float, seconds: float) -> float:
    """Share of solvent after some seconds at a temperature."""
    speed = FREQUENCY * math.exp(-ENERGY_KJ * 1000 / (GAS_CONSTANT * (degc + 273.15)))
    return solvent * math.exp(-speed * seconds)


def shrinkage(before: float, after: float) -> float:
    """Factor on the thickness when the share of solvent falls from `before` to `after`."""
    return (1 - before) / (1 - after)
