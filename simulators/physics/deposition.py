"""Deposition rates, and the temperature that each process bears.

1/r = 1/(A exp(-Ea/RT)) + 1/r_transport: surface reaction and supply in series. At the process'
usual temperature half of the resistance is supply where Ea > 0, which keeps r continuous with the
table. Atomic layers grow by the cycle, whatever the temperature within the window.
"""

import math
from dataclasses import dataclass

GAS_CONSTANT = 8.314
"""J/(mol K)"""


@dataclass(frozen=True, slots=True)
class Process:
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


PROCESSES = {
    # SiOC 100-600 nm/min; non-uniformity < 3 % from the abstracts of Grill and Vrtis
    "SiOC": Process(350, 350, 300, 400, 10, 0.015, 0.6),
    "SiO2": Process(250, 375, 300, 400, 10, 0.015, 0.7),
    # 16 nm/min at 350 degC: MEMS Exchange, PECVD nitride
    "SiN": Process(16, 350, 300, 400, 10, 0.015, 0.7),
    "SiCN": Process(100, 350, 300, 400, 10, 0.015, 0.7),
    # 0.08 nm a cycle of 8 s (0.05-0.12); plasma ALD TaN at 300 degC: IBM abstract
    "TaN": Process(0.6, 300, 225, 320, 0, 0.01, 0.95, cycle_s=8.0),
    # 100 nm/min in 175-300 degC: the (mhd)Cu(BTMSA) abstract; Ea 10 kJ/mol: Cu(dpm)2 abstract
    "Cu": Process(100, 200, 175, 300, 10, 0.02, 0.95),
    # protective films: 1, 5, 1 and 2 Å/s
    "Sn": Process(6, 25, 15, 60, 0, 0.025, 0.9),
    "Al": Process(30, 130, 100, 150, 10, 0.02, 0.9),
    "Sn-Pb": Process(6, 25, 15, 60, 0, 0.03, 0.9),
    "a-Si:H": Process(12, 110, 80, 125, 10, 0.02, 0.9),
}
"""Material → process."""


def rate(material: str, degc: float) -> float:
    """Growth rate in nm/min. Raises KeyError for a material that nothing deposits."""
    process = PROCESSES[material]
    if process.ea_kj <= 0:
        return process.rate
    kelvin, usual = degc + 273.15, process.usual_degc + 273.15
    arrhenius = math.exp(-process.ea_kj * 1000 / GAS_CONSTANT * (1 / kelvin - 1 / usual))
    return 2 * process.rate / (1 / arrhenius + 1)
