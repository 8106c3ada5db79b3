"""When two courses of a wafer come to the same for every rule, so that one need not be followed.

They do where the same lies on the wafer, the steps so far look the same to every rule that will
look back at them, and the same is assumed of all values that may still count. What is assumed of a
film that is gone counts no more, unless its values hang together with others.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fabctl.interlocks.condition import Condition
from fabctl.interlocks.demand import Order, Relation
from fabctl.interlocks.demand_time import HeatBudget
from fabctl.interlocks.proof import touching
from fabctl.interlocks.rule import Rule
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.wafer_state import Has
from fabctl.process.material import Materials
from fabctl.process.sequence import Step

if TYPE_CHECKING:
    from fabctl.interlocks.courses import Fork

_LENGTHS = ("thickness", "depth", "remaining")
"""The parameters of which something may be assumed."""

_LOOKS = ("to", "until", "earlier", "since", "later", "before", "unless", "after")
"""Where a demand holds a selector of other steps."""


class Alike:
    """Tells states of one sequence's wafer apart, as far as some rules can."""

    def __init__(self, rules: Iterable[Rule], steps: Sequence[Step], materials: Materials) -> None:
        rules = tuple(rules)
        self.materials = materials
        film = frozenset({Has.FILM})
        looking = (each for rule in rules for each in _looking(rule))
        self.selectors = tuple([each for each in looking if each.hangs_on(film)])
        self.all_count = any(
            isinstance(rule.demand, Relation) and rule.demand.of_parameter in _LENGTHS
            for rule in rules
        )
        self.later: list[frozenset[str]] = [frozenset()]
        """The settings that are used from a step on, by its place counted from the end."""
        for step in reversed(steps):
            used = {f"${each.parameter}" for each in step.places.values() if each.parameter}
            self.later.append(self.later[-1] | used)
        self.later.reverse()

    def key(self, done: tuple[TraceStep, ...], forks: "tuple[Fork, ...]") -> tuple[object, ...]:
        """Give what is alike for two courses if the rest of them comes to the same."""
        after = done[-1].after
        film = after.film
        lies = (film.layers, film.doubted, film.measured_by) if film else None
        seen = tuple(
            each.selects(act, self.materials) for act in after.done for each in self.selectors
        )
        assumed = tuple([each.condition for each in forks])
        if not self.all_count:
            layers = film.layers if film else ()
            here = {f"{each.step}.{name}" for each in layers for name in _LENGTHS}
            assumed = touching(assumed, here | self.later[len(done)])
        return (
            len(done),
            lies,
            after.has,
            after.level,
            after.level_has_metal,
            after.contamination,
            after.unlisted,
            seen,
            tuple(map(_said, assumed)),
            all(each.example is not None for each in forks),
        )


def _looking(rule: Rule) -> Iterator[Selector]:
    """Give the selectors with which a rule looks at other steps than the one that it judges.

    What it binds is one where it adds those steps up, or leaves them open until a later one.
    """
    demand = rule.demand
    if isinstance(demand, HeatBudget) or (isinstance(demand, Order) and demand.later is not None):
        yield rule.binds
    for name in _LOOKS:
        each = getattr(demand, name, None)
        if isinstance(each, Selector):
            yield each
    yield from getattr(demand, "cured_by", ())


def _said(condition: Condition) -> tuple[object, ...]:
    """Tell a condition from others of the sequence."""
    return (condition.bound, condition.strict, tuple([(e.name, e.weight) for e in condition.terms]))
