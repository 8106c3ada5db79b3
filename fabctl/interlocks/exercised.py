"""Whether a rule had anything to judge on a step that it binds, for the coverage of an audit.

A wait that nothing began, a chamber that the wafer has not seen before, a clean wafer that every
module takes: no such step could have broken the rule, so that none is found shows nothing of it.
"""

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.carry_over import could_carry_over
from fabctl.interlocks.contamination import last_in_chamber
from fabctl.interlocks.demand import (
    Admitted,
    CarryOver,
    Demand,
    Limit,
    OfMaterial,
    Order,
    Relation,
    Seasoned,
    Suited,
)
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.judge_material import compared_to
from fabctl.interlocks.judge_order import began
from fabctl.interlocks.judge_reticle import printed
from fabctl.interlocks.judge_time import keeps_hot, waits_for
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.wafer_state import Act
from fabctl.process.material import CLEAN, Materials
from fabctl.process.recipe import Recipe
from fabctl.process.vocabulary import OPERATIONS


def by_recipe(demand: Demand, recipe: Recipe) -> bool | None:
    """Tell whether a step that is bound could have broken a rule; None: it hangs on the wafer."""
    match demand:
        case Queue() | HeatBudget() | Admitted() | Seasoned() | CarryOver() | Suited():
            return None
        case Order(since=since):
            return True if since is None else None
        case Relation(successive=True) | Relation(first=True):
            return None
        case Limit(where_stated=True):
            return any(name in recipe.parameters for name in demand.parameters)
        case OfMaterial():
            told = OPERATIONS[recipe.operation].parameters
            return any(told[name].names == "material" for name in recipe.parameters if name in told)
    return True


def on_wafer(bench: Bench, step: TraceStep) -> bool:
    """Tell the same of a step on its wafer, where its recipe does not tell it."""
    match bench.rule.demand:
        case Queue() as demand:
            return waits_for(bench, step, demand) >= 0
        case HeatBudget() as demand:
            return keeps_hot(step, demand)
        case Admitted():
            return step.after.contamination != CLEAN or step.after.unlisted
        case Seasoned():
            return last_in_chamber(bench, step) is not None
        case CarryOver() as demand:
            return could_carry_over(bench, step, demand)
        case Suited():
            return printed(bench, step) is not None
        case Order() as demand:
            return began(bench, step, demand) is not None
        case Relation() as demand:
            return compared_to(bench, step, demand) is not None
    return True


def could_forbid(forbidden: Selector, act: Act, materials: Materials) -> bool:
    """Tell whether a rule might have forbidden a step, whatever the wafer or the material is."""
    if forbidden.wafer_has or forbidden.wafer_lacks or forbidden.film_of:
        such = replace(act, has=frozenset(forbidden.wafer_has), films=forbidden.film_of)
        return forbidden.selects(such, materials)
    return act.recipe.operation in forbidden.operations
