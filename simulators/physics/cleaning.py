"""How fast a plasma of nitrogen trifluoride takes film off a chamber's walls.

The rate is known at a flow and a power, and goes with both. Numbers and sources:
``sequences/physics/chamber-cleaning.yaml``.
"""

from msgspec import Struct

from simulators.physics.values import read_table, shipped


class Cleaning(Struct, frozen=True):
    """A rate in nm/s at a flow of NF3 and a power."""

    nm_s: float
    flow_sccm: float
    power_w: float

    def rate(self, sccm: float, watts: float) -> float:
        """What is taken at another flow and power, in nm/s."""
        return self.nm_s * sccm / self.flow_sccm * watts / self.power_w


CLEANING = read_table(
    shipped("chamber-cleaning"),
    ("rate", "flow", "power"),
    lambda values: Cleaning(
        values.value("rate", "nm/min") / 60,
        values.value("flow", "sccm"),
        values.value("power", "W"),
    ),
)["walls"]
