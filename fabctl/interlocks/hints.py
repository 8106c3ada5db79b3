"""Checks the ``does:`` hints of a sequence: they help a reader, and a false one misleads.

A hint is false where rules state all of the claim element and none of them has to do with the step,
or where the sequence does not practise the claim. Of effects and structures that is not judged
here: the wafer shows which steps made them.
"""

from collections.abc import Iterator

from fabctl.interlocks.bench import place_of_id
from fabctl.interlocks.demand import Limit, Order, Relation
from fabctl.interlocks.finding import Finding, excerpt
from fabctl.interlocks.judge_material import MEASURED_AS
from fabctl.interlocks.rule import Rule, RulePack, Severity
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.process.claim import ElementKind, claims, elements, with_parents
from fabctl.process.material import Materials
from fabctl.process.sequence import Sequence

CODE = "ID101"
"""The code of a false hint."""
_ON_THE_WAFER = {ElementKind.EFFECT, ElementKind.STRUCTURE}


def false_hints(
    sequence: Sequence, steps: tuple[TraceStep, ...], rules: RulePack, materials: Materials
) -> Iterator[Finding]:
    """Find the hints that are false."""
    steps = tuple([step for step in steps if step.step.does])
    if not steps:
        return
    practised = set(with_parents(sequence.practises, claims()))
    stating: dict[str, list[Rule]] = {}
    for rule in rules:
        for element in rule.elements:
            stating.setdefault(element, []).append(rule)
    for step in steps:
        for element in step.step.does:
            claim = element.rpartition(".")[0]
            about = stating.get(element)
            if claim not in practised:
                yield _false(sequence, step, element, f"the sequence does not practise {claim}")
            elif _ON_THE_WAFER & set(elements()[element].kinds):
                continue
            elif about and not any(_involves(rule, step, materials) for rule in about):
                codes = ", ".join(rule.code for rule in about)
                yield _false(sequence, step, element, f"{codes} has nothing to do with it")


def _involves(rule: Rule, step: TraceStep, materials: Materials) -> bool:
    if step.step.operation == "measure":
        return step.recipe.parameters.get("quantity") in tuple(_measured(rule))
    return any(each.selects(step.act, materials) for each in _selectors(rule))


def _measured(rule: Rule) -> Iterator[str]:
    """The quantities that tell whether a rule is kept."""
    if rule.gate is not None:
        yield rule.gate.measured
    if isinstance(rule.demand, Limit | Relation) and rule.demand.of_material in MEASURED_AS:
        yield MEASURED_AS[rule.demand.of_material]


def _selectors(rule: Rule) -> Iterator[Selector]:
    yield rule.binds
    demand = rule.demand
    if rule.gate is not None:
        yield rule.gate.binds
    if isinstance(demand, Relation):
        yield demand.to
    if isinstance(demand, Order):
        for each in (demand.earlier, demand.later):
            if each is not None:
                yield each


def _false(sequence: Sequence, step: TraceStep, element: str, why: str) -> Finding:
    place = step.step.hints.get(element) or place_of_id(step.step)
    return Finding(
        code=CODE,
        rule="false-hint",
        verdict=Verdict.ILLEGAL,
        severity=Severity.ERROR,
        step=step.step.id,
        parameter="",
        mark=place.mark,
        excerpt=excerpt(sequence.text, place),
        saw="",
        saw_in_rule_unit="",
        limit="",
        elements=(element,),
        witness=f"{step.step.id} does {element}",
        message=f"{step.step.id} is said to do {element}, but {why}",
        hint="take it out of does, or correct it",
    )
