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


MOST = 4096
"""How many wordings are remembered."""


class Wording(Struct, frozen=True, eq=False):
    """What a recipe says but for its numbers: the operation, and each parameter with its word.

    A quantity's word is None. There is one object for what is worded alike.
    """

    operation: str
    words: tuple[tuple[str, str | None], ...]


_UNWORDED = Wording("", ())
_WORDED: dict[tuple[object, ...], Wording] = {}


class Recipe(Struct):
    """An operation and its parameters; the vocabulary of both is `fabctl.process.vocabulary`.

    Nobody changes one that is made.
    """

    operation: str
    parameters: Mapping[str, Value]
    wording: Wording = _UNWORDED
    """What it says but for its numbers; nobody else makes it up."""
    _lasts: Fraction | int | None = None

    def __post_init__(self) -> None:
        self.wording, self._lasts = _worded(self), None

    @property
    def lasts(self) -> Fraction | int:
        """How long it takes by the times that it states, in seconds; an int adds up quickest."""
        if self._lasts is None:
            told = ((self.parameters.get(name), often) for name, often in TIMES.items())
            each = (x.value * often for x, often in told if isinstance(x, Quantity))
            lasts = sum(each, Fraction(0))
            self._lasts = lasts.numerator if lasts.denominator == 1 else lasts
        return self._lasts


def _worded(recipe: Recipe) -> Wording:
    told = recipe.parameters.items()
    words = tuple([(name, value if isinstance(value, str) else None) for name, value in told])
    key = (recipe.operation, words)
    known = _WORDED.get(key)
    if known is None:
        if len(_WORDED) >= MOST:
            _WORDED.clear()
        known = _WORDED[key] = Wording(*key)
    return known
