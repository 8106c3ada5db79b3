"""What a pack has to do with a step, worked out once for every sort of step.

Which rules bind a step hangs on its recipe and on what the wafer has. So does what the recipe by
itself settles: a temperature below its limit is legal on whatever wafer. Files repeat their steps,
and a pack remembers what it found; only what hangs on the steps before or after is judged anew.
"""

from collections.abc import Callable
from typing import NamedTuple

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Forbidden, Limit, OfMaterial
from fabctl.interlocks.demand_time import HeatBudget
from fabctl.interlocks.exercised import by_recipe, could_be
from fabctl.interlocks.judge import judge, looked_at
from fabctl.interlocks.judge_time import never_hot
from fabctl.interlocks.rule import Rule, RulePack
from fabctl.interlocks.trace import TraceStep
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity

MOST = 4096
"""How many dockets a pack remembers."""


class Docket(NamedTuple):
    """What is to be judged of a step.

    `bound` are the rules that bind it, and `open` those of them which its recipe, where no value
    varies, does not settle. `exercised` are the codes of the rules that it could have broken, and
    of the rules in `hanging` the steps before it tell that. `gates` are rules that want something
    measured before it, and what. `unseen` are quantities that no rule looks at. A docket keeps its
    recipe alive, so that no other one can be taken for it.
    """

    recipe: Recipe
    materials: Materials
    exercised: tuple[str, ...]
    hanging: tuple[Rule, ...]
    bound: tuple[Rule, ...]
    open: tuple[Rule, ...]
    gates: tuple[tuple[Rule, str], ...]
    unseen: tuple[str, ...]


def docket(
    rules: RulePack, step: TraceStep, materials: Materials, bench: Callable[[Rule], Bench]
) -> Docket:
    """Give what a pack has to do with a step; `bench` makes the place where a rule is judged."""
    act = step.act
    key = (id(act.recipe), act.has, act.level)
    known = rules.dockets.get(key)
    if known is None or known.materials is not materials:
        if len(rules.dockets) >= MOST:
            rules.dockets.clear()
        known = rules.dockets[key] = _drawn_up(rules, step, materials, bench)
    return known


def _drawn_up(
    rules: RulePack, step: TraceStep, materials: Materials, bench: Callable[[Rule], Bench]
) -> Docket:
    act, recipe = step.act, step.act.recipe
    exercised: list[str] = []
    hanging, bound, still_open, gates = [], [], [], []
    seen: set[str] = set()
    for rule in rules:
        if recipe.operation in rule.binds.operations:
            if rule.binds.selects(act, materials):
                broken = by_recipe(rule.demand, recipe)
                if broken is None:
                    hanging.append(rule)
                elif broken:
                    exercised.append(rule.code)
                bound.append(rule)
                seen.update(looked_at(rule.demand))
                if step.varies or not _settled(bench(rule), step):
                    still_open.append(rule)
            elif isinstance(rule.demand, Forbidden) and could_be(rule.binds).selects(
                act, materials
            ):
                exercised.append(rule.code)
        gate = rule.gate
        if gate is not None and gate.binds.selects(act, materials):
            gates.append((rule, gate.measured))
    left = (
        name
        for name, value in recipe.parameters.items()
        if name not in seen and isinstance(value, Quantity)
    )
    return Docket(
        recipe,
        materials,
        tuple(exercised),
        tuple(hanging),
        tuple(bound),
        tuple(still_open),
        tuple(gates),
        tuple(sorted(left)),
    )


def _settled(bench: Bench, step: TraceStep) -> bool:
    """Tell whether the recipe, if no value varies, shows by itself that a rule is kept."""
    demand = bench.rule.demand
    if isinstance(demand, HeatBudget):
        return never_hot(step.act, demand)
    by_recipe = isinstance(demand, OfMaterial) or (
        isinstance(demand, Limit) and not demand.of_wafer
    )
    return by_recipe and not any(True for _ in judge(bench, step))
