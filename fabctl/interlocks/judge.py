"""Judges one rule on one step that it binds."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.carry_over import judge_carry_over
from fabctl.interlocks.contamination import judge_admitted, judge_seasoned
from fabctl.interlocks.demand import (
    Admitted,
    CarryOver,
    Demand,
    Forbidden,
    Foreseen,
    Limit,
    OfMaterial,
    Order,
    Relation,
    Seasoned,
    Suited,
)
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.finding import Finding
from fabctl.interlocks.judge_limit import judge_limit
from fabctl.interlocks.judge_material import judge_figure, judge_material, judge_relation
from fabctl.interlocks.judge_order import judge_order
from fabctl.interlocks.judge_parameter import judge_parameters
from fabctl.interlocks.judge_peak import judge_peak
from fabctl.interlocks.judge_reticle import judge_suited
from fabctl.interlocks.judge_time import judge_heat, judge_queue
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.interlocks.wafer_state import Has


def judge(bench: Bench, step: TraceStep) -> Iterable[Finding]:
    """Give a finding for everything that is not shown to be legal."""
    if step.act.doubted and bench.rule.binds.hangs_on(step.act.doubted):
        return map(partial(_doubted, step), _judged(bench, step))
    return _judged(bench, step)


def _doubted(step: TraceStep, finding: Finding) -> Finding:
    """Say of a finding that it hangs on whether a removal took the whole film."""
    film = step.before.film
    assert film is not None
    message = f"{finding.message}; whether {film.doubted} takes the whole film is not shown"
    return replace(finding, verdict=Verdict.NOT_SHOWN, message=message)


def _judged(bench: Bench, step: TraceStep) -> Iterable[Finding]:
    demand = bench.rule.demand
    return _JUDGES[type(demand)](bench, step, demand)


def _limit(bench: Bench, step: TraceStep, demand: Limit) -> Iterable[Finding]:
    return (judge_figure if demand.of_material else judge_limit)(bench, step, demand)


def _relation(bench: Bench, step: TraceStep, demand: Relation) -> Iterable[Finding]:
    return (judge_relation if demand.of_material else judge_parameters)(bench, step, demand)


def _forbidden(bench: Bench, step: TraceStep, _demand: Forbidden) -> Iterable[Finding]:
    binds = bench.rule.binds
    asked = (("with", binds.wafer_has), ("without", binds.wafer_lacks))
    on = " and ".join(f"{word} {_named(has)}" for word, has in asked if has)
    witness = f"{step.step.id} on a wafer {on}" if on else ""
    yield bench.finding(step, "", Verdict.ILLEGAL, message=bench.rule.title, witness=witness)


_JUDGES: Mapping[type, Callable[[Bench, TraceStep, Any], Iterable[Finding]]] = MappingProxyType(
    {
        Limit: _limit,
        Foreseen: judge_peak,
        OfMaterial: judge_material,
        Relation: _relation,
        Order: judge_order,
        Queue: judge_queue,
        HeatBudget: judge_heat,
        Admitted: judge_admitted,
        Seasoned: judge_seasoned,
        CarryOver: judge_carry_over,
        Suited: judge_suited,
        Forbidden: _forbidden,
    }
)


def looked_at(demand: Demand) -> tuple[str, ...]:
    """Name the recipe parameters that a demand looks at."""
    if isinstance(demand, Limit) and demand.of_wafer:
        return (WAFER_QUANTITIES[demand.of_wafer].parameter,)
    return demand.parameters


def _named(has: Iterable[Has]) -> str:
    return " and ".join(sorted(each.replace("_", " ") for each in has))
