"""Reads the part of a rule that says what it demands."""

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.demand import (
    Admitted,
    CarryOver,
    Compare,
    Demand,
    Forbidden,
    Foreseen,
    Limit,
    OfMaterial,
    Order,
    Relation,
    Same,
    Seasoned,
    Suited,
)
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.judge_material import FIGURES, WORDS
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.selector_file import SelectorReader, common
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.process.material import CONTAMINATION, Conductive
from fabctl.process.reading import Reading
from fabctl.process.step_loader import unfit
from fabctl.process.vocabulary import OPERATIONS, heats
from fabctl.process.yaml_tree import Node, Scalar
from fabctl.quantities import Dimension, Quantity

DEMANDS: Mapping[str, str] = MappingProxyType(
    {
        "limit": "LM",
        "material": "MS",
        "relation": "RL",
        "order": "OR",
        "forbidden": "ST",
        "contamination": "ST",
        "seasoned": "ST",
        "carry_over": "ST",
        "polarity": "ST",
        "trajectory": "TR",
        "queue": "QT",
        "heat": "HB",
    }
)
"""The keys of which a rule has exactly one, and the letters that its code begins with."""

ENDS = ("at_least", "above", "at_most", "below")

_FLAGS = ("successive", "first")
_COMPARES = tuple([each.value for each in Compare])


class Read(Struct, frozen=True):
    """A demand, and the letters that the code of a rule with it begins with."""

    prefix: str
    demand: Demand


