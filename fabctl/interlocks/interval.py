"""Every value that something may have: the one number of a file, or a window, or value ± u."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """All rationals from `low` up to `high`, both included, in base units."""

    low: Fraction
    high: Fraction

    @classmethod
    def point(cls, value: Fraction) -> "Interval":
        """Make the interval of one value."""
        return cls(value, value)

    @property
    def is_point(self) -> bool:
        """Whether there is only one value."""
        return self.low == self.high

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return Interval(self.low - other.high, self.high - other.low)


NOTHING = Interval.point(Fraction(0))
"""The empty sum."""
