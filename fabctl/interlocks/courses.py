"""What becomes of the wafer where it hangs on values: a film that an etch takes, or not quite.

`etch depth: 300 Å` after a film of 20 Å to 460 Å leaves some of a thick film and takes a thin one
whole. The audit follows both courses, each with what it assumes of the values; one that no allowed
values lead to is left out.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.condition import Condition, Example, Term, term
from fabctl.interlocks.film import Film
from fabctl.interlocks.proof import example
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep, coats, trace, trace_step
from fabctl.interlocks.wafer_state import REMOVALS, brought_in
from fabctl.process.material import MaterialClass, Materials
from fabctl.process.sequence import Sequence, Step


class Course(Struct, frozen=True):
    """Steps on their wafer, and what is assumed of the values so that it goes like this.

    `said` tells the assumptions in words. `example` are values that meet them all; None where
    nothing is assumed, or where no solver could tell whether there are any.
    """

    steps: tuple[TraceStep, ...]
    assumed: tuple[Condition, ...] = ()
    said: tuple[str, ...] = ()
    example: Example | None = None

    @property
    def shown(self) -> bool:
        """Whether there are values for which it goes like this."""
        return self.example is not None or not self.assumed


PLAIN = Course(())
"""Nothing is assumed."""


def courses(sequence: Sequence, materials: Materials) -> Iterator[Course]:
    """Give every course that the allowed values leave possible, the one that leaves most first."""
    steps = sequence.steps
    varies = any(step.windows or step.tolerances for step in steps)
    if not varies or not any(_may_hang(step, materials) for step in steps):
        yield Course(trace(sequence, materials))
        return
    first = brought_in(sequence.stock, materials)
    waiting = [Course(())]
    while waiting:
        course = waiting.pop()
        while len(course.steps) < len(steps):
            state = course.steps[-1].after if course.steps else first
            step = steps[len(course.steps)]
            seen = trace_step(step, state, materials)
            leaves = _leaves(course.steps, seen, materials) if _may_hang(step, materials) else None
            if leaves is None:
                course = replace(course, steps=(*course.steps, seen))
                continue
            course, *others = (
                replace(each, steps=(*each.steps, trace_step(step, state, materials, leaves=left)))
                for each, left in _parted(course, step, leaves)
            )
            waiting += others
        yield replace(course, steps=_completed(course.steps))


def _parted(course: Course, step: Step, leaves: Condition) -> Iterator[tuple[Course, bool]]:
    """Part a course where a removal leaves some of the film for some values only."""
    takes = leaves.opposite()
    if leaves.certain or takes.certain:
        yield course, leaves.certain
        return
    for condition, left in ((leaves, True), (takes, False)):
        assumed = (*course.assumed, condition)
        try:
            found = example(assumed)
            if found is None:
                continue
        except NoSolverError:
            found = None
        said = f"{step.id} {'leaves some of the film' if left else 'takes the whole film'}"
        yield Course(course.steps, assumed, (*course.said, said), found), left


def _completed(steps: tuple[TraceStep, ...]) -> tuple[TraceStep, ...]:
    """Tell of each coat whether a later one adds to its film, in this course."""
    return tuple(
        step._replace(completes=_completes(step, steps[index + 1 :]))
        for index, step in enumerate(steps)
    )


def _completes(step: TraceStep, later: tuple[TraceStep, ...]) -> bool:
    if not coats(step.before, step.after):
        return True
    for each in later:
        if each.recipe.operation == "anneal" or each.after.film is None:
            return True
        if coats(each.before, each.after):
            return False
    return True


def _may_hang(step: Step, materials: Materials) -> bool:
    """Tell whether a step takes a film to a depth, or until something is left."""
    told = step.recipe.parameters
    return (
        step.operation in REMOVALS
        and ("depth" in told or "remaining" in told)
        and materials.class_of(told.get("material")) == MaterialClass.FILM
    )


def _leaves(done: tuple[TraceStep, ...], step: TraceStep, materials: Materials) -> Condition | None:
    """Say when a removal leaves some of the film on the wafer; None where it is not of the film."""
    film = step.before.film
    word = step.recipe.parameters.get("material")
    if film is None or film.materials != (materials.canonical(word),):
        return None
    if "remaining" in step.allowed:
        return Condition((term(step, "remaining"),), Fraction(0), strict=True)
    if not all(each.by_depth for each in film.taken):
        return None  # how much is there is not known
    return Condition((*film_terms(film, done), term(step, "depth", -1)), Fraction(0), strict=True)


def film_terms(
    film: Film, steps: Iterable[TraceStep], *, on_tool: bool = False
) -> tuple[Term, ...]:
    """See a film's thickness as a sum: its coats, less the depths that were etched."""
    weights = {each.step: ("thickness", 1) for each in film.coats}
    weights |= {each.step: ("depth", -1) for each in film.taken if each.by_depth}
    return tuple(
        term(each, *weights[each.step.id], on_tool=on_tool)
        for each in steps
        if each.step.id in weights
    )
