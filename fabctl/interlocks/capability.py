"""Whether a fab's tools can do what a sequence asks: for every value that a window allows.

``TC101``: no tool of the fab can do the step. ``TC102``: a value, or one that a window allows, is
outside the tool's range. ``TC103``: the tool can't carry the value for another reason. ``TC104``:
the tool is for wafers of another size. ``TC105``: by then the wafer is cut for its cross-section.
``TC106``: the tool does not report what a rule has to watch, so that it may not start.
And the rules are judged again on what the tool would be told: 399.99999999999999999 is legal in a
file, but a tool that takes a four-byte float would be told 400. The same goes for both ends of a
window or a tolerance.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.arming import binding
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
from fabctl.tools.template import find_template, parameters_of

NAMES: Mapping[str, str] = {
    "TC101": "no-tool",
    "TC102": "tool-range",
    "TC103": "tool-refuses",
    "TC104": "wafer-size",
    "TC105": "after-the-cut",
    "TC106": "not-watched",
}
"""What each code of a fab's findings is called."""


class _OnTool(Struct, frozen=True):
    """One step, the tool that would do it, and where its findings point."""

    sequence: Sequence
    step: Step
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
        step = self.step
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
    asked = _Asked(fab, rules, materials, predicts)
    if sequence.flow:
        return tuple(sorted(on_every_path(sequence, asked.audit), key=order))
    return tuple(sorted(asked.audit(sequence), key=order))


class _Can(Struct, frozen=True):
    """What a tool makes of a step: `held` is the step as it would hold it, None where it can't.

    `own` is the step as the file has it, its values apart as the tool's are; it is the step itself
    that keeps an entry its own.
    """

    step: Step
    own: Step
    tool: ToolEntry | None
    held: Step | None
    refused: tuple[Finding, ...]


class _Asked:
    """Asks the tools of a fab, each once for a step, on all paths of a sequence."""

    def __init__(
        self, fab: Fab, rules: RulePack, materials: Materials, predicts: Predictor
    ) -> None:
        self.fab = fab
        self.rules = rules
        self.materials = materials
        self._can: dict[int, _Can] = {}
        self._plain = _Judge(rules, materials, predicts)
        self._carried = _Judge(rules, materials, predicts)

    def audit(self, sequence: Sequence) -> Iterator[Finding]:
        """Give what is found on one path."""
        can = [self._ask(sequence, step) for step in sequence.steps]
        cut = ""
        for each in can:
            yield from each.refused
            if each.tool is None:
                continue
            step = each.step
            if cut:
                scrap = f"{cut} cut the wafer for its cross-section: nothing is left for {step.id}"
                yield _OnTool(sequence, step, each.tool).finding("TC105", scrap)
            elif step.recipe.parameters.get("quantity") == "cross_section":
                cut = step.id if each.tool.sections != "virtual" else ""
        yield from self._not_watched(sequence, can)
        held = {each.step.id for each in can if each.held is not None}
        plain = {
            (found.code, found.step, found.parameter)
            for found in self._plain.audit(sequence, [each.own for each in can], held)
        }
        for found in self._carried.audit(sequence, [each.held or each.own for each in can], held):
            if (found.code, found.step, found.parameter) not in plain:
                yield found

    def _not_watched(self, sequence: Sequence, can: Iterable[_Can]) -> Iterator[Finding]:
        """Tell of signals that a tool never reports: before START a monitor waits for each."""
        for each, seen in zip(can, trace(sequence, self.materials), strict=True):
            step, tool = each.step, each.tool
            if tool is None:
                continue
            reported = tool.dictionary.signals(step.operation)
            for rule, live in binding(self.rules, seen, self.materials):
                if live.signal not in reported:
                    yield _OnTool(sequence, step, tool).finding(
                        "TC106",
                        f"reports no {live.signal} during {step.operation}, so that nobody could "
                        f"watch {rule.code}, and it would not be started",
                        live.signal,
                    )

    def _ask(self, sequence: Sequence, step: Step) -> _Can:
        known = self._can.get(id(step))
        if known is None:
            known = self._can[id(step)] = _ask(sequence, step, self.fab)
        return known


