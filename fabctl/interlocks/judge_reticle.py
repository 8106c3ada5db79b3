"""Judges a reticle by the resist that it exposes: the wrong polarity inverts the wafer."""

from collections.abc import Iterator

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Suited
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.selector import material_of
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act
from fabctl.process.layout import Mask


def judge_suited(bench: Bench, step: TraceStep, demand: Suited) -> Iterator[Finding]:
    """Judge whether the mask prints what it is for in the coat that lies uppermost."""
    found = printed(bench, step)
    if found is None:
        return
    mask, coat = found
    resist = material_of(coat, bench.materials)
    if resist is None or not resist.tone:
        message = f"the tone of the resist of {coat.step} is not known, so nothing shows that the "
        message += f"reticle is {demand.wanted}"
        yield bench.finding(step, "reticle", Verdict.NOT_SHOWN, message=message)
        return
    if resist.tone == mask.tone:
        return
    said = f"{mask.reticle} is {mask.polarity}, {resist.name} is {resist.tone}"
    yield bench.finding(
        step,
        "reticle",
        Verdict.ILLEGAL,
        saw=mask.reticle,
        saw_in_rule_unit=str(mask.polarity),
        witness=said,
        message=f"{said}: the resist would be left where its {mask.prints} belong, and the other "
        "way round",
        related=(Related(bench.place(coat.step, "material"), "the resist"),),
    )


def printed(bench: Bench, step: TraceStep) -> tuple[Mask, Act] | None:
    """Find the mask of a step's reticle, and the coat of the resist that it prints in."""
    mask = bench.sequence.layout.masks.get(str(step.recipe.parameters.get("reticle")))
    coat = next((act for act in reversed(step.before.done) if act.recipe.operation == "coat"), None)
    return None if mask is None or coat is None else (mask, coat)
