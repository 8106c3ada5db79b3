"""What a proof is asked, sums of values on one side of a bound, and the examples that it finds."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.trace import TraceStep, settable
from fabctl.quantities import Quantity


class Term(Struct, frozen=True):
    """A value of a recipe in a sum, in base units.

    `setting` is the sequence parameter that it follows within its `tolerance`, "" where the
    recipe states it; `settable` is what may be chosen for it.
    """

    step: str
    parameter: str
    weight: Fraction
    allowed: Interval
    setting: str
    settable: Interval
    tolerance: Quantity | None

    @property
    def name(self) -> str:
        """The value's name, as a witness has it."""
        return f"{self.step}.{self.parameter}"

    @property
    def chosen(self) -> str:
        """What is chosen when the value is: its setting (``$name``), if that has a window."""
        return f"${self.setting}" if self.setting and not self.settable.is_point else self.name


class Condition(Struct, frozen=True):
    """Says that a weighted sum is at a bound at least, or above it (`strict`)."""

    terms: tuple[Term, ...]
    bound: Fraction
    strict: bool

    @property
    def possible(self) -> bool:
        """Whether some allowed values meet it, each chosen for itself."""
        return self._met(_sum(term, up=term.weight > 0) for term in self.terms)

    @property
    def certain(self) -> bool:
        """Whether all allowed values meet it."""
        return self._met(_sum(term, up=term.weight < 0) for term in self.terms)

    @property
    def names(self) -> set[str]:
        """The values and settings that it hangs on; what can't be chosen is none."""
        terms = [term for term in self.terms if not term.allowed.is_point]
        return {name for term in terms for name in (term.name, term.chosen)}

    def opposite(self) -> "Condition":
        """Say that the sum is on the other side."""
        terms = tuple(replace(term, weight=-term.weight) for term in self.terms)
        return Condition(terms, -self.bound, not self.strict)

    def _met(self, parts: Iterator[Fraction]) -> bool:
        total = sum(parts, Fraction(0))
        return total > self.bound if self.strict else total >= self.bound


class Example(Struct, frozen=True):
    """Values that meet all conditions: of recipes by `Term.name`, of sequence parameters."""

    values: Mapping[str, Fraction]
    settings: Mapping[str, Fraction]


def together(some: Example | None, more: Example | None) -> Example | None:
    """Join examples: of values that they both have, the second's count."""
    if some is None or more is None:
        return more or some
    return Example({**some.values, **more.values}, {**some.settings, **more.settings})


def term(step: TraceStep, parameter: str, weight: int = 1, *, on_tool: bool = False) -> Term:
    """See a step's value as a term; the value on a tool follows no sequence parameter any more."""
    place = step.step.places.get(parameter)
    setting = place.parameter if place is not None and not on_tool else ""
    allowed = step.allowed[parameter]
    return Term(
        step.step.id,
        parameter,
        Fraction(weight),
        allowed,
        setting,
        settable(step.step)[parameter] if setting else allowed,
        step.step.tolerances[parameter].by if parameter in step.step.tolerances else None,
    )


def _sum(term: Term, *, up: bool) -> Fraction:
    return term.weight * (term.allowed.high if up else term.allowed.low)
