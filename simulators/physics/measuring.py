"""How uncertain metrology is: absolute, so that the true value lies within value ± it.

u = max(least, share · |value|), in the quantity's unit. Numbers and sources:
``sequences/physics/measuring.yaml``.
"""

from msgspec import Struct

from simulators.physics.values import Values, read_table, shipped


class Instrument(Struct, frozen=True):
    """`share` of the value (a fraction), and no less than `least`, in the quantity's own unit."""

    share: float
    least: float


def _instrument(values: Values) -> Instrument:
    return Instrument(values.share("share"), values.bare("least"))


INSTRUMENTS = read_table(shipped("measuring"), ("share", "least"), _instrument)
"""Quantity → instrument."""


def uncertainty(quantity: str, value: float) -> float:
    """The uncertainty of a value, in its unit. Raises KeyError for what nothing measures."""
    instrument = INSTRUMENTS[quantity]
    return max(instrument.least, instrument.share * abs(value))
