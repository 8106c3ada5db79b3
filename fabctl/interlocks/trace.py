"""A sequence as the rules see it: each step with its wafer before and after, and what may vary."""

from collections.abc import Mapping
from collections.abc import Sequence as SequenceOf

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.film import Coat
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.masks import NO_LEVEL, is_mask, lays_dielectric
from fabctl.interlocks.wafer_state import REMOVALS, Act, WaferState, brought_in
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity

MOST = 8192
"""How many states of a wafer are remembered."""

_AFTER: dict[tuple[object, ...], tuple[WaferState, WaferState, Recipe, Materials]] = {}
"""The state after a step on a wafer in a state, with what it hangs on, which so stays alive."""


class TraceStep(Struct, frozen=True):
    """One step on its wafer.

    `completes` tells that no later step adds to the film that this one deposits on, `varies` that
    values may be chosen within windows, or stray within tolerances.
    """

    step: Step
    act: Act
    before: WaferState
    after: WaferState
    completes: bool
    varies: bool

    @property
    def allowed(self) -> Mapping[str, Interval]:
        """Every value that each quantity may have."""
        return _allowed(self.step, self.act.recipe) if self.varies else points(self.act.recipe)

    def span(self, name: str) -> Interval | None:
        """Every value that one quantity may have; None where the recipe has no such one."""
        return self.allowed.get(name) if self.varies else self.act.span(name)

    @property
    def recipe(self) -> Recipe:
        """What is done."""
        return self.act.recipe


def trace(
    sequence: Sequence, materials: Materials, begun: tuple[TraceStep, ...] = ()
) -> tuple[TraceStep, ...]:
    """Fold a sequence, from the wafer as it is brought in; `begun` may be a trace of its start."""
    steps = list(begun)
    state = begun[-1].after if begun else brought_in(sequence.stock, materials)
    for step in sequence.steps[len(begun) :]:
        if step.windows or step.tolerances:
            seen = trace_step(step, state, materials)
        else:
            after = _after(step, state, materials)
            seen = TraceStep(step, after.done[-1], state, after, completes=True, varies=False)
        steps.append(seen)
        state = seen.after
    return completed(steps, materials)


def _after(step: Step, before: WaferState, materials: Materials) -> WaferState:
    """Give the one state that stands for a past: the same steps by the same recipes and tools.

    So whoever meets the state again knows that all of its past is the same (`Judge`).
    """
    recipe = step.recipe
    key = (id(before), id(recipe), id(materials), step.id, step.kind, step.tool)
    known = _AFTER.get(key)
    if known is None:
        if len(_AFTER) >= MOST:
            _AFTER.clear()
        after = before.after(step.id, recipe, materials)
        known = _AFTER[key] = (after, before, recipe, materials)
    return known[0]


def completed(steps: SequenceOf[TraceStep], materials: Materials) -> tuple[TraceStep, ...]:
    """Tell of each step what later ones make of it.

    Whether one adds to the film that it deposits on; and whether they take off again what it laid,
    which is a mask then, of no wiring level.
    """
    told = list(steps)
    grows = False
    removed: set[str] = set()
    for at in range(len(told) - 1, -1, -1):
        step = told[at]
        act, after = step.act, step.after
        lays = after.film is not None and coats(step.before, after)
        if step.completes is (lays and grows):
            told[at] = replace(step, completes=not step.completes)
        operation, level = act.recipe.operation, after.level
        if operation in REMOVALS:
            removed.add(act.material)
        elif act.material in removed and lays_dielectric(act, materials):
            level = NO_LEVEL if is_mask(step, told[at + 1 :], materials) else level
        if level != act.level:
            told[at] = replace(told[at], act=replace(act, level=level))
        if lays:
            grows = True
        elif after.film is None or operation == "anneal":
            grows = False
    return tuple(told)


def onward(step: TraceStep, later: SequenceOf[Step], materials: Materials) -> tuple[TraceStep, ...]:
    """See a step with those that come after it."""
    steps = [step]
    for each in later:
        steps.append(trace_step(each, steps[-1].after, materials))
    return completed(steps, materials)


def trace_step(
    step: Step,
    before: WaferState,
    materials: Materials,
    *,
    recipe: Recipe | None = None,
    later: SequenceOf[Step] = (),
    leaves: bool | None = None,
) -> TraceStep:
    """See one step on its wafer; with `recipe`, as the tool would do it: no choice is left then.

    `leaves` says whether a removal leaves some of the film (default: if it may).
    """
    done = recipe or step.recipe
    varies = bool(step.tolerances) or (recipe is None and bool(step.windows))
    allowed = _allowed(step, done) if varies else None
    after = before.after(step.id, done, materials, allowed=allowed, leaves=leaves)
    completes = not later or not coats(before, after) or _completes(after, later, materials)
    return TraceStep(step, after.done[-1], before, after, completes, varies)


def coats(before: WaferState, after: WaferState) -> bool:
    """Tell whether a step has laid down film."""
    film, was = after.film, before.film
    if film is None or film is was or not isinstance(film.layers[-1], Coat):
        return False
    return was is None or len(film.layers) > len(was.layers)


def _completes(after: WaferState, later: SequenceOf[Step], materials: Materials) -> bool:
    """Look ahead to the next step that needs or changes the film."""
    state = after
    for step in later:
        then = state.after(step.id, step.recipe, materials)
        if state.film is None or then.film is None or step.operation == "anneal":
            return True
        if coats(state, then):
            return False
        state = then
    return True


def _allowed(step: Step, recipe: Recipe) -> dict[str, Interval]:
    """Give the values that a step really may have; a recipe of a tool's own is set as it is."""
    allowed = settable(step) if recipe is step.recipe else points(recipe)
    for name, tolerance in step.tolerances.items():
        if name in allowed:
            allowed[name] = allowed[name].strayed(tolerance.by)
    return allowed


def settable(step: Step) -> dict[str, Interval]:
    """Give the values to which each quantity of a step may be set."""
    allowed = points(step.recipe)
    for name, window in step.windows.items():
        allowed[name] = Interval(window.low.value, window.high.value)
    return allowed


def points(recipe: Recipe) -> dict[str, Interval]:
    """Give the one value of each quantity of a recipe."""
    return {
        name: Interval.point(value.value)
        for name, value in recipe.parameters.items()
        if isinstance(value, Quantity)
    }
