"""Whether a fab's tools can do what a sequence asks: for every value that a window allows.

``TC101``: no tool of the fab can do the step. ``TC102``: a value, or one that a window allows, is
outside the tool's range. ``TC103``: the tool can't carry the value for another reason. ``TC104``:
the tool is for wafers of another size. ``TC105``: by then the wafer is cut for its cross-section.
And the rules are judged again on what the tool would be
told: 399.99999999999999999 is legal in a file, but a tool that takes a four-byte float would be
told 400. The same goes for both ends of a window or a tolerance.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.bench import place_of_id
from fabctl.interlocks.carried import apart, carried
from fabctl.interlocks.every_path import on_every_path
from fabctl.interlocks.finding import Finding, excerpt, order
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.static import audit_recipe
from fabctl.interlocks.trace import TraceStep, settable, trace
from fabctl.interlocks.verdict import Verdict
from fabctl.process.material import Materials
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity, QuantityError
from fabctl.tools.dictionary import Dictionary, Parameter
from fabctl.tools.errors import NoToolError, RecipeError
from fabctl.tools.fab import Fab, ToolEntry, resolve
from fabctl.tools.prediction import NOBODY, Predictor
from fabctl.tools.template import find_template

NAMES: Mapping[str, str] = {
    "TC101": "no-tool",
    "TC102": "tool-range",
    "TC103": "tool-refuses",
    "TC104": "wafer-size",
    "TC105": "after-the-cut",
}
"""What each code of a fab's findings is called."""


class _OnTool(Struct, frozen=True):
    """One step, the tool that would do it, and where its findings point."""

    sequence: Sequence
    step: TraceStep
    tool: ToolEntry | None

    def finding(
        self,
        code: str,
        message: str,
        parameter: str = "",
        *,
        saw: str = "",
        in_unit: str = "",
        limit: str = "",
    ) -> Finding:
        step = self.step.step
        place = step.places.get(parameter) or place_of_id(step)
        return Finding(
            code=code,
            rule=NAMES[code],
            verdict=Verdict.ILLEGAL,
            severity=Severity.ERROR,
            step=step.id,
            parameter=parameter,
            mark=place.mark,
            excerpt=excerpt(self.sequence.text, place),
            saw=saw,
            saw_in_rule_unit=in_unit,
            limit=limit,
            elements=(),
            witness=f"{step.id}.{parameter} = {saw}" if saw else "",
            message=f"{self.tool.id}: {message}" if self.tool else message,
            hint="",
        )


def audit_on_tools(
    sequence: Sequence,
    fab: Fab,
    rules: RulePack,
    materials: Materials,
    predicts: Predictor = NOBODY,
) -> tuple[Finding, ...]:
    """Find what the tools of a fab can't do, and what would be illegal as they carry it."""
    if sequence.flow:
        found = on_every_path(
            sequence, lambda one: audit_on_tools(one, fab, rules, materials, predicts)
        )
        return tuple(sorted(found, key=order))
    lacking: list[Finding] = []
    held: dict[str, Step] = {}
    cut = ""
    for step in trace(sequence, materials):
        try:
            tool = resolve(fab, step.step.kind, step.recipe, step.step.tool)
        except NoToolError as error:
            lacking.append(_OnTool(sequence, step, None).finding("TC101", str(error)))
            continue
        bench = _OnTool(sequence, step, tool)
        if cut:
            scrap = f"{cut} cut the wafer for its cross-section: nothing is left for {step.step.id}"
            lacking.append(bench.finding("TC105", scrap))
        elif step.recipe.parameters.get("quantity") == "cross_section":
            cut = step.step.id if tool.sections != "virtual" else ""
        if tool.dictionary.wafer_mm != fab.wafer_mm:
            sizes = f"takes {tool.dictionary.wafer_mm} mm wafers, the fab's are {fab.wafer_mm} mm"
            lacking.append(bench.finding("TC104", sizes))
        refused = list(_out_of_range(bench, tool.dictionary))
        if not refused:
            try:
                held[step.step.id] = carried(step.step, tool.dictionary)
            except RecipeError as error:
                said = str(error).removeprefix(f"{tool.dictionary.tool}: ")
                refused.append(bench.finding("TC103", said))
        lacking.extend(refused)
    lacking.extend(_as_carried(sequence, held, rules, materials, predicts))
    return tuple(sorted(lacking, key=order))


def _as_carried(
    sequence: Sequence,
    held: Mapping[str, Step],
    rules: RulePack,
    materials: Materials,
    predicts: Predictor,
) -> Iterator[Finding]:
    """Judge the steps as their tools would hold them, and leave out what the file itself breaks."""

    def found(steps: Iterable[Step]) -> Iterator[Finding]:
        one = replace(sequence, steps=tuple(steps))
        for step in trace(one, materials):
            if step.step.id in held:
                yield from audit_recipe(
                    step.recipe, one, step.step, step.before, rules, materials, predicts
                )

    own = [replace(step, places=apart(step.places)) for step in sequence.steps]
    plain = {(each.code, each.step, each.parameter) for each in found(own)}
    for each in found(held.get(step.id, step) for step in own):
        if (each.code, each.step, each.parameter) not in plain:
            yield each


def _out_of_range(bench: _OnTool, dictionary: Dictionary) -> Iterator[Finding]:
    found: set[str] = set()
    for name, parameter in _told(dictionary, bench):
        if name in found:
            continue
        allowed = settable(bench.step.step).get(name)
        limits = _range(parameter)
        if allowed is None or limits is None or limits.dimension is not _dimension(bench, name):
            continue
        witness = limits.witness(allowed)
        if witness is not None:
            found.add(name)
            yield _outside(bench, name, limits, allowed, Quantity.of(0, parameter.unit or "1"))


def _outside(
    bench: _OnTool, name: str, limits: Limits, allowed: Interval, unit: Quantity
) -> Finding:
    value = bench.step.recipe.parameters[name]
    witness = limits.witness(allowed)
    assert witness is not None
    assert isinstance(value, Quantity)
    saw = Quantity(witness, value.dimension, value.text, value.unit)
    verb = "is" if allowed.is_point else "may be"
    return bench.finding(
        "TC102",
        f"{name} {verb} {saw.show()}, but the tool takes {limits}",
        name,
        saw=saw.show(),
        in_unit=saw.show(unit.unit),
        limit=str(limits),
    )


def _told(dictionary: Dictionary, bench: _OnTool) -> Iterator[tuple[str, Parameter]]:
    """Name each recipe parameter with the parameter of the tool that it becomes."""
    template = find_template(dictionary, bench.step.recipe)
    for block in template.blocks:
        for parameter in dictionary.ccodes_by_id[block.ccode].parameters:
            text = block.values[parameter.name]
            if text.startswith("$"):
                yield text[1:], parameter
    if not template.start:
        return
    starts = {each.name: each for each in dictionary.commands_by_name["START"].parameters}
    for name, text in template.start.items():
        if text.startswith("$"):
            yield text[1:], starts[name]


def _range(parameter: Parameter) -> Limits | None:
    """Give what the tool accepts; None where its dictionary sets no range."""
    unit = parameter.unit or "1"
    try:
        low, high = (
            None if end is None else Bound(Quantity.of(end, unit), strict=False)
            for end in (parameter.minimum, parameter.maximum)
        )
    except QuantityError:
        return None
    limits = Limits(low, high)
    return limits if limits.bounded else None


def _dimension(bench: _OnTool, name: str) -> object:
    value = bench.step.recipe.parameters.get(name)
    return value.dimension if isinstance(value, Quantity) else None
