"""The third use of a queue time, before START: how long the wafer has really waited."""

from collections.abc import Callable

from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.gate import GateVerdict
from fabctl.interlocks.judge_time import awaited
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import ELSEWHERE, WaferState
from fabctl.process.material import Materials
from fabctl.process.sequence import Step


def queue(
    rules: RulePack,
    step: Step,
    before: WaferState,
    materials: Materials,
    waited: Callable[[str], float | None],
) -> tuple[GateVerdict, ...]:
    """Judge the waits that end with the start of a step, one verdict for every rule that asks.

    `waited` gives the process seconds since a step's end, None where nobody knows them.
    """
    act = before.act(step.id, step.recipe, materials)
    verdicts = []
    for rule in rules.of_operation(step.recipe.operation):
        demand = rule.demand
        if not isinstance(demand, Queue) or rule.severity is not Severity.ERROR:
            continue
        if not rule.binds.selects(act, materials):
            continue
        last = awaited(demand, before, materials)
        if last < 0:
            continue
        since = before.done[last].step
        passed = waited(since)
        if passed is None:
            verdict, saw = Verdict.NOT_SHOWN, ""
            what = "what was done before it was brought in" if since == ELSEWHERE else since
            message = f"when {what} ended is not known"
        else:
            late = passed > demand.within.value
            verdict, saw = (Verdict.ILLEGAL if late else Verdict.LEGAL), f"{passed:.0f} s"
            message = f"the wafer has waited {saw} since {since}"
        limit = demand.wanted
        verdicts.append(
            GateVerdict(rule.code, verdict, step.id, saw, limit, f"{message}; limit {limit}")
        )
    return tuple(verdicts)
