"""Reading data files entry by entry: typed, closed, and with the place of whatever is wrong."""

import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, TypeVar

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar
from fabctl.quantities import Quantity, QuantityError

T = TypeVar("T")

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")


def plain_number(text: str) -> Fraction | None:
    """The exact value of a decimal number without a unit; None where the text is none."""
    return Fraction(Decimal(text)) if _NUMBER.fullmatch(text) else None


class Fields:
    """The entries of one mapping. Every reader raises `InputError` at the place of the fault."""

    def __init__(self, node: Node, what: str, keys: Collection[str]) -> None:
        self.mark = node.mark
        self._what = what
        if not isinstance(node, Mapping):
            self.fail("IN203", node.mark, f"{what} must be a mapping of {', '.join(keys)}")
        self._values: dict[str, Node] = {}
        for key, value in node.items:
            if key.text not in keys:
                self.fail(
                    "IN201", key.mark, f"{what} has no {key.text!r}", f"it has: {', '.join(keys)}"
                )
            self._values[key.text] = value

    def fail(self, code: str, mark: Mark, message: str, hint: str = "") -> NoReturn:
        """Refuse the file at `mark`; `code` is one of `fabctl.process.errors.CODES`."""
        raise InputError((Problem(code, message, mark, hint),))

    def has(self, key: str) -> bool:
        """Whether the entry is there."""
        return key in self._values

    def mark_of(self, key: str) -> Mark:
        """Where the entry stands; the mapping's own place where it is missing."""
        return self._values[key].mark if key in self._values else self.mark

    def node(self, key: str) -> Node:
        """The entry as it was read; missing is an error."""
        if key not in self._values:
            self.fail("IN202", self.mark, f"{self._what} needs {key!r}")
        return self._values[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        if default is not None and key not in self._values:
            return default
        return self.scalar(self.node(key), f"{key!r} of {self._what}")

    def scalar(self, node: Node, what: str) -> str:
        """The text of a scalar node."""
        if not isinstance(node, Scalar) or not node.text:
            self.fail("IN203", node.mark, f"{what} must be a text")
        return node.text

    def word(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        """A text out of a closed list."""
        text = self.text(key, default)
        if text not in words:
            known = ", ".join(words)
            self.fail("IN206", self.mark_of(key), f"{key!r} can't be {text!r}", f"one of: {known}")
        return text

    def whole(self, key: str) -> int:
        """A whole number, 0 or above."""
        return self.whole_of(self.node(key), f"{key!r} of {self._what}")

    def whole_of(self, node: Node, what: str) -> int:
        """The whole number that a scalar node holds."""
        if not isinstance(node, Scalar) or not _WHOLE.fullmatch(node.text):
            self.fail("TY103", node.mark, f"{what} must be a whole number")
        return int(node.text)

    def number(self, key: str) -> Fraction | None:
        """A number without unit, exactly; None where the entry is missing."""
        if key not in self._values:
            return None
        value = plain_number(self.text(key))
        if value is None:
            self.fail("TY101", self.mark_of(key), f"{key!r} of {self._what} must be a number")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """``true`` or ``false``."""
        return self.word(key, ("true", "false"), "true" if default else "false") == "true"

    def quantity(self, key: str, unit: str) -> Fraction:
        """A number with a unit, told in `unit`."""
        return self.quantity_of(self.node(key), f"{key!r} of {self._what}", unit)

    def quantity_of(self, node: Node, what: str, unit: str) -> Fraction:
        """The quantity that a scalar node holds, told in `unit`."""
        try:
            return Quantity.parse(self.scalar(node, what)).in_unit(unit)
        except QuantityError as error:
            self.fail("TY101", node.mark, f"{what}: {error}", f"for example 10 {unit}")

    def positive(self, key: str) -> Quantity:
        """A quantity above 0, in whatever unit."""
        try:
            found = Quantity.parse(self.text(key))
        except QuantityError as error:
            self.fail("TY101", self.mark_of(key), f"{key!r} of {self._what}: {error}")
        if found.value <= 0:
            self.fail("TY101", self.mark_of(key), f"{key!r} of {self._what} must be above 0")
        return found

    def items(self, key: str) -> tuple[Node, ...]:
        """The entries of a list; none where it is missing."""
        if key not in self._values:
            return ()
        node = self._values[key]
        if not isinstance(node, List):
            self.fail("IN203", node.mark, f"{key!r} of {self._what} must be a list")
        return tuple(node.items)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is missing."""
        return tuple(self.scalar(each, f"an entry of {key!r}") for each in self.items(key))

    def pairs(self, key: str) -> tuple[tuple[Scalar, Node], ...]:
        """The keys and values of a mapping; none where it is missing."""
        if key not in self._values:
            return ()
        node = self._values[key]
        if not isinstance(node, Mapping):
            self.fail("IN203", node.mark, f"{key!r} of {self._what} must be a mapping")
        return node.items

    def text_map(self, key: str) -> dict[str, str]:
        """A mapping of texts to texts; empty where it is missing."""
        return {
            name.text: self.scalar(value, f"{name.text!r} of {key!r}")
            for name, value in self.pairs(key)
        }


def each(nodes: Iterable[Node], read: Callable[[Node], T]) -> tuple[T, ...]:
    """Read every node; the faults of all of them are told together."""
    results: list[T] = []
    problems: list[Problem] = []
    for node in nodes:
        try:
            results.append(read(node))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(tuple(problems))
    return tuple(results)
