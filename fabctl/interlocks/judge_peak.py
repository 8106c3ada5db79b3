"""Judges how far a tool will go by what its model predicts, with the model's stated error."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.condition import Example
from fabctl.interlocks.demand import Foreseen
from fabctl.interlocks.finding import Finding
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.prediction import LONGEST_HOLD, Bound, Peak, Unpredicted

_NO_MODEL = "give the tool's dictionary a model of it"


def judge_peak(bench: Bench, step: TraceStep, demand: Foreseen) -> Iterator[Finding]:
    """Judge the peak at the ends of every window: in between it only rises with the set-point."""
    upper = demand.limits.upper
    if upper is not None and demand.limits.lower is None and not step.varies:
        bound = Bound(upper.quantity.value, upper.strict)
        if bench.predicts.stays_below(demand.signal, step.step, step.recipe, bound):
            return
    for recipe in _ends(step, demand):
        found = bench.predicts.peak(demand.signal, step.step, recipe)
        if isinstance(found, Unpredicted):
            message = f"{found.why}, so nothing shows that its peak is {demand.limits}"
            yield bench.finding(
                step, demand.signal, Verdict.NOT_SHOWN, message=message, hint=_NO_MODEL
            )
            return
        if demand.limits.witness(_reach(found)) is not None:
            yield _outside(bench, step, demand, recipe, found)
            return


def _ends(step: TraceStep, demand: Foreseen) -> Iterator[Recipe]:
    """Give the recipes at the ends of the windows, the set-point's worst ones first."""
    if not step.varies:
        yield step.recipe
        return
    ends: dict[str, tuple[Quantity, ...]] = {}
    for name, allowed in step.allowed.items():
        if allowed.is_point:
            continue
        low, high = (_at(step, name, end) for end in (allowed.low, allowed.high))
        ends[name] = (high, low)
        if name == demand.signal:
            uppermost = (high,) if demand.limits.upper else ()
            ends[name] = (*uppermost, *((low,) if demand.limits.lower else ()))
    longest = {"hold": LONGEST_HOLD} if demand.signal in ends and "hold" in step.allowed else {}
    for values in product(*ends.values()):
        chosen = dict(zip(ends, values, strict=True))
        if _torn(step, chosen):
            continue
        yield replace(step.recipe, parameters={**step.recipe.parameters, **chosen, **longest})


def _torn(step: TraceStep, chosen: Mapping[str, Quantity]) -> bool:
    """Tell whether one sequence parameter would have to be two values at once."""
    values: dict[str, Quantity] = {}
    for name, value in chosen.items():
        setting = step.step.places[name].parameter
        alone = not setting or name in step.step.tolerances
        if not alone and values.setdefault(setting, value) != value:
            return True
    return False


def _at(step: TraceStep, name: str, value: Fraction) -> Quantity:
    own = step.recipe.parameters[name]
    assert isinstance(own, Quantity)
    return replace(own, value=value)


def _reach(found: Peak) -> Interval:
    return Interval(found.value.value - found.error.value, found.value.value + found.error.value)


def _outside(
    bench: Bench, step: TraceStep, demand: Foreseen, recipe: Recipe, found: Peak
) -> Finding:
    setpoint = recipe.parameters.get(demand.signal)
    varied: dict[str, Fraction] = {}
    for name, allowed in step.allowed.items():
        value = recipe.parameters[name]
        if name == demand.signal or allowed.is_point or not isinstance(value, Quantity):
            continue
        if allowed.covers(Interval.point(value.value)):  # no hold for ever
            varied[f"{step.step.id}.{name}"] = value.value
    saw = setpoint.show() if isinstance(setpoint, Quantity) else ""
    return bench.finding(
        step,
        demand.signal,
        Verdict.ILLEGAL,
        saw=saw,
        saw_in_rule_unit=saw,
        witness=f"{step.step.id}.{demand.signal} = {saw}: {found.tool} peaks at {found}",
        message=f"at {saw} {found.tool} is predicted to peak at {found}, "
        f"but must stay {demand.limits}",
        related=tuple(bench.variation(step, demand.signal)),
        values=Example(varied, {}) if varied else None,
    )