class DemandReader:
    """Reads demands; `nothing` stands for one that could not be read."""

    nothing: Demand = Forbidden()

    def __init__(self, reading: Reading, selectors: SelectorReader) -> None:
        self.reading = reading
        self.selectors = selectors

    def read(self, rule: Node, fields: Mapping[str, Node], binds: Selector) -> Read | None:
        """Read a rule's one demand."""
        stated = [key for key in DEMANDS if key in fields]
        if len(stated) != 1:
            said = " and ".join(stated) or "none"
            message = f"a rule has one of {', '.join(DEMANDS)}; this has {said}"
            self.reading.note("IN207", message, rule.mark)
            return None
        demand = self._demand(stated[0], fields[stated[0]], binds)
        return None if demand is None else Read(DEMANDS[stated[0]], demand)

    def _demand(self, key: str, node: Node, binds: Selector) -> Demand | None:
        match key:
            case "limit":
                return self._limit(node, binds)
            case "trajectory":
                return self._trajectory(node, binds)
            case "material":
                return self._material(node, binds)
            case "relation":
                return self._relation(node, binds)
            case "order":
                return self._order(node, binds)
            case "queue":
                return self._queue(node)
            case "heat":
                return self._heat(node, binds)
            case "contamination":
                self.reading.word(node, "contamination", ("accepted",))
                return Admitted()
            case "seasoned":
                self.reading.word(node, "seasoned", ("true",))
                return Seasoned()
            case "carry_over":
                return self._carry_over(node)
            case "polarity":
                self.reading.word(node, "polarity", ("suited",))
                return Suited()
        return self._forbidden(node, binds)

    def limits(
        self, node: Node, fields: Mapping[str, Node], dimension: Dimension | None
    ) -> Limits | None:
        """Read the ends of a limit out of a mapping's fields."""
        lower = self._end(fields, ("at_least", "above"), dimension)
        upper = self._end(fields, ("at_most", "below"), dimension)
        if not any(end in fields for end in ENDS):
            self.reading.note("IN202", "a limit has a lower or an upper end", node.mark)
        if lower is None and upper is None:
            return None
        if lower and upper and lower.quantity.dimension is not upper.quantity.dimension:
            self.reading.note("UN101", "the two ends of a limit measure two things", node.mark)
            return None
        limits = Limits(lower, upper)
        if limits.empty:
            self.reading.note("IN207", f"no value is {limits}", node.mark)
        return limits

    def _trajectory(self, node: Node, binds: Selector) -> Demand | None:
        subjects = ("parameters", "wafer")
        fields = self.reading.fields(node, "trajectory", (), (*subjects, "peak", "margin", *ENDS))
        if "peak" in fields:
            return self._foreseen(node, fields, binds)
        limit = self._limit_of(node, fields, binds, subjects)
        if "margin" not in fields:
            message = "a trajectory has a margin, or asks for the peak that a model predicts"
            self.reading.note("IN202", message, node.mark)
            return None
        margin = self.reading.quantity(fields["margin"], "margin", None)
        if limit is None or margin is None:
            return None
        problem = unfit(margin, limit.limits.dimension)
        if problem or margin.value <= 0:
            message = f"the margin: {problem or 'it must be above 0'}"
            self.reading.note("UN101", message, fields["margin"].mark)
        elif not limit.limits.leave_room(margin):
            message = f"no value is {limit.limits} though it strays by {margin}"
            self.reading.note("WN101", message, fields["margin"].mark)
        return replace(limit, margin=margin)

    def _foreseen(self, node: Node, fields: Mapping[str, Node], binds: Selector) -> Foreseen | None:
        for other in ("parameters", "wafer", "margin"):
            if other in fields:
                message = "a predicted peak has its model's own error, and no other subject"
                self.reading.note("IN207", message, fields[other].mark)
        signal = fields["peak"]
        rule = self.selectors.parameter(signal, binds.operations)
        if rule is None or not isinstance(signal, Scalar):
            return None
        if rule.dimension is None:
            message = f"{signal.text} is a word, and words have no limits"
            self.reading.note("IN207", message, signal.mark)
            return None
        limits = self.limits(node, fields, rule.dimension)
        return Foreseen(signal.text, limits) if limits else None

    def _limit(self, node: Node, binds: Selector) -> Limit | None:
        subjects = ("parameters", "wafer", "material")
        fields = self.reading.fields(node, "limit", (), (*subjects, "where_stated", *ENDS))
        limit = self._limit_of(node, fields, binds, subjects)
        if "where_stated" in fields:
            self.reading.word(fields["where_stated"], "where_stated", ("true",))
            if limit is not None and not limit.parameters:
                message = "where_stated goes with parameters"
                self.reading.note("IN207", message, fields["where_stated"].mark)
        return limit and replace(limit, where_stated="where_stated" in fields)

    def _limit_of(
        self, node: Node, fields: Mapping[str, Node], binds: Selector, subjects: tuple[str, ...]
    ) -> Limit | None:
        reading = self.reading
        if len([each for each in subjects if each in fields]) != 1:
            message = f"it is on one of {', '.join(subjects)}"
            reading.note("IN207", message, node.mark)
            return None
        dimension: Dimension | None = None
        names: list[str] = []
        wafer = self.selectors.word(fields, "wafer", WAFER_QUANTITIES)
        material = self.selectors.word(fields, "material", FIGURES)
        if wafer:
            dimension = WAFER_QUANTITIES[wafer].dimension
        elif material:
            dimension = Dimension.NUMBER
            self._needs_material(fields["material"], binds)
        for item in (
            reading.some(fields["parameters"], "parameters") if "parameters" in fields else ()
        ):
            rule = self.selectors.parameter_of_any(item, binds.operations)
            if rule is None or not isinstance(item, Scalar):
                continue
            names.append(item.text)
            if rule.dimension is None:
                reading.note("IN207", f"{item.text} is a word, and words have no limits", item.mark)
            dimension = dimension or rule.dimension
            if rule.dimension not in (None, dimension):
                message = f"{item.text} is a {rule.dimension}, {names[0]} is a {dimension}"
                reading.note("UN101", f"one limit has one dimension: {message}", item.mark)
        for operation in binds.operations if names else ():
            if OPERATIONS[operation].parameters.keys().isdisjoint(names):
                message = f"{operation} has no {' or '.join(names)}"
                reading.note("IN206", message, fields["parameters"].mark)
        limits = self.limits(node, fields, dimension)
        if limits is None or not (wafer or material or names):
            return None
        return Limit(tuple(names), limits, of_wafer=wafer, of_material=material)

    def _end(
        self, fields: Mapping[str, Node], names: tuple[str, str], dimension: Dimension | None
    ) -> Bound | None:
        stated = [name for name in names if name in fields]
        if len(stated) > 1:
            message = f"{' and '.join(stated)} are the same end"
            self.reading.note("IN207", message, fields[stated[1]].mark)
        if not stated:
            return None
        quantity = self.reading.quantity(fields[stated[0]], stated[0], dimension)
        return None if quantity is None else Bound(quantity, strict=stated[0] in ("above", "below"))

    def _material(self, node: Node, binds: Selector) -> OfMaterial | None:
        reading = self.reading
        fields = reading.fields(node, "material", (), ("one_of", "tone", "conductive", "known"))
        self._needs_material(node, binds)
        if not fields:
            reading.note("IN202", "nothing is asked of the material", node.mark)
            return None
        one_of = self.selectors.materials(fields["one_of"]) if "one_of" in fields else ()
        if "known" in fields:
            reading.word(fields["known"], "known", ("true",))
        conductive: tuple[Conductive, ...] = ()
        if "conductive" in fields:
            conductive = tuple(
                Conductive(word)
                for item in reading.some(fields["conductive"], "conductive")
                if (word := reading.word(item, "conductive", ("yes", "no"))) is not None
            )
        tone = self.selectors.word(fields, "tone", ("positive", "negative"))
        return OfMaterial(one_of, tone, conductive)

    def _relation(self, node: Node, binds: Selector) -> Relation | None:
        optional = ("to", "successive", "until", "first", "material", "parameter", "same")
        fields = self.reading.fields(node, "relation", ("is",), optional)
        if ("material" in fields) == ("parameter" in fields):
            message = "a relation is of the material or of a parameter"
            self.reading.note("IN207", message, node.mark)
        to, until = self._related(node, fields, binds)
        how = self.selectors.word(fields, "is", _COMPARES)
        if to is None or not how:
            return None
        read = partial(Relation, to, same=self._same(fields, (binds, to)), until=until)
        read = partial(read, compare=Compare(how), **{name: name in fields for name in _FLAGS})
        if "parameter" in fields:
            parameter = self._compared(fields["parameter"], (binds, to))
            if how == Compare.DIFFERENT:
                message = "a parameter is below, above, at most or at least another"
                self.reading.note("IN207", message, fields["is"].mark)
            return read("", of_parameter=parameter) if parameter else None
        self._needs_material(node, binds)
        self._needs_material(fields.get("to", node), to)
        figure = self.selectors.word(fields, "material", (*FIGURES, *WORDS))
        if figure and (figure in WORDS) != (how == Compare.DIFFERENT):
            message = f"{', '.join(WORDS)} can be different, and nothing else can"
            self.reading.note("IN207", message, fields["is"].mark)
        return read(figure) if figure else None

    def _related(
        self, node: Node, fields: Mapping[str, Node], binds: Selector
    ) -> tuple[Selector | None, Selector | None]:
        """Read with which earlier step a relation is, and what ends a chain of them."""
        if ("to" in fields) == ("successive" in fields):
            message = "a relation is to another step, or of successive steps that the rule binds"
            self.reading.note("IN207", message, node.mark)
        for word, other in (("until", "successive"), ("first", "to")):
            if word in fields and other not in fields:
                self.reading.note("IN207", f"{word} goes with {other}", fields[word].mark)
        for word in filter(fields.__contains__, _FLAGS):
            self.reading.word(fields[word], word, ("true",))
        until = self.selectors.read(fields["until"], "until") if "until" in fields else None
        to = self.selectors.read(fields["to"], "to") if "to" in fields else None
        return binds if "successive" in fields else to, until

    def _compared(self, node: Node, of: Iterable[Selector]) -> str:
        """Read the parameter that a relation compares: a quantity that both steps have."""
        rules = [self.selectors.parameter(node, each.operations) for each in of]
        if None in rules or not isinstance(node, Scalar):
            return ""
        if any(rule is not None and rule.dimension is None for rule in rules):
            message = f"{node.text} is a word, and words are not above or below"
            self.reading.note("IN207", message, node.mark)
        return node.text

    def _order(self, node: Node, binds: Selector) -> Order | None:
        words = ("earlier", "since", "later", "after", "before", "unless")
        fields = self.reading.fields(node, "order", (), (*words, "same", "times"))
        read = {name: self.selectors.read(fields[name], name) for name in words if name in fields}
        if ("earlier" in fields) == ("later" in fields):
            self.reading.note("IN207", "an order asks for an earlier or a later step", node.mark)
        goes_with = ("since", "earlier"), ("after", "later"), ("before", "later")
        for limit, *needs in (*goes_with, ("unless", "since", "later")):
            if limit in fields and fields.keys().isdisjoint(needs):
                said = f"{limit} goes with {' or '.join(needs)}"
                self.reading.note("IN207", said, fields[limit].mark)
        same = self._same(fields, (binds, *(each for each in read.values() if each is not None)))
        return Order(
            read.get("earlier"),
            read.get("since"),
            read.get("later"),
            read.get("after"),
            read.get("before"),
            same=same,
            times=self._times(fields),
            unless=read.get("unless"),
        )

    def _same(self, fields: Mapping[str, Node], of: Iterable[Selector]) -> Same:
        """Read on what two steps must be alike; a layer is of a material."""
        same = Same(self.selectors.word(fields, "same", (Same.LEVEL, Same.LAYER, Same.MATERIAL)))
        if same in (Same.LAYER, Same.MATERIAL):
            for each in of:
                self._needs_material(fields["same"], each)
        return same

    def _queue(self, node: Node) -> Queue | None:
        names = ("after", "within")
        fields = self.reading.fields(node, "queue", names, ("unless", "film_below", "cured_by"))
        if any(name not in fields for name in names):
            return None
        after = self.selectors.read(fields["after"], "after")
        unless = self.selectors.read(fields["unless"], "unless") if "unless" in fields else None
        within = self._positive(fields, "within", Dimension.TIME)
        thin = self._positive(fields, "film_below", Dimension.LENGTH)
        cures = self.reading.some(fields["cured_by"], "cured_by") if "cured_by" in fields else ()
        read = [self.selectors.read(each, "cured_by") for each in cures]
        cured_by = tuple(each for each in read if each is not None)
        return Queue(after, within, unless, thin, cured_by) if after and within else None

    def _heat(self, node: Node, binds: Selector) -> HeatBudget | None:
        fields = self.reading.fields(node, "heat", ("above", "within"))
        if any(name not in fields for name in ("above", "within")):
            return None
        if not all(heats(OPERATIONS[each]) for each in binds.operations):
            message = f"not all of {', '.join(binds.operations)} have a temperature"
            self.reading.note("IN207", message, node.mark)
        above = self.reading.quantity(fields["above"], "above", Dimension.TEMPERATURE)
        within = self._positive(fields, "within", Dimension.TIME)
        return HeatBudget(above, within) if above and within else None

    def _positive(
        self, fields: Mapping[str, Node], name: str, dimension: Dimension
    ) -> Quantity | None:
        if name not in fields:
            return None
        quantity = self.reading.quantity(fields[name], name, dimension)
        if quantity is not None and quantity.value <= 0:
            self.reading.note("IN207", f"{name} must be above 0", fields[name].mark)
        return quantity

    def _times(self, fields: Mapping[str, Node]) -> int:
        if "times" not in fields:
            return 1
        times = self.reading.whole(fields["times"], "times") or 0
        if times < 2 or "earlier" not in fields:
            message = "times is 2 or more, and goes with earlier"
            self.reading.note("IN207", message, fields["times"].mark)
        return times

    def _forbidden(self, node: Node, binds: Selector) -> Forbidden:
        self.reading.word(node, "forbidden", ("true",))
        of_wafer = binds.wafer_has or binds.wafer_lacks or binds.film_of
        if not (of_wafer or binds.words or binds.material_class):
            message = "this would forbid an operation for good; say on which wafer or material"
            self.reading.note("IN207", message, node.mark)
        return Forbidden()

    def _carry_over(self, node: Node) -> CarryOver | None:
        """Read which classes of contamination count; whatever is clean dirties nothing."""
        items = self.reading.some(node, "carry_over")
        words = [self.reading.word(each, "carry_over", CONTAMINATION[1:]) for each in items]
        return CarryOver(tuple(word for word in words if word is not None)) if words else None

    def _needs_material(self, node: Node, binds: Selector) -> None:
        if "material" not in common(binds.operations):
            message = f"not all of {', '.join(binds.operations)} have a material"
            self.reading.note("IN207", message, node.mark)
