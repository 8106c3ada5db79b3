"""Judges how a parameter of a step stands to an earlier step's, for all that both may be at once.

Two values that follow one sequence parameter hang together: ``$bake`` is as hot as ``$bake``,
whatever its window; with a tolerance each step strays on its own.
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.condition import Condition, Term
from fabctl.interlocks.demand import Compare, Relation
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.judge_material import compared_to, nothing_to_compare
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act
from fabctl.quantities import Quantity


def judge_parameters(bench: Bench, step: TraceStep, demand: Relation) -> Iterator[Finding]:
    """Judge a parameter of the step against the earlier step's."""
    name = demand.of_parameter
    earlier = compared_to(bench, step, demand)
    if earlier is None:
        yield from nothing_to_compare(bench, step, demand)
        return
    theirs = _earlier_term(bench, earlier, name)
    if name not in step.allowed or theirs is None:
        lacks = step.step.id if name not in step.allowed else earlier.step
        message = f"{lacks} states no {name}, so nothing shows that it is {demand.wanted}"
        yield bench.finding(step, name, Verdict.NOT_SHOWN, message=message)
        return
    ours = bench.term(step, name)
    try:
        values = bench.broken(_breaking(ours, theirs, demand.compare))
    except NoSolverError:
        message = f"{name} may not be {demand.compare.words} that of {earlier.step}"
        yield bench.unsettled(step, name, message)
        return
    if values is None:
        return
    own = step.recipe.parameters[name]
    assert isinstance(own, Quantity)
    mine, other = (replace(own, value=values.values[t.name]).show() for t in (ours, theirs))
    yield bench.finding(
        step,
        name,
        Verdict.ILLEGAL,
        saw=mine,
        saw_in_rule_unit=mine,
        message=f"{name} may be {mine} where that of {earlier.step} is {other}: "
        f"it must be {demand.compare.words} it",
        related=(Related(bench.place(earlier.step, name), "the earlier value"),),
        values=values,
    )


def _earlier_term(bench: Bench, act: Act, name: str) -> Term | None:
    for each in bench.steps:
        if each.step.id == act.step:
            return bench.term(each, name, -1) if name in each.allowed else None
    value = act.recipe.parameters.get(name)
    if not isinstance(value, Quantity):
        return None
    point = Interval.point(value.value)  # done already, and audited on the tool alone
    return Term(act.step, name, Fraction(-1), point, "", point, None)


def _breaking(ours: Term, theirs: Term, how: Compare) -> Condition:
    """Say when ours minus theirs breaks the relation."""
    difference = Condition((ours, theirs), Fraction(0), strict=how is Compare.AT_MOST)
    if how in (Compare.BELOW, Compare.AT_MOST):
        return difference
    terms = tuple(replace(term, weight=-term.weight) for term in (ours, theirs))
    return Condition(terms, Fraction(0), strict=how is Compare.AT_LEAST)
