"""Reading a YAML tree into typed values, collecting every problem of the file on the way.

A `Reading` notes problems and goes on; each of its methods answers None where it has noted one.
`Reading.finish` raises them all, so no None ever leaves a loader.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from fabctl.process.errors import InputError, Mark, Problem, asked, did_you_mean
from fabctl.process.yaml_tree import List, Node, Scalar
from fabctl.process.yaml_tree import Mapping as MappingNode
from fabctl.quantities import Dimension, Quantity, QuantityError, parse_number

MAX_PROBLEMS = 100
"""After so many, a file is given up: it is not what it was taken for."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
"""What a name may look like: letters, digits and ``. _ - : /``, no spaces."""

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a sequence's name may look like: the IDs of its runs, and their files, begin with it."""

REFERENCE = "a $name stands for a value in a step's recipe only"
"""What is said of a reference to a parameter where there can be none."""


class Reading:
    """Collects the problems of one file."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, code: str, message: str, mark: Mark, hint: str = "") -> None:
        """Note a problem. Raises `InputError` with all of them once there are too many."""
        self.problems.append(Problem(code, message, mark, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            self.finish()

    def finish(self) -> None:
        """Raise `InputError` with everything noted, if anything was."""
        if self.problems:
            raise InputError(self.problems)

    def fields(
        self, node: Node, what: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, Node]:
        """Check a mapping's keys; gives the known ones with their values."""
        if not isinstance(node, MappingNode):
            self.note("IN203", f"{what} must be a mapping of keys to values", node.mark)
            return {}
        needed, known = _keys(required, optional)
        found = node.values()
        if found.keys() <= known and found.keys() >= needed:
            return found
        meant = []
        for key, _ in node.items:
            if key.text not in known:
                hint = did_you_mean(key.text, (*required, *optional))
                self.note("IN201", f"{what} has no key {key.text}", key.mark, hint)
                meant.append(hint)
        missing = [each for each in required if each not in found and asked(each) not in meant]
        if missing:
            self.note("IN202", f"{what} lacks {', '.join(missing)}", node.mark)
        return {key: value for key, value in found.items() if key in known}

    def entries(self, node: Node, what: str) -> Sequence[tuple[Scalar, Node]]:
        """Give a mapping's pairs, whose keys are the writer's own."""
        if isinstance(node, MappingNode):
            return node.items
        self.note("IN203", f"{what} must be a mapping of names to values", node.mark)
        return ()

    def items(self, node: Node, what: str) -> Sequence[Node]:
        """Give a list's items."""
        if isinstance(node, List):
            return node.items
        self.note("IN203", f"{what} must be a list", node.mark)
        return ()

    def some(self, node: Node, what: str) -> Sequence[Node]:
        """Give the items of a list that has any: an empty one asks nothing, and is a slip."""
        items = self.items(node, what)
        if isinstance(node, List) and not items:
            self.note("IN203", f"{what} has at least one item", node.mark)
        return items

    def text(self, node: Node, what: str) -> str | None:
        """Read any text that is not empty."""
        if isinstance(node, Scalar) and node.text.strip():
            return node.text.strip()
        self.note("IN203", f"{what} must be a text", node.mark)
        return None

    def name(self, node: Node, what: str) -> str | None:
        """Read a name: one word as `NAME` has it."""
        if isinstance(node, Scalar) and _is_name(node.text):
            return node.text
        self.note("IN204", f"{what} must be a name: letters, digits and . _ - : /", node.mark)
        return None

    def names(self, node: Node, what: str) -> tuple[str, ...]:
        """Read a list of names, each standing once."""
        found: dict[str, None] = {}
        for item in self.items(node, what):
            name = self.name(item, f"an item of {what}")
            if name in found:
                self.note("IN204", f"{name} stands twice in {what}", item.mark)
            elif name is not None:
                found[name] = None
        return tuple(found)

    def word(self, node: Node, what: str, words: Collection[str]) -> str | None:
        """Read one word of a closed list."""
        if isinstance(node, Scalar) and node.text in words:
            return node.text
        said = node.text if isinstance(node, Scalar) else "this"
        hint = did_you_mean(said, words) or f"one of {', '.join(words)}"
        if said.startswith("$"):
            hint = f"{REFERENCE}; {hint}"
        self.note("IN206", f"{what} can't be {said}", node.mark, hint)
        return None

    def flag(self, node: Node, what: str) -> bool | None:
        """Read ``true`` or ``false``."""
        if isinstance(node, Scalar) and not node.plain:
            self.note("TY102", f"{what}: true and false are written without quotes", node.mark)
            return None
        word = self.word(node, what, ("true", "false"))
        return None if word is None else word == "true"

    def whole(self, node: Node, what: str) -> int | None:
        """Read a whole number that is not negative."""
        number = self.number(node, what)
        if number is None:
            return None
        if number.denominator == 1 and number >= 0:
            return int(number)
        self.note("TY103", f"{what} must be a whole number", node.mark)
        return None

    def number(self, node: Node, what: str) -> Fraction | None:
        """Read a pure number, exactly."""
        text = self._plain(node, what)
        if text is None:
            return None
        try:
            return parse_number(text)
        except QuantityError as error:
            self.note("TY101", f"{what}: {error}", node.mark)
            return None

    def quantity(self, node: Node, what: str, dimension: Dimension | None) -> Quantity | None:
        """Read a quantity of a dimension (None: of any)."""
        text = self._plain(node, what)
        return None if text is None else self.parsed(text, what, dimension, node)

    def parsed(
        self, text: str, what: str, dimension: Dimension | None, node: Node
    ) -> Quantity | None:
        """Read a quantity from a text that stands at `node`, or in its place."""
        try:
            quantity = Quantity.parse(text)
        except QuantityError as error:
            said, hint = str(error), ""
            if text.startswith("$"):
                said, hint = f"{text} stands where a value belongs", REFERENCE
            self.note("TY101", f"{what}: {said}", node.mark, hint)
            return None
        if dimension is None or dimension is quantity.dimension:
            return quantity
        said = f"is a {quantity.dimension}, not a {dimension}"
        if quantity.dimension is Dimension.NUMBER:
            said = f"lacks its unit; a {dimension} has one"
        self.note("UN101", f"{what}: {text} {said}", node.mark)
        return None

    def _plain(self, node: Node, what: str) -> str | None:
        """Give the text of a scalar that may be a number: in one line and without quotes."""
        if isinstance(node, Scalar) and node.plain:
            return node.text
        if not isinstance(node, Scalar):
            self.note("IN203", f"{what} must be a number with its unit", node.mark)
        elif node.quoted:
            self.note("TY102", f"{what}: a number is written without quotes", node.mark)
        else:
            self.note("TY101", f"{what}: a number and its unit stand in one line", node.mark)
        return None


@lru_cache(maxsize=1024)  # a loader asks for the same keys in every entry
def _keys(
    required: tuple[str, ...], optional: tuple[str, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the keys that must be there, and all that may."""
    return frozenset(required), frozenset((*required, *optional))


@lru_cache(maxsize=4096)
def _is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None
