"""The first two uses of a rule: checked against a file, and against the tool's own copy."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.beyond import beyond_windows
from fabctl.interlocks.courses import Course
from fabctl.interlocks.demand import Foreseen, Limit, Order, Relation
from fabctl.interlocks.docket import Judged, docket
from fabctl.interlocks.exercised import on_wafer
from fabctl.interlocks.finding import AuditReport, Coverage, Finding, order
from fabctl.interlocks.hints import false_hints
from fabctl.interlocks.judge import judge
from fabctl.interlocks.judge_limit import judge_left
from fabctl.interlocks.judge_time import surely_in_time
from fabctl.interlocks.masks import lays_dielectric, masks_of
from fabctl.interlocks.rule import Applies, Rule, RulePack, Severity
from fabctl.interlocks.solver import INSTALL
from fabctl.interlocks.trace import TraceStep, onward, trace_step
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.layout import Layout
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.tools.prediction import NOBODY, Predictor

_TIMES = 10
"""How much longer than a step it takes to tell a finding, or to judge by what is assumed."""


Told: TypeAlias = tuple[TraceStep, Judged]
"""A step, and what was found of it."""


class Judge:
    """Judges the courses of a sequence by the rules of a pack that bind it.

    `predicts` foretells how far the fab's tools will go; without it no trajectory is shown. What
    was judged once is not judged again: neither what a course has in common with another one, nor
    the steps with which the path before began.
    """

    def __init__(
        self,
        pack: RulePack,
        practises: Iterable[str],
        materials: Materials,
        predicts: Predictor = NOBODY,
    ) -> None:
        self.pack = pack
        self.rules = pack.binding(practises)
        self.materials = materials
        self.predicts = predicts
        self.work = 0
        """How much was judged, in steps of which nothing is found and nothing is assumed."""
        self._told: dict[Course, list[Told]] = {}
        self._last: list[Told] = []

    def begin(self) -> None:
        """Begin with another path."""
        self._told.clear()

    def audit(self, sequence: Sequence, course: Course) -> AuditReport:
        """Check every rule on every step that it binds, for every value that a window allows."""
        told = self._judged(sequence, course)
        found: list[Finding] = []
        by_step: dict[str, tuple[str, ...]] = {}
        unseen: dict[str, tuple[str, ...]] = {}
        idle: set[str] = set()
        for at, (step, each) in enumerate(told):
            name = step.step.id
            if each.exercised:
                by_step[name] = each.exercised
            if each.unseen:
                unseen[name] = each.unseen
            idle.update(each.idle)
            found += each.findings
            for rule in each.open:
                bench = self._bench(sequence, course.up_to(at), rule)
                found += self._finished(sequence, bench.course, judge(bench, step))
        exercised = set().union(*by_step.values())
        never = [rule for rule in self.rules if rule.code not in exercised]
        for rule in never:
            # of a first one nothing is demanded, but there has to be another
            first = isinstance(rule.demand, Relation) and rule.demand.first
            if rule.applies is Applies.PRACTISED and (first or rule.code not in idle):
                nothing = _nothing_bound(self._bench(sequence, course, rule))
                found += self._finished(sequence, course, (nothing,))
        found += false_hints(sequence, course.steps, self.pack, self.materials)
        found += list(beyond_windows(sequence, sequence.steps, found))
        found.sort(key=order)
        return AuditReport(
            sequence.file,
            tuple([each for each in found if each.verdict is Verdict.ILLEGAL]),
            tuple([each for each in found if each.verdict is Verdict.NOT_SHOWN]),
            Coverage(
                by_step,
                tuple([rule.code for rule in never]),
                unseen,
                frozenset(idle),
            ),
        )

    def told(self, course: Course) -> list[Told]:
        """Give what was told of each step of a course that was audited."""
        return self._told[course]

    def _judged(self, sequence: Sequence, course: Course) -> list[Told]:
        before = self._told[course.parent][: course.since] if course.parent else self._last
        after = self._told[course.onward] if course.onward else None
        told: list[Told] = []
        for known, step in zip(before, course.steps, strict=False):
            if known[0] is not step:
                break
            told.append(known)
        # what a past does not tell: assumptions, and masks, as later steps show
        plain = not course.forks and not masks_of(course.steps)
        layout = sequence.layout if plain else None
        for at in range(len(told), len(course.steps)):
            step = course.steps[at]
            if after is not None and at >= (course.until or 0) and after[at][0] is step:
                told.append(after[at])
            else:
                told.append((step, self._judge(sequence, course.up_to(at), step, layout)))
        self._told[course] = self._last = told
        return told

    def _judge(
        self, sequence: Sequence, course: Course, step: TraceStep, layout: Layout | None
    ) -> Judged:
        """Judge what hangs on a step and those before it; `layout` as `docket` takes it."""
        bench = partial(self._bench, sequence, course)
        due = docket(self.rules, step, self.materials, self.predicts, bench, layout)
        late = due.waits and [
            wait.rule
            for wait in due.waits
            if not surely_in_time(course.steps, step, wait.since, wait.demand)
        ]
        if due.clean is not None and not late:
            self.work += 1
            return due.clean
        exercised, idle = list(due.exercised), list(due.idle)
        found: list[Finding] = []
        later: list[Rule] = []
        for rule in (*due.open, *late):
            if isinstance(rule.demand, Order) and rule.demand.later is not None:
                later.append(rule)
            else:
                found.extend(judge(bench(rule), step))
        for rule in due.hanging:
            at = bench(rule)
            if on_wafer(at, step):
                exercised.append(rule.code)
                found.extend(judge(at, step))
            else:
                idle.append(rule.code)
        for rule, measured in due.gates:
            found.extend(_gate_will_know(bench(rule), measured, step))
        self.work += 1 + _TIMES * (len(found) + len(course.forks))
        if found:
            found = self._finished(sequence, course, _without_echoes(found, self.rules))
        return Judged(tuple(found), tuple(exercised), tuple(idle), due.unseen, tuple(later))

    def _bench(self, sequence: Sequence, course: Course, rule: Rule) -> Bench:
        return Bench(
            rule, sequence, course.steps, self.materials, course=course, predicts=self.predicts
        )

    def _finished(
        self, sequence: Sequence, course: Course, found: Iterable[Finding]
    ) -> list[Finding]:
        """Say how far what is found in a course is shown, and what a waiver would name."""
        told = list(found if course.shown else map(_not_shown, found))
        if not told:
            return told
        from fabctl.interlocks.waiver import fingerprint

        return [
            replace(each, fingerprint=fingerprint(each, sequence))
            if self.rules[each.code].waivable
            else each
            for each in told
        ]


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
    later = sequence.steps[index + 1 :]
    seen = trace_step(step, before, materials, recipe=other, later=later)
    if lays_dielectric(seen.act, materials):  # or a mask, as later steps tell
        seen = onward(seen, later, materials)[0]
    found = [
        finding
        for rule in rules.binding(sequence.practises).of_operation(recipe.operation)
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
    """Tell beforehand where the gate will veto START: for what it judges, or for lack of it."""
    yield from judge_left(bench, step, bench.rule.limit)
    film = step.before.film
    if film is None or film.measured_by:
        return
    since = film.removed[-1].step if film.removed else ", ".join(coat.step for coat in film.coats)
    yield bench.finding(
        step,
        "",
        Verdict.NOT_SHOWN,
        message=f"no step measures {measured} between {since} and {step.step.id}, "
        f"so nothing shows that it is {bench.rule.demand.wanted}",
        hint=f"add a measure step (quantity: {measured}, material: {film.materials[-1]}) "
        f"before {step.step.id}",
    )
