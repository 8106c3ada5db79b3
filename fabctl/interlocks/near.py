"""Answers from what is near at hand, before a solver is asked: some values moved, two sums added.

Both are exact. Values that meet all conditions but the last are moved, one after the other, as far
as the others let them; if they then meet the last one too, they are an example. And if the last
condition and another one, added up, can't be met, there is none. Else nothing is known.
"""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from fabctl.interlocks.condition import Condition, Example, Term
from fabctl.interlocks.interval import Interval

_PASSES = 2
"""How often all values are moved."""


class _Sum(Struct, frozen=True):
    """A condition on what can be chosen: ``sum(weight * value) > bound``, or ``>=``."""

    weights: dict[str, Fraction]
    bound: Fraction
    strict: bool

    def slack(self, values: dict[str, Fraction]) -> Fraction:
        """Tell by how much values get past the bound."""
        return sum((w * values[name] for name, w in self.weights.items()), -self.bound)

    def is_met(self, values: dict[str, Fraction]) -> bool:
        """Tell whether values meet it."""
        slack = self.slack(values)
        return slack > 0 if self.strict else slack >= 0

    def possible(self, windows: dict[str, Interval]) -> bool:
        """Tell whether any values within the windows meet it."""
        ends = {n: windows[n].high if w > 0 else windows[n].low for n, w in self.weights.items()}
        return self.is_met(ends)

    def plus(self, other: "_Sum") -> "_Sum":
        """Add two: whatever meets both meets this."""
        weights = dict(self.weights)
        for name, weight in other.weights.items():
            weights[name] = weights.get(name, Fraction(0)) + weight
        weights = {name: weight for name, weight in weights.items() if weight}
        return _Sum(weights, self.bound + other.bound, self.strict or other.strict)


class Near(Struct, frozen=True):
    """What can be said at once: `example` or, where `none` is true, that there is none."""

    example: Example | None = None
    none: bool = False


def near(conditions: Sequence[Condition], known: Example | None) -> Near:
    """Look for values that meet all conditions; `known` are values that meet all but the last."""
    terms = [term for each in conditions for term in each.terms]
    if any(term.setting and term.tolerance for term in terms):
        return Near()
    windows = {term.chosen: term.settable if term.setting else term.allowed for term in terms}
    sums = [_sum(each) for each in conditions]
    *others, last = sums
    if not last.possible(windows) or any(not last.plus(c).possible(windows) for c in others):
        return Near(none=True)
    if known is None and others:
        return Near()
    values = {
        term.chosen: known.values[term.name]
        for term in terms
        if known is not None and term.name in known.values
    }
    free = windows.keys() - values.keys()
    values |= {n: windows[n].high if last.weights.get(n, 0) > 0 else windows[n].low for n in free}
    if not all(each.is_met(values) for each in others):
        return Near()
    for _ in range(_PASSES):
        if last.is_met(values):
            return Near(_example(terms, values))
        for name, weight in last.weights.items():
            if weight:  # one that is added and taken off again moves nothing
                short = -last.slack(values) / abs(weight)
                values[name] += _room(name, values, windows[name], others, short, up=weight > 0)
    return Near(_example(terms, values)) if last.is_met(values) else Near()


def _room(
    name: str,
    values: dict[str, Fraction],
    window: Interval,
    others: list[_Sum],
    short: Fraction,
    *,
    up: bool,
) -> Fraction:
    """Tell how far a value may move up or down while the other conditions stay met.

    Not right up to one that is strict, but past the way that is `short`, if there is room.
    """
    way = 1 if up else -1
    room = (window.high if up else window.low) - values[name]
    for each in others:
        pull = each.weights.get(name, Fraction(0)) * way
        if pull >= 0:
            continue
        most = each.slack(values) / -pull
        if most <= room * way:
            room = way * ((most + (short if 0 < short < most else 0)) / 2 if each.strict else most)
    return room


def _sum(condition: Condition) -> _Sum:
    weights: dict[str, Fraction] = {}
    for term in condition.terms:
        weights[term.chosen] = weights.get(term.chosen, Fraction(0)) + term.weight
    return _Sum(weights, condition.bound, condition.strict)


def _example(terms: list[Term], values: dict[str, Fraction]) -> Example:
    settings = {term.setting: values[term.chosen] for term in terms if term.setting}
    return Example({term.name: values[term.chosen] for term in terms}, settings)
