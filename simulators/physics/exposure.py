"""Resist: how much of a coat stays after exposure and development, and how fast what stays goes.

Contrast γ = 1 / (2 log10(D50/D0)) (IUPAC 2020, Pure Appl. Chem. 92, 1861), so the share of a
negative coat that is left is f = clip(γ log10(D/D0), 0, 1): 0 at D0, one half at D50, all from the
gel dose D0 · 10^(1/γ) on. Of a positive one the same share goes, all of it at the dose to clear. D
is the dose at the coat's bottom: what comes through the resist above and in it, by Beer's law,
exp(-a d). It counts at the bottom since what has linked above that alone hangs on nothing, and the
developer carries it off. Of a negative coat's dose that share counts that a bake has linked.
Developer takes what should stay at a speed that is linear in the solvent left. Doses in
mJ/cm², speeds in nm/s. Numbers and sources: ``sequences/physics``, ``exposure``, ``linking``,
``hardening``.
"""

import math

from msgspec import Struct

from simulators.physics import conversion
from simulators.physics.values import Values, read_table, shipped


class Resist(Struct, frozen=True):
    """D0 in mJ/cm² at the bottom of the coat; γ is a pure number."""

    d0: float
    gamma: float
    absorption_nm: float
    """1/nm, i-line light in resist that does not bleach (Beer; Dill's B)."""
    dissolves_nm_s: float
    """How fast a puddle of developer takes what it dissolves."""
    dark_nm_s: float
    """How fast it takes what should stay, of a dry coat."""
    dark_fresh_nm_s: float
    """The same of a coat that holds all its solvent still."""


def _resist(values: Values) -> Resist:
    return Resist(
        values.value("d0", "mJ/cm2"),
        values.bare("gamma"),
        values.bare("absorption_1_um") / 1000,
        values.value("dissolves", "nm/s"),
        values.value("dark", "nm/s"),
        values.value("dark_fresh", "nm/s"),
    )


_KEYS = ("d0", "gamma", "absorption_1_um", "dissolves", "dark", "dark_fresh")
RESISTS = read_table(shipped("exposure"), _KEYS, _resist)
"""Material → resist."""
LINKING = read_table(shipped("linking"), conversion.KEYS, conversion.conversion)
"""Negative resist → how fast a bake links what light has worked on."""
HARDENING = read_table(shipped("hardening"), conversion.KEYS, conversion.conversion)
"""Resist → how fast heat links all of it without any light."""
HARD = 1.0
"""Half-lives of that after which nothing dissolves it."""


def gamma(d0: float, d50: float) -> float:
    """Contrast from the doses at which nothing and one half of the film stays."""
    return 1 / (2 * math.log10(d50 / d0))


def share_worked(resist: Resist, dose: float) -> float:
    """Share of a coat on which a dose (mJ/cm² at its bottom) works: it stays, or it goes."""
    if dose <= 0:
        return 0.0
    return min(1.0, max(0.0, resist.gamma * math.log10(dose / resist.d0)))


def dark_loss(resist: Resist, wetness: float) -> float:
    """Speed (nm/s) at which developer takes what should stay.

    `wetness` is the solvent in the coat as a share of a fresh one's.
    """
    return resist.dark_nm_s + (resist.dark_fresh_nm_s - resist.dark_nm_s) * wetness
