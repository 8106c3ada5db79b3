"""What a pack has to do with a step, worked out once for every sort of step on a sort of wafer.

Which rules bind a step hangs on its recipe and on what the wafer has. So does what needs no look
at the steps before and after: a temperature is below its limit, a module takes such wafers. Files
repeat their steps, and a pack remembers what it found; only the rest is judged anew.
"""

from collections.abc import Callable

from msgspec import Struct

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.carry_over import leaves_nothing
from fabctl.interlocks.demand import Admitted, CarryOver, Forbidden, Limit, OfMaterial
from fabctl.interlocks.demand_time import HeatBudget
from fabctl.interlocks.exercised import by_recipe, could_forbid, on_wafer
from fabctl.interlocks.judge import judge, looked_at
from fabctl.interlocks.judge_time import keeps_hot
from fabctl.interlocks.rule import Rule, RulePack
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.wafer_state import Act
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.prediction import Predictor

MOST = 4096
"""How many dockets a pack remembers, and how many answers to what binds a step."""


class Docket(Struct, frozen=True, eq=False):
    """What is to be judged of a step.

    `exercised` are the codes of the rules that it could have broken, `idle` those of rules that
    bind it, and that it could not. `open` are rules that have to be judged on it, and `hanging`
    such of which the steps before it tell whether it could have broken them. `gates` are rules
    that want something measured before it, and what. `unseen` are quantities that no rule looks at.
    A docket keeps its recipe alive, so that no other one can be taken for it.
    """

    recipe: Recipe
    materials: Materials
    predicts: Predictor
    exercised: tuple[str, ...]
    idle: tuple[str, ...]
    open: tuple[Rule, ...]
    hanging: tuple[Rule, ...]
    gates: tuple[tuple[Rule, str], ...]
    unseen: tuple[str, ...]


def docket(
    rules: RulePack,
    step: TraceStep,
    materials: Materials,
    predicts: Predictor,
    bench: Callable[[Rule], Bench],
) -> Docket:
    """Give what a pack has to do with a step; `bench` makes the place where a rule is judged."""
    act, on = step.act, step.step
    before = step.before
    wafer = (act.has, act.doubted, act.level, act.films, before.contamination, before.unlisted)
    key = (id(act.recipe), step.varies, on.kind, on.tool, *wafer)
    known = rules.dockets.get(key)
    if known is None or known.materials is not materials or known.predicts is not predicts:
        if len(rules.dockets) >= MOST:
            rules.dockets.clear()
        known = rules.dockets[key] = _drawn_up(rules, step, materials, predicts, bench)
    return known


def _drawn_up(
    rules: RulePack,
    step: TraceStep,
    materials: Materials,
    predicts: Predictor,
    bench: Callable[[Rule], Bench],
) -> Docket:
    bound = _bound(rules, step.act, materials)
    exercised: list[str] = []
    idle: list[str] = []
    still_open, hanging = [], []
    for rule, binds in bound.rules:
        if not binds:
            exercised.append(rule.code)
            continue
        at = bench(rule)
        could = _could_break(at, step)
        if could is None:
            hanging.append(rule)
        else:
            (exercised if could else idle).append(rule.code)
            if not _settled(at, step):
                still_open.append(rule)
    return Docket(
        step.act.recipe,
        materials,
        predicts,
        tuple(exercised),
        tuple(idle),
        tuple(still_open),
        tuple(hanging),
        bound.gates,
        bound.unseen,
    )


class Bound(Struct, frozen=True, eq=False):
    """The rules that bind a step by its words and its wafer, whatever its quantities are.

    With each of `rules` whether it binds; if not, it might have forbidden the step.
    """

    materials: Materials
    rules: tuple[tuple[Rule, bool], ...]
    gates: tuple[tuple[Rule, str], ...]
    unseen: tuple[str, ...]


def _bound(rules: RulePack, act: Act, materials: Materials) -> Bound:
    told = act.recipe.parameters.items()
    words = tuple([(name, None if type(value) is Quantity else value) for name, value in told])
    key = (act.recipe.operation, words, act.has, act.doubted, act.level, act.films)
    known = rules.bound.get(key)
    if known is None or known.materials is not materials:
        if len(rules.bound) >= MOST:
            rules.bound.clear()
        known = rules.bound[key] = _looked_up(rules, act, materials)
    return known


def _looked_up(rules: RulePack, act: Act, materials: Materials) -> Bound:
    recipe = act.recipe
    found: list[tuple[Rule, bool]] = []
    gates: list[tuple[Rule, str]] = []
    seen: set[str] = set()
    for rule in rules:
        if recipe.operation in rule.binds.operations:
            if rule.binds.selects(act, materials):
                seen.update(looked_at(rule.demand))
                found.append((rule, True))
            elif isinstance(rule.demand, Forbidden) and could_forbid(rule.binds, act, materials):
                found.append((rule, False))
        gate = rule.gate
        if gate is not None and gate.binds.selects(act, materials):
            gates.append((rule, gate.measured))
    left = (
        name
        for name, value in recipe.parameters.items()
        if name not in seen and isinstance(value, Quantity)
    )
    return Bound(materials, tuple(found), tuple(gates), tuple(sorted(left)))


def _could_break(bench: Bench, step: TraceStep) -> bool | None:
    """Tell whether a step could have broken a rule; None: that hangs on the steps before it."""
    demand = bench.rule.demand
    could = by_recipe(demand, step.recipe)
    if isinstance(demand, CarryOver) and leaves_nothing(step, bench.materials):
        return False  # nothing left nothing dirty anywhere
    if could is None and not step.varies and isinstance(demand, Admitted | HeatBudget):
        return on_wafer(bench, step)
    return could


def _settled(bench: Bench, step: TraceStep) -> bool:
    """Tell whether a step whose values don't vary keeps a rule whatever is done before or after."""
    demand = bench.rule.demand
    if isinstance(demand, CarryOver):
        return leaves_nothing(step, bench.materials)
    if step.varies or (isinstance(demand, Limit) and demand.of_wafer):
        return False
    if isinstance(demand, HeatBudget):
        return not keeps_hot(step, demand)
    alone = isinstance(demand, Limit | OfMaterial | Admitted)
    return alone and not any(True for _ in judge(bench, step))
