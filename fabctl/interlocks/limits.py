"""Limits on a quantity, judged exactly, and compiled to the floats that a live signal carries.

"Between a and b" includes both ends (``at_least``, ``at_most``); "lower than" and "smaller than"
are strict (``above``, ``below``).
"""

import math
import sys
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.verdict import Verdict
from fabctl.quantities import Dimension, Quantity, exact, less


class Bound(Struct, frozen=True):
    """One end of what is legal; `strict` where the end itself is not."""

    quantity: Quantity
    strict: bool

    def moved(self, by: Fraction) -> "Bound":
        """Give the same end for what is left after `by` (base units) is already there."""
        own = self.quantity
        return Bound(Quantity(own.value - by, own.dimension, "", own.unit), self.strict)

    def __str__(self) -> str:
        return self.quantity.text or self.quantity.show()  # moved, it is as nobody wrote it


class Limits(Struct, frozen=True):
    """A lower end, an upper end, or both."""

    lower: Bound | None
    upper: Bound | None

    @property
    def unit(self) -> str:
        """The unit in which the rule's author wrote the limit."""
        return self._any().unit

    @property
    def dimension(self) -> Dimension:
        """What is limited."""
        return self._any().dimension

    @property
    def bounded(self) -> bool:
        """Whether there is any end at all."""
        return self.lower is not None or self.upper is not None

    def leave_room(self, margin: Quantity) -> bool:
        """Whether any value stays within both ends though it strays by a margin."""
        if self.lower is None or self.upper is None:
            return True
        low, high = self.lower.quantity.value, self.upper.quantity.value
        by = margin.value
        if margin.dimension is not Dimension.RATIO:
            low, high = low + by, high - by
        elif low > 0:
            low, high = low * (1 + by), high * (1 - by)
        elif high < 0:
            low, high = low * (1 - by), high * (1 + by)
        strict = self.lower.strict or self.upper.strict
        return low < high if strict else low <= high

    @property
    def empty(self) -> bool:
        """Whether no value at all is legal: such a rule is a slip of its author."""
        if self.lower is None or self.upper is None:
            return False
        low, high = self.lower.quantity.value, self.upper.quantity.value
        return low > high or (low == high and (self.lower.strict or self.upper.strict))

    def admits(self, value: Fraction) -> bool:
        """Tell whether one value, in base units, is legal."""
        return not (self.is_under(value) or self.is_over(value))

    def is_under(self, value: Fraction) -> bool:
        """Tell whether the value breaks the lower end."""
        if self.lower is None:
            return False
        low = self.lower.quantity.value
        return not less(low, value) if self.lower.strict else less(value, low)

    def is_over(self, value: Fraction) -> bool:
        """Tell whether the value breaks the upper end."""
        if self.upper is None:
            return False
        high = self.upper.quantity.value
        return not less(value, high) if self.upper.strict else less(high, value)

    def witness(self, allowed: Interval) -> Fraction | None:
        """Give an allowed value that is illegal; None is the proof that there is none."""
        if self.is_over(allowed.high):
            return allowed.high
        return allowed.low if self.is_under(allowed.low) else None

    def judge_measured(self, measured: Interval) -> Verdict:
        """Judge a value that lies somewhere in `measured` (value ± uncertainty).

        Wholly inside is legal, wholly outside illegal, all else is not shown.
        """
        if self.witness(measured) is None:
            return Verdict.LEGAL
        if self.is_under(measured.high) or self.is_over(measured.low):
            return Verdict.ILLEGAL
        return Verdict.NOT_SHOWN

    def after(self, present: Interval) -> "Limits":
        """Give the limits on what may still be added to what is already there."""
        return Limits(
            self.lower.moved(present.low) if self.lower else None,
            self.upper.moved(present.high) if self.upper else None,
        )

    def narrowed(self, by: Fraction) -> "Limits":
        """Give the limits moved inwards by as much at each end (base units)."""
        return Limits(
            self.lower.moved(-by) if self.lower else None,
            self.upper.moved(by) if self.upper else None,
        )

    def divided(self, lower: Fraction, upper: Fraction) -> "Limits":
        """Give the limits on what, times a positive factor for each end, must be within these."""
        ends = ((self.lower, lower), (self.upper, upper))
        return Limits(
            *[end and end.moved(end.quantity.value - end.quantity.value / by) for end, by in ends]
        )

    def floats(self, unit: str) -> tuple[float, float]:
        """Compile to the lowest and the highest legal float in `unit`, both legal themselves.

        ``low <= x <= high`` says of every float exactly what `admits` says of the number that
        `fabctl.quantities.exact` reads it as, and is false for NaN and the infinities.
        """
        low, high = -sys.float_info.max, sys.float_info.max
        if self.lower is not None:
            low = _edge(self.lower.quantity.in_unit(unit), math.inf, self.lower.strict)
        if self.upper is not None:
            high = _edge(self.upper.quantity.in_unit(unit), -math.inf, self.upper.strict)
        return low, high

    def as_dict(self) -> dict[str, object]:
        """Give them as JSON-able data, for the journal; an end is None where there is none."""
        ends = {"lower": self.lower, "upper": self.upper}
        drawn = {name: end and float(end.quantity.in_unit(self.unit)) for name, end in ends.items()}
        return {"text": str(self), "unit": self.unit, **drawn}

    def __str__(self) -> str:
        ends = []
        if self.lower is not None:
            ends.append(f"{'above' if self.lower.strict else 'at least'} {self.lower}")
        if self.upper is not None:
            ends.append(f"{'below' if self.upper.strict else 'at most'} {self.upper}")
        return " and ".join(ends)

    def _any(self) -> Quantity:
        bound = self.lower or self.upper
        if bound is None:
            raise ValueError("a limit has at least one end")
        return bound.quantity


@lru_cache(maxsize=4096)  # a run arms the same rules for every job
def _edge(edge: Fraction, inward: float, strict: bool) -> float:  # noqa: FBT001 -- a key
    """Find the outermost float that is legal: next to `edge`, going `inward` is safe."""

    def legal(x: float) -> bool:
        value = exact(x, 8)
        if value == edge:
            return not strict
        return (value > edge) is (inward > 0)

    x = float(edge)
    while not legal(x):
        x = math.nextafter(x, inward)
    while legal(outer := math.nextafter(x, -inward)):
        x = outer
    return x
