"""A film that reacts with copper: diffusion laws, and how much of each is eaten.

Parabolic, x² = g ∫ D0 exp(-Q/kT) dt, x being the thickness of the compound. For Cu3Sn D0 is 0.032
cm²/s and Q 0.87 eV (Dreyer et al., Appl. Phys. Lett. 67, 2795, 1995), g = 0.02 fits the order seen
in solder ageing. For CuAl2 D0 is 0.4 cm²/s and Q 1.25 eV (Hentzell and Tu, J. Appl. Phys. 54,
6929, 1983). Near room temperature tin and copper make Cu6Sn5 linearly, 200 nm of tin in 35 days
(Tu and Thompson 1982); above 60 degC there is Cu3Sn only. Volumes follow from densities and
molar masses. Above a film's melting point the solid-state law is a lower bound.
"""

import math
from dataclasses import dataclass
from functools import cached_property

BOLTZMANN = 8.617e-5
"""eV/K"""
COLD_LIMIT_DEGC = 60.0
"""Up to here tin makes Cu6Sn5, above it Cu3Sn."""
COLD_TIN_NM_S = 200 / (35 * 86400)
"""nm of tin eaten in a second at room temperature: 0.24 nm/h."""
COLD_ENERGY_EV = 0.45
"""eV, about the linear law around room temperature."""
ROOM_DEGC = 23.0

History = tuple[tuple[float, float], ...]
"""A temperature history: (seconds, degC) pieces."""


@dataclass(frozen=True, slots=True)
class Couple:
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


COUPLES = {
    "Sn": Couple("Cu3Sn", 0.032, 0.87, 0.02, 1.307, 2.118),
    # 63/37 by weight is 72.6 % tin by volume; lead does not react
    "Sn-Pb": Couple("Cu3Sn", 0.032, 0.87, 0.02, 1.307, 2.118, reacts=0.726, residue="Pb"),
    "Al": Couple("CuAl2", 0.4, 1.25, 1.0, 0.355, 1.355),
    # parabolic at 165 and 200 degC (Acta Mater. 61, 7173, 2013); D0 and Q unverified, chosen so
    # that some nm show in a minute between 128 and 141 degC, and hardly one where the film grows
    "a-Si:H": Couple("Cu3Si", 1.5, 1.20, 1.0, 1.77, 2.3),
}
"""Film → what it makes with copper."""

COLD_TIN = Couple("Cu6Sn5", 0.0, 0.0, 0.0, 0.523, 1.446)
"""Tin and copper near room temperature."""


class Warmth:
    """What a temperature history does to films on copper; each sum is made once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.hottest = max((degc for _, degc in history), default=ROOM_DEGC)
        """The highest temperature in it, degC."""
        self._growth: dict[str, float] = {}

    def growth(self, couple: Couple) -> float:
        """G ∫ D dt in nm²: what the square of the compound's thickness grows by."""
        if couple.product not in self._growth:
            self._growth[couple.product] = sum(
                seconds * couple.g * couple.d0_cm2_s * 1e14 * math.exp(-couple.q_ev / _kt(degc))
                for seconds, degc in self._history
                if degc > COLD_LIMIT_DEGC
            )
        return self._growth[couple.product]

    @cached_property
    def cold_tin(self) -> float:
        """Nm of tin eaten while it is at or below COLD_LIMIT_DEGC."""
        room = 1 / _kt(ROOM_DEGC)
        return sum(
            seconds * COLD_TIN_NM_S * math.exp(COLD_ENERGY_EV * (room - 1 / _kt(degc)))
            for seconds, degc in self._history
            if degc <= COLD_LIMIT_DEGC
        )


def thickness_after(start_nm: float, growth_nm2: float) -> float:
    """Thickness (nm) of the compound, from `start_nm`: sqrt(x0² + g ∫ D dt)."""
    return math.sqrt(start_nm**2 + growth_nm2)


def _kt(degc: float) -> float:
    return BOLTZMANN * (degc + 273.15)
