"""The physics' numbers, from ``sequences/physics``: typed, closed, each with its source.

::

    values:
      SiN: {rate: 16 nm/min, sigma: 1.5 %, source: MEMS Exchange PECVD nitride, unverified: [sigma]}

What is ``unverified`` is remembered engineering practice that nobody has cited yet: a whole entry,
by its source, or the values of it that are not the source's, by their names (rates: by material).
"""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

import sequences
from fabctl.process.errors import InputError, Problem
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Mapping
from fabctl.tools.fields import Fields

T = TypeVar("T")


class Values(Fields):
    """One entry of a table."""

    def value(self, key: str, unit: str) -> float:
        """A number with a unit, told in `unit`."""
        return float(self.quantity(key, unit))

    def share(self, key: str) -> float:
        """A number in %, as a fraction."""
        return float(self.quantity(key, "%") / 100)

    def bare(self, key: str, default: float | None = None) -> float:
        """A number without a unit, or whose unit stands in the key's name."""
        if default is None:
            self.node(key)
        found = self.number(key)
        if found is not None:
            return float(found)
        assert default is not None
        return default

    def rates(self, key: str) -> dict[str, float]:
        """Material → rate in nm/min."""
        return {
            name.text: float(self.quantity_of(node, f"the rate of {name.text}", "nm/min"))
            for name, node in self.pairs(key)
        }

    def check_unverified(self) -> None:
        """Refuse to call unverified what is no value of the entry."""
        known = self._names()
        for node in self.items("unverified"):
            name = self.scalar(node, "an entry of 'unverified'")
            if name not in known:
                hint = f"it has: {', '.join(known)}"
                self.fail("IN206", node.mark, f"{self._what} has no value {name!r}", hint)

    def _names(self) -> tuple[str, ...]:
        """What its values are called: by their keys, and in a mapping by those of that."""
        names: list[str] = []
        for key, node in self._values.items():
            if isinstance(node, Mapping):
                names += [inner.text for inner, _ in node.items]
            elif key not in ("source", "unverified"):
                names.append(key)
        return tuple(names)


def shipped(name: str) -> Path:
    """Where a table lies that comes with fabctl."""
    return sequences.data("physics", f"{name}.yaml")


def read_table(path: Path, keys: Collection[str], read: Callable[[Values], T]) -> dict[str, T]:
    """Read every entry of a table. Raises `InputError` with the place of every problem.

    An entry has `keys` and its ``source``, without which no number is taken; it may name those of
    its values that are ``unverified``.
    """
    table = Fields(read_file(path), "a physics table", ("values",))
    table.node("values")
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for name, node in table.pairs("values"):
        try:
            entry = Values(node, name.text, (*keys, "source", "unverified"))
            entry.text("source")
            entry.check_unverified()
            found[name.text] = read(entry)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found
