"""The `does:` hints of a sequence, held against what was shown: a false one misleads its reader.

The audit tells, before anything runs, which hints can't be true (`ID101`): the sequence does not
practise the claim, or the rules that state the element have nothing to do with the step. What only
the wafer can tell is told here, after the run (`ID102`): the element was not satisfied, or another
step did it. Neither changes a standing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fabctl.claims.standing import Standing, Verdict
from fabctl.process.claim import ElementKind, claims
from fabctl.process.sequence import Sequence

CODE = "ID102"
"""The code of a hint that the wafer contradicts."""
LEAVES_THE_WAFER_ALONE = ("measure",)
ACTS_ON_ITS_MATERIAL = ("deposit", "etch", "etch_back", "strip", "polish", "spin_on")
"""Two of these have nothing to do with each other where their materials differ."""


@dataclass(frozen=True, slots=True)
class HintedStep:
    """A step as far as its hints go."""

    id: str
    operation: str
    material: str
    does: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FalseHint:
    """A hint that is not true, and why."""

    step: str
    element: str
    why: str


def hinted(sequence: Sequence) -> tuple[HintedStep, ...]:
    """The steps of a sequence with their hints."""
    return tuple(
        HintedStep(
            step.id,
            step.operation,
            str(step.recipe.parameters.get("material", "")),
            tuple(step.does),
        )
        for step in sequence.steps
    )


def false_hints(
    steps: Iterable[HintedStep], standings: Mapping[str, Standing]
) -> Iterator[FalseHint]:
    """The hints of a finished run that are not true.

    A hint is true at the step that decides the element, and at an earlier one that prepares it, on
    the same material or of the same operation (an etch in turns, a film before its measurement, two
    coats). A structure is made by many steps, so any that changes the wafer may name it.
    """
    steps = tuple(steps)
    places = {step.id: at for at, step in enumerate(steps)}
    kinds = {
        element.name: element.kinds for claim in claims().values() for element in claim.elements
    }
    for at, step in enumerate(steps):
        for element in step.does:
            standing = standings.get(element)
            if standing is None:
                yield FalseHint(step.id, element, "there is no such element")
            elif standing.verdict in (Verdict.NOT_SATISFIED, Verdict.NOT_PRACTISED):
                why = f"{standing.verdict.value}: {standing.why}"
                yield FalseHint(step.id, element, why)
            elif ElementKind.STRUCTURE in kinds[element]:
                if step.operation in LEAVES_THE_WAFER_ALONE:
                    yield FalseHint(step.id, element, "the step leaves the wafer as it was")
            elif standing.step in places:
                decides = places[standing.step]
                if at > decides or (at < decides and not _akin(step, steps[decides])):
                    yield FalseHint(step.id, element, f"{standing.step} did it")


def _akin(step: HintedStep, other: HintedStep) -> bool:
    if step.material and step.material == other.material:
        return True
    return step.operation == other.operation and step.operation not in ACTS_ON_ITS_MATERIAL
