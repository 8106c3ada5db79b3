"""What becomes of the wafer where it hangs on values: a film that an etch takes, or not quite.

`etch depth: 300 Å` after a film of 20 Å to 460 Å leaves some of a thick film and takes a thin one
whole. The audit follows both courses, each with what it assumes of the values; one that no allowed
values lead to is left out. Where two courses come to the same for every rule, as they do once
whatever was there is gone, only the first is followed on: so n films make some n² courses, not 2ⁿ.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from msgspec import Struct

from fabctl.interlocks.alike import Alike
from fabctl.interlocks.condition import Condition, Example, Term, term, together
from fabctl.interlocks.film import Film
from fabctl.interlocks.proof import example, touching
from fabctl.interlocks.rule import Rule
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep, completed, trace, trace_step
from fabctl.interlocks.wafer_state import REMOVALS, brought_in
from fabctl.process.material import MaterialClass, Materials
from fabctl.process.sequence import Sequence, Step


class Fork(Struct, frozen=True):
    """A removal, at `at` in the sequence, that leaves some of the film for some values only.

    `said` tells in words what is assumed. `example` are values that meet this and all that was
    assumed before; None where no solver could tell whether there are any.
    """

    at: int
    condition: Condition
    said: str
    example: Example | None


class Course(Struct, frozen=True, eq=False):
    """Steps on their wafer, and the forks that were taken to get there.

    Those before `since` are the steps of the course `parent`, and those from `until` on are, for
    every rule, as those of the course `onward`: they are judged there.
    """

    steps: tuple[TraceStep, ...]
    forks: tuple[Fork, ...] = ()
    since: int = 0
    parent: "Course | None" = None
    until: int | None = None
    onward: "Course | None" = None

    @property
    def assumed(self) -> tuple[Condition, ...]:
        """What is assumed of the values."""
        return tuple([each.condition for each in self.forks])

    @property
    def said(self) -> tuple[str, ...]:
        """The assumptions in words."""
        return tuple([each.said for each in self.forks])

    @property
    def example(self) -> Example | None:
        """Values that meet all assumptions; None without any, or where there may be none."""
        return self.forks[-1].example if self.forks else None

    @property
    def shown(self) -> bool:
        """Whether there are values for which it goes like this."""
        return all(each.example is not None for each in self.forks)

    def up_to(self, at: int) -> "Course":
        """Give it with what is assumed up to one of its steps: later steps make no difference."""
        if not self.forks:
            return self
        forks = [each for each in self.forks if each.at <= at]
        return self if len(forks) == len(self.forks) else Course(self.steps, tuple(forks))


PLAIN = Course(())
"""Nothing is assumed."""


def courses(
    sequence: Sequence,
    materials: Materials,
    rules: Iterable[Rule] = (),
    begun: tuple[TraceStep, ...] = (),
) -> Iterator[Course]:
    """Give every course that the allowed values leave possible, the one that leaves most first.

    `rules` are those that will judge them, and `begun` may be a trace of the first steps.
    """
    steps = sequence.steps
    varies = any(step.windows or step.tolerances for step in steps)
    if not varies or not any(_may_hang(step, materials) for step in steps):
        yield Course(trace(sequence, materials, begun))
        return
    yield from _Explorer(sequence, materials, Alike(rules, steps, materials)).explore()


class _Way(Struct):
    """A course that is not followed to its end yet."""

    steps: tuple[TraceStep, ...] = ()
    forks: tuple[Fork, ...] = ()
    since: int = 0
    parent: "_Way | None" = None
    course: Course | None = None


class _Explorer:
    """Follows every course of one sequence."""

    def __init__(self, sequence: Sequence, materials: Materials, alike: Alike) -> None:
        self.steps = sequence.steps
        self.first = brought_in(sequence.stock, materials)
        self.materials = materials
        self.alike = alike
        self.known: dict[tuple[object, ...], _Way] = {}
        """The first way to each state of the wafer that counts as one for the rules."""

    def explore(self) -> Iterator[Course]:
        waiting = [_Way()]
        while waiting:
            way = waiting.pop()
            onward = self._onward(way)
            while len(way.steps) < len(self.steps) and onward is None:
                waiting += self._step(way)
                onward = self._onward(way)
            yield self._course(way, onward)

    def _onward(self, way: _Way) -> _Way | None:
        """Find a way that went on alike from where this one has just parted from others."""
        if not way.forks or way.forks[-1].at != len(way.steps) - 1:
            return None
        first = self.known.setdefault(self.alike.key(way.steps, way.forks), way)
        return None if first is way else first

    def _step(self, way: _Way) -> list[_Way]:
        """Take a way one step on; give the others that part from it there."""
        at = len(way.steps)
        state = way.steps[-1].after if way.steps else self.first
        step = self.steps[at]
        seen = trace_step(step, state, self.materials)
        hangs = _may_hang(step, self.materials)
        leaves = _leaves(way.steps, seen, self.materials) if hangs else None
        if leaves is None:
            way.steps = (*way.steps, seen)
            return []
        made = [
            _Way(
                (*way.steps, trace_step(step, state, self.materials, leaves=left)),
                forks,
                at,
                way,
            )
            for forks, left in _parted(way.forks, at, step, leaves)
        ]
        first, *others = made
        way.steps, way.forks = first.steps, first.forks
        return others

    def _course(self, way: _Way, onward: _Way | None) -> Course:
        parent = way.parent.course if way.parent else None
        if onward is None:
            way.course = Course(completed(way.steps, self.materials), way.forks, way.since, parent)
            return way.course
        goes_on = onward.course
        assert goes_on is not None, "the first way is followed to its end before others are"
        until = len(way.steps)
        steps = completed((*way.steps, *goes_on.steps[until:]), self.materials)
        way.course = Course(steps, way.forks, way.since, parent, until, goes_on)
        return way.course


def _parted(
    forks: tuple[Fork, ...], at: int, step: Step, leaves: Condition
) -> Iterator[tuple[tuple[Fork, ...], bool]]:
    """Part where a removal leaves some of the film for some values only."""
    takes = leaves.opposite()
    if leaves.certain or takes.certain:
        yield forks, leaves.certain
        return
    before = forks[-1].example if forks else None
    for condition, left in ((leaves, True), (takes, False)):
        assumed = tuple([each.condition for each in forks])
        try:
            found = example((*touching(assumed, condition.names), condition), before)
            if found is None:
                continue
        except NoSolverError:
            found = None
        if forks and (before is None or found is None):
            found = None
        said = f"{step.id} {'leaves some of the film' if left else 'takes the whole film'}"
        yield (*forks, Fork(at, condition, said, found and together(before, found))), left


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
    if not all(each.by_depth for each in film.removed):
        return None  # how much is there is not known
    return Condition((*film_terms(film, done), term(step, "depth", -1)), Fraction(0), strict=True)


def film_terms(
    film: Film, steps: Iterable[TraceStep], *, on_tool: bool = False
) -> tuple[Term, ...]:
    """See a film's thickness as a sum: its coats, less the depths that were etched."""
    weights: Mapping[str, tuple[str, int]] = {
        **{each.step: ("thickness", 1) for each in film.coats},
        **{each.step: ("depth", -1) for each in film.removed if each.by_depth},
    }
    return tuple(
        term(each, *weights[each.step.id], on_tool=on_tool)
        for each in steps
        if each.step.id in weights
    )
