"""What of a rule's live part can't work: a monitor that could never trip, or would warn always."""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import Live, Rule
from fabctl.process.vocabulary import OPERATIONS, SIGNAL_KINDS, SIGNALS
from fabctl.quantities import Dimension


class Misfit(Struct, frozen=True):
    """What is wrong, at which key of the live part, and the code of such a slip."""

    key: str
    code: str
    message: str


def misfits(rule: Rule, live: Live) -> Iterator[Misfit]:
    """Give what does not fit the rule's limit, or what it binds."""
    limits = rule.limit.limits
    of = limits.dimension
    if SIGNALS[live.signal] is not of:
        message = (
            f"the signal {live.signal} is a {SIGNALS[live.signal]}, and the rule limits a {of}"
        )
        yield Misfit("signal", "UN101", message)
        return
    kinds = SIGNAL_KINDS[live.signal]
    blind = [name for name in rule.binds.operations if not set(kinds) & set(OPERATIONS[name].kinds)]
    if blind:
        message = f"no tool that does {' or '.join(blind)} tells a {live.signal}"
        yield Misfit("signal", "IN207", message)
    if live.frozen_after is not None and live.frozen_after < live.fresh_for:
        message = "frozen_after is shorter than fresh_for: each value would be frozen while fresh"
        yield Misfit("frozen_after", "IN207", message)
    plausible = live.plausible
    if plausible is not None and plausible.dimension is not of:
        message = f"plausible is a {plausible.dimension}, and the rule limits a {of}"
        yield Misfit("plausible", "UN101", message)
        return
    if plausible is not None:
        yield from _implausible(limits, plausible)
    yield from _always_near(live, limits)


def _implausible(limits: Limits, plausible: Limits) -> Iterator[Misfit]:
    """What breaks the limit has to be plausible, or it is taken for an unplugged sensor."""
    ends = (limits.upper, plausible.upper, 1, "over"), (limits.lower, plausible.lower, -1, "under")
    for end, last, outward, word in ends:
        if end is not None and last is not None and not _reaches_past(end, last, outward):
            message = f"no plausible value is {word} the limit, {limits}, so none could trip it"
            yield Misfit("plausible", "WN101", message)
    if Limits(
        _inner(limits.lower, plausible.lower, 1), _inner(limits.upper, plausible.upper, -1)
    ).empty:
        yield Misfit("plausible", "WN101", f"no value that is {limits} is plausible")


def _reaches_past(end: Bound, last: Bound, outward: int) -> bool:
    further = outward * (last.quantity.value - end.quantity.value)
    return further > 0 or (further == 0 and end.strict and not last.strict)


def _inner(one: Bound | None, other: Bound | None, inward: int) -> Bound | None:
    if one is None or other is None:
        return one or other
    key = inward * one.quantity.value, one.strict
    return one if key >= (inward * other.quantity.value, other.strict) else other


def _always_near(live: Live, limits: Limits) -> Iterator[Misfit]:
    """A warning that every legal value gives warns of nothing."""
    band, of = live.warn_within, limits.dimension
    if band is None:
        return
    if band.dimension is not (
        Dimension.TEMPERATURE_DIFFERENCE if of is Dimension.TEMPERATURE else of
    ):
        message = "warn_within is a difference of what the rule limits"
        yield Misfit("warn_within", "UN101", message)
        return
    plausible = live.plausible or Limits(None, None)
    low = _inner(limits.lower, plausible.lower, 1)
    high = _inner(limits.upper, plausible.upper, -1)
    least = Fraction(0) if low is None else low.quantity.value  # absolute zero, no speed, no film
    if high is None:
        return
    room = high.quantity.value - least
    if room <= band.value * sum(end is not None for end in (limits.lower, limits.upper)):
        message = f"every value that is {limits} lies within {band} of the limit"
        yield Misfit("warn_within", "WN101", message)
