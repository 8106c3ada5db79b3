"""What a rule may demand: a closed list, so that each can be checked, explained and shown to trip.

Every demand tells its `subject` and what is `wanted` of it in words, and which recipe
`parameters` it looks at.
"""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.wafer_state import Act
from fabctl.process.material import Conductive
from fabctl.quantities import Dimension, Quantity


class Limit(Struct, frozen=True):
    """Demands that quantities lie within limits.

    They are `parameters` of the recipe; or `of_wafer`, a quantity of the wafer right after the
    step, which several steps may add up to; or `of_material`, a figure of the step's material.
    With a `margin` the real value must stay within the limits though it strays from the set one by
    as much: an absolute difference, or a fraction of it. With `where_stated` a recipe that states
    none of its optional parameters has none to judge, which shows nothing bad.
    """

    parameters: tuple[str, ...]
    limits: Limits
    of_wafer: str = ""
    of_material: str = ""
    margin: Quantity | None = None
    where_stated: bool = False
    settable: Limits | None = None
    """The limits on a set value, margin and all; of a ratio those on values that are not negative.

    None where no such value is legal.
    """

    def __post_init__(self) -> None:
        settable: Limits | None = self.limits
        if self.margin is not None:
            by = self.margin.value
            if self.margin.dimension is not Dimension.RATIO:
                settable = self.limits.narrowed(by)
            else:
                settable = self.limits.divided(1 - by, 1 + by) if by < 1 else None
        force_setattr(self, "settable", settable)

    def surely_keeps(self, value: Interval) -> bool:
        """Tell of most legal values at once that they are, all of them and however they stray."""
        limits = self.settable
        if limits is None or limits.witness(value) is not None:
            return False
        return self.margin is None or value.low >= 0

    def reach(self, value: Interval) -> Interval:
        """Give every value that the real one may take while it is set within `value`."""
        return value if self.margin is None else value.strayed(self.margin)

    @property
    def subject(self) -> str:
        """What is limited, in words."""
        if self.of_material:
            return f"{self.of_material} of the material"
        of_wafer = f"the wafer's {self.of_wafer}" if self.of_wafer else ""
        return (of_wafer or " and ".join(self.parameters)).replace("_", " ")

    @property
    def wanted(self) -> str:
        """The limits, in words."""
        strays = f" though it strays by {self.margin}" if self.margin else ""
        return f"{self.limits}{strays}"


class Foreseen(Struct, frozen=True):
    """Demands that the peak of a signal, as a model of the tool predicts it, lies within limits.

    It counts with the model's stated error: what may lie outside is illegal. Where no model tells,
    nothing is shown.
    """

    signal: str
    limits: Limits

    parameters = ("temperature", "ramp", "hold", "boat_in", "cool", "unload_below")

    @property
    def subject(self) -> str:
        """What is predicted, in words."""
        return f"the predicted peak of the {self.signal.replace('_', ' ')}"

    @property
    def wanted(self) -> str:
        """The limits, in words."""
        return f"{self.limits} with the model's error"


class OfMaterial(Struct, frozen=True):
    """Demands a material out of a set, of a sort, or one of which something is known.

    What is "" or () or False is not asked. Names are the table's own; aliases count as the name.
    """

    one_of: tuple[str, ...] = ()
    tone: str = ""
    conductive: tuple[Conductive, ...] = ()

    parameters = ("material",)
    subject = "the material"

    @property
    def wanted(self) -> str:
        """What is asked of the material, in words."""
        asked = []
        if self.one_of:
            asked.append(f"{'one of ' if len(self.one_of) > 1 else ''}{', '.join(self.one_of)}")
        if self.tone:
            asked.append(f"a {self.tone} one")
        if self.conductive:
            words = {Conductive.YES: "conductive", Conductive.NO: "non-conductive"}
            asked.append(" or ".join(words.get(each, "unknown") for each in self.conductive))
        return " and ".join(asked) or "in the materials table"


class Compare(StrEnum):
    """How a step's figure must stand to the earlier step's."""

    BELOW = "below"
    ABOVE = "above"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    DIFFERENT = "different"
    """For a figure that is a word."""

    @property
    def words(self) -> str:
        """As in a sentence."""
        if self is Compare.DIFFERENT:
            return "different from"
        return self.value.replace("_", " ")


class Same(StrEnum):
    """What two steps must be on alike for one to count for the other; all are on one wafer."""

    WAFER = ""
    LEVEL = "level"
    LAYER = "layer"
    """One material at one level."""
    MATERIAL = "material"
    """One material, at whatever level."""

    def joins(self, one: Act, other: Act) -> bool:
        """Tell whether two steps are on the same one."""
        if self is Same.WAFER:
            return True
        if self is not Same.MATERIAL and one.level != other.level:
            return False
        return self is Same.LEVEL or (one.material != "" and one.material == other.material)

    def among(self, acts: tuple[Act, ...], one: Act) -> tuple[Act, ...]:
        """Leave the steps that are on the same one as a step."""
        if self is Same.WAFER:
            return acts
        level, material = one.level, one.material
        if self is Same.LEVEL:
            return tuple([act for act in acts if act.level == level])
        same = [act for act in acts if act.material == material] if material else []
        if self is Same.MATERIAL:
            return tuple(same)
        return tuple([act for act in same if act.level == level])

    @property
    def words(self) -> str:
        """As the end of a sentence."""
        return f", of the same {self}" if self else ""


