"""Judges one rule on one step that it binds."""

from collections.abc import Iterator

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Demand, Forbidden, Limit, OfMaterial, Order, Relation
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.finding import Finding
from fabctl.interlocks.judge_limit import judge_limit
from fabctl.interlocks.judge_material import judge_figure, judge_material, judge_relation
from fabctl.interlocks.judge_order import judge_order
from fabctl.interlocks.judge_time import judge_heat, judge_queue
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES


def judge(bench: Bench, step: TraceStep) -> Iterator[Finding]:
    """Give a finding for everything that is not shown to be legal."""
    demand = bench.rule.demand
    match demand:
        case Limit(of_material=""):
            yield from judge_limit(bench, step, demand)
        case Limit():
            yield from judge_figure(bench, step, demand)
        case OfMaterial():
            yield from judge_material(bench, step, demand)
        case Relation():
            yield from judge_relation(bench, step, demand)
        case Order():
            yield from judge_order(bench, step, demand)
        case Queue():
            yield from judge_queue(bench, step, demand)
        case HeatBudget():
            yield from judge_heat(bench, step, demand)
        case Forbidden():
            yield bench.finding(
                step,
                "",
                Verdict.ILLEGAL,
                message=bench.rule.title,
                witness=f"{step.step.id} on a wafer with {_has(step)}" if step.act.has else "",
            )


def looked_at(demand: Demand) -> tuple[str, ...]:
    """Name the recipe parameters that a demand looks at."""
    if isinstance(demand, Limit) and demand.of_wafer:
        return (WAFER_QUANTITIES[demand.of_wafer].parameter,)
    return demand.parameters


def _has(step: TraceStep) -> str:
    return " and ".join(sorted(each.replace("_", " ") for each in step.act.has))
