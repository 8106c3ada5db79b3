"""Judges waits and heat budgets by what the steps state: exactly, and for every allowed value."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.condition import Example, together
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.proof import breaking
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import ELSEWHERE, Act, WaferState
from fabctl.process.material import MaterialClass, Materials
from fabctl.process.recipe import TIMES
from fabctl.process.vocabulary import PLATES
from fabctl.quantities import Quantity

_HOTTEST = (
    ("temperature", True),
    *((name, True) for name in (*PLATES, *TIMES)),
    ("ramp", False),
    ("cool", False),
)
"""What keeps a wafer hot, and whether more of it does so for longer."""

HEATS = frozenset({"temperature", "boat_in", *PLATES})
"""The parameters that make a wafer hot: as long as none is above a threshold, it is below it."""

Spans: TypeAlias = Callable[[str], Interval | None]
"""Gives the values that a quantity may have by its name."""

NONE = Fraction(0)
"""No time."""


def judge_queue(bench: Bench, step: TraceStep, demand: Queue) -> Iterator[Finding]:
    """Judge the least wait that the steps in between leave, for the longest that may be chosen."""
    if not asks_to_wait(bench, step, demand):
        return
    done = step.before.done
    since = awaited(demand, step.before, bench.materials, waits_for(bench, step, demand))
    if since < 0:
        return
    if done[since].step == ELSEWHERE:
        yield bench.finding(
            step,
            "",
            Verdict.NOT_SHOWN,
            message=f"{step.step.id} must start {demand.wanted}, "
            "and when that was done to the wafer brought in is not known",
            related=(Related(bench.place(ELSEWHERE), "what the wafer is when it is brought in"),),
        )
        return
    waited, between = done[since].step, range(since + 1, len(done))
    least = _total(_longest(bench, step, done, at) for at in between)
    if least <= demand.within.value:
        return
    thin = None
    if demand.film_below is not None:
        thin = _thin(bench, step, demand.film_below)
        if thin is None:
            return
    shown = _time(least, demand.within).show()
    values = bench.at_ends(
        (done[at].step, name, True)
        for at in between
        for name, _ in _lasts(_spans(bench, step, done, at))
    )
    verb = "starts" if values is None else "may start"
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        saw=shown,
        saw_in_rule_unit=shown,
        witness=", ".join([waited, *(done[at].step for at in between), step.step.id]),
        message=f"{step.step.id} {verb} {shown} after {waited} at the earliest, "
        f"but must start {demand.wanted}",
        related=(Related(bench.place(waited), f"{waited} is what it waits for"),),
        values=together(thin, values),
    )


def _thin(bench: Bench, step: TraceStep, below: Quantity) -> Example | None:
    """Give values with which the film is so thin; None where the wafer's course has none."""
    film = step.before.film
    if film is None or film.thickness is None or film.thickness.is_point:
        return Example({}, {})
    if not all(each.by_depth for each in film.removed):
        return Example({}, {})  # as thin as a removal may leave it
    terms = bench.film_terms(film)
    (thinner,) = breaking(terms, Limits(Bound(below, strict=False), None), None)
    try:
        return bench.broken(thinner)
    except NoSolverError:
        return Example({}, {})  # nor is the course shown, and what is found in it


def surely_in_time(steps: Sequence[TraceStep], step: TraceStep, since: int, demand: Queue) -> bool:
    """Tell whether a step starts in time after the one at `since` in what was done before.

    For sure is that of values that don't vary only; `steps` are the sequence's.
    """
    before = step.before
    if since < before.elsewhere:
        return False
    least: Fraction | int = 0
    for between in steps[since + 1 - before.elsewhere : len(before.done_here)]:
        if between.varies:
            return False
        least += between.act.recipe.lasts
    within = demand.within.value
    return least * within.denominator <= within.numerator


def waits_for(bench: Bench, step: TraceStep, demand: Queue) -> int:
    """Find the step in `done` since whose end a wait counts; -1 where there is none."""
    if bench.since is None:
        bench.since = _since(demand, step.before, bench.materials)
    return bench.since


