"""What a wafer is still owed when its run ends early: order rules that nothing has answered yet."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from fabctl.interlocks.demand import Order
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.wafer_state import Act, WaferState
from fabctl.process.material import Materials


class Obligation(Struct, frozen=True):
    """A step that was done, and the later one that a rule demands for it."""

    rule: str
    step: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.step} needs {self.wanted} ({self.rule})"


def still_owed(state: WaferState, rules: RulePack, materials: Materials) -> tuple[Obligation, ...]:
    """Name every open obligation of a wafer to which this was done."""
    return tuple(_owed(state, rules, materials))


def _owed(state: WaferState, rules: RulePack, materials: Materials) -> Iterator[Obligation]:
    for rule in rules:
        demand = rule.demand
        if not isinstance(demand, Order) or demand.later is None:
            continue
        for index, act in enumerate(state.done_here):
            if not rule.binds.selects(act, materials):
                continue
            after = [each for each in state.done_here[index + 1 :] if demand.same.joins(each, act)]
            if not _answered(demand, after, materials):
                yield Obligation(rule.code, act.step, demand.wanted)


def _answered(demand: Order, after: Iterable[Act], materials: Materials) -> bool:
    """Tell whether the later step came in time, or one that takes the demand away."""
    awaited = [each for each in (demand.after, demand.later) if each is not None]
    for each in after:
        if demand.unless is not None and demand.unless.selects(each, materials):
            return True
        if awaited[0].selects(each, materials):
            awaited = awaited[1:]
            if not awaited:
                return True
        if demand.before is not None and demand.before.selects(each, materials):
            return False
    return False
