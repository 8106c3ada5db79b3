"""The third use of a seasoning rule, before START: what the chamber laid down on other wafers."""

from collections.abc import Callable
from dataclasses import dataclass

from fabctl.interlocks.contamination import last_in_chamber
from fabctl.interlocks.demand import Seasoned
from fabctl.interlocks.gate import GateVerdict
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.material import Materials
from fabctl.process.sequence import Step


@dataclass(frozen=True, slots=True)
class Laid:
    """What a chamber laid down, in which step of which run, and when that began (UTC)."""

    material: str
    run: str
    step: str
    at: str


def seasoned(
    rules: RulePack,
    step: Step,
    before: WaferState,
    materials: Materials,
    last: Callable[[str], Laid | None],
) -> tuple[GateVerdict, ...]:
    """Judge whether a step's chamber laid down another material last, one verdict for every rule.

    `last` gives what a chamber laid down last on other wafers, None where nobody knows. Where this
    wafer was in the chamber since, the audit has judged.
    """
    act = before.act(step.id, step.recipe, materials)
    verdicts = []
    for rule in rules:
        if not isinstance(rule.demand, Seasoned) or rule.severity is not Severity.ERROR:
            continue
        if not rule.binds.selects(act, materials) or last_in_chamber(step.recipe, before):
            continue
        chamber = str(step.recipe.parameters["chamber"])
        laid = last(chamber)
        if laid is None:
            continue
        ours = materials.canonical(step.recipe.parameters["material"])
        theirs = materials.canonical(laid.material)
        limit = rule.demand.wanted
        verdicts.append(
            GateVerdict(
                rule.code,
                Verdict.LEGAL if ours == theirs else Verdict.ILLEGAL,
                step.id,
                theirs,
                limit,
                f"{chamber} laid down {theirs} last, in {laid.step} of {laid.run} at {laid.at}: "
                f"it must be {limit}",
            )
        )
    return tuple(verdicts)
