"""The desk: where a person is asked for what no line can do, and answers with a name.

A tool without a robot has its wafers carried by hand, and a tool without any line is worked by
hand. Who asks gives a `Question`; whoever supplies the desk (a terminal, a simulated person) gives
an `Answer`, or `Unanswered`: then nobody knows whether it was done.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity, parse_number, show_number

_STARTS = re.compile(r"[-+.,\d]")
"""How a number begins, even one that is none."""


class Act(StrEnum):
    """What a person is asked for."""

    TELL = "tell"
    """Say which wafer is in the tool."""
    BRING = "bring"
    """Bring the wafer to the tool (into the boat, onto the chuck, beside the plate)."""
    TAKE = "take"
    """Take the wafer from the tool."""
    DISPENSE = "dispense"
    """Pour a liquid on the wafer."""
    LAY = "lay"
    """Lay the wafer on the hot plate, now."""
    LIFT = "lift"
    """Lift the wafer off the hot plate, now."""
    DO = "do"
    """Carry out the whole step, by the text of its program."""


class Entry(Struct, frozen=True):
    """A value that the person is to write down, in a unit ("" for a text)."""

    name: str
    unit: str = ""
    many: bool = False
    """Whether it is one value a site, with blanks between."""

    def read(self, written: str) -> str:
        """Give what was written as plain numbers in the entry's unit; a text as it is.

        Another unit of the same dimension may stand behind the last number. What is left empty
        stays so: nobody knows. Raises ValueError, saying what is wrong.
        """
        words = written.split()
        if not self.unit or not words:
            return written
        numbers = words[:-1] if len(words) > 1 and not _STARTS.match(words[-1]) else words
        if len(numbers) > 1 and not self.many:
            raise ValueError(f"{' '.join(numbers)!r}: one number is asked for")
        values = [parse_number(each) for each in numbers]
        if numbers is not words:
            values = [Quantity.of(each, words[-1]).in_unit(self.unit) for each in values]
        return " ".join(map(show_number, values))


class Question(Struct, frozen=True):
    """What is asked; `text` is written for the person, the rest for a program in their place."""

    tool: str
    act: Act
    text: str
    wafer: str = ""
    recipe: Recipe | None = None
    entries: tuple[Entry, ...] = ()
    job: str = ""


class Answer(Struct, frozen=True):
    """It was done, says `by`; `values` are the entries as they were written."""

    by: str
    values: Mapping[str, str] = field(default_factory=dict)


class Declined(Struct, frozen=True):
    """It was not done, says `by`: nothing has happened."""

    by: str
    why: str


class Unanswered(Struct, frozen=True):
    """Nobody has said whether it was done."""

    why: str


Reply = Answer | Declined | Unanswered


class Desk(Protocol):
    """Where a person is asked; one question at a time, the others wait."""

    async def ask(self, question: Question) -> Reply:
        """Ask, and wait for the answer."""


class NobodyThere:
    """A desk without a person."""

    async def ask(self, question: Question) -> Reply:
        """Nobody answers."""
        return Unanswered(f"nobody is there to be asked about {question.tool}")
