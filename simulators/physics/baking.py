"""Hot plates: solvent leaves a coat by ds/dt = -s k exp(-E/RT), s being its share of the coat.

A coat's thickness is by definition that after its soft bake, as published spin tables give it: what
leaves is not told as a change of it. What is left decides how deep the next coat's liquid mixes
with it, and how much a developer takes: linearly from that of a dry coat to that of a fresh one. k
in 1/s, E in kJ/mol, depths in nm. Numbers and sources: ``sequences/physics``, ``baking``,
``intermixing``.
"""

import math

from msgspec import Struct

from simulators.physics.constants import GAS_CONSTANT, ZERO_DEGC
from simulators.physics.values import Values, read_table, shipped


class Solvent(Struct, frozen=True):
    """How a coat loses it: frequency in 1/s, energy in kJ/mol, its share in a fresh coat."""

    frequency: float
    energy_kj: float
    fresh: float
    from_degc: float
    """Below it the film is a glass, and none leaves."""


def _solvent(values: Values) -> Solvent:
    return Solvent(
        values.bare("frequency_1_s"),
        values.bare("energy_kj_mol"),
        values.share("fresh"),
        values.value("from", "degC"),
    )


_KEYS = ("frequency_1_s", "energy_kj_mol", "fresh", "from")
SOLVENT = read_table(shipped("baking"), _KEYS, _solvent)["coat"]
FRESH = SOLVENT.fresh
"""Share of solvent in a coat straight after the cast."""
DRY = 0.01
"""Share of a fresh coat's solvent that is none: a tolerance of the computation."""


def solvent_left(solvent: float, degc: float, seconds: float) -> float:
    """Share of solvent after some seconds at a temperature."""
    if degc < SOLVENT.from_degc:
        return solvent
    speed = SOLVENT.frequency * math.exp(
        -SOLVENT.energy_kj * 1000 / (GAS_CONSTANT * (degc + ZERO_DEGC))
    )
    return solvent * math.exp(-speed * seconds)


def wetness(solvent: float) -> float:
    """What a coat holds of the solvent of a fresh one: 0 for a dry one, 1 for that."""
    share = solvent / FRESH
    return min(1.0, share) if share >= DRY else 0.0


class Mixing(Struct, frozen=True):
    """How deep (nm) two coats mix: over a dry one, over a fresh one; and what is none."""

    dry: float
    fresh: float
    least: float


_MIXES = read_table(
    shipped("intermixing"),
    ("dry", "fresh", "least"),
    lambda values: Mixing(*(values.value(key, "nm") for key in ("dry", "fresh", "least"))),
)


def mixing_depth(solvent: float, *, same: bool) -> float:
    """How deep (nm) a coat mixes with a soluble one that holds a share of solvent; 0 for none.

    `same`: both are cast from one solvent.
    """
    mixing = _MIXES["same" if same else "other"]
    depth = mixing.dry + (mixing.fresh - mixing.dry) * solvent / FRESH
    return depth if depth >= mixing.least else 0.0
