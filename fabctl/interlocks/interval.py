"""Every value that something may have: the one number of a file, or a window, or value ± u."""

from fractions import Fraction

from msgspec import Struct

from fabctl.quantities import Dimension, Quantity


class Interval(Struct, frozen=True, gc=False):
    """All rationals from `low` up to `high`, both included, in base units.

    Nobody changes one that is made.
    """

    low: Fraction
    high: Fraction

    @classmethod
    def point(cls, value: Fraction) -> "Interval":
        """Make the interval of one value."""
        return cls(value, value)

    @property
    def is_point(self) -> bool:
        """Whether there is only one value."""
        return self.low is self.high or self.low == self.high

    def covers(self, other: "Interval") -> bool:
        """Tell whether all of the other lies in this one."""
        return self.low <= other.low and other.high <= self.high

    def strayed(self, by: Quantity) -> "Interval":
        """Give every value that the real one may take while it is set within this one."""
        if by.dimension is Dimension.RATIO:
            low, high = by.value * abs(self.low), by.value * abs(self.high)
            return Interval(self.low - low, self.high + high)
        return Interval(self.low - by.value, self.high + by.value)

    def times(self, factor: Fraction) -> "Interval":
        """Multiply by a factor that is not negative."""
        low = self.low * factor
        return Interval(low, low if self.low is self.high else self.high * factor)

    def __add__(self, other: "Interval") -> "Interval":
        low = self.low + other.low
        alone = self.low is self.high and other.low is other.high
        return Interval(low, low if alone else self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        low = self.low - other.high
        alone = self.low is self.high and other.low is other.high
        return Interval(low, low if alone else self.high - other.low)


NOTHING = Interval.point(Fraction(0))
"""The empty sum."""
