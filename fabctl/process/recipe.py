"""A recipe: what a tool is told to do in a step, in the process engineer's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from fabctl.quantities import Quantity

Value = Quantity | str
"""A quantity with its unit, or a word (a chamber, a material)."""


TIMES = ("time", "hold", "cast_time", "plate_time")
"""The parameters that say how long a step works."""


@dataclass(slots=True)  # frozen ones take five times as long to make, and there are many
class Recipe:
    """An operation and its parameters; the vocabulary of both is `fabctl.process.vocabulary`.

    Nobody changes one that is made.
    """

    operation: str
    parameters: Mapping[str, Value]
    _lasts: Fraction | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def lasts(self) -> Fraction:
        """How long it takes by the times that it states, in seconds."""
        if self._lasts is None:
            told = (self.parameters.get(name) for name in TIMES)
            self._lasts = sum((x.value for x in told if isinstance(x, Quantity)), Fraction(0))
        return self._lasts
