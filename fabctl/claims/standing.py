"""The four standings of a claim's element, and what each rests on."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Verdict(StrEnum):
    """Where an element stands."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not satisfied"
    NOT_PRACTISED = "not practised"
    NOT_SHOWN = "not shown"


class Standing(Struct, frozen=True):
    """An element's standing: the step, job and tool that decide it, and the facts seen."""

    verdict: Verdict
    why: str
    step: str = ""
    job: str = ""
    tool: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    """The steps that did what the element asks for, in order."""
    jobs: tuple[str, ...] = ()
    """Their jobs."""


def not_practised(why: str) -> Standing:
    """The element's condition does not apply, or the sequence does not claim to practise it."""
    return Standing(Verdict.NOT_PRACTISED, why)
