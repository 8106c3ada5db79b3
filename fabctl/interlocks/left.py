"""What conditions leave of windows, where each of them hangs on one value alone."""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct, field

from fabctl.interlocks.condition import Condition, Example, Term
from fabctl.interlocks.interval import Interval


class _Range(Struct):
    """An interval whose ends may be left out."""

    low: Fraction
    high: Fraction
    low_out: bool = False
    high_out: bool = False

    def narrow(self, weight: Fraction, bound: Fraction, *, strict: bool) -> None:
        """Leave what meets ``weight * value >= bound``, or ``>`` where `strict`."""
        end = bound / weight
        if weight > 0 and (end, strict) > (self.low, self.low_out):
            self.low, self.low_out = end, strict
        if weight < 0 and (-end, strict) > (-self.high, self.high_out):
            self.high, self.high_out = end, strict

    def pick(self) -> Fraction | None:
        """Give a value in it, at an end if that is in it; None where it is empty."""
        if self.low > self.high or (self.low == self.high and (self.low_out or self.high_out)):
            return None
        if not self.high_out:
            return self.high
        return (self.low + self.high) / 2 if self.low_out else self.low


class LeftOfWindows(Struct):
    """What is left for each value that can be chosen; `possible` is false if a sum is too small."""

    ranges: dict[str, _Range] = field(default_factory=dict)
    possible: bool = True

    def example(self, conditions: Sequence[Condition]) -> Example | None:
        """Give values out of what is left; None where nothing is left of one."""
        picked = {name: each.pick() for name, each in self.ranges.items()}
        values: dict[str, Fraction] = {}
        settings: dict[str, Fraction] = {}
        for term in (term for each in conditions for term in each.terms):
            value = picked[term.chosen]
            if value is None or not self.possible:
                return None
            values[term.name] = value
            if term.setting:
                settings[term.setting] = term.settable.low if term.settable.is_point else value
        return Example(values, settings)


def left_of_windows(conditions: Sequence[Condition]) -> LeftOfWindows | None:
    """Find what is left; None where a condition hangs on several values, or on one that strays."""
    left = LeftOfWindows()
    for condition in conditions:
        weights: dict[str, Fraction] = {}
        for term in condition.terms:
            window = _window(term)
            if window is None:
                return None
            left.ranges.setdefault(term.chosen, _Range(window.low, window.high))
            weights[term.chosen] = weights.get(term.chosen, Fraction(0)) + term.weight
        bound = condition.bound
        for name in list(weights):
            each = left.ranges[name]
            if weights[name] == 0 or each.low == each.high:
                bound -= weights.pop(name) * each.low
        if len(weights) > 1:
            return None
        for name, weight in weights.items():
            left.ranges[name].narrow(weight, bound, strict=condition.strict)
        if not weights and not (bound < 0 if condition.strict else bound <= 0):
            left.possible = False
    return left


def _window(term: Term) -> Interval | None:
    """Give what may be chosen; None where the value strays from what is chosen."""
    if term.chosen == term.name:
        return term.allowed
    return None if term.tolerance else term.settable
