"""What can be wrong with a file, said with its place: ``file:line:column: CODE message``.

Codes are stable and never used twice: ``IN1..`` how the file is written, ``IN2..`` what it holds,
``TY`` a value of the wrong type, ``UN`` a unit, ``WN`` a window.
"""

import itertools
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import force_setattr

CODES = MappingProxyType(
    {
        "IN101": "the file is not plain UTF-8",
        "IN102": "a character that has no place in a file of settings",
        "IN103": "the file is not YAML",
        "IN104": "the file is too large, too deep or has too many parts",
        "IN105": "the same key twice",
        "IN106": "an anchor or an alias",
        "IN107": "a tag or a directive",
        "IN108": "a merge key",
        "IN109": "more than one document in the file",
        "IN110": "the file is empty",
        "IN111": "a key that is not a plain word",
        "IN112": "the file can't be read",
        "IN201": "an unknown key",
        "IN202": "a missing key",
        "IN203": "a value of the wrong shape",
        "IN204": "a badly formed or repeated name",
        "IN205": "a name that refers to nothing",
        "IN206": "a word outside the vocabulary",
        "IN207": "a combination that does not fit together",
        "IN208": "a choice of the sequence that is not made, or that there is not",
        "IN209": "a file of a folder that was skipped: neither a sequence, rule pack nor fab file",
        "TY101": "not a number with its unit",
        "TY102": "a number, true or false in quotes",
        "TY103": "not a whole number",
        "TY104": "a value below the lowest that there is: no time or thickness is below 0",
        "UN101": "a unit of the wrong dimension",
        "WN101": "a window that is empty or upside down",
        "WN102": "a value outside its own window",
    }
)
"""Every code with its meaning."""

_MESSAGE_LIMIT = 300
_CHOICE_LIMIT = 200


class Mark(NamedTuple):
    """A place in a file; line and column count characters from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing that is wrong, where it is, and what may have been meant."""

    code: str
    message: str
    mark: Mark
    hint: str = ""

    def __post_init__(self) -> None:
        if len(self.message) > _MESSAGE_LIMIT:  # it may quote a megabyte of the file
            force_setattr(self, "message", self.message[:_MESSAGE_LIMIT] + " ...")

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.mark}: {self.code} {self.message}{hint}"


class InputError(Exception):
    """A file or a setting can't be used; holds every problem that was found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        once = dict.fromkeys(problems)
        self.problems = tuple(sorted(once, key=lambda each: (each.mark, each.code)))

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Hint at the known word that looks most like this one; "" where none does."""
    if len(word) > 60:
        return ""
    import difflib  # which few files need

    close = difflib.get_close_matches(word, itertools.islice(known, _CHOICE_LIMIT), n=1)
    return asked(close[0]) if close else ""


def asked(word: str) -> str:
    """Ask whether a word was meant."""
    return f"did you mean {word}?"
