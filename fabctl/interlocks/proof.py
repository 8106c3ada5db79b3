"""Whether values that a file allows can break a rule: a proof that they can't, or an example.

A question is a sum of values on one side of a bound, sometimes several at once. Exact intervals
come first: a sum that can't get there at its greatest is proved not to. If every value is asked
to go one way only, the ends of the windows are an example; if each condition hangs on one value
alone, what is left of its window is. Else the terms are *coupled*: several values, which pull each
other up and down. Then a solver is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from fractions import Fraction

from msgspec.structs import replace

from fabctl.interlocks.condition import Condition, Example, Term
from fabctl.interlocks.left import left_of_windows
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.near import near
from fabctl.interlocks.solver import solve
from fabctl.quantities import Dimension, Quantity


def breaking(
    terms: SequenceOf[Term], limits: Limits, margin: Quantity | None
) -> Iterator[Condition]:
    """Say how a sum breaks limits: above the upper end, or below the lower one."""
    if limits.upper is not None:
        yield _beyond(terms, limits.upper, margin, 1)
    if limits.lower is not None:
        yield _beyond(terms, limits.lower, margin, -1)


def example(conditions: SequenceOf[Condition], known: Example | None = None) -> Example | None:
    """Find allowed values that meet all conditions; None is the proof that there are none.

    `known` may be values that meet all but the last. Raises `NoSolverError` where coupled terms
    need a solver and none is installed.
    """
    if not all(each.possible for each in conditions):
        return None
    ways = _ways([each for each in conditions if not each.certain])
    if ways is not None:
        terms = (term for each in conditions for term in each.terms)
        return corner((term, ways.get(term.chosen, False)) for term in terms)
    windows = left_of_windows(conditions)
    if windows is not None:
        return windows.example(conditions)
    found = near(conditions, known)
    return found.example if found.example or found.none else solve(conditions)


def touching(conditions: SequenceOf[Condition], names: Iterable[str]) -> tuple[Condition, ...]:
    """Leave the conditions that hang together with some values or settings, through others too.

    The rest can be met whatever these are, if it can be met at all.
    """
    reached, rest = set(names), [(each, each.names) for each in conditions]
    count = -1
    while count != len(rest):
        count = len(rest)
        for _, of in rest:
            if not reached.isdisjoint(of):
                reached |= of
        rest = [(each, of) for each, of in rest if reached.isdisjoint(of)]
    return tuple([each for each in conditions if not reached.isdisjoint(each.names)])


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


def _ways(conditions: SequenceOf[Condition]) -> Mapping[str, bool] | None:
    """Tell for every value and every setting whether it is to be high; None where they are torn."""
    ways: dict[str, bool] = {}
    for each in conditions:
        for term in each.terms:
            up = term.weight > 0
            for key in {term.name, term.chosen} if not term.allowed.is_point else ():
                if ways.setdefault(key, up) is not up:
                    return None
    return ways


def corner(pulls: Iterable[tuple[Term, bool]]) -> Example:
    """Put every value to the end of what is allowed to which it is pulled: up (True) or down."""
    values: dict[str, Fraction] = {}
    settings: dict[str, Fraction] = {}
    for term, up in pulls:
        values[term.name] = term.allowed.high if up else term.allowed.low
        if term.setting:
            settings[term.setting] = term.settable.high if up else term.settable.low
    return Example(values, settings)