def _since(demand: Queue, before: WaferState, materials: Materials) -> int:
    """Find the last step of those it waits after, or the last of all cures in their order since."""
    began = demand.after.last(before.done, materials)
    if began < 0 or not demand.cured_by:
        return began
    cured, since = before.done, began
    for cure in reversed(demand.cured_by):
        at = cure.last(cured, materials)
        if at <= began:
            return began
        cured, since = cured[:at], max(since, at)
    return since


def awaited(
    demand: Queue, before: WaferState, materials: Materials, since: int | None = None
) -> int:
    """Find the step since whose end the wait counts in `done`; -1 where nothing is demanded.

    `since` is that step before it is known whether anything is, if it was found before.
    """
    if demand.film_below is not None:
        thickness = before.film.thickness if before.film else None
        if thickness is not None and thickness.low >= demand.film_below.value:
            return -1
    if since is None:
        since = _since(demand, before, materials)
    counts = _counts(demand, before, materials, since)
    return since if counts and not _is_off(demand, before, materials, since) else -1


def asks_to_wait(bench: Bench, step: TraceStep, demand: Queue) -> bool:
    """Tell whether there is anything to judge, whatever the times and the film's thickness are."""
    done, since = step.before.done, waits_for(bench, step, demand)
    if since == len(done) - 1 and (since < 0 or done[since].step != ELSEWHERE):
        return False  # it waits for nothing, or for the step right before it
    return _counts(demand, step.before, bench.materials, since)


def _counts(demand: Queue, before: WaferState, materials: Materials, since: int) -> bool:
    """Tell whether a wait counts at all: no step since it began takes it away."""
    if since < 0 or demand.unless is None:
        return since >= 0
    began = _began(demand, before, materials, since)
    return demand.unless.last(before.done, materials) <= began


def _began(demand: Queue, before: WaferState, materials: Materials, since: int) -> int:
    """Find where a wait began, before its cures."""
    return demand.after.last(before.done[: since + 1], materials) if demand.cured_by else since


def _is_off(demand: Queue, before: WaferState, materials: Materials, since: int) -> bool:
    """Tell whether a step laid film of which nothing is left, though there is film on the wafer."""
    laid, film = before.done[_began(demand, before, materials, since)], before.film
    return (
        film is not None
        and laid.recipe.operation == "deposit"
        and materials.class_of(laid.material) == MaterialClass.FILM
        and all(coat.step != laid.step for coat in film.coats)
    )


def judge_heat(bench: Bench, step: TraceStep, demand: HeatBudget) -> Iterator[Finding]:
    """Judge the longest time that this step and those before it may keep the wafer hot."""
    own = _hot(step.span, demand)
    if own == 0:
        return
    if own is None:
        yield bench.finding(
            step,
            _hottest(step, demand),
            Verdict.NOT_SHOWN,
            message=f"{_not_stated(step, demand)}, so nothing shows that it is {demand.wanted}",
        )
        return
    done, binds = step.before.done, bench.rule.binds
    earlier = [
        (act.step, _hot(_spans(bench, step, done, at), demand) or NONE)
        for at, act in enumerate(done)
        if binds.selects(act, bench.materials)
    ]
    parts = [(name, lasts) for name, lasts in (*earlier, (step.step.id, own)) if lasts]
    total = _total(lasts for _, lasts in parts)
    if total <= demand.seconds:
        return
    shown = _time(total, demand.within).show()
    yield bench.finding(
        step,
        _hottest(step, demand),
        Verdict.ILLEGAL,
        saw=shown,
        saw_in_rule_unit=shown,
        witness=", ".join(f"{name}: {_time(lasts, demand.within).show()}" for name, lasts in parts),
        message=f"the wafer may be above {demand.above} for {shown}, but must be {demand.wanted}",
        related=tuple(
            Related(bench.place(name, "temperature"), f"{name} adds to it")
            for name, _ in parts[:-1]
        ),
        values=bench.at_ends(
            (name, parameter, up) for name, _ in parts for parameter, up in _HOTTEST
        ),
    )