class Relation(Struct, frozen=True):
    """Demands how a figure of the step's material, or a parameter, stands to an earlier step's.

    The earlier step is the last one that `to` selects, on what is the `same`, or the `first` one,
    of which itself nothing is demanded. One of `of_material` and `of_parameter` is "". Where the
    relation is `successive`, it is the last one that the rule itself binds: the bound steps are a
    chain, which a step that `until` selects ends, and of the first of a chain nothing is demanded.
    """

    to: Selector
    of_material: str
    compare: Compare
    same: Same = Same.WAFER
    of_parameter: str = ""
    successive: bool = False
    until: Selector | None = None
    first: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """What is looked at."""
        return (self.of_parameter or "material",)

    @property
    def of(self) -> str:
        """What is compared, as the rule names it."""
        return self.of_parameter or self.of_material

    @property
    def subject(self) -> str:
        """What is compared, in words."""
        words = self.of.replace("_", " ")
        return words if self.of_parameter else f"{words} of the material"

    @property
    def wanted(self) -> str:
        """How it must stand, in words."""
        which = "first" if self.first else "earlier"
        of = "one before" if self.successive else f"{which} {_named(self.to)}"
        until = f", until the next {_named(self.until)}" if self.until else ""
        return f"{self.compare.words} that of the {of}{self.same.words}{until}"


class Order(Struct, frozen=True):
    """Demands another step before the bound one (`earlier`) or after it (`later`).

    With `since`, the earlier step must lie, `times` at least, after the last step that `since`
    selects, and where no such step was, nothing is demanded. With `after`, the later step must
    come after one that `after` selects, which is after the bound one itself; with `before`, before
    the next one that `before` selects. A later step that never comes is a violation.
    A step that `unless` selects takes the demand away, after that of `since` or before the later
    one comes.
    Only steps on what is the `same` count.
    """

    earlier: Selector | None = None
    since: Selector | None = None
    later: Selector | None = None
    after: Selector | None = None
    before: Selector | None = None
    same: Same = Same.WAFER
    times: int = 1
    unless: Selector | None = None

    parameters: tuple[str, ...] = ()
    subject = "the order"

    @property
    def asked(self) -> Selector:
        """The step that is demanded, earlier or later."""
        selector = self.earlier or self.later
        assert selector is not None
        return selector

    @property
    def wanted(self) -> str:
        """The order, in words."""
        if self.earlier is not None:
            since = f", after the last {_named(self.since)}" if self.since else ""
            number = "an" if self.times == 1 else f"{self.times} times an"
            unless = f" or {_one(self.unless)}" if self.unless else ""
            return f"{number} earlier {_named(self.earlier)}{unless}{since}{self.same.words}"
        after = f" (after {_one(self.after)})" if self.after else ""
        before = f", before the next {_named(self.before)}" if self.before else ""
        unless = f" or {_one(self.unless)}" if self.unless else ""
        return f"a later {_named(self.later)}{after}{unless}{before}{self.same.words}"


class Forbidden(Struct, frozen=True):
    """Demands that no step be as the rule's selector says."""

    parameters: tuple[str, ...] = ()
    subject = "such a step"
    wanted = "never done"


class Admitted(Struct, frozen=True):
    """Demands that the module takes wafers of such a contamination class, by the fab file."""

    parameters: tuple[str, ...] = ()
    subject = "the wafer"
    wanted = "of a class that the module takes"


class Seasoned(Struct, frozen=True):
    """Demands that a chamber does not lay down one material right after another.

    What one wafer tells of it: the last deposition on it in that chamber was of the same material.
    """

    parameters = ("material",)
    subject = "the chamber"
    wanted = "one whose last material was the same, or that was seasoned with a dummy"


class CarryOver(Struct, frozen=True):
    """Demands that a chamber, bath, platen or tube ran nothing dirtier since it was cleaned.

    Only contamination of these `classes` counts.
    """

    classes: tuple[str, ...]

    parameters: tuple[str, ...] = ()
    subject = "the chamber"

    @property
    def wanted(self) -> str:
        """What it must be, in words."""
        return f"one that ran nothing dirtier ({', '.join(self.classes)}) since it was cleaned"


class Suited(Struct, frozen=True):
    """Demands a reticle that prints, in the resist on the wafer, what its mask is for."""

    parameters = ("reticle",)
    subject = "the reticle"
    wanted = "of the polarity that the resist's tone asks for"


Demand: TypeAlias = (
    Limit
    | Foreseen
    | OfMaterial
    | Relation
    | Order
    | Queue
    | HeatBudget
    | Forbidden
    | Admitted
    | Seasoned
    | CarryOver
    | Suited
)


def _one(selector: Selector) -> str:
    """Name a step with its article."""
    named = _named(selector)
    return f"{'an' if named[0] in 'aeiou' else 'a'} {named}"


def _named(selector: Selector | None) -> str:
    if selector is None:
        return "step"
    sort = f" of {' or '.join(selector.material_class)}" if selector.material_class else ""
    return " or ".join(each.replace("_", " ") for each in selector.operations) + sort
