"""The three verdicts, and the order in which they outrank one another."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a rule says of something. Missing data is "not shown", never legal."""

    LEGAL = "legal"
    ILLEGAL = "illegal"
    NOT_SHOWN = "not shown"

    def __bool__(self) -> bool:
        raise TypeError("a verdict has three values: compare it with one of them")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Join verdicts: one illegal makes the whole illegal, one not shown makes it not shown."""
    seen = set(verdicts)
    if Verdict.ILLEGAL in seen:
        return Verdict.ILLEGAL
    return Verdict.NOT_SHOWN if Verdict.NOT_SHOWN in seen else Verdict.LEGAL
