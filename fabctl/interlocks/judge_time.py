"""Judges waits and heat budgets by what the steps state: exactly, and for every allowed value."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.proof import breaking
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep, points
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act, WaferState
from fabctl.process.material import Materials
from fabctl.quantities import Quantity

_LASTS = ("time", "hold", "cast_time", "plate_time")
"""The parameters that say how long a step works."""


def judge_queue(bench: Bench, step: TraceStep, demand: Queue) -> Iterator[Finding]:
    """Judge the least wait that the steps in between leave possible."""
    waits_for = awaited(demand, step.before, bench.materials)
    if waits_for is None:
        return
    ids = [act.step for act in step.before.done]
    between = step.before.done[ids.index(waits_for) + 1 :]
    least = sum((_shortest(_allowed(bench, act)) for act in between), Fraction(0))
    if least <= demand.within.value:
        return
    if demand.film_below is not None and not _may_be_thin(bench, step, demand.film_below):
        return
    shown = _time(least, demand.within).show()
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        saw=shown,
        saw_in_rule_unit=shown,
        witness=", ".join([waits_for, *(act.step for act in between), step.step.id]),
        message=f"{step.step.id} starts {shown} after {waits_for} at the earliest, "
        f"but must start {demand.wanted}",
        related=(Related(bench.place(waits_for), f"{waits_for} is what it waits for"),),
    )


def _may_be_thin(bench: Bench, step: TraceStep, below: Quantity) -> bool:
    """Tell whether the film may be thinner where the wafer takes this course."""
    film = step.before.film
    if film is None or film.thickness is None or not bench.course.assumed:
        return True
    thin = Limits(Bound(below, strict=False), None)
    terms = bench.terms((coat.step for coat in film.coats), "thickness")
    try:
        return any(bench.broken(each) is not None for each in breaking(terms, thin, None))
    except NoSolverError:
        return True  # so is the course, and what is found in it


def awaited(demand: Queue, before: WaferState, materials: Materials) -> str | None:
    """Name the step since whose end the wait counts; None where nothing is demanded."""
    if demand.film_below is not None:
        thickness = before.film.thickness if before.film else None
        if thickness is not None and thickness.low >= demand.film_below.value:
            return None
    for act in reversed(before.done):
        if demand.after.selects(act, materials):
            return act.step
        if demand.unless is not None and demand.unless.selects(act, materials):
            return None
    return None


def judge_heat(bench: Bench, step: TraceStep, demand: HeatBudget) -> Iterator[Finding]:
    """Judge the longest time that this step and those before it may keep the wafer hot."""
    own = _hot(step.allowed, demand)
    if own == 0:
        return
    if own is None:
        yield bench.finding(
            step,
            "temperature",
            Verdict.NOT_SHOWN,
            message=f"how long it stays above {demand.above} is not stated, "
            f"so nothing shows that it is {demand.wanted}",
        )
        return
    bound = [act for act in step.before.done if bench.rule.binds.selects(act, bench.materials)]
    earlier = [(act.step, _hot(_allowed(bench, act), demand) or Fraction(0)) for act in bound]
    parts = [(name, lasts) for name, lasts in (*earlier, (step.step.id, own)) if lasts]
    total = sum((lasts for _, lasts in parts), Fraction(0))
    if total <= demand.seconds:
        return
    shown = _time(total, demand.within).show()
    yield bench.finding(
        step,
        "temperature",
        Verdict.ILLEGAL,
        saw=shown,
        saw_in_rule_unit=shown,
        witness=", ".join(f"{name}: {_time(lasts, demand.within).show()}" for name, lasts in parts),
        message=f"the wafer may be above {demand.above} for {shown}, but must be {demand.wanted}",
        related=tuple(
            Related(bench.place(name, "temperature"), f"{name} adds to it")
            for name, _ in parts[:-1]
        ),
    )


def _hot(allowed: Mapping[str, Interval], demand: HeatBudget) -> Fraction | None:
    """Give the longest time above the threshold, ramps included; None where it is not stated."""
    temperature = allowed.get("temperature")
    if temperature is None or temperature.high <= demand.above.value:
        return Fraction(0)
    stated = [allowed[name].high for name in _LASTS if name in allowed]
    if not stated:
        return None
    lasts = sum(stated, Fraction(0))
    over = temperature.high - demand.above.value
    for name in ("ramp", "cool"):
        rate = allowed.get(name)  # K/min
        if rate is not None and rate.low > 0:
            lasts += over / rate.low * 60
    return lasts


def _shortest(allowed: Mapping[str, Interval]) -> Fraction:
    return sum((allowed[name].low for name in _LASTS if name in allowed), Fraction(0))


def _allowed(bench: Bench, act: Act) -> Mapping[str, Interval]:
    for each in bench.steps:
        if each.step.id == act.step:
            return each.allowed
    return points(act.recipe)


def _time(seconds: Fraction, like: Quantity) -> Quantity:
    return Quantity(seconds, like.dimension, "", like.unit)
