"""What the YAML reader makes: scalars as written, mappings and lists, each with its place."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from fabctl.process.errors import Mark


class Place(Protocol):
    """A place as the YAML parser counts it, from 0."""

    @property
    def line(self) -> int:
        """Lines before it."""

    @property
    def column(self) -> int:
        """Characters before it in its line."""


@dataclass(slots=True, eq=False, repr=False)
class _Node:
    file: str
    start: Place
    stop: Place

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return Mark(self.file, self.start.line + 1, self.start.column + 1)

    @property
    def end(self) -> Mark:
        """Where it ends (the first place after it)."""
        return Mark(self.file, self.stop.line + 1, self.stop.column + 1)


@dataclass(slots=True, eq=False, repr=False)
class Scalar(_Node):
    """A text as written, never typed. `quoted`: in quotes or a block, so never a number."""

    text: str
    quoted: bool


@dataclass(slots=True, eq=False, repr=False)
class Mapping(_Node):
    """Keys with their values in file order; no key stands twice."""

    items: "tuple[tuple[Scalar, Node], ...]"

    def values(self) -> "MappingType[str, Node]":
        """Index the values by key."""
        return {key.text: value for key, value in self.items}


@dataclass(slots=True, eq=False, repr=False)
class List(_Node):
    """Items in file order."""

    items: "tuple[Node, ...]"


Node: TypeAlias = Scalar | Mapping | List
