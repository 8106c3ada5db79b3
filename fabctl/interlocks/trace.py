"""A sequence as the rules see it: each step with its wafer before and after, and what may vary."""

from collections.abc import Mapping
from collections.abc import Sequence as SequenceOf

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.film import Coat
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.masks import NO_LEVEL, is_mask, lays_dielectric
from fabctl.interlocks.past import Past, goes_on
from fabctl.interlocks.past import begun as brought
from fabctl.interlocks.wafer_state import REMOVALS, Act, WaferState
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import Quantity

_SO_FAR = True
"""No later step is known to add to the film."""


class TraceStep(Struct, frozen=True):
    """One step on its wafer.

    `completes` tells that no later step adds to the film that this one deposits on, `varies` that
    values may be chosen within windows, or stray within tolerances. `past` is all that was done up
    to it as selectors see it, where somebody has followed that from a bare wafer on.
    """

    step: Step
    act: Act
    before: WaferState
    after: WaferState
    completes: bool
    varies: bool
    past: Past | None = None

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
    if begun:
        past, state = begun[-1].past, begun[-1].after
    else:
        past = brought(sequence.stock, materials)
        state = past.after
    for step in sequence.steps[len(begun) :]:
        if past is None:
            seen = trace_step(step, state, materials)
        else:
            varies = bool(step.windows or step.tolerances)
            allowed = _allowed(step, step.recipe) if varies else None
            past, after = goes_on(past, step, state, materials, allowed)
            seen = TraceStep(step, after.done[-1], state, after, _SO_FAR, varies, past)
        steps.append(seen)
        state = seen.after
    return completed(steps, materials)


def completed(steps: SequenceOf[TraceStep], materials: Materials) -> tuple[TraceStep, ...]:
    """Tell of each step what later ones make of it.

    Whether one adds to the film that it deposits on; whether they take off again what it laid,
    which is a mask then, of no wiring level; and of which level it is if that begins with it.
    """
    told = list(steps)
    done = told[-1].after.done[-len(told) :] if told else ()
    grows = False
    removed: set[str] = set()
    for at in range(len(told) - 1, -1, -1):
        step = told[at]
        act, after = step.act, step.after
        lays = after.film is not None and coats(step.before, after)
        if step.completes is (lays and grows):
            told[at] = replace(step, completes=not step.completes)
        operation, level = act.recipe.operation, done[at].level
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
