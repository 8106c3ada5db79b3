"""Predicting how far a signal will go in a job: what a model of a tool offers, and how it answers.

A model comes from an entry point of the group ``fabctl.models``; which one a tool has, with which
settings and how wrong it may be, stands in the tool's dictionary.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from fabctl.process.recipe import Recipe, Value
from fabctl.process.sequence import Step
from fabctl.quantities import Quantity, difference_unit, show_number

MODELS = "fabctl.models"
"""The entry points that are models."""


LONGEST_HOLD = Quantity.parse("4 h")
"""With a hold that long a peak only rises with its set-point: no cooling cuts it short."""

GRAIN = Fraction(1, 10)
"""The share of its error by which a model may jump from one set-point to the next."""


class Bound(Struct, frozen=True):
    """The upper end of what is legal, in base units; `strict` where the end itself is not."""

    value: Fraction
    strict: bool

    def holds(self, peak: "Peak", share: Fraction) -> bool:
        """Tell whether a peak lies below it, with a share of the model's error to spare."""
        reach = peak.value.value + peak.error.value * (1 + share)
        return reach < self.value if self.strict else reach <= self.value


class Model(Struct, frozen=True):
    """What predicts how far a signal goes in a job of the tool.

    `by` is an entry point of ``fabctl.models``, `error` (a difference) the most by which it is off,
    and `source` where that is from. `settings` are the model's own business. `over` is the most by
    which the signal ever passes all that recipe and settings state of its sort; None where nobody
    says so.
    """

    by: str
    signal: str
    error: Quantity
    source: str
    settings: Mapping[str, Value]
    over: Quantity | None = None


class Peak(Struct, frozen=True):
    """The highest value that `tool` will show: `value`, at most `error` (a difference) off."""

    tool: str
    value: Quantity
    error: Quantity

    def __str__(self) -> str:
        unit = self.value.unit
        error = show_number(self.error.in_unit(difference_unit(unit)))
        # a model's digits beyond its error are nobody's business
        return f"{float(self.value.in_unit(unit)):.1f} ± {error} {unit}"


class Unpredicted(Struct, frozen=True):
    """Nobody can tell; `why` is a sentence without its end."""

    why: str


class Accepts(Struct, frozen=True):
    """The highest contamination class that a module of a tool takes."""

    tool: str
    module: str
    up_to: str


class Predictor(Protocol):
    """Tells which of a fab's tools does a step, how far its signals go, which wafers it takes."""

    def peak(self, signal: str, step: Step, recipe: Recipe) -> Peak | Unpredicted:
        """Predict the highest value of a signal while `step` is done by `recipe`."""

    def stays_below(self, signal: str, step: Step, recipe: Recipe, bound: Bound) -> bool:
        """Tell whether the signal surely stays below a bound; False where only `peak` can tell."""

    def accepts(self, step: Step, recipe: Recipe) -> Accepts | Unpredicted:
        """Tell which wafers the module takes in which `step` is done by `recipe`."""

    def tool(self, step: Step, recipe: Recipe) -> str:
        """Name the tool that does `step` by `recipe`; "" where nobody can tell."""


class PeakModel(Protocol):
    """A model as its entry point gives it; pure, without a clock, and quick."""

    def __call__(self, recipe: Recipe, settings: Mapping[str, Value]) -> Quantity:
        """Predict the highest value of the model's signal.

        Its value must not fall, by more than `GRAIN` of its error, where the recipe's set-point of
        the signal rises or its hold becomes `LONGEST_HOLD`, and all else stays the same: windows
        are proved at their ends, and a recipe by a hotter one. Raises `ValueError`, saying why,
        where it can't tell.
        """


class _Nobody:
    """Predicts nothing."""

    def peak(self, signal: str, step: Step, recipe: Recipe) -> Unpredicted:
        """Say so."""
        del step, recipe
        return Unpredicted(f"no model predicts the {signal}")

    def stays_below(self, signal: str, step: Step, recipe: Recipe, bound: Bound) -> bool:
        """Say that nothing is sure."""
        del signal, step, recipe, bound
        return False

    def accepts(self, step: Step, recipe: Recipe) -> Unpredicted:
        """Say so."""
        del recipe
        return Unpredicted(f"no fab says which wafers its {step.kind} takes")

    def tool(self, step: Step, recipe: Recipe) -> str:
        """Say that nobody can tell."""
        del step, recipe
        return ""


NOBODY: Predictor = _Nobody()
"""Stands where no fab was given."""
