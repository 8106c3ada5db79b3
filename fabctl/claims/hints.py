"""The `does:` hints of a sequence, held against what was done: a false one misleads its reader.

The audit tells, before anything runs, which hints can't be true (`ID101`): the sequence does not
practise the claim, or the rules that state the element have nothing to do with the step. What only
the wafer can tell is told here, after the run (`ID102`): the element was not satisfied, or other
steps did it. Neither changes a standing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from fabctl.claims.standing import Standing, Verdict
from fabctl.process.sequence import Sequence

CODE = "ID102"
"""The code of a hint that the wafer contradicts."""


class HintedStep(Struct, frozen=True):
    """A step as far as its hints go: `does` says of each element where the hint stands."""

    id: str
    does: Mapping[str, str]


class FalseHint(Struct, frozen=True):
    """A hint that is not true, where it stands, and why."""

    step: str
    element: str
    at: str
    why: str


def hinted(sequence: Sequence) -> tuple[HintedStep, ...]:
    """The steps of a sequence with their hints."""
    return tuple(
        HintedStep(step.id, {name: str(place.mark) for name, place in step.hints.items()})
        for step in sequence.steps
    )


def false_hints(
    steps: Iterable[HintedStep],
    standings: Mapping[str, Standing],
    done: Collection[str] | None = None,
) -> Iterator[FalseHint]:
    """The hints of a run that are not true.

    A hint is true at a step that did what the element asks for: laid, cut or removed what is looked
    at, or measured the figure that it rests on. Of an element that is not shown it may not be known
    which steps these are; then nothing is said. `done` are the steps of a run that did not come to
    its end: there, what was not done yet is no lie, and only what stands already tells of others.
    """
    steps = tuple(steps)
    for step in steps:
        for element, at in step.does.items():
            standing = standings.get(element)
            if standing is not None and _holds_of_another(step, element, standing, steps):
                continue
            if done is not None and not (step.id in done and _stands(standing)):
                continue
            why = _contradicts(step.id, standing)
            if why:
                yield FalseHint(step.id, element, at, why)


def _holds_of_another(
    step: HintedStep, element: str, standing: Standing, steps: Iterable[HintedStep]
) -> bool:
    """Whether the same hint of the file is true of another go of the step, as in a rework."""
    return any(
        each.id != step.id
        and each.id in standing.by
        and each.does.get(element) == step.does[element]
        for each in steps
    )


def _stands(standing: Standing | None) -> bool:
    return standing is not None and standing.verdict is Verdict.SATISFIED


def _contradicts(step: str, standing: Standing | None) -> str:
    """Why a step did not do what an element asks for; "" where it did, or nobody knows."""
    if standing is None:
        return "there is no such element"
    if standing.verdict in (Verdict.NOT_SATISFIED, Verdict.NOT_PRACTISED):
        return f"{standing.verdict.value}: {standing.why}"
    if not standing.by or step in standing.by:
        return ""
    return f"{', '.join(standing.by)} did it"
