"""The third use of a chamber's rules, before START: what it did to other wafers.

Of a chamber that this wafer was in since, the memory begins with that: the audit judges it.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from fabctl.interlocks.carry_over import (
    UNKNOWN,
    asks,
    dirtier,
    leaves,
    module_of,
    unknown,
)
from fabctl.interlocks.demand import CarryOver, Seasoned
from fabctl.interlocks.gate import GateVerdict
from fabctl.interlocks.rule import Rule, RulePack, Severity
from fabctl.interlocks.trace import trace
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.material import Materials
from fabctl.process.sequence import Sequence, Step


class Ran(Struct, frozen=True):
    """A step of a run on another wafer, and when it began (UTC); `material` is "" for none."""

    material: str
    run: str
    step: str
    at: str

    def __str__(self) -> str:
        return f"{self.step} of {self.run} at {self.at}"


class Memory(Struct, frozen=True):
    """What the chambers, baths and platens of one tool did to other wafers; "" is a tube or track.

    `laid` is what each laid down last, `left` what left each class of contamination in it last,
    since it was cleaned. What they lack, nobody knows.
    """

    laid: Mapping[str, Ran] = field(default_factory=dict)
    left: Mapping[str, Mapping[str, Ran]] = field(default_factory=dict)


def memories_of(sequence: Sequence, materials: Materials) -> dict[tuple[str, str], Memory]:
    """Give what the tools remember, by kind and name, that did a sequence to a wafer."""
    laid: dict[tuple[str, str], dict[str, Ran]] = {}
    left: dict[tuple[str, str], dict[str, dict[str, Ran]]] = {}
    for each in trace(sequence, materials):
        tool, module = (each.step.kind, each.step.tool), module_of(each.recipe)
        ran = Ran(each.act.material, "another wafer", each.step.id, "its end")
        if each.recipe.operation == "deposit":
            laid.setdefault(tool, {})[module] = ran
        dirt = leaves(each.recipe, each.before.contamination, materials)
        left.setdefault(tool, {}).setdefault(module, {})[dirt] = ran
    return {tool: Memory(laid.get(tool, {}), left[tool]) for tool in left}


def remembered(
    rules: RulePack,
    step: Step,
    before: WaferState,
    materials: Materials,
    memory: Memory,
) -> tuple[GateVerdict, ...]:
    """Judge what a step's chamber did to other wafers, one verdict for every rule that minds."""
    act = before.act(step.id, step.recipe, materials)
    verdicts: list[GateVerdict] = []
    for rule in rules.of_operation(step.recipe.operation):
        if rule.severity is not Severity.ERROR or not rule.binds.selects(act, materials):
            continue
        if isinstance(rule.demand, Seasoned):
            verdicts.extend(_seasoned(rule, step, materials, memory))
        elif isinstance(rule.demand, CarryOver):
            verdicts.extend(_clean(rule, rule.demand, step, before, materials, memory))
    return tuple(verdicts)


def _seasoned(
    rule: Rule, step: Step, materials: Materials, memory: Memory
) -> Iterator[GateVerdict]:
    """Judge whether the chamber laid down another material last."""
    chamber = module_of(step.recipe)
    laid = memory.laid.get(chamber)
    if laid is None:
        return
    ours = materials.canonical(step.recipe.parameters["material"])
    theirs = materials.canonical(laid.material)
    verdict = Verdict.LEGAL if ours == theirs else Verdict.ILLEGAL
    wanted = rule.demand.wanted
    message = f"{chamber} laid down {theirs} last, in {laid}: it must be {wanted}"
    yield GateVerdict(rule.code, verdict, step.id, theirs, wanted, message)


def _clean(
    rule: Rule,
    demand: CarryOver,
    step: Step,
    before: WaferState,
    materials: Materials,
    memory: Memory,
) -> Iterator[GateVerdict]:
    """Judge whether the chamber ran something dirtier since it was cleaned."""
    chamber = module_of(step.recipe)
    left = memory.left.get(chamber, {})
    asked, wanted = asks(step.recipe, before.contamination, materials), demand.wanted
    dirt = dirtier(left, asked, demand) if asked != UNKNOWN else ""
    if not dirt:
        what = unknown(left, asked, demand)
        if what:
            message = f"the materials table lacks {what}, so nothing shows that it is {wanted}"
            yield GateVerdict(rule.code, Verdict.NOT_SHOWN, step.id, asked, wanted, message)
        elif not left.keys().isdisjoint(demand.classes):
            yield GateVerdict(rule.code, Verdict.LEGAL, step.id, asked, wanted, "nothing dirtier")
        return
    where = chamber or f"the {step.kind}"
    message = (
        f"{where} ran class {dirt} in {left[dirt]}, and {step.id} is of class {asked}: "
        f"it must be {wanted}"
    )
    yield GateVerdict(rule.code, Verdict.ILLEGAL, step.id, dirt, wanted, message)
