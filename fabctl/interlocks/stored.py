"""The second use of a rule, on what tools store: uploaded, decoded, audited, compared.

``PR101``: the tool's program is not the approved recipe. ``PR102``: the tool has no such program,
or it can't be read: what it would do is not shown. ``PR103``: a constant of the tool is
set otherwise than its dictionary has it, so that what is foretold of it may not hold. What a tool
writes into its programs by itself (time stamps, counters) is left out by its driver, so that it
makes no difference.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from fabctl.interlocks.bench import place_of_id
from fabctl.interlocks.finding import Finding, excerpt, order
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.static import audit_recipe
from fabctl.interlocks.trace import trace
from fabctl.interlocks.verdict import Verdict
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity
from fabctl.tools.drivers import changed_constants, program_differences
from fabctl.tools.errors import ToolError
from fabctl.tools.port import ChangedConstant, Program, Tool
from fabctl.tools.prediction import NOBODY, Predictor

NAMES: Mapping[str, str] = {
    "PR101": "program-differs",
    "PR102": "program-not-shown",
    "PR103": "constant-changed",
}
"""What each code of a stored program's findings is called."""
HINTS: Mapping[str, str] = {
    "PR101": "download the approved recipe again, or approve what is there",
    "PR102": "a run writes the approved recipe before it starts the step; audit again after it",
    "PR103": "set it back on the tool, or have its dictionary say so",
}
"""What to do about each."""


async def audit_stored(
    sequence: Sequence,
    tools: Mapping[str, Tool],
    named: Callable[[Step], str],
    rules: RulePack,
    materials: Materials,
    predicts: Predictor = NOBODY,
    mute: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """Audit what connected tools store for a sequence, and compare it with what is approved.

    `tools` gives the tools by step ID, `named` the name of a step's program, and `mute` tells of
    steps whose tool can't be asked why that is so. Of a step in neither there is nothing to ask.
    """
    found: list[Finding] = []
    asked: set[str] = set()
    for step in trace(sequence, materials):
        if step.step.id in mute:
            found.append(_finding(sequence, step.step, "PR102", mute[step.step.id], mute=True))
        tool = tools.get(step.step.id)
        if tool is None:
            continue
        if tool.id not in asked:
            asked.add(tool.id)
            found += await _constants(sequence, step.step, tool)
        try:
            approved = tool.encode(named(step.step), step.recipe)
            meant = tool.decode(approved, step.recipe.operation)
            program = await tool.read_back(approved)
        except ToolError as error:
            found.append(_finding(sequence, step.step, "PR102", str(error)))
            continue
        try:
            stored = tool.decode(program, step.recipe.operation)
        except ToolError as error:
            found.append(_unreadable(sequence, step.step, tool, approved, program, error))
            continue
        found.extend(_differences(sequence, step.step, tool.id, meant, stored))
        found.extend(
            audit_recipe(stored, sequence, step.step, step.before, rules, materials, predicts)
        )
    return tuple(sorted(found, key=order))


async def _constants(sequence: Sequence, step: Step, tool: Tool) -> list[Finding]:
    """Tell of a tool's constants, at the first step that it does; of one cut off there are none."""
    try:
        changed = await changed_constants(tool)
    except ToolError as error:
        try:
            await tool.status()
        except ToolError:
            return []  # its programs can't be read either, which is told
        why = f"the constants of {tool.id} are not shown: {error}"
        return [replace(_finding(sequence, step, "PR103", why), severity=Severity.WARNING)]
    return [_changed(sequence, step, tool.id, each) for each in changed]


def _changed(sequence: Sequence, step: Step, tool: str, constant: ChangedConstant) -> Finding:
    name, there, meant = constant.name, constant.there, constant.meant
    message = f"{name} is {there} on {tool}, not {meant} as its dictionary has it: "
    message += "what is foretold of the tool may not hold"
    found = _finding(sequence, step, "PR103", message, saw=there, limit=meant)
    return replace(found, severity=Severity.WARNING, witness=f"{tool}.{name} = {there}")


def _differences(
    sequence: Sequence, step: Step, tool: str, meant: Recipe, stored: Recipe
) -> Iterator[Finding]:
    names = dict.fromkeys((*meant.parameters, *stored.parameters))
    for name in names:
        approved, there = meant.parameters.get(name), stored.parameters.get(name)
        if approved == there:
            continue
        message = f"{name} is {there or 'not stated'} on {tool}, but {approved or 'not'} approved"
        unit = approved.unit if isinstance(approved, Quantity) else ""
        saw = there.show(unit) if isinstance(there, Quantity) and unit else str(there or "")
        yield _finding(sequence, step, "PR101", message, name, saw=saw, limit=str(approved or ""))


def _unreadable(
    sequence: Sequence, step: Step, tool: Tool, sent: Program, there: Program, why: ToolError
) -> Finding:
    """Say where a program differs that is no recipe any more, as by an edit of a constant."""
    told = program_differences(tool, sent, there)
    if not told:
        return _finding(sequence, step, "PR102", str(why))
    message = f"the program on {tool.id} differs from what is approved: {'; '.join(told)}"
    return _finding(sequence, step, "PR101", message)


def _finding(
    sequence: Sequence,
    step: Step,
    code: str,
    message: str,
    parameter: str = "",
    *,
    saw: str = "",
    limit: str = "",
    mute: bool = False,
) -> Finding:
    place = step.places.get(parameter) or place_of_id(step)
    return Finding(
        code=code,
        rule=NAMES[code],
        verdict=Verdict.ILLEGAL if code == "PR101" else Verdict.NOT_SHOWN,
        severity=Severity.ERROR,
        step=step.id,
        parameter=parameter,
        mark=place.mark,
        excerpt=excerpt(sequence.text, place),
        saw=saw,
        saw_in_rule_unit=saw,
        limit=limit,
        elements=(),
        witness=f"{step.id}.{parameter} = {saw}" if saw else "",
        message=message,
        hint=HINTS[code] if not mute else "see that it answers: fabctl tools status --fab FILE",
    )
