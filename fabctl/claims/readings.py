"""Values that an element stands on: measured by a tool, or read off the wafer's section."""

from math import isfinite
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Done, Measured
from fabctl.interlocks.interval import Interval
from fabctl.quantities import Quantity, exact
from fabctl.structure.tolerances import READ

RESULT, PEAK, SECTION = "result", "peak", "section"
"""What may tell a value: a metrology tool's result, how far a signal went, the section."""


class Reading(NamedTuple):
    """One value ± uncertainty, of what was measured by the job at `at`."""

    value: float
    uncertainty: float
    at: int
    of: Measured

    @classmethod
    def mean(cls, of: Measured, at: int) -> "Reading | None":
        """The mean of what was measured at all sites; None where no site has a number."""
        values = [value for value in of.values if isfinite(value)]
        return cls(sum(values) / len(values), of.uncertainty, at, of) if values else None

    @property
    def unit(self) -> str:
        """The unit of both."""
        return self.of.unit

    @property
    def reach(self) -> Interval:
        """All that the true value may be, in base units."""
        return reach(self.value, self.uncertainty, self.of.unit)


def reach(value: float, uncertainty: float, unit: str) -> Interval:
    """All that a measured value may really be, in base units; exact, by the shortest decimals."""
    middle, off = exact(value, 8), exact(uncertainty, 8)
    return Interval(*(Quantity.of(each, unit).value for each in (middle - off, middle + off)))


class Seen(NamedTuple):
    """One value ± uncertainty, read off the wafer's section."""

    value: float
    unit: str
    uncertainty: float


def nm(value: float, uncertainty: float = READ) -> Seen:
    """A length."""
    return Seen(round(value, 2), "nm", round(uncertainty, 2))


def nm2(value: float | BaseGeometry) -> Seen:
    """An area, or that of a body."""
    area = value.area if isinstance(value, BaseGeometry) else value
    return Seen(round(float(area), 1), "nm²", READ)


def count(value: int) -> Seen:
    """A number of bodies."""
    return Seen(value, "1", 0.0)


def told(value: Reading | Seen, by: str, quantity: str, done: Done) -> dict[str, object]:
    """Tell a value as data: what it is of, value ± uncertainty, what told it, and of which job."""
    return {
        "quantity": quantity,
        "material": value.of.material if isinstance(value, Reading) else "",
        "value": value.value,
        "uncertainty": value.uncertainty,
        "unit": value.unit,
        "told_by": by,
        "step": done.step,
        "job": done.job,
    }