def keeps_hot(step: TraceStep, demand: HeatBudget) -> bool:
    """Tell whether a step may be above the threshold at all."""
    return _hot(step.span, demand) != NONE


def _hot(spans: Spans, demand: HeatBudget) -> Fraction | None:
    """Give the longest time above the threshold, ramps included; None where it is not stated."""
    temperature = spans("temperature")
    if temperature is None:
        return _on_plates(spans, demand)
    if _goes_in_hotter(spans, demand):
        return None
    if temperature.high <= demand.above.value:
        return NONE
    stated = [span.high for _, span in _lasts(spans)]
    if not stated:
        return None
    over = temperature.high - demand.above.value
    for name in ("ramp", "cool"):
        rate = spans(name)  # K/min
        if rate is None:
            continue
        if rate.low <= 0:
            return None
        stated.append(over / rate.low * 60)
    return _total(stated)


def _on_plates(spans: Spans, demand: HeatBudget) -> Fraction | None:
    """Give the longest time on plates that are hotter; None where there are none."""
    plates, each = [spans(name) for name in PLATES], spans("plate_time")
    if each is None or None in plates:
        return None
    return each.high * sum(plate.high > demand.above.value for plate in plates if plate)


def _goes_in_hotter(spans: Spans, demand: HeatBudget) -> bool:
    """Tell whether a boat may go in above the threshold and cool down, as no recipe states."""
    boat_in, temperature = spans("boat_in"), spans("temperature")
    if boat_in is None or boat_in.high <= demand.above.value:
        return False
    return temperature is not None and boat_in.high > temperature.low


def _hottest(step: TraceStep, demand: HeatBudget) -> str:
    """Name the parameter that makes a step hot."""
    if _goes_in_hotter(step.span, demand):
        return "boat_in"
    plates = ((name, step.span(name)) for name in PLATES)
    hot = (name for name, span in plates if span and span.high > demand.above.value)
    return next(hot, "temperature")


def _not_stated(step: TraceStep, demand: HeatBudget) -> str:
    if step.span("temperature") is None:
        return f"the temperature of {step.step.id} is not stated"
    return f"how long it stays above {demand.above} is not stated"


def _lasts(spans: Spans) -> Iterator[tuple[str, Interval]]:
    """Give the times that a step states, as often as it takes each."""
    for name, often in TIMES.items():
        span = spans(name)
        if span is not None:
            yield name, span if often == 1 else span.times(Fraction(often))


def _longest(bench: Bench, step: TraceStep, done: Sequence[Act], at: int) -> Fraction | int:
    """Give the longest time that an earlier step may be stated to take."""
    seen = _seen(bench, step, done, at)
    if seen is not None and seen.varies:
        return _total(span.high for _, span in _lasts(seen.span))
    return done[at].recipe.lasts


def _spans(bench: Bench, step: TraceStep, done: Sequence[Act], at: int) -> Spans:
    """Find what the audit lets vary in an earlier step; on a tool nothing varies."""
    seen = _seen(bench, step, done, at)
    return done[at].span if seen is None else seen.span


def _seen(bench: Bench, step: TraceStep, done: Sequence[Act], at: int) -> TraceStep | None:
    """Find an earlier step among the audited ones; None where it is no such: done elsewhere."""
    here = at - (len(done) - len(step.before.done_here))
    if 0 <= here < len(bench.steps) and bench.steps[here].act is done[at]:
        return bench.steps[here]
    return None


def _total(parts: Iterable[Fraction | int]) -> Fraction:
    """Add up times; most are whole seconds, and integers are quick."""
    whole, rest = 0, NONE
    for part in parts:
        if part.denominator == 1:
            whole += part.numerator
        else:
            rest += part
    return rest + whole


def _time(seconds: Fraction, like: Quantity) -> Quantity:
    return Quantity(seconds, like.dimension, "", like.unit)
