"""The first two uses of a rule: checked against a file, and against the tool's own copy."""

from collections.abc import Iterator

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.courses import Course
from fabctl.interlocks.demand import Foreseen, Limit
from fabctl.interlocks.docket import docket
from fabctl.interlocks.exercised import on_wafer
from fabctl.interlocks.finding import AuditReport, Coverage, Finding, order
from fabctl.interlocks.hints import false_hints
from fabctl.interlocks.judge import judge
from fabctl.interlocks.rule import Applies, Rule, RulePack, Severity
from fabctl.interlocks.solver import INSTALL
from fabctl.interlocks.trace import TraceStep, trace_step
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.interlocks.waiver import fingerprint
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
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
    exercised: dict[str, list[str]] = {rule.code: [] for rule in rules}
    unseen: dict[str, tuple[str, ...]] = {}
    idle: set[str] = set()

    def bench(rule: Rule) -> Bench:
        return Bench(rule, sequence, steps, materials, course=course, predicts=predicts)

    for step in steps:
        due = docket(rules, step, materials, predicts, bench)
        for code in due.exercised:
            exercised[code].append(step.step.id)
        idle.update(due.idle)
        if due.unseen:
            unseen[step.step.id] = due.unseen
        for rule in due.open:
            found.extend(judge(bench(rule), step))
        for rule in due.hanging:
            at = bench(rule)
            if on_wafer(at, step):
                exercised[rule.code].append(step.step.id)
                found.extend(judge(at, step))
            else:
                idle.add(rule.code)
        for rule, measured in due.gates:
            found.extend(_gate_will_know(bench(rule), measured, step))
    found.extend(
        _nothing_bound(bench(rule))
        for rule in rules
        if rule.applies is Applies.PRACTISED and not exercised[rule.code] and rule.code not in idle
    )
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
        Coverage(
            {code: tuple(bound) for code, bound in exercised.items() if bound},
            tuple([code for code, bound in exercised.items() if not bound]),
            unseen,
            frozenset(idle),
        ),
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
    """Leave out that a value strays, or leads, outside limits which it breaks by itself.

    Unless the rule that says so of the value weighs less, or can be waived where the other can't.
    """
    broken = [
        (finding.mark, demand.limits, rule)
        for finding in found
        if isinstance(demand := (rule := rules[finding.code]).demand, Limit)
        and demand.margin is None
        and finding.verdict is Verdict.ILLEGAL
    ]
    for finding in found:
        rule = rules[finding.code]
        demand = rule.demand
        if not isinstance(demand, Foreseen | Limit) or not any(
            (mark, limits) == (finding.mark, demand.limits) and _says_enough(plain, rule)
            for mark, limits, plain in broken
            if isinstance(demand, Foreseen) or demand.margin
        ):
            yield finding


def _says_enough(plain: Rule, echo: Rule) -> bool:
    """Whether a finding of a rule holds as much back as one of another would."""
    severe = plain.severity is Severity.ERROR or echo.severity is not Severity.ERROR
    return severe and (echo.waivable or not plain.waivable)


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
    since = film.taken[-1].step if film.taken else ", ".join(coat.step for coat in film.coats)
    yield bench.finding(
        step,
        "",
        Verdict.NOT_SHOWN,
        message=f"no step measures {measured} between {since} and {step.step.id}, "
        f"so nothing shows that it is {bench.rule.demand.wanted}",
        hint=f"add a measure step (quantity: {measured}, material: {film.materials[-1]}) "
        f"before {step.step.id}",
    )
