"""A film that reacts with copper: diffusion laws, and how much of each is eaten.

Parabolic, x² = g ∫ D0 exp(-Q/kT) dt, x being the thickness of the compound. Near room temperature
tin and copper make Cu6Sn5 linearly; above 60 degC all becomes Cu3Sn. Above a film's melting point
the solid-state law is a lower bound. D0 in cm²/s, Q in eV, thicknesses in nm, copper eaten and
compound made per nm of film by densities and molar masses. Numbers and sources:
``sequences/physics``, ``reactions``, ``cold-tin``.
"""

import math
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from simulators.physics.constants import BOLTZMANN, ZERO_DEGC
from simulators.physics.values import Values, read_table, shipped

Degrees = TypeVar("Degrees", float, NDArray[np.float64])
History = tuple[tuple[float, float], ...]
"""A temperature history: (seconds, degC) pieces."""


class Couple(Struct, frozen=True):
    """What a film makes of copper. `copper` and `made` are nm per nm of reacting film."""

    product: str
    d0_cm2_s: float
    q_ev: float
    g: float
    copper: float
    made: float
    reacts: float = 1.0
    """The share of the film that reacts at all."""
    residue: str = ""
    """What the rest of it stays behind as."""


_KEYS = ("product", "d0_cm2_s", "q_ev", "g", "copper", "made", "reacts", "residue")


def _couple(values: Values) -> Couple:
    return Couple(
        values.text("product"),
        values.bare("d0_cm2_s"),
        values.bare("q_ev"),
        values.bare("g"),
        values.bare("copper"),
        values.bare("made"),
        values.bare("reacts", 1.0),
        values.text("residue", ""),
    )


COUPLES = read_table(shipped("reactions"), _KEYS, _couple)
"""Film → what it makes with copper."""


class Cold(Struct, frozen=True):
    """A film that copper eats at room temperature, linearly."""

    couple: Couple
    nm_s: float
    """nm of film eaten in a second at `room_degc`."""
    q_ev: float
    room_degc: float
    limit_degc: float


_COLD_KEYS = (
    *("product", "copper", "made", "reacts", "residue"),
    *("eaten", "in", "at", "q_ev", "up_to"),
)


def _cold(values: Values) -> Cold:
    return Cold(
        Couple(
            values.text("product"),
            0.0,
            0.0,
            0.0,
            values.bare("copper"),
            values.bare("made"),
            values.bare("reacts", 1.0),
            values.text("residue", ""),
        ),
        values.value("eaten", "nm") / values.value("in", "s"),
        values.bare("q_ev"),
        values.value("at", "degC"),
        values.value("up_to", "degC"),
    )


COLD = read_table(shipped("cold-tin"), _COLD_KEYS, _cold)
"""Film → what copper makes of it near room temperature."""
COLD_LIMIT_DEGC = COLD["Sn"].limit_degc
"""Up to here tin makes Cu6Sn5, above it Cu3Sn."""
ROOM_DEGC = COLD["Sn"].room_degc
LINEAR_STEPS = 200
"""In so many steps a layer's linear and its parabolic growth are added."""
TRACE_NM = 0.02
"""nm of tin that is no layer: a tolerance of the computation."""


class Warmth:
    """What a temperature history does to films on copper; each sum is made once."""

    def __init__(self, history: History) -> None:
        self._seconds, self._degc = np.array(history, dtype=float).reshape(-1, 2).T
        self.hottest = float(self._degc.max(initial=-math.inf)) if history else ROOM_DEGC
        """The highest temperature in it, degC."""
        self._growth: dict[str, float] = {}
        self._cold: dict[str, float] = {}

    @property
    def idle(self) -> bool:
        """Whether it changes nothing on a wafer that anybody could see."""
        return self.hottest <= COLD_LIMIT_DEGC and all(self.cold(film) < TRACE_NM for film in COLD)

    def growth(self, couple: Couple) -> float:
        """G ∫ D dt in nm²: what the square of the compound's thickness grows by."""
        if couple.product not in self._growth:
            warm = self._degc > COLD_LIMIT_DEGC
            diffused = (self._seconds[warm] * np.exp(-couple.q_ev / _kt(self._degc[warm]))).sum()
            self._growth[couple.product] = float(couple.g * couple.d0_cm2_s * 1e14 * diffused)
        return self._growth[couple.product]

    def cold(self, film: str) -> float:
        """Nm of a film's tin eaten linearly; 0 for a film that reacts warm only.

        Above the limit this goes on as fast as there, beside diffusion: more warmth eats no less.
        """
        if film not in COLD:
            return 0.0
        if film not in self._cold:
            law = COLD[film]
            degc = np.minimum(self._degc, law.limit_degc)
            sooner = law.q_ev * (1 / _kt(law.room_degc) - 1 / _kt(degc))
            self._cold[film] = float(law.nm_s * (self._seconds * np.exp(sooner)).sum())
        return self._cold[film]


def thickness_after(start_nm: float, growth_nm2: float, linear_nm: float = 0.0) -> float:
    """Thickness (nm) of the compound, from `start_nm`: sqrt(x0² + g ∫ D dt).

    `linear_nm` grow beside, at their own pace all the while, in steps (error below 0.1 %).
    """
    if not linear_nm:
        return math.sqrt(start_nm**2 + growth_nm2)
    thickness = start_nm
    for _ in range(LINEAR_STEPS):
        thickness = math.sqrt(thickness**2 + growth_nm2 / LINEAR_STEPS) + linear_nm / LINEAR_STEPS
    return thickness


def _kt(degc: Degrees) -> Degrees:
    return BOLTZMANN * (degc + ZERO_DEGC)
