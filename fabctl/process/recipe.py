"""A recipe: what a tool is told to do in a step, in the process engineer's terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from fabctl.quantities import Quantity

Value = Quantity | str
"""A quantity with its unit, or a word (a chamber, a material)."""


@dataclass(slots=True)  # frozen ones take five times as long to make, and there are many
class Recipe:
    """An operation and its parameters; the vocabulary of both is `fabctl.process.vocabulary`.

    Nobody changes one that is made.
    """

    operation: str
    parameters: Mapping[str, Value]
