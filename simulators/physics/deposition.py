"""Deposition rates, and the temperature that each process bears.

1/r = 1/(A exp(-Ea/RT)) + 1/r_transport: surface reaction and supply in series. At the process'
usual temperature half of the resistance is supply where Ea > 0, which keeps r continuous with the
table. Atomic layers grow by the cycle, whatever the temperature within the window. Rates in nm/min,
Ea in kJ/mol. Numbers and sources: ``sequences/physics/deposition.yaml``.
"""

import math

from msgspec import Struct

from simulators.physics.constants import GAS_CONSTANT, ZERO_DEGC
from simulators.physics.values import Values, read_table, shipped


class Process(Struct, frozen=True):
    """How a material is deposited. Rate in nm/min at `usual_degc`."""

    rate: float
    usual_degc: float
    low_degc: float
    high_degc: float
    ea_kj: float
    sigma: float
    """Within-wafer non-uniformity, 1σ, as a fraction."""
    coverage: float
    """Side wall over top thickness."""
    cycle_s: float = 0.0
    """Seconds a cycle of atomic-layer growth; 0 where growth is continuous."""
    precursor_sccm: float = 0.0
    """The least precursor, which oxygen may not exceed either; 0 where neither matters."""
    liquid_mg_sccm: float = 1.0
    """mg/min of liquid precursor that stand for 1 sccm of a gaseous one."""

    def precursor(self, gas_sccm: float, liquid_mg_min: float) -> float:
        """What a gas and a liquid precursor come to together, in sccm."""
        return gas_sccm + liquid_mg_min / self.liquid_mg_sccm


def _process(values: Values) -> Process:
    return Process(
        values.value("rate", "nm/min"),
        values.value("usual", "degC"),
        values.value("low", "degC"),
        values.value("high", "degC"),
        values.bare("ea_kj_mol"),
        values.share("sigma"),
        values.share("coverage"),
        values.value("cycle", "s") if values.has("cycle") else 0.0,
        values.bare("precursor_sccm", 0.0),
        values.bare("liquid_mg_sccm", 1.0),
    )


_KEYS = (
    *("rate", "usual", "low", "high", "ea_kj_mol", "sigma", "coverage", "cycle"),
    *("precursor_sccm", "liquid_mg_sccm"),
)
PROCESSES = read_table(shipped("deposition"), _KEYS, _process)
"""Material → process."""


def rate(material: str, degc: float) -> float:
    """Growth rate in nm/min. Raises KeyError for a material that nothing deposits."""
    process = PROCESSES[material]
    if process.ea_kj <= 0:
        return process.rate
    kelvin, usual = degc + ZERO_DEGC, process.usual_degc + ZERO_DEGC
    arrhenius = math.exp(-process.ea_kj * 1000 / GAS_CONSTANT * (1 / kelvin - 1 / usual))
    return 2 * process.rate / (1 / arrhenius + 1)
