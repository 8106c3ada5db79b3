"""Judges one rule on one step, and says what it found so that a person can see it in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fabctl.interlocks.finding import Finding, Related, excerpt
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.rule import Rule
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES, WaferQuantity
from fabctl.process.errors import Mark
from fabctl.process.sequence import Place, Sequence, Step
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Bench:
    """One rule with the sequence that it is judged on; `on_tool`: values are the tool's own."""

    rule: Rule
    sequence: Sequence
    steps: tuple[TraceStep, ...]
    on_tool: bool = False

    def finding(
        self,
        step: TraceStep,
        parameter: str,
        verdict: Verdict,
        *,
        message: str,
        saw: Quantity | None = None,
        witness: str = "",
        hint: str = "",
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """Make a finding at a parameter of a step, or at the step itself ("")."""
        rule, limits = self.rule, self.rule.demands.limits
        place = step.step.places.get(parameter) or _place_of_id(step.step)
        said = " (set on the command line)" if place.overridden and not self.on_tool else ""
        return Finding(
            code=rule.code,
            rule=rule.name,
            verdict=verdict,
            severity=rule.severity,
            step=step.step.id,
            parameter=parameter,
            mark=place.mark,
            excerpt=excerpt(self.sequence.text, place),
            saw=saw.show() if saw else "",
            saw_in_rule_unit=saw.show(limits.unit) if saw else "",
            limit=str(limits),
            elements=rule.elements,
            witness=witness,
            message=f"on the tool, {message}" if self.on_tool else message + said,
            hint=hint or rule.hint,
            related=related,
        )


def looked_at(rule: Rule) -> tuple[str, ...]:
    """Name the recipe parameters that a rule looks at."""
    demands = rule.demands
    if demands.of_wafer:
        return (WAFER_QUANTITIES[demands.of_wafer].parameter,)
    return demands.parameters


def judge(bench: Bench, step: TraceStep) -> Iterator[Finding]:
    """Judge the rule on a step that it binds: a finding for each subject that is not legal."""
    demands = bench.rule.demands
    if demands.of_wafer:
        yield from _judge_wafer(bench, step, WAFER_QUANTITIES[demands.of_wafer])
        return
    required = OPERATIONS[step.recipe.operation].parameters
    for name in demands.parameters:
        value = step.allowed.get(name)
        if value is None:
            if required[name].required:
                yield _not_stated(bench, step, name)
            continue
        witness = demands.limits.witness(value)
        if witness is not None:
            saw = _as_written(step, name, witness, demands.limits.unit)
            verb = "is" if value.is_point else "may be"
            yield bench.finding(
                step,
                name,
                Verdict.ILLEGAL,
                saw=saw,
                witness=f"{step.step.id}.{name} = {saw.show()}",
                message=f"{name} {verb} {saw.show()}, but must be {demands.limits}",
                related=_window(step, name),
            )


def _judge_wafer(bench: Bench, step: TraceStep, quantity: WaferQuantity) -> Iterator[Finding]:
    limits = bench.rule.demands.limits
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
        saw=saw,
        witness=_coats(step, name, saw, high=witness == value.high),
        message=f"{subject} {verb} {saw.show()}, but must be {limits}",
        related=(*_earlier_coats(bench, step, name), *_window(step, name)),
    )


def _not_stated(bench: Bench, step: TraceStep, name: str) -> Finding:
    limits = bench.rule.demands.limits
    message = f"{name} is not stated, so nothing shows that it is {limits}"
    return bench.finding(step, name, Verdict.NOT_SHOWN, message=message)


def _as_written(step: TraceStep, name: str, value: Fraction, unit: str) -> Quantity:
    """Give a value in the unit that the file uses there."""
    own = step.recipe.parameters.get(name)
    if isinstance(own, Quantity):
        return Quantity(value, own.dimension, own.text, own.unit)
    base = Quantity.of(1, unit)
    return Quantity(value, base.dimension, "", unit)


def _window(step: TraceStep, name: str) -> tuple[Related, ...]:
    window = step.step.windows.get(name)
    if window is None or step.allowed.get(name) != Interval(window.low.value, window.high.value):
        return ()
    return (Related(window.mark, f"the window allows {window.low} to {window.high}"),)


def _earlier_coats(bench: Bench, step: TraceStep, name: str) -> tuple[Related, ...]:
    places = {each.step.id: each.step.places for each in bench.steps}
    coats = step.before.film.coats if step.before.film else ()
    return tuple(
        Related(places[coat.step][name].mark, f"{coat.step} adds to it")
        for coat in coats
        if name in places.get(coat.step, {})
    )


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


def _place_of_id(step: Step) -> Place:
    mark = step.mark
    return Place(mark, Mark(mark.file, mark.line, mark.column + len(step.id)))
