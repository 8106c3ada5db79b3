"""The first two uses of a rule: checked against a file, and against the tool's own copy."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from fabctl.interlocks.finding import (
    AuditReport,
    Coverage,
    Finding,
    Related,
    excerpt,
    order,
)
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.rule import Limit, Rule, RulePack
from fabctl.interlocks.trace import TraceStep, trace, trace_step
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.errors import Mark
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Place, Sequence, Step
from fabctl.quantities import Quantity


def audit(sequence: Sequence, rules: RulePack, materials: Materials) -> AuditReport:
    """Check every rule on every step that it binds, for every value that a window allows."""
    steps = trace(sequence, materials)
    found: list[Finding] = []
    exercised: dict[str, list[str]] = {}
    seen: dict[str, set[str]] = {step.step.id: set() for step in steps}
    for rule in rules:
        for step in steps:
            if rule.binds.selects(step.recipe, step.before, materials):
                exercised.setdefault(rule.code, []).append(step.step.id)
                seen[step.step.id].add(_parameter(rule.demands))
                found.extend(_judge(rule, step, sequence, steps))
            if rule.gate and rule.gate.binds.selects(step.recipe, step.before, materials):
                found.extend(_gate_will_know(rule, step, sequence))
    found.sort(key=order)
    return AuditReport(
        sequence.file,
        tuple(each for each in found if each.verdict is Verdict.ILLEGAL),
        tuple(each for each in found if each.verdict is Verdict.NOT_SHOWN),
        _coverage(rules, exercised, steps, seen),
    )


def audit_recipe(
    recipe: Recipe,
    sequence: Sequence,
    step: Step,
    before: WaferState,
    rules: RulePack,
    materials: Materials,
) -> tuple[Finding, ...]:
    """Check what the tool will really do: the program on it, decoded, on the wafer as it is.

    Findings point at the step's own place in the file; `saw` is the tool's value.
    """
    index = sequence.steps.index(step)
    seen = trace_step(step, before, materials, recipe=recipe, later=sequence.steps[index + 1 :])
    found = [
        finding
        for rule in rules
        if rule.binds.selects(recipe, before, materials)
        for finding in _judge(rule, seen, sequence, (seen,), on_tool=True)
    ]
    return tuple(sorted(found, key=order))


def _parameter(demands: Limit) -> str:
    return WAFER_QUANTITIES[demands.subject].parameter if demands.of_wafer else demands.subject


def _judge(
    rule: Rule,
    step: TraceStep,
    sequence: Sequence,
    steps: Iterable[TraceStep],
    *,
    on_tool: bool = False,
) -> Iterator[Finding]:
    demands = rule.demands
    limits = demands.limits
    name = _parameter(demands)
    if demands.of_wafer:
        value = WAFER_QUANTITIES[demands.subject].of(step.after)
        if not step.completes:  # the lower end is judged once everything is on the wafer
            limits = Limits(None, limits.upper)
    else:
        value = step.allowed.get(name)
    if value is None:
        yield _finding(
            rule,
            step,
            sequence,
            Verdict.NOT_SHOWN,
            message=f"{name} is not stated, so nothing shows that it is {demands.limits}",
        )
        return
    if not limits.bounded:
        return
    witness = limits.witness(value)
    if witness is not None:
        yield _illegal(rule, step, sequence, steps, value, witness, on_tool=on_tool)


def _illegal(
    rule: Rule,
    step: TraceStep,
    sequence: Sequence,
    steps: Iterable[TraceStep],
    value: Interval,
    witness: Fraction,
    *,
    on_tool: bool,
) -> Finding:
    demands = rule.demands
    name = _parameter(demands)
    own = step.recipe.parameters.get(name)
    unit = own.unit if isinstance(own, Quantity) else demands.limits.unit
    broken = Quantity(witness, demands.limits.dimension, "", unit)
    related: list[Related] = []
    subject = name
    if demands.of_wafer and step.before.film is not None:
        subject = WAFER_QUANTITIES[demands.subject].words
        marks = {each.step.id: each.step for each in steps}
        related += [
            Related(marks[coat.step].places["thickness"].mark, f"{coat.step} adds to it")
            for coat in step.before.film.coats
            if coat.step in marks and "thickness" in marks[coat.step].places
        ]
    window = step.step.windows.get(name)
    if not value.is_point and window is not None:
        related.append(Related(window.mark, f"the window allows {window.low} to {window.high}"))
        said = f"{subject} may be {broken.show()}"
    else:
        said = f"{subject} is {broken.show()}"
    if on_tool:
        said = f"on the tool, {said}"
    return _finding(
        rule,
        step,
        sequence,
        Verdict.ILLEGAL,
        saw=broken.show(),
        saw_in_rule_unit=broken.show(demands.limits.unit),
        witness=_witness(step, demands, broken, high=witness == value.high),
        message=f"{said}, but must be {demands.limits}",
        related=tuple(related),
    )


def _witness(step: TraceStep, demands: Limit, broken: Quantity, *, high: bool) -> str:
    """Name the values that break the rule together."""
    film = step.after.film
    if not demands.of_wafer or film is None or len(film.coats) == 1:
        return f"{step.step.id}.{_parameter(demands)} = {broken.show()}"
    parts = []
    for coat in film.coats:
        if coat.thickness is not None:
            value = coat.thickness.high if high else coat.thickness.low
            shown = Quantity(value, broken.dimension, "", broken.unit).show()
            parts.append(f"{coat.step}.thickness = {shown}")
    return f"{', '.join(parts)}: together {broken.show()}"


def _gate_will_know(rule: Rule, step: TraceStep, sequence: Sequence) -> Iterator[Finding]:
    """Tell beforehand where the gate would have nothing to judge, so that START is vetoed."""
    assert rule.gate is not None
    film = step.before.film
    if film is None or film.measured_by:
        return
    coats = ", ".join(coat.step for coat in film.coats)
    yield _finding(
        rule,
        step,
        sequence,
        Verdict.NOT_SHOWN,
        parameter="",
        message=f"no step measures {rule.gate.measured} between {coats} and {step.step.id}, "
        f"so nothing shows that it is {rule.demands.limits}",
        hint=f"add a measure step (quantity: {rule.gate.measured}, "
        f"material: {film.materials[-1]}) before {step.step.id}",
    )


def _finding(
    rule: Rule,
    step: TraceStep,
    sequence: Sequence,
    verdict: Verdict,
    *,
    message: str,
    parameter: str | None = None,
    saw: str = "",
    saw_in_rule_unit: str = "",
    witness: str = "",
    hint: str = "",
    related: tuple[Related, ...] = (),
) -> Finding:
    name = _parameter(rule.demands) if parameter is None else parameter
    place = step.step.places.get(name) or _place_of_id(step.step)
    if place.overridden:
        message += " (set on the command line)"
    return Finding(
        code=rule.code,
        rule=rule.name,
        verdict=verdict,
        severity=rule.severity,
        step=step.step.id,
        parameter=name,
        mark=place.mark,
        excerpt=excerpt(sequence.text, place),
        saw=saw,
        saw_in_rule_unit=saw_in_rule_unit,
        limit=str(rule.demands.limits),
        elements=rule.elements,
        witness=witness,
        message=message,
        hint=hint or rule.hint,
        related=related,
    )


def _place_of_id(step: Step) -> Place:
    mark = step.mark
    return Place(mark, Mark(mark.file, mark.line, mark.column + len(step.id)))


def _coverage(
    rules: RulePack,
    exercised: dict[str, list[str]],
    steps: tuple[TraceStep, ...],
    seen: dict[str, set[str]],
) -> Coverage:
    unseen = {
        step.step.id: tuple(sorted(step.allowed.keys() - seen[step.step.id])) for step in steps
    }
    return Coverage(
        {code: tuple(bound) for code, bound in exercised.items()},
        tuple(rule.code for rule in rules if rule.code not in exercised),
        {step: names for step, names in unseen.items() if names},
    )
