"""A recipe: what a tool is told to do in a step, in the process engineer's terms."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct

from fabctl.process.vocabulary import PLATES
from fabctl.quantities import Quantity

Value = Quantity | str
"""A quantity with its unit, or a word (a chamber, a material)."""


TIMES: Mapping[str, int] = MappingProxyType(
    {"time": 1, "hold": 1, "cast_time": 1, "plate_time": len(PLATES)}
)
"""The parameters that say how long a step works, each with how often it does: on each plate."""


class Recipe(Struct):
    """An operation and its parameters; the vocabulary of both is `fabctl.process.vocabulary`.

    Nobody changes one that is made.
    """

    operation: str
    parameters: Mapping[str, Value]
    _lasts: Fraction | int | None = None

    def __post_init__(self) -> None:
        self._lasts = None

    @property
    def lasts(self) -> Fraction | int:
        """How long it takes by the times that it states, in seconds; an int adds up quickest."""
        if self._lasts is None:
            told = ((self.parameters.get(name), often) for name, often in TIMES.items())
            each = (x.value * often for x, often in told if isinstance(x, Quantity))
            lasts = sum(each, Fraction(0))
            self._lasts = lasts.numerator if lasts.denominator == 1 else lasts
        return self._lasts
