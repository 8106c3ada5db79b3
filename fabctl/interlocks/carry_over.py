"""What a chamber carries over: the ladder of contamination for chambers, baths, platens and tubes.

A chamber keeps some of what it runs. What it lays down next takes that up, and so does a wafer that
is etched, polished or heated there. So nothing cleaner may come in until it was cleaned.
"""

from collections.abc import Container, Iterator, Mapping

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import CarryOver
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act, WaferState
from fabctl.process.material import CLEAN, CONTAMINATION, Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.process.vocabulary import MODULES, OPERATIONS

UNKNOWN = ""
"""The class of a material that the table lacks: no class of the ladder, clean least of all."""

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
    return wafer if recipe.operation in _HEATS_ALL else class_of(recipe, materials)


def asks(recipe: Recipe, wafer: str, materials: Materials) -> str:
    """Give the class of what a chamber may spoil: of what a step lays down, else of the wafer."""
    return class_of(recipe, materials) if recipe.operation == "deposit" else wafer


def class_of(recipe: Recipe, materials: Materials) -> str:
    """Give the class of a step's material; `UNKNOWN` where the table lacks it."""
    word = recipe.parameters.get("material")
    if not isinstance(word, str):
        return CLEAN
    material = materials.find(word)
    return material.contaminates if material else UNKNOWN


def dirtier(left: Container[str], asked: str, demand: CarryOver) -> str:
    """Find the dirtiest class left that a demand counts, above the one asked; "" for none."""
    above = CONTAMINATION[CONTAMINATION.index(asked) + 1 :]
    return next((each for each in reversed(above) if each in demand.classes and each in left), "")


def unknown(left: Mapping[str, object], asked: str, demand: CarryOver) -> str:
    """Say what has to be known to judge what was left; "" for nothing.

    What is dirtier than any class that a demand counts can't be spoiled.
    """
    if asked == UNKNOWN:
        return "" if left.keys().isdisjoint((*demand.classes, UNKNOWN)) else "its own material"
    counted = CONTAMINATION[CONTAMINATION.index(asked) + 1 :]
    can_be_spoiled = any(each in demand.classes for each in counted)
    return "what was there before" if UNKNOWN in left and can_be_spoiled else ""


def ran_before(bench: Bench, step: TraceStep) -> Iterator[tuple[Act, bool]]:
    """Give what was done to this wafer, in this run, in the chamber of a step.

    With each whether that is sure: a step that names no tool may be done on any of its kind, if
    there is no fab to tell.
    """
    mine, kind = step.recipe.parameters, step.step.kind
    named = next((name for name in MODULES if name in mine), "")
    module, tool = mine.get(named), None
    for at, act in enumerate(step.before.done_here):
        recipe = act.recipe
        if kind not in OPERATIONS[recipe.operation].kinds:
            continue
        if module != recipe.parameters.get(named) if named else module_of(recipe):
            continue
        other = _step_of(bench, at, act)
        if other.kind != kind:
            continue
        if tool is None:
            tool = bench.predicts.tool(step.step, step.recipe)
        theirs = bench.predicts.tool(other, recipe)
        asked = step.step.tool, other.tool
        if tool and theirs:
            if tool == theirs:
                yield act, True
        elif asked[0] == asked[1] or not all(asked):
            yield act, asked[0] == asked[1]


def _step_of(bench: Bench, at: int, act: Act) -> Step:
    """Find the step that is the one at a place of what was done; at hand, if it is audited."""
    if at < len(bench.steps) and bench.steps[at].act is act:
        return bench.steps[at].step
    return bench.sequence.step(act.step)


def judge_carry_over(bench: Bench, step: TraceStep, demand: CarryOver) -> Iterator[Finding]:
    """Judge whether the chamber ran something dirtier before, for this wafer."""
    left = _left(bench, step)
    asked = asks(step.recipe, step.before.contamination, bench.materials)
    dirt = dirtier(left, asked, demand) if asked != UNKNOWN else ""
    if not dirt:
        what = unknown(left, asked, demand)
        if what:
            yield bench.finding(
                step,
                "",
                Verdict.NOT_SHOWN,
                message=f"the materials table lacks {what}, so nothing shows that "
                f"{_where(step)} is {demand.wanted}",
            )
        return
    guilty, sure = left[dirt]
    doubt = "" if sure else f"; whether {guilty} and {step.step.id} share a tool is not shown"
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL if sure else Verdict.NOT_SHOWN,
        saw=dirt,
        saw_in_rule_unit=dirt,
        witness=f"{guilty}: {dirt}, {step.step.id}: {asked}",
        message=f"{_where(step)} ran class {dirt} for {guilty}, and {step.step.id} is of class "
        f"{asked}: it must be {demand.wanted}{doubt}",
        related=(Related(bench.place(guilty), f"class {dirt}"),),
    )


def could_carry_over(bench: Bench, step: TraceStep, demand: CarryOver) -> bool:
    """Tell whether the chamber ran anything before, for this wafer, that a demand counts."""
    return not _left(bench, step).keys().isdisjoint((*demand.classes, UNKNOWN))


def leaves_nothing(step: TraceStep, materials: Materials) -> bool:
    """Tell whether nothing so far can have left anything dirty."""
    before = step.before
    return (
        before.contamination == CLEAN
        and not before.unlisted
        and not _is_unknown(step.recipe, materials)
    )


def _is_unknown(recipe: Recipe, materials: Materials) -> bool:
    return class_of(recipe, materials) == UNKNOWN


def _where(step: TraceStep) -> str:
    return module_of(step.recipe) or f"the {step.step.kind}"


def _left(bench: Bench, step: TraceStep) -> dict[str, tuple[str, bool]]:
    """Give the step that last left each class in the chamber, surely if one did."""
    if bench.left is None:
        bench.left = _look_back(bench, step)
    return bench.left


def _look_back(bench: Bench, step: TraceStep) -> dict[str, tuple[str, bool]]:
    if leaves_nothing(step, bench.materials):
        return {}
    ran = tuple(ran_before(bench, step))
    heats = ran and step.recipe.operation in _HEATS_ALL
    wafers = _classes(step.before, bench.materials) if heats else {}
    left: dict[str, tuple[str, bool]] = {}
    for act, sure in ran:
        dirt = leaves(act.recipe, wafers.get(act.step, CLEAN), bench.materials)
        if sure or not left.get(dirt, ("", False))[1]:
            left[dirt] = act.step, sure
    return left


def _classes(state: WaferState, materials: Materials) -> dict[str, str]:
    """Give the wafer's class after each of its steps."""
    wafer, after = CLEAN, {}
    for act in state.done:
        if act.recipe.operation == "deposit":
            laid = class_of(act.recipe, materials)
            wafer = UNKNOWN if UNKNOWN in (laid, wafer) else max(wafer, laid, key=_rank)
        after[act.step] = wafer
    return after


_rank = CONTAMINATION.index
