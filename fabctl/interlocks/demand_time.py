"""Demands on time: how long a wafer may wait between two steps, and how long it may be hot."""

from fractions import Fraction

from msgspec import Struct

from fabctl.interlocks.selector import Selector
from fabctl.process.vocabulary import PLATES
from fabctl.quantities import Quantity


class Queue(Struct, frozen=True):
    """Demands that the step starts within a time of the last step that `after` selects.

    A step that `unless` selects, in between, takes the demand away. Steps that `cured_by` select,
    all of them in their order, have the wait begin anew since the last of them. With `film_below`
    only a protective film that may be thinner binds. A file does not say when its steps are done:
    an audit judges what they take at the least, and the engine the real wait, before START.
    """

    after: Selector
    within: Quantity
    unless: Selector | None = None
    film_below: Quantity | None = None
    cured_by: tuple[Selector, ...] = ()

    parameters: tuple[str, ...] = ()
    subject = "the wait"

    @property
    def wanted(self) -> str:
        """The longest wait, in words."""
        cures = " and ".join("/".join(cure.operations) for cure in self.cured_by)
        since = f", or the {cures} after it" if cures else ""
        return f"at most {self.within} after the last {' or '.join(self.after.operations)}{since}"


class HeatBudget(Struct, frozen=True):
    """Demands that the bound steps together keep the wafer hotter than `above` for a time only."""

    above: Quantity
    within: Quantity

    parameters = ("temperature", *PLATES)
    subject = "the time"

    @property
    def wanted(self) -> str:
        """The budget, in words."""
        return f"at most {self.within} above {self.above}, of all such steps together"

    @property
    def seconds(self) -> Fraction:
        """The budget in seconds."""
        return self.within.value
