"""Sequences in words that were judged before: only their numbers are left to judge.

Files differ in the numbers of their recipes more than in their words. An audit that finds nothing
leaves behind (`fabctl.interlocks.learn_words`) what the rules ask of numbers in such words: the
ends between which each must lie, the waits, the film. Where all of it is kept nothing is found of
another sequence in the same words either; where not, or where values may vary, it is judged in
full.
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
from fabctl.process.wording import Wording
from fabctl.tools.prediction import Bound, Predictor

Key: TypeAlias = tuple[tuple[Wording, ...], tuple[int, ...]]
"""The words of a sequence's steps, and the IDs of the objects that its judgement begins from."""

Ends: TypeAlias = tuple[int, int, int, int, int, int]
"""A lower end as a fraction, 1 where it is not legal itself, else 0; and an upper end so.

A number n / d lies between them where ``n * of_low - low * d >= strict``, and so above.
"""


class FilmChange(Struct, frozen=True):
    """What a step adds to the film, or takes off it by the figures of the material `removes`.

    `leaves` are the materials of what is there then, () where nothing is: the words of a removal do
    not tell whether it leaves any.
    """

    material: str
    removes: Material | None
    leaves: tuple[str, ...]

    def after(self, film: Film | None, step: Step) -> Film | None:
        """Give the film after the step."""
        span = partial(span_of, step.recipe)
        if self.removes is None:
            return (film or Film()).coated(Coat(step.id, self.material, span("thickness")))
        assert film is not None
        removed = takes(step.id, step.recipe, self.removes, span)
        return film.without(removed, self.material, leaves=None)


class Asked(Struct, frozen=True):
    """What is asked of the step `at` a place but for single numbers, and how it changes the film.

    `waits` are of the steps since a place in the sequence, `film` of the whole film's thickness
    after it, and `peaks` of what the fab's model predicts of a signal.
    """

    at: int
    change: FilmChange | None
    waits: tuple[tuple[int, Queue], ...]
    film: Ends | None
    peaks: tuple[tuple[str, Bound], ...]


class Known(Struct, frozen=True):
    """What is asked of the numbers of a sequence in words of which nothing was found.

    `ends` are those between which a step's parameters must lie, by its place. `exercised` and
    `unseen` are as an audit tells them of each step, where there are any, and `coverage` what else
    it tells. `film` is what the wafers come with. `kept` must stay alive, so that no other is taken
    for it.
    """

    ends: tuple[tuple[int, str, Ends], ...]
    asked: tuple[Asked, ...]
    exercised: tuple[tuple[int, tuple[str, ...]], ...]
    unseen: tuple[tuple[int, tuple[str, ...]], ...]
    coverage: Coverage
    film: Film | None
    kept: tuple[object, ...]


def key_of(sequence: Sequence, materials: Materials, predicts: Predictor) -> Key:
    """Say all that counts of a sequence but its numbers."""
    words = tuple([step.wording for step in sequence.steps])
    return words, tuple(map(id, whence(sequence, materials, predicts)))


def whence(sequence: Sequence, materials: Materials, predicts: Predictor) -> tuple[object, ...]:
    """Give what the judgement of a sequence begins from, besides its words."""
    return sequence.stock, sequence.layout, materials, predicts


def passes(
    rules: RulePack, sequence: Sequence, materials: Materials, predicts: Predictor
) -> AuditReport | None:
    """Judge a sequence of one path by its numbers; None where they do not tell that it is legal.

    `rules` are those that bind it.
    """
    known = rules.known.get(key_of(sequence, materials, predicts))
    if known is None:
        return None
    steps = sequence.steps
    for at, name, ends in known.ends:
        if not _between(steps[at].recipe.parameters[name].value, ends):  # type: ignore[union-attr]
            return None
    film = known.film
    for asked in known.asked:
        step = steps[asked.at]
        if asked.change is not None:
            film = asked.change.after(film, step)
            left = () if film is None else film.materials
            if left != asked.change.leaves or (film is not None and film.doubted):
                return None
        if not _kept(asked, steps, film, predicts):
            return None
    exercised = {steps[at].id: codes for at, codes in known.exercised}
    unseen = {steps[at].id: names for at, names in known.unseen}
    told = known.coverage
    coverage = Coverage(exercised, told.never_exercised, unseen, told.idle)
    return AuditReport(sequence.file, (), (), coverage)


def _kept(asked: Asked, steps: tuple[Step, ...], film: Film | None, predicts: Predictor) -> bool:
    """Tell whether a step keeps what is asked of more than its own numbers."""
    for since, demand in asked.waits:
        least = sum([between.recipe.lasts for between in steps[since + 1 : asked.at]])
        within = demand.within.value
        if least * within.denominator > within.numerator:
            return False
    if asked.film is not None:
        if film is None or film.thin is None or film.thick is None:
            return False
        if not (_between(film.thin.low, asked.film) and _between(film.thick.high, asked.film)):
            return False
    step = steps[asked.at]
    return all(predicts.stays_below(name, step, step.recipe, end) for name, end in asked.peaks)


def _between(value: Fraction, ends: Ends) -> bool:
    low, of_low, above, high, of_high, below = ends
    number, of = value.as_integer_ratio()
    return number * of_low - low * of >= above and high * of - number * of_high >= below
