"""What a pack has to do with a step, worked out once for every sort of step on a sort of wafer.

Which rules bind a step hangs on its recipe and on what the wafer has. So does what needs no look
at the steps before and after: a temperature is below its limit, a module takes such wafers. And
some rules look back at words only: which step came before, what a chamber ran. Files repeat their
steps, and a pack remembers what it found; only the rest is judged anew.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.carry_over import leaves_nothing
from fabctl.interlocks.demand import (
    Admitted,
    CarryOver,
    Demand,
    Forbidden,
    Limit,
    OfMaterial,
    Order,
    Seasoned,
    Suited,
)
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.exercised import by_recipe, could_forbid, on_wafer
from fabctl.interlocks.finding import Finding
from fabctl.interlocks.judge import judge, looked_at
from fabctl.interlocks.judge_limit import all_legal
from fabctl.interlocks.judge_time import asks_to_wait, keeps_hot, waits_for
from fabctl.interlocks.past import Past
from fabctl.interlocks.rule import Rule, RulePack
from fabctl.interlocks.trace import TraceStep
from fabctl.process.layout import Layout
from fabctl.process.material import Materials
from fabctl.quantities import Quantity
from fabctl.tools.prediction import Predictor

MOST = 4096
"""How many dockets a pack remembers of each sort."""


class Wait(Struct, frozen=True):
    """A rule that demands a step in time, and the place of the step since which that counts."""

    rule: Rule
    demand: Queue
    since: int


class Judged(Struct, frozen=True):
    """What was found of one step; `open` are rules that also look at the steps after it.

    `exercised` are the codes of rules that it could have broken, `idle` of such as bind it.
    """

    findings: tuple[Finding, ...]
    exercised: tuple[str, ...]
    idle: tuple[str, ...]
    unseen: tuple[str, ...]
    open: tuple[Rule, ...]


class Docket(Struct, frozen=True, eq=False):
    """What is to be judged of a step.

    `exercised` are the codes of the rules that it could have broken, `idle` those of rules that
    bind it, and that it could not. `open` are rules that have to be judged on it, and `hanging`
    such of which the steps before it tell whether it could have broken them. `gates` are rules
    that want something measured before it, and what. `unseen` are quantities that no rule looks at.
    `waits` are open rules, with the place of the step since which a wait counts. `numbers` are
    rules of which only the step's own numbers tell whether there is anything to judge. `clean` is
    what comes of it where nobody waits too long, if nothing else is left to judge.
    """

    materials: Materials
    predicts: Predictor
    exercised: tuple[str, ...]
    idle: tuple[str, ...]
    open: tuple[Rule, ...]
    hanging: tuple[Rule, ...]
    gates: tuple[tuple[Rule, str], ...]
    unseen: tuple[str, ...]
    numbers: tuple[Rule, ...]
    waits: tuple[Wait, ...] = ()
    clean: Judged | None = None


def docket(
    rules: RulePack,
    step: TraceStep,
    materials: Materials,
    predicts: Predictor,
    bench: Callable[[Rule], Bench],
    layout: Layout | None = None,
) -> Docket:
    """Give what a pack has to do with a step; `bench` makes the place where a rule is judged.

    With the sequence's `layout` it tells what the words of the step's past tell: not so where
    later steps, or what is assumed of values, have changed what is to be seen of the past.
    """
    past = step.past
    if layout is None or past is None:
        return _by_numbers(_by_sort(rules, step, materials, predicts, bench), step, bench)
    recipe = step.act.recipe
    key = (past, id(recipe), step.varies, id(layout), id(predicts))
    known = rules.dockets.get(key)
    if known is None:
        alone = _by_sort(rules, step, materials, predicts, bench)
        told = _by_words(rules, past, step, alone, layout, bench)
        _make_room(rules.dockets)
        known = rules.dockets[key] = (_by_numbers(told, step, bench), recipe)
    return known[0]


def _make_room(remembered: dict[Any, Any]) -> None:
    if len(remembered) >= MOST:
        remembered.clear()


def _by_sort(
    rules: RulePack,
    step: TraceStep,
    materials: Materials,
    predicts: Predictor,
    bench: Callable[[Rule], Bench],
) -> Docket:
    """Give what hangs on the words of a step and on its wafer."""
    act, before = step.act, step.before
    wafer = (act.has, act.doubted, act.level, act.films, before.contamination, before.unlisted)
    first = len(before.done) == before.elsewhere  # a class that is too dirty is told of once
    key = (step.step.wording, step.varies, first, *wafer)
    known = rules.sorts.get(key)
    if known is None or known.materials is not materials or known.predicts is not predicts:
        _make_room(rules.sorts)
        known = rules.sorts[key] = _drawn_up(rules, step, materials, predicts, bench)
    return known


def _drawn_up(
    rules: RulePack,
    step: TraceStep,
    materials: Materials,
    predicts: Predictor,
    bench: Callable[[Rule], Bench],
) -> Docket:
    act, recipe = step.act, step.act.recipe
    exercised: list[str] = []
    idle: list[str] = []
    still_open, hanging, numbers = [], [], []
    gates: list[tuple[Rule, str]] = []
    seen: set[str] = set()
    for rule in rules:
        gate = rule.gate
        if gate is not None and gate.binds.selects(act, materials):
            gates.append((rule, gate.measured))
        if recipe.operation not in rule.binds.operations:
            continue
        if not rule.binds.selects(act, materials):
            if isinstance(rule.demand, Forbidden) and could_forbid(rule.binds, act, materials):
                exercised.append(rule.code)
            continue
        seen.update(looked_at(rule.demand))
        if not step.varies and isinstance(rule.demand, HeatBudget):
            numbers.append(rule)
            continue
        at = bench(rule)
        could = _could_break(at, step)
        if could is None:
            hanging.append(rule)
            continue
        (exercised if could else idle).append(rule.code)
        if not step.varies and _is_of_recipe(rule.demand):
            numbers.append(rule)
        elif not _settled(at, step):
            still_open.append(rule)
    unseen = (
        name
        for name, value in recipe.parameters.items()
        if name not in seen and isinstance(value, Quantity)
    )
    return Docket(
        materials,
        predicts,
        tuple(exercised),
        tuple(idle),
        tuple(still_open),
        tuple(hanging),
        tuple(gates),
        tuple(sorted(unseen)),
        tuple(numbers),
    )


def _is_of_recipe(demand: Demand) -> bool:
    return isinstance(demand, Limit) and not (demand.of_wafer or demand.of_material)


def _could_break(bench: Bench, step: TraceStep) -> bool | None:
    """Tell whether a step could have broken a rule; None: that hangs on the steps before it."""
    demand = bench.rule.demand
    could = by_recipe(demand, step.recipe)
    if isinstance(demand, CarryOver) and leaves_nothing(step, bench.materials):
        return False  # nothing left nothing dirty anywhere
    if could is None and not step.varies and isinstance(demand, Admitted):
        return on_wafer(bench, step)
    return could


def _settled(bench: Bench, step: TraceStep) -> bool:
    """Tell whether a step keeps a rule whatever is done before or after, and its numbers are."""
    demand = bench.rule.demand
    if isinstance(demand, CarryOver):
        return leaves_nothing(step, bench.materials)
    alone = not step.varies and (
        isinstance(demand, OfMaterial | Admitted)
        or (isinstance(demand, Limit) and demand.of_material != "")
    )
    return alone and not any(True for _ in judge(bench, step))


def _by_words(
    rules: RulePack,
    past: Past,
    step: TraceStep,
    alone: Docket,
    layout: Layout,
    bench: Callable[[Rule], Bench],
) -> Docket:
    """Settle what looks back at words, and find what is waited for."""
    key = (past, step.varies, id(layout), id(alone.predicts))
    known = rules.worded.get(key)
    if known is not None:
        return known[0]
    exercised, idle = list(alone.exercised), list(alone.idle)
    hanging: list[Rule] = []
    waits: list[Wait] = []
    left = [each for each in alone.open if not _looks_at_words(each) or _broken(bench(each), step)]
    for rule in alone.hanging:
        demand, at = rule.demand, bench(rule)
        if not _looks_at_words(rule) and not isinstance(demand, Queue):
            hanging.append(rule)
        elif not on_wafer(at, step):
            idle.append(rule.code)
        else:
            exercised.append(rule.code)
            if not isinstance(demand, Queue):
                left += [rule] if _broken(at, step) else []
            elif asks_to_wait(at, step, demand):
                waits.append(Wait(rule, demand, waits_for(at, step, demand)))
    told = replace(
        alone,
        exercised=tuple(exercised),
        idle=tuple(idle),
        open=tuple(left),
        hanging=tuple(hanging),
        waits=tuple(waits),
    )
    _make_room(rules.worded)
    rules.worded[key] = (told, layout)
    return told


def _looks_at_words(rule: Rule) -> bool:
    """Tell whether a rule looks back at nothing but words."""
    match rule.demand:
        case Order(later=None) | Seasoned() | CarryOver() | Suited():
            return True
    return False


def _by_numbers(known: Docket, step: TraceStep, bench: Callable[[Rule], Bench]) -> Docket:
    """Settle what the step's own numbers tell."""
    exercised, idle, left = list(known.exercised), list(known.idle), list(known.open)
    for rule in known.numbers:
        if isinstance(rule.demand, HeatBudget):
            hot = keeps_hot(step, rule.demand)
            (exercised if hot else idle).append(rule.code)
            left += [rule] if hot else []
        elif not all_legal(step, rule.limit) and _broken(bench(rule), step):
            left.append(rule)
    told = Judged((), tuple(exercised), tuple(idle), known.unseen, ())
    return replace(
        known,
        exercised=told.exercised,
        idle=told.idle,
        open=tuple(left),
        numbers=(),
        clean=None if left or known.hanging or known.gates else told,
    )


def _broken(bench: Bench, step: TraceStep) -> bool:
    return any(True for _ in judge(bench, step))
