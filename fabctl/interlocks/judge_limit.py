"""Judges limits on a recipe's parameters, and on what several steps add up to on the wafer."""

from collections.abc import Iterator
from fractions import Fraction

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Limit
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES, WaferQuantity
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import Quantity


def judge_limit(bench: Bench, step: TraceStep, demand: Limit) -> Iterator[Finding]:
    """Judge every value that the file allows, by its two ends: an exact proof."""
    if demand.of_wafer:
        yield from _judge_wafer(bench, step, demand, WAFER_QUANTITIES[demand.of_wafer])
        return
    known = OPERATIONS[step.recipe.operation].parameters
    for name in demand.parameters:
        value = step.allowed.get(name)
        if value is None:
            if known[name].required:
                yield _not_stated(bench, step, name)
            continue
        witness = demand.limits.witness(value)
        if witness is not None:
            saw = _as_written(step, name, witness, demand.limits.unit)
            verb = "is" if value.is_point else "may be"
            yield bench.finding(
                step,
                name,
                Verdict.ILLEGAL,
                saw=saw.show(),
                saw_in_rule_unit=saw.show(demand.limits.unit),
                witness=f"{step.step.id}.{name} = {saw.show()}",
                message=f"{name} {verb} {saw.show()}, but must be {demand.limits}",
                related=_window(step, name),
            )


def _judge_wafer(
    bench: Bench, step: TraceStep, demand: Limit, quantity: WaferQuantity
) -> Iterator[Finding]:
    limits = demand.limits
    name = quantity.parameter
    value = quantity.of(step.after)
    if value is None:
        yield _not_stated(bench, step, name)
        return
    # The lower end is judged once everything is on the wafer.
    binding = limits if step.completes else Limits(None, limits.upper)
    witness = binding.witness(value)
    if witness is None:
        return
    saw = _as_written(step, name, witness, limits.unit)
    earlier = step.before.film.coats if step.before.film else ()
    subject = quantity.words if earlier else name
    verb = "is" if value.is_point else "may be"
    yield bench.finding(
        step,
        name,
        Verdict.ILLEGAL,
        saw=saw.show(),
        saw_in_rule_unit=saw.show(limits.unit),
        witness=_coats(step, name, saw, high=witness == value.high),
        message=f"{subject} {verb} {saw.show()}, but must be {limits}",
        related=(
            *(Related(bench.place(c.step, name), f"{c.step} adds to it") for c in earlier),
            *_window(step, name),
        ),
    )


def _not_stated(bench: Bench, step: TraceStep, name: str) -> Finding:
    message = f"{name} is not stated, so nothing shows that it is {bench.rule.demand.wanted}"
    return bench.finding(step, name, Verdict.NOT_SHOWN, message=message)


def _as_written(step: TraceStep, name: str, value: Fraction, unit: str) -> Quantity:
    """Give a value in the unit that the file uses there."""
    own = step.recipe.parameters.get(name)
    if isinstance(own, Quantity):
        return Quantity(value, own.dimension, own.text, own.unit)
    return Quantity(value, Quantity.of(1, unit).dimension, "", unit)


def _window(step: TraceStep, name: str) -> tuple[Related, ...]:
    window = step.step.windows.get(name)
    if window is None or step.allowed.get(name) != Interval(window.low.value, window.high.value):
        return ()
    return (Related(window.mark, f"the window allows {window.low} to {window.high}"),)


def _coats(step: TraceStep, name: str, total: Quantity, *, high: bool) -> str:
    """Name the values that break the rule together."""
    coats = step.after.film.coats if step.after.film else ()
    parts = []
    for coat in coats:
        if coat.thickness is not None:
            value = coat.thickness.high if high else coat.thickness.low
            shown = Quantity(value, total.dimension, "", total.unit).show()
            parts.append(f"{coat.step}.{name} = {shown}")
    together = f": together {total.show()}" if len(parts) > 1 else ""
    return ", ".join(parts) + together
