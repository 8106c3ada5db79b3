"""How dirty a wafer is: it only ever rises on the ladder, whatever is stripped or cleaned.

A module that takes wafers up to one class never sees one above, nor lays down what would raise one.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.carry_over import UNKNOWN, class_of, ran_before
from fabctl.interlocks.demand import Admitted, Seasoned
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.rule import Severity
from fabctl.interlocks.selector import material_of
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import ELSEWHERE, Act
from fabctl.process.material import CLEAN, CONTAMINATION, Materials
from fabctl.tools.prediction import Unpredicted


def judge_admitted(bench: Bench, step: TraceStep, demand: Admitted) -> Iterator[Finding]:
    """Judge whether the module takes such a wafer, and what it lays down on it."""
    wafer = step.after.contamination
    if step.recipe.operation == "deposit" and class_of(step.recipe, bench.materials) == UNKNOWN:
        message = f"the materials table lacks {step.recipe.parameters['material']}, "
        message += f"so nothing shows that the wafer is {demand.wanted}"
        yield bench.finding(step, "material", Verdict.NOT_SHOWN, message=message)
    if wafer == CLEAN:
        return
    takes = bench.predicts.accepts(step.step, step.recipe)
    if isinstance(takes, Unpredicted):
        before = step.before
        if before.contamination != wafer or not before.done_here:  # told once a class
            message = f"{takes.why}, so nothing shows that this one is {demand.wanted}"
            found = bench.finding(step, "", Verdict.NOT_SHOWN, message=message)
            yield replace(found, severity=Severity.WARNING)  # a fab need not keep classes
        return
    if CONTAMINATION.index(wafer) <= CONTAMINATION.index(takes.up_to):
        return
    guilty = next(act.step for act in step.after.done if _raises(act, bench.materials) == wafer)
    since = "as it was brought in," if guilty == ELSEWHERE else f"since {guilty}"
    where = f"{takes.tool} {takes.module}"
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        saw=wafer,
        saw_in_rule_unit=wafer,
        witness=f"{guilty}, {step.step.id} in {where}",
        message=f"{where} takes wafers up to class {takes.up_to}, and {since} "
        f"this one is of class {wafer}",
    )


def judge_seasoned(bench: Bench, step: TraceStep, demand: Seasoned) -> Iterator[Finding]:
    """Judge whether the chamber laid down another material the last time that this wafer saw it."""
    last = last_in_chamber(bench, step)
    if last is None:
        return
    act, sure = last
    chamber = step.recipe.parameters["chamber"]
    ours = bench.materials.canonical(step.recipe.parameters.get("material"))
    theirs = bench.materials.canonical(act.recipe.parameters["material"])
    if theirs != ours:
        doubt = "" if sure else f"; whether {act.step} and {step.step.id} share a tool is not shown"
        yield bench.finding(
            step,
            "material",
            Verdict.ILLEGAL if sure else Verdict.NOT_SHOWN,
            saw=ours,
            saw_in_rule_unit=ours,
            witness=f"{act.step}: {theirs}, {step.step.id}: {ours}",
            message=f"{chamber} laid down {theirs} for {act.step}: it must be {demand.wanted}"
            f"{doubt}",
            related=(Related(bench.place(act.step, "material"), "the material before"),),
        )


def last_in_chamber(bench: Bench, step: TraceStep) -> tuple[Act, bool] | None:
    """Find the last step that laid down something on this wafer in a step's chamber.

    With it whether it is surely this chamber: see `fabctl.interlocks.carry_over.ran_before`.
    """
    operation = step.recipe.operation
    return next(
        (
            ran
            for ran in reversed(list(ran_before(bench, step)))
            if ran[0].recipe.operation == operation
        ),
        None,
    )


def _raises(act: Act, materials: Materials) -> str:
    material = material_of(act, materials) if act.recipe.operation == "deposit" else None
    return material.contaminates if material else CLEAN
