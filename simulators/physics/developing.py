"""Developers of resist: how fast each works, beside TMAH of 2.38 % at 23 degC.

v = (c / 2.38 %)^n exp(Ea/k (1/T0 - 1/T)), for what dissolves and for what should stay alike. Ea in
eV. Numbers and sources: ``sequences/physics/developing.yaml``.
"""

import math

from msgspec import Struct

from simulators.physics.constants import BOLTZMANN, ZERO_DEGC
from simulators.physics.values import Values, read_table, shipped

REFERENCE = 0.0238
"""Strength, as a fraction, of the developer for which resists' speeds are told."""


class Developer(Struct, frozen=True):
    """Strength as a fraction, by weight; its power; the temperature of the speeds (degC)."""

    strength: float
    power: float
    degc: float
    ea_ev: float

    def speed(self, degc: float) -> float:
        """How many times as fast it works at a temperature as the reference does at its own."""
        warmth = 1 / (self.degc + ZERO_DEGC) - 1 / (degc + ZERO_DEGC)
        stronger: float = (self.strength / REFERENCE) ** self.power
        return stronger * math.exp(self.ea_ev / BOLTZMANN * warmth)


def _developer(values: Values) -> Developer:
    return Developer(
        values.share("strength"),
        values.bare("power"),
        values.value("at", "degC"),
        values.bare("ea_ev"),
    )


DEVELOPERS = read_table(shipped("developing"), ("strength", "power", "at", "ea_ev"), _developer)
"""Name → developer."""


def developer(name: str) -> Developer:
    """The developer of a name. Raises ValueError where none is known by it."""
    if name not in DEVELOPERS:
        known = ", ".join(sorted(DEVELOPERS))
        raise ValueError(f"there is no developer {name!r}; known: {known}")
    return DEVELOPERS[name]
