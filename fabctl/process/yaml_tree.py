"""What the YAML reader makes: scalars as written, mappings and lists, each with its place.

Nodes are many and mostly read once, so they hold what the parser gave, and count out a `Mark` or
make a key's node only for whoever asks.
"""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceOf
from typing import Protocol, TypeAlias

from msgspec import Struct

from fabctl.process.errors import Mark


class Place(Protocol):
    """A place as the YAML parser counts it, from 0."""

    @property
    def line(self) -> int:
        """Lines before it."""

    @property
    def column(self) -> int:
        """Characters before it in its line."""


class Told(Protocol):
    """A scalar as the YAML parser tells it."""

    value: str
    style: str | None
    """Its quotes, or the mark of its block; empty or None for plain text."""
    start_mark: Place
    end_mark: Place


class Scalar(Struct, eq=False):
    """A text as written, never typed."""

    file: str
    text: str
    told: Told

    @property
    def quoted(self) -> bool:
        """Whether it stands in quotes or a block: then it is never a number."""
        return bool(self.told.style)

    @property
    def plain(self) -> bool:
        """Whether it is a word or words in one line, without quotes: all that may be a number."""
        told = self.told
        return not told.style and (told.start_mark.line == told.end_mark.line or not self.text)

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return _mark(self.file, self.told.start_mark)

    @property
    def end(self) -> Mark:
        """Where it ends (the first place after it)."""
        return _mark(self.file, self.told.end_mark)


class _Collection(Struct, eq=False):
    file: str
    start: Place
    stop: Place

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return _mark(self.file, self.start)

    @property
    def end(self) -> Mark:
        """Where it ends (the first place after it)."""
        return _mark(self.file, self.stop)


class Mapping(_Collection, eq=False):
    """Keys with their values in file order; no key stands twice."""

    keys: list[Told]
    by_key: "dict[str, Node]"

    @property
    def items(self) -> "tuple[tuple[Scalar, Node], ...]":
        """Every key with its value."""
        keys = (Scalar(self.file, key.value, key) for key in self.keys)
        return tuple(zip(keys, self.by_key.values(), strict=True))

    def values(self) -> "MappingType[str, Node]":
        """Every value by its key."""
        return self.by_key


class List(_Collection, eq=False):
    """Items in file order."""

    items: "SequenceOf[Node]"


Node: TypeAlias = Scalar | Mapping | List


def _mark(file: str, place: Place) -> Mark:
    return Mark(file, place.line + 1, place.column + 1)
