"""Tells where a rule asks less than fabctl's own of that code.

A site may ask more of a claim's rule, or of one that can't be waived, and never less: a laxer one
would pass what the claim does not cover under the claim's own code.
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from fabctl.interlocks.demand import CarryOver, Demand, Foreseen, Limit, OfMaterial, Order
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import Applies, During, From, Gate, Live, Rule, Severity
from fabctl.interlocks.selector import Selector
from fabctl.quantities import Quantity


def is_binding(own: Rule) -> bool:
    """Tell whether a pack may ask no less than this rule."""
    return bool(own.elements) or not own.waivable


def weaker(own: Rule, other: Rule) -> Iterator[tuple[str, str]]:
    """Give each key of a rule by which it asks less than our own, and what our own says there."""
    if own.severity is Severity.ERROR and other.severity is not Severity.ERROR:
        yield "severity", "is an error"
    if other.waivable and not own.waivable:
        yield "waivable", "can't be waived"
    if own.applies is Applies.ALWAYS and other.applies is not Applies.ALWAYS:
        yield "applies", "applies always"
    if not set(own.elements) <= set(other.elements):
        yield "cites", f"cites {', '.join(own.elements)}"
    if not _covers(other.binds, own.binds):
        yield "binds", "binds more steps"
    if not _as_strict(own.demand, other.demand):
        yield "", f"demands {own.demand.subject} {own.demand.wanted}"
    if own.live is not None and not _as_watchful(own.live, other.live):
        yield "live", "watches the signal more closely"
    if own.gate is not None and not _as_closed(own.gate, other.gate):
        yield "gate", "asks for a measurement before more steps"


def _covers(wide: Selector, narrow: Selector) -> bool:
    """Tell whether a selector surely selects all that another one does."""
    return (
        _any_of(wide.operations, narrow.operations)
        and _any_of(wide.material_class, narrow.material_class)
        and _any_of(wide.materials, narrow.materials)
        and _any_of(wide.film_of, narrow.film_of)
        and wide.conductive in ("", narrow.conductive)
        and wide.tone in ("", narrow.tone)
        and wide.level in (None, narrow.level)
        and set(wide.wafer_has) <= set(narrow.wafer_has)
        and set(wide.wafer_lacks) <= set(narrow.wafer_lacks)
        and all(
            name in narrow.words and _any_of(words, narrow.words[name])
            for name, words in wide.words.items()
        )
    )


def _any_of(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    """Tell whether one of a list covers one of another; an empty list is any."""
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _as_strict(own: Demand, other: Demand) -> bool:
    match own, other:
        case Limit(), Limit():
            return _as_strict_limit(own, other)
        case Foreseen(), Foreseen():
            return own.signal == other.signal and _inside(own.limits, other.limits)
        case OfMaterial(), OfMaterial():
            return (
                _any_of(own.one_of, other.one_of)
                and own.tone in ("", other.tone)
                and _any_of(own.conductive, other.conductive)
            )
        case Order(), Order():
            unless = own.unless if other.unless is None else other.unless
            after = own.after if own.after is None else other.after
            alike = replace(other, times=own.times, unless=unless, after=after) == own
            return other.times >= own.times and alike
        case Queue(), Queue():
            return other.within.value <= own.within.value and _same_wait(own, other)
        case HeatBudget(), HeatBudget():
            return other.within.value <= own.within.value and other.above.value <= own.above.value
        case CarryOver(), CarryOver():
            return set(own.classes) <= set(other.classes)
    return own == other


def _as_strict_limit(own: Limit, other: Limit) -> bool:
    return (
        set(own.parameters) <= set(other.parameters)
        and (own.of_wafer, own.of_material) == (other.of_wafer, other.of_material)
        and (own.where_stated or not other.where_stated)
        and _inside(own.limits, other.limits)
        and _strays_as_far(own.margin, other.margin)
    )


def _strays_as_far(own: Quantity | None, other: Quantity | None) -> bool:
    if own is None:
        return True
    return other is not None and other.dimension is own.dimension and other.value >= own.value


def _inside(own: Limits, other: Limits) -> bool:
    """Tell whether limits leave out all that our own do."""
    return (
        own.dimension is other.dimension
        and _end_inside(own.lower, other.lower, 1)
        and _end_inside(own.upper, other.upper, -1)
    )


def _end_inside(own: Bound | None, other: Bound | None, inward: int) -> bool:
    if own is None:
        return True
    if other is None:
        return False
    further = inward * (other.quantity.value - own.quantity.value)
    return further > 0 or (further == 0 and (other.strict or not own.strict))


def _same_wait(own: Queue, other: Queue) -> bool:
    thin = other.film_below is None or (
        own.film_below is not None and own.film_below.value <= other.film_below.value
    )
    return thin and (own.after, own.unless, own.cured_by) == (
        other.after,
        other.unless,
        other.cured_by,
    )


def _as_watchful(own: Live, other: Live | None) -> bool:
    return (
        other is not None
        and own.signal == other.signal
        and (own.begins is not From.ARMING or other.begins is From.ARMING)
        and all(
            here is not During.THROUGHOUT or there is During.THROUGHOUT
            for here, there in ((own.upper, other.upper), (own.lower, other.lower))
        )
        and other.fresh_for <= own.fresh_for
        and other.blind_for <= own.blind_for
        and _no_later(own.frozen_after, other.frozen_after)
        and (own.plausible is None or _plausible(own.plausible, other.plausible))
    )


def _plausible(own: Limits, other: Limits | None) -> bool:
    return other is not None and _inside(own, other)


def _no_later(own: Fraction | None, other: Fraction | None) -> bool:
    return own is None or (other is not None and other <= own)


def _as_closed(own: Gate, other: Gate | None) -> bool:
    return other is not None and other.measured == own.measured and _covers(other.binds, own.binds)
