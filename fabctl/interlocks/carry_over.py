"""What a chamber carries over: the ladder of contamination for chambers, baths, platens and tubes.

A chamber keeps some of what it runs. What it lays down next takes that up, and so does a wafer that
is etched, polished or heated there. So nothing cleaner may come in until it was cleaned.
"""

from collections.abc import Container, Iterator

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import CarryOver
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act, WaferState
from fabctl.process.material import CLEAN, CONTAMINATION, Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.process.vocabulary import MODULES

_HEATS_ALL = ("anneal", "cure")
"""The operations in which all that is on a wafer is bare to what is around it."""


def module_of(recipe: Recipe) -> str:
    """Name the chamber, bath or platen of a step; "" for a tube or a track."""
    for name in MODULES:
        if name in recipe.parameters:
            return str(recipe.parameters[name])
    return ""


def leaves(recipe: Recipe, wafer: str, materials: Materials) -> str:
    """Give the class that a step on a wafer of a class leaves: its material's, or the wafer's."""
    return wafer if recipe.operation in _HEATS_ALL else _class_of(recipe, materials)


def asks(recipe: Recipe, wafer: str, materials: Materials) -> str:
    """Give the class of what a chamber may spoil: of what a step lays down, else of the wafer."""
    return _class_of(recipe, materials) if recipe.operation == "deposit" else wafer


def dirtier(left: Container[str], asked: str, demand: CarryOver) -> str:
    """Find the dirtiest class left that a demand counts, above the one asked; "" for none."""
    above = CONTAMINATION[CONTAMINATION.index(asked) + 1 :]
    return next((each for each in reversed(above) if each in demand.classes and each in left), "")


def ran_before(sequence: Sequence, step: Step, before: WaferState) -> Iterator[Act]:
    """Give what was done to this wafer, in this run, in the chamber of a step."""
    mine = step.recipe.parameters
    named = next((name for name in MODULES if name in mine), "")
    for act in before.done_here:
        if mine[named] == act.recipe.parameters.get(named) if named else not module_of(act.recipe):
            other = sequence.step(act.step)
            if (other.kind, other.tool) == (step.kind, step.tool):
                yield act


def judge_carry_over(bench: Bench, step: TraceStep, demand: CarryOver) -> Iterator[Finding]:
    """Judge whether the chamber ran something dirtier before, for this wafer."""
    left = _left(bench, step)
    asked = asks(step.recipe, step.before.contamination, bench.materials)
    dirt = dirtier(left, asked, demand)
    if not dirt:
        return
    guilty, where = left[dirt], module_of(step.recipe) or f"the {step.step.kind}"
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        saw=dirt,
        saw_in_rule_unit=dirt,
        witness=f"{guilty}: {dirt}, {step.step.id}: {asked}",
        message=f"{where} ran class {dirt} for {guilty}, and {step.step.id} is of class {asked}: "
        f"it must be {demand.wanted}",
        related=(Related(bench.place(guilty), f"class {dirt}"),),
    )


def could_carry_over(bench: Bench, step: TraceStep, demand: CarryOver) -> bool:
    """Tell whether the chamber ran anything before, for this wafer, that a demand counts."""
    return not _left(bench, step).keys().isdisjoint(demand.classes)


def _left(bench: Bench, step: TraceStep) -> dict[str, str]:
    """Give the step that last left each class in the chamber."""
    if step.before.contamination == CLEAN:
        return {}
    heats = step.recipe.operation in _HEATS_ALL
    wafers = _classes(step.before, bench.materials) if heats else {}
    return {
        leaves(act.recipe, wafers.get(act.step, CLEAN), bench.materials): act.step
        for act in ran_before(bench.sequence, step.step, step.before)
    }


def _classes(state: WaferState, materials: Materials) -> dict[str, str]:
    """Give the wafer's class after each of its steps."""
    wafer, after = CLEAN, {}
    for act in state.done:
        if act.recipe.operation == "deposit":
            wafer = max(wafer, _class_of(act.recipe, materials), key=CONTAMINATION.index)
        after[act.step] = wafer
    return after


def _class_of(recipe: Recipe, materials: Materials) -> str:
    word = recipe.parameters.get("material")
    material = materials.find(word) if isinstance(word, str) else None
    return material.contaminates if material else CLEAN
