"""Whether values that a file allows can break a rule: a proof that they can't, or an example.

A question is a sum of values on one side of a bound, sometimes several at once. Exact intervals
come first: a sum that can't get there at its greatest is proved not to. If every value is asked
to go one way only, the ends of the windows are an example. Else the terms are *coupled* (one
sequence parameter in two places, which pull it up and down), and a solver is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, replace
from fractions import Fraction

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.trace import TraceStep, settable
from fabctl.quantities import Dimension, Quantity


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a recipe in a sum, in base units.

    `setting` is the sequence parameter that it follows within its `tolerance`, "" where the
    recipe states it; `settable` is what may be chosen for it.
    """

    step: str
    parameter: str
    weight: Fraction
    allowed: Interval
    setting: str
    settable: Interval
    tolerance: Quantity | None

    @property
    def name(self) -> str:
        """The value's name, as a witness has it."""
        return f"{self.step}.{self.parameter}"


@dataclass(frozen=True, slots=True)
class Condition:
    """Says that a weighted sum is at a bound at least, or above it (`strict`)."""

    terms: tuple[Term, ...]
    bound: Fraction
    strict: bool

    @property
    def possible(self) -> bool:
        """Whether some allowed values meet it, each chosen for itself."""
        return self._met(_sum(term, up=term.weight > 0) for term in self.terms)

    @property
    def certain(self) -> bool:
        """Whether all allowed values meet it."""
        return self._met(_sum(term, up=term.weight < 0) for term in self.terms)

    def opposite(self) -> "Condition":
        """Say that the sum is on the other side."""
        terms = tuple(replace(term, weight=-term.weight) for term in self.terms)
        return Condition(terms, -self.bound, not self.strict)

    def _met(self, parts: Iterator[Fraction]) -> bool:
        total = sum(parts, Fraction(0))
        return total > self.bound if self.strict else total >= self.bound


@dataclass(frozen=True, slots=True)
class Example:
    """Values that meet all conditions: of recipes by `Term.name`, of sequence parameters."""

    values: Mapping[str, Fraction]
    settings: Mapping[str, Fraction]


def term(step: TraceStep, parameter: str, weight: int = 1, *, on_tool: bool = False) -> Term:
    """See a step's value as a term; the value on a tool follows no sequence parameter any more."""
    place = step.step.places.get(parameter)
    setting = place.parameter if place is not None and not on_tool else ""
    allowed = step.allowed[parameter]
    return Term(
        step.step.id,
        parameter,
        Fraction(weight),
        allowed,
        setting,
        settable(step.step)[parameter] if setting else allowed,
        step.step.tolerances[parameter].by if parameter in step.step.tolerances else None,
    )


def breaking(
    terms: SequenceOf[Term], limits: Limits, margin: Quantity | None
) -> Iterator[Condition]:
    """Say how a sum breaks limits: above the upper end, or below the lower one."""
    if limits.upper is not None:
        yield _beyond(terms, limits.upper, margin, 1)
    if limits.lower is not None:
        yield _beyond(terms, limits.lower, margin, -1)


def example(conditions: SequenceOf[Condition]) -> Example | None:
    """Find allowed values that meet all conditions; None is the proof that there are none.

    Raises `NoSolverError` where coupled terms need a solver and none is installed.
    """
    if not all(each.possible for each in conditions):
        return None
    ways = _ways([each for each in conditions if not each.certain])
    if ways is not None:
        terms = (term for each in conditions for term in each.terms)
        return corner((term, ways.get(_setting(term), False)) for term in terms)
    from fabctl.interlocks.solver import solve

    return solve(conditions)


def _beyond(terms: SequenceOf[Term], end: Bound, margin: Quantity | None, way: int) -> Condition:
    """Say that a sum, as it may stray, gets past an end: upwards (1) or downwards (-1)."""
    bound, factor = way * end.quantity.value, Fraction(1)
    if margin is not None and margin.dimension is Dimension.RATIO:
        # past an end that lies its own way from 0 a value strays away from 0, else towards it
        factor += margin.value if bound >= 0 else -margin.value
    elif margin is not None:
        bound -= margin.value
    weighted = tuple(replace(term, weight=way * factor * term.weight) for term in terms)
    return Condition(weighted, bound, strict=not end.strict)


def _sum(term: Term, *, up: bool) -> Fraction:
    return term.weight * (term.allowed.high if up else term.allowed.low)


def _ways(conditions: SequenceOf[Condition]) -> Mapping[str, bool] | None:
    """Tell for every value and every setting whether it is to be high; None where they are torn."""
    ways: dict[str, bool] = {}
    for each in conditions:
        for term in each.terms:
            up = term.weight > 0
            for key in (term.name, _setting(term)):
                if ways.setdefault(key, up) is not up:
                    return None
    return ways


def _setting(term: Term) -> str:
    return f"${term.setting}" if term.setting else term.name


def corner(pulls: Iterable[tuple[Term, bool]]) -> Example:
    """Put every value to the end of what is allowed to which it is pulled: up (True) or down."""
    values: dict[str, Fraction] = {}
    settings: dict[str, Fraction] = {}
    for term, up in pulls:
        values[term.name] = term.allowed.high if up else term.allowed.low
        if term.setting:
            settings[term.setting] = term.settable.high if up else term.settable.low
    return Example(values, settings)