def _ask(sequence: Sequence, step: Step, fab: Fab) -> _Can:
    own = replace(step, places=apart(step.places))
    try:
        tool = resolve(fab, step.kind, step.recipe, step.tool)
    except NoToolError as error:
        none = _OnTool(sequence, step, None).finding("TC101", str(error))
        return _Can(step, own, None, None, (none,))
    bench, refused, held = _OnTool(sequence, step, tool), [], None
    if tool.dictionary.wafer_mm != fab.wafer_mm:
        sizes = f"takes {tool.dictionary.wafer_mm} mm wafers, the fab's are {fab.wafer_mm} mm"
        refused.append(bench.finding("TC104", sizes))
    out = list(_out_of_range(bench, tool.dictionary))
    if not out:
        try:
            held = carried(step, tool.dictionary)
        except RecipeError as error:
            said = str(error).removeprefix(f"{tool.dictionary.tool}: ")
            out.append(bench.finding("TC103", said, error.parameter))
    return _Can(step, own, tool, held, (*refused, *out))


class _Judge:
    """Judges steps as their tools hold them; what paths begin alike with, once."""

    def __init__(self, rules: RulePack, materials: Materials, predicts: Predictor) -> None:
        self.rules = rules
        self.materials = materials
        self.predicts = predicts
        self._last: list[tuple[TraceStep, tuple[Finding, ...]]] = []

    def audit(
        self, sequence: Sequence, steps: Iterable[Step], held: Container[str]
    ) -> Iterator[Finding]:
        """Give what is found of the steps that tools can hold."""
        one = replace(sequence, steps=tuple(steps))
        alike = takewhile(
            lambda both: both[0][0].step is both[1], zip(self._last, one.steps, strict=False)
        )
        seen = trace(one, self.materials, tuple(last for (last, _), _ in alike))
        told: list[tuple[TraceStep, tuple[Finding, ...]]] = []
        for at, step in enumerate(seen):
            if at < len(self._last) and self._last[at][0] is step:
                told.append(self._last[at])
            elif step.step.id in held:
                found = audit_recipe(
                    step.recipe,
                    one,
                    step.step,
                    step.before,
                    self.rules,
                    self.materials,
                    self.predicts,
                )
                told.append((step, found))
            else:
                told.append((step, ()))
        self._last = told
        for _, found in told:
            yield from found


def _out_of_range(bench: _OnTool, dictionary: Dictionary) -> Iterator[Finding]:
    found: set[str] = set()
    for name, parameter in _told(dictionary, bench):
        if name in found:
            continue
        allowed = settable(bench.step).get(name)
        limits = _range(parameter)
        if allowed is None or limits is None or limits.dimension is not _dimension(bench, name):
            continue
        witness = limits.witness(allowed)
        if witness is not None:
            found.add(name)
            yield _outside(bench, name, limits, allowed, parameter)


def _outside(
    bench: _OnTool, name: str, limits: Limits, allowed: Interval, parameter: Parameter
) -> Finding:
    value = bench.step.recipe.parameters[name]
    witness = limits.witness(allowed)
    assert witness is not None
    assert isinstance(value, Quantity)
    saw = Quantity(witness, value.dimension, value.text, value.unit)
    verb = "is" if allowed.is_point else "may be"
    return bench.finding(
        "TC102",
        f"{name} {verb} {saw.show()}, but the tool takes {limits}{parameter.where}",
        name,
        saw=saw.show(),
        in_unit=saw.show(parameter.unit or "1"),
        limit=str(limits),
    )


def _told(dictionary: Dictionary, bench: _OnTool) -> Iterator[tuple[str, Parameter]]:
    """Name each recipe parameter with the parameter of the tool that it becomes."""
    recipe = bench.step.recipe
    template = find_template(dictionary, recipe)
    for block, parameters in parameters_of(dictionary, template, recipe):
        for parameter in parameters:
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
