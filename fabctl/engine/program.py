"""Has the tool store a step's program, and proves that what it stores is what was meant."""

from collections.abc import Awaitable, Callable
from fractions import Fraction

from fabctl.engine.errors import Hold
from fabctl.engine.plan import recipe_hash
from fabctl.engine.records import Kind, plain, recipe_text
from fabctl.engine.session import Session
from fabctl.engine.station import Station
from fabctl.process.recipe import Recipe, Value
from fabctl.process.sequence import Step
from fabctl.quantities import Quantity
from fabctl.tools.drivers import program_differences
from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import Accepted, NoReply, Outcome, Program, Tool

_RESOLUTION = Fraction(1, 1_000_000)
"""What encoding may change of a value, relatively: a 4-byte float holds 1 in 16 million."""


def program_name(step: Step) -> str:
    """Give the name under which a tool stores a step's program: it follows from the recipe."""
    return f"{step.id}-{recipe_hash(step.recipe)[:8]}"


def check_programs(session: Session) -> None:
    """Have each step's program made by its driver, which may know of limits that are in no file.

    Raises `Hold` at the first that can't be: no wafer shall learn of it half way through.
    """
    for step in session.plan.sequence.steps:
        station = session.stations.get(session.plan.tools.get(step.id, ""))
        if station is not None:
            meant(session, station.tool, step)


async def prepare(session: Session, station: Station, step: Step) -> Program:
    """Encode, download, select, read back, compare, audit. Raises `Hold` at the first doubt."""
    tool = station.tool
    digest = recipe_hash(step.recipe)
    program, sent = meant(session, tool, step)
    await _carried_out("install", tool.id, lambda: tool.install(program))
    station.changed_programs.discard(program.name)
    await _carried_out("select", tool.id, lambda: tool.select(program))
    stored = await verify(station, step, program, sent)
    findings = session.guard.audit_program(stored, session.plan.sequence, step, session.wafer())
    if findings and not session.despite_findings:
        raise Hold("audit", f"what {tool.id} would do is not legal: {findings[0].message}")
    await session.write(
        Kind.PROGRAM,
        step=step.id,
        tool=tool.id,
        program=program.name,
        body=plain(program.body),
        start=dict(program.start),
        stored=recipe_text(stored),
        recipe_sha256=digest,
        findings=[str(each) for each in findings],
    )
    return program


def meant(session: Session, tool: Tool, step: Step) -> tuple[Program, Recipe]:
    """A step's program, and what it tells the tool. Raises `Hold` where that isn't the recipe."""
    if step.id not in session.programs:
        try:
            program = tool.encode(program_name(step), step.recipe)
            sent = tool.decode(program, step.operation)
        except RecipeError as error:
            raise Hold("recipe", f"{step.id}: {error}") from error
        lost = _differences(step.recipe, sent)
        if lost:
            raise Hold("recipe", f"{step.id}: {tool.id} can't be told this recipe: {lost}")
        session.programs[step.id] = program, sent
    return session.programs[step.id]


async def verify(station: Station, step: Step, program: Program, meant: Recipe) -> Recipe:
    """Read the program back and compare. Raises `Hold` where it is not what was sent."""
    tool = station.tool
    try:
        found = await tool.read_back(program)
    except ToolError as error:
        raise Hold("program", f"the program can't be read back: {error}") from error
    try:
        # the very program that was sent means what it meant then
        stored = meant if found == program else tool.decode(found, step.operation)
    except ToolError as error:
        told = "; ".join(program_differences(tool, program, found)) or str(error)
        why = f"the program on {tool.id} is not the one that was sent: {told}"
        raise Hold("program", why) from error
    if stored != meant:
        what = _differences(meant, stored) or "a parameter was added"
        raise Hold("program", f"the program on {tool.id} is not the one that was sent: {what}")
    return stored


async def _carried_out(what: str, tool: str, act: Callable[[], Awaitable[Outcome]]) -> None:
    outcome = await act()
    if isinstance(outcome, NoReply):
        outcome = await act()  # both acts may be repeated without harm
    if not isinstance(outcome, Accepted):
        raise Hold("program", f"{tool} did not {what} the program: {outcome.why}")


def _differences(asked: Recipe, found: Recipe) -> str:
    return "; ".join(
        f"{name}: meant {value}, found {found.parameters.get(name, 'nothing')}"
        for name, value in asked.parameters.items()
        if not _same(value, found.parameters.get(name))
    )


def _same(asked: Value, found: Value | None) -> bool:
    if isinstance(asked, Quantity) and isinstance(found, Quantity):
        close = abs(asked.value - found.value) <= _RESOLUTION * abs(asked.value)
        return asked.dimension is found.dimension and close
    return asked == found
