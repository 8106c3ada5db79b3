"""What heat makes of a material bit by bit: of the first order, faster with temperature.

The share that is not yet converted goes by da/dt = -a k, k = ln 2 / t½ · exp(E/R (1/T0 - 1/T)), t½
being the half-life at T0. So n half-lives leave 0.5^n, in whatever steps they come. E in kJ/mol.
Numbers and sources: ``sequences/physics``, ``linking``, ``hardening``, ``porogen``.
"""

import math

from msgspec import Struct

from simulators.physics.constants import GAS_CONSTANT, ZERO_DEGC
from simulators.physics.reaction import History
from simulators.physics.values import Values

KEYS = ("half", "at", "energy_kj_mol", "from")


class Conversion(Struct, frozen=True):
    """Half-life in s at a temperature (degC), energy in kJ/mol."""

    half_s: float
    degc: float
    energy_kj: float
    from_degc: float
    """Below it nothing moves, and none is converted."""

    def half_lives(self, history: History) -> float:
        """Through how many half-lives a temperature history takes the material."""
        warm = [(seconds, degc) for seconds, degc in history if degc >= self.from_degc]
        return sum(seconds * self._speed(degc) for seconds, degc in warm) / self.half_s

    def _speed(self, degc: float) -> float:
        warmth = 1 / (self.degc + ZERO_DEGC) - 1 / (degc + ZERO_DEGC)
        return math.exp(1000 * self.energy_kj / GAS_CONSTANT * warmth)


def conversion(values: Values) -> Conversion:
    """A conversion as a table tells it, by `KEYS`."""
    return Conversion(
        values.value("half", "s"),
        values.value("at", "degC"),
        values.bare("energy_kj_mol"),
        values.value("from", "degC"),
    )


def left_after(half_lives: float) -> float:
    """The share that is not converted."""
    left: float = 0.5**half_lives
    return left
