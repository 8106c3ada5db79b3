"""The first two uses of a rule: checked against a file, and against the tool's own copy."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.courses import Course
from fabctl.interlocks.demand import Forbidden, Foreseen, Limit
from fabctl.interlocks.finding import AuditReport, Coverage, Finding, order
from fabctl.interlocks.hints import false_hints
from fabctl.interlocks.judge import judge, looked_at
from fabctl.interlocks.rule import Applies, RulePack
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.solver import INSTALL
from fabctl.interlocks.trace import TraceStep, trace_step
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.interlocks.waiver import fingerprint
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity
from fabctl.tools.prediction import NOBODY, Predictor


def audit(
    sequence: Sequence,
    rules: RulePack,
    materials: Materials,
    course: Course,
    predicts: Predictor = NOBODY,
) -> AuditReport:
    """Check every rule on every step that it binds, for every value that a window allows.

    `course` is what becomes of the wafer, one of `fabctl.interlocks.courses`; `predicts` foretells
    how far the fab's tools will go, and without it no trajectory is shown.
    """
    steps = course.steps
    hints = false_hints(sequence, steps, rules, materials)
    rules = rules.binding(sequence.practises)
    found: list[Finding] = []
    exercised: dict[str, list[str]] = {}
    seen: dict[str, set[str]] = {step.step.id: set() for step in steps}
    doing: dict[str, list[TraceStep]] = {}
    for step in steps:
        doing.setdefault(step.recipe.operation, []).append(step)
    for rule in rules:
        bench = Bench(rule, sequence, steps, materials, course=course, predicts=predicts)
        # a rule that forbids has looked at every step that it might have forbidden
        watched = isinstance(rule.demand, Forbidden)
        reached: list[str] = []
        for step in _each(doing, rule.binds):
            if rule.binds.selects(step.act, materials):
                reached.append(step.step.id)
                seen[step.step.id].update(looked_at(rule.demand))
                found.extend(judge(bench, step))
            elif watched:
                reached.append(step.step.id)
        if rule.gate is not None:
            for step in _each(doing, rule.gate.binds):
                if rule.gate.binds.selects(step.act, materials):
                    found.extend(_gate_will_know(bench, rule.gate.measured, step))
        if reached:
            exercised[rule.code] = reached
        elif rule.applies is Applies.PRACTISED:
            found.append(_nothing_bound(bench))
    if not course.shown:
        found = [_not_shown(each) for each in found]
    found = [
        replace(each, fingerprint=fingerprint(each, sequence))
        if rules[each.code].waivable
        else each
        for each in _without_echoes(found, rules)
    ]
    found = sorted((*found, *hints), key=order)
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
    predicts: Predictor = NOBODY,
) -> tuple[Finding, ...]:
    """Check what the tool will really do: the program on it, decoded, on the wafer as it is.

    Findings point at the step's own place in the file; `saw` is the tool's value. Where `recipe` is
    the step's own, its windows count.
    """
    index = sequence.steps.index(step)
    other = None if recipe is step.recipe else recipe
    seen = trace_step(step, before, materials, recipe=other, later=sequence.steps[index + 1 :])
    found = [
        finding
        for rule in rules.binding(sequence.practises)
        if rule.binds.selects(seen.act, materials)
        for finding in judge(
            Bench(rule, sequence, (seen,), materials, on_tool=True, predicts=predicts), seen
        )
    ]
    return tuple(sorted(_without_echoes(found, rules), key=order))


def _not_shown(finding: Finding) -> Finding:
    """Say of what is found in a course that it is not shown whether any values lead there."""
    if finding.verdict is not Verdict.ILLEGAL:
        return finding
    message = f"{finding.message}; whether any allowed values lead there is not shown"
    return replace(finding, verdict=Verdict.NOT_SHOWN, message=message, hint=INSTALL)


def _without_echoes(found: list[Finding], rules: RulePack) -> Iterator[Finding]:
    """Leave out that a value strays, or leads, outside limits which it breaks by itself."""
    demands = {finding.code: rules[finding.code].demand for finding in found}
    broken = {
        (finding.mark, demand.limits)
        for finding in found
        if isinstance(demand := demands[finding.code], Limit) and demand.margin is None
    }
    for finding in found:
        demand = demands[finding.code]
        if (isinstance(demand, Foreseen) or (isinstance(demand, Limit) and demand.margin)) and (
            finding.mark,
            demand.limits,
        ) in broken:
            continue
        yield finding


def _each(doing: Mapping[str, list[TraceStep]], binds: Selector) -> list[TraceStep]:
    """Give the steps that a selector may select, by operation and then in their order."""
    return [step for operation in binds.operations for step in doing.get(operation, ())]


def _nothing_bound(bench: Bench) -> Finding:
    """Tell that the sequence practises a claim of which no step does anything."""
    rule = bench.rule
    elements = ", ".join(rule.elements)
    operations = " or ".join(rule.binds.operations)
    return bench.finding(
        bench.steps[0],
        "",
        Verdict.NOT_SHOWN,
        message=f"the sequence practises a claim of {elements}, but has no {operations} "
        f"for which {rule.code} could be judged",
    )


def _gate_will_know(bench: Bench, measured: str, step: TraceStep) -> Iterator[Finding]:
    """Tell beforehand where the gate would have nothing to judge, so that START is vetoed."""
    film = step.before.film
    if film is None or film.measured_by:
        return
    coats = ", ".join(coat.step for coat in film.coats)
    yield bench.finding(
        step,
        "",
        Verdict.NOT_SHOWN,
        message=f"no step measures {measured} between {coats} and {step.step.id}, "
        f"so nothing shows that it is {bench.rule.demand.wanted}",
        hint=f"add a measure step (quantity: {measured}, material: {film.materials[-1]}) "
        f"before {step.step.id}",
    )


def _coverage(
    rules: RulePack,
    exercised: dict[str, list[str]],
    steps: tuple[TraceStep, ...],
    seen: dict[str, set[str]],
) -> Coverage:
    unseen = {step.step.id: _unseen(step.recipe, seen[step.step.id]) for step in steps}
    return Coverage(
        {code: tuple(bound) for code, bound in exercised.items()},
        tuple(rule.code for rule in rules if rule.code not in exercised),
        {step: names for step, names in unseen.items() if names},
    )


def _unseen(recipe: Recipe, seen: set[str]) -> tuple[str, ...]:
    """Name the quantities of a recipe that no rule looked at."""
    left = [
        name
        for name, value in recipe.parameters.items()
        if name not in seen and isinstance(value, Quantity)
    ]
    return tuple(sorted(left))
