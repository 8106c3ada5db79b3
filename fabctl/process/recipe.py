"""A recipe: what a tool is told to do in a step, in the process engineer's terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from fabctl.quantities import Quantity

Value = Quantity | str
"""A quantity with its unit, or a word (a chamber, a material)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """An operation and its parameters; the vocabulary of both is `fabctl.process.vocabulary`."""

    operation: str
    parameters: Mapping[str, Value]
