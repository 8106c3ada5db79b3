"""Sequences in words that were judged before: only their numbers are left to judge.

Files differ in the numbers of their recipes more than in their words. An audit that finds nothing
leaves behind (`fabctl.interlocks.learn_words`), for each step after a past of such words, what the
rules ask of its numbers: the ends between which each must lie, the waits, the film. Where all of it
is kept nothing is found of another sequence in the same words either; where not, or where values
may vary, it is judged in full.
"""

from fractions import Fraction
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.film import Coat, Film, takes
from fabctl.interlocks.finding import AuditReport, Coverage
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.wafer_state import span_of
from fabctl.process.material import Material, Materials
from fabctl.process.sequence import Sequence, Step
from fabctl.tools.prediction import Bound, Predictor

MOST = 8192
"""How many steps a pack remembers."""

Words: TypeAlias = tuple[object, ...]
"""What a step says but for its numbers: its wording, kind and tool.

Then its hints and the materials of the film on the wafer, of which the words before it do not tell
all; where there are any.
"""

Ends: TypeAlias = tuple[int, int, int, int, int, int]
"""A lower end as a fraction, 1 where it is not legal itself, else 0; and an upper end so.

A number n / d lies between them where ``n * of_low - low * d >= strict``, and so above.
"""


class FilmChange(Struct, frozen=True):
    """What a step adds to the film, or takes off it by the figures of the material `removes`."""

    material: str
    removes: Material | None

    def after(self, film: Film | None, step: Step) -> Film | None:
        """Give the film after the step."""
        span = partial(span_of, step.recipe)
        if self.removes is None:
            return (film or Film()).coated(Coat(step.id, self.material, span("thickness")))
        assert film is not None
        removed = takes(step.id, step.recipe, self.removes, span)
        return film.without(removed, self.material, leaves=None)


class Asked(Struct, frozen=True):
    """What is asked of a step but for single numbers.

    `waits` are of the steps since a place in the sequence, `film` of the whole film's thickness,
    and `peaks` of what the fab's model predicts of a signal.
    """

    waits: tuple[tuple[int, Queue], ...]
    film: Ends | None
    peaks: tuple[tuple[str, Bound], ...]


class Passed(Struct):
    """A step of which nothing was found after a past of the same words.

    `ends` are those between which its parameters must lie. `exercised` and `unseen` are as an audit
    tells them. `covered` is what it tells of a sequence that ends here; None where none did.
    `onward` are the steps that were met after it.
    """

    ends: tuple[tuple[str, Ends], ...]
    asked: Asked | None
    film: FilmChange | None
    exercised: tuple[str, ...]
    unseen: tuple[str, ...]
    covered: Coverage | None
    onward: "dict[Words, Passed]"


class Begun(Struct):
    """Wafers as they are brought in, with which film, before any step.

    `kept` must stay alive, so that no other is taken for it. `number` is how many steps are
    remembered.
    """

    film: Film | None
    onward: dict[Words, Passed]
    kept: tuple[object, ...]
    number: int = 0


def whence(
    sequence: Sequence, materials: Materials, predicts: Predictor
) -> tuple[tuple[object, ...], tuple[int, ...]]:
    """Give what a sequence begins from, besides its words: the objects, and their key."""
    kept = (sequence.stock, sequence.layout, materials, predicts)
    return kept, tuple(map(id, kept))


def passes(
    rules: RulePack, sequence: Sequence, materials: Materials, predicts: Predictor
) -> AuditReport | None:
    """Judge a sequence of one path by its numbers; None where they do not tell that it is legal.

    `rules` are those that bind it.
    """
    begun = rules.known.get(whence(sequence, materials, predicts)[1])
    if begun is None:
        return None
    film, onward, passed, steps = begun.film, begun.onward, None, sequence.steps
    exercised: dict[str, tuple[str, ...]] = {}
    unseen: dict[str, tuple[str, ...]] = {}
    for step in steps:
        if step.windows or step.tolerances or step.left:
            return None  # more than its words and numbers counts
        recipe, does = step.recipe, step.does
        words: Words = (recipe.wording, step.kind, step.tool)
        if does or film is not None:
            words = (*words, does, film and film.materials)
        passed = onward.get(words)
        if passed is None:
            return None
        parameters = recipe.parameters
        for name, (low, of_low, above, high, of_high, below) in passed.ends:
            value: Fraction = parameters[name].value  # type: ignore[union-attr]
            number, of = value.as_integer_ratio()
            if number * of_low - low * of < above or high * of - number * of_high < below:
                return None
        if passed.film is not None and (passed.film.removes is None or step is not steps[-1]):
            film = passed.film.after(film, step)
            if film is not None and film.doubted:
                return None
        if passed.asked is not None and not _kept(passed.asked, steps, step, film, predicts):
            return None
        if passed.exercised:
            exercised[step.id] = passed.exercised
        if passed.unseen:
            unseen[step.id] = passed.unseen
        onward = passed.onward
    covered = passed.covered if passed is not None else None
    if covered is None:
        return None
    coverage = Coverage(exercised, covered.never_exercised, unseen, covered.idle)
    return AuditReport(sequence.file, (), (), coverage)


def _kept(
    asked: Asked, steps: tuple[Step, ...], step: Step, film: Film | None, predicts: Predictor
) -> bool:
    """Tell whether a step keeps what is asked of more than its own numbers."""
    for since, demand in asked.waits:
        within, least = demand.within.value, _lasting(steps, since, step)
        if least * within.denominator > within.numerator:
            return False
    if asked.film is not None:
        if film is None or film.thin is None or film.thick is None:
            return False
        if not (_between(film.thin.low, asked.film) and _between(film.thick.high, asked.film)):
            return False
    return all(predicts.stays_below(name, step, step.recipe, end) for name, end in asked.peaks)


def _between(value: Fraction, ends: Ends) -> bool:
    low, of_low, above, high, of_high, below = ends
    number, of = value.as_integer_ratio()
    return number * of_low - low * of >= above and high * of - number * of_high >= below


def _lasting(steps: tuple[Step, ...], since: int, until: Step) -> Fraction | int:
    """Add up what the steps between two are stated to last."""
    lasts: Fraction | int = 0
    for at in range(since + 1, len(steps)):
        if steps[at] is until:
            break
        lasts += steps[at].recipe.lasts
    return lasts
