"""One step of a sequence file, checked against the vocabulary."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from fabctl.process.claim import element_names
from fabctl.process.errors import Mark, did_you_mean
from fabctl.process.layout import Layout
from fabctl.process.material import materials
from fabctl.process.places import Places
from fabctl.process.reading import Reading
from fabctl.process.recipe import Recipe, Value
from fabctl.process.sequence import Parameter, Place, Step, Tolerance, Window
from fabctl.process.vocabulary import KINDS, OPERATIONS, Operation, ParameterRule
from fabctl.process.yaml_tree import Node, Scalar
from fabctl.quantities import Dimension, Quantity

_NONE: Mapping[str, str] = MappingProxyType({})
_NOWHERE = Places({})

STEP_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
"""Tools store a step's program under its ID and a little more, and bear 80 characters at least."""


class Stated(Struct, frozen=True):
    """A sequence parameter as it stands in the file; `mark` is the place of its name."""

    value: Node
    mark: Mark
    window: Node | None = None
    tolerance: Node | None = None


class Surroundings(Struct, frozen=True):
    """What a step may refer to; `used` collects the sequence parameters that a step did use."""

    parameters: Mapping[str, Stated]
    layout: Layout
    overrides: Mapping[str, Mapping[str, str]]
    used: dict[str, Parameter]


class StepLoader:
    """Reads one step; every problem goes to `reading`."""

    def __init__(self, reading: Reading, around: Surroundings) -> None:
        self.reading = reading
        self.around = around

    def load(self, node: Node) -> Step | None:
        """Read a step; None where it is too broken to be one."""
        fields = self.reading.fields(
            node, "a step", ("id", "kind", "operation", "recipe"), ("tool", "forms", "does")
        )
        if "id" not in fields:
            return None
        step_id = self._id(fields["id"])
        if step_id is None or not {"kind", "operation", "recipe"} <= fields.keys():
            return None
        kind = self.reading.word(fields["kind"], "kind", KINDS)
        name = self.reading.word(fields["operation"], "operation", OPERATIONS)
        tool = self._name(fields, "tool") if "tool" in fields else ""
        forms = self._name(fields, "forms") if "forms" in fields else ""
        hints = self._hints(fields["does"]) if "does" in fields else _NOWHERE
        if kind is None or name is None:
            return None
        operation = OPERATIONS[name]
        if kind not in operation.kinds:
            self.reading.note(
                "IN207", f"no {kind} does {name}", fields["kind"].mark, " or ".join(operation.kinds)
            )
        recipe = _RecipeLoader(self.reading, self.around, step_id, operation)
        recipe.load(fields["recipe"])
        return Step(
            id=step_id,
            kind=kind,
            operation=name,
            recipe=Recipe(name, recipe.values),
            places=recipe.places,
            windows=recipe.windows,
            tool=tool,
            forms=forms,
            does=tuple(hints),
            mark=fields["id"].mark,
            tolerances=recipe.tolerances,
            hints=hints,
            left=recipe.left,
        )

    def _id(self, node: Node) -> str | None:
        if isinstance(node, Scalar) and STEP_ID.fullmatch(node.text):
            return node.text
        self.reading.note("IN204", "a step's id is up to 60 letters, digits, - and _", node.mark)
        return None

    def _name(self, fields: Mapping[str, Node], key: str) -> str:
        return self.reading.name(fields[key], key) or ""

    def _hints(self, node: Node) -> Places:
        names = dict.fromkeys(self.reading.names(node, "does"), node)
        for item in self.reading.items(node, "does") if names else ():
            name = item.text if isinstance(item, Scalar) else ""
            if name in names:
                names[name] = item
            if name in names and name not in element_names():
                hint = did_you_mean(name, sorted(element_names()))
                message = f"there is no claim element {name}"
                self.reading.note("IN205", message, item.mark, hint)
        return Places(names)


class _RecipeLoader:
    """Reads the recipe of one step, with what the command line sets in it."""

    def __init__(
        self, reading: Reading, around: Surroundings, step_id: str, operation: Operation
    ) -> None:
        self.reading = reading
        self.around = around
        self.step_id = step_id
        self.operation = operation
        self.overrides = around.overrides.get(step_id, _NONE)
        self.values: dict[str, Value] = {}
        self.places: Mapping[str, Place] = _NOWHERE
        self.windows: dict[str, Window] = {}
        self.tolerances: dict[str, Tolerance] = {}
        self.left: dict[str, Window] = {}

    def load(self, node: Node) -> None:
        rules, overrides = self.operation.parameters, self.overrides
        before = len(self.reading.problems)
        required, optional = self.operation.required, self.operation.optional
        if overrides:
            optional = (*optional, *(name for name in required if name in overrides))
            required = tuple(name for name in required if name not in overrides)
        what = f"the recipe of {self.operation.name}"
        fields = self.reading.fields(node, what, required, optional)
        for name, value in fields.items():
            read = self._read(name, rules[name], value)
            if read is not None:
                self.values[name] = read
            if name in overrides:
                self._override(name, value)
        for name in overrides:
            if name not in rules:
                message = f"{self.step_id} has no parameter {name} that could be set"
                self.reading.note("IN205", message, node.mark, did_you_mean(name, rules))
            elif name not in fields:
                fields = {**fields, name: node}
                self._override(name, node)
        self.places = Places(fields, overrides)
        for name, tolerance in self.tolerances.items():
            self._check_straying(name, tolerance)
        if self.operation.one_of and len(self.reading.problems) == before:
            self._check_groups(node)

    def _read(self, name: str, rule: ParameterRule, node: Node) -> Value | None:
        if isinstance(node, Scalar) and node.text[:1] == "$":
            return self._parameter(name, rule, node)
        return self._value(name, rule, node)

    def _override(self, name: str, node: Node) -> None:
        rule, text = self.operation.parameters[name], self.overrides[name]
        window = self.windows.pop(name, None)
        what = f"{self.step_id}.{name} as set on the command line"
        value: Value | None
        if rule.dimension is not None:
            value = self.reading.parsed(text, what, rule.dimension, node)
            self._check_quantity(what, rule, value, node)
            if window is not None and value is not None and not window.low <= value <= window.high:
                self.left[name] = window
        else:
            value = self._word(what, rule, text, node)
        if value is not None:
            self.values[name] = value

    def _value(self, what: str, rule: ParameterRule, node: Node) -> Value | None:
        if rule.dimension is not None:
            quantity = self.reading.quantity(node, what, rule.dimension)
            self._check_quantity(what, rule, quantity, node)
            return quantity
        word = self.reading.name(node, what)
        return None if word is None else self._word(what, rule, word, node)

    def _word(self, what: str, rule: ParameterRule, word: str, node: Node) -> str | None:
        if rule.names == "material":
            return materials().canonical(word)  # a tool knows a material by one name only
        known = rule.words or (tuple(self.around.layout.masks) if rule.names == "reticle" else ())
        if word in known or (not known and rule.names != "reticle"):
            return word
        where = f" in the layout {self.around.layout.name}" if rule.names == "reticle" else ""
        hint = did_you_mean(word, known) or f"one of {', '.join(known)}"
        code = "IN205" if where else "IN206"
        self.reading.note(code, f"{what} can't be {word}{where}", node.mark, hint if known else "")
        return None

    def _check_quantity(
        self, what: str, rule: ParameterRule, quantity: Quantity | None, node: Node
    ) -> None:
        """Check that there can be such a value at all."""
        if quantity is None:
            return
        if rule.whole and (quantity.value.denominator != 1 or quantity.value < 0):
            self.reading.note("TY103", f"{what} must be a whole number", node.mark)
        elif rule.lowest is not None and quantity.value < rule.lowest:
            message = f"{what} is {quantity}, but can't be below {rule.lowest}"
            self.reading.note("TY104", message, node.mark)

    def _check_straying(self, name: str, tolerance: Tolerance) -> None:
        """Check that no value that is allowed may stray to one that there can't be."""
        lowest, value = self.operation.parameters[name].lowest, self.values.get(name)
        if lowest is None or not isinstance(value, Quantity):
            return
        least = self.windows[name].low if name in self.windows else value
        ratio = tolerance.by.dimension is Dimension.RATIO
        by = tolerance.by.value * least.value if ratio else tolerance.by.value
        if least.value >= lowest > least.value - by:
            message = f"{name} may be {least} and stray by {tolerance.by}, to what can't be"
            self.reading.note("TY104", message, tolerance.mark)

    def _parameter(self, what: str, rule: ParameterRule, node: Scalar) -> Value | None:
        """Look a ``$name`` up; its value and window are read as what this recipe needs."""
        name = node.text[1:]
        if name not in self.around.parameters:
            hint = did_you_mean(name, self.around.parameters)
            self.reading.note("IN205", f"there is no parameter {name}", node.mark, hint)
            return None
        stated = self.around.parameters[name]
        value = self._value(f"{what} (${name})", rule, stated.value)
        window = tolerance = None
        if stated.window is not None:
            window = self._window(f"the window of {name}", rule, stated.window)
            if window is not None and isinstance(value, Quantity):
                self.windows[what] = window
                if not window.low <= value <= window.high:
                    message = f"{value} is outside its own window, {window.low} to {window.high}"
                    self.reading.note("WN102", message, stated.value.mark)
        if stated.tolerance is not None:
            tolerance = self._tolerance(f"the tolerance of {name}", rule, stated.tolerance)
            if tolerance is not None:
                self.tolerances[what] = tolerance
        if value is not None:
            self.around.used[name] = Parameter(name, value, window, stated.mark, tolerance)
        return value

    def _tolerance(self, what: str, rule: ParameterRule, node: Node) -> Tolerance | None:
        if rule.dimension is None or rule.whole:
            sort = "count" if rule.whole else "word"
            self.reading.note("IN207", f"{what}: a {sort} has no tolerance", node.mark)
            return None
        by = self.reading.quantity(node, what, None)
        if by is None:
            return None
        problem = unfit(by, rule.dimension)
        if problem:
            self.reading.note("UN101", f"{what}: {problem}", node.mark)
            return None
        if by.value <= 0:
            self.reading.note("WN101", f"{what} must be above 0", node.mark)
        return Tolerance(by, node.mark)

    def _window(self, what: str, rule: ParameterRule, node: Node) -> Window | None:
        ends = self.reading.items(node, what)
        if rule.dimension is None:
            self.reading.note("IN207", f"{what}: a word has no window", node.mark)
            return None
        if len(ends) != 2:
            self.reading.note("IN203", f"{what} must be [lowest, highest]", node.mark)
            return None
        low = self.reading.quantity(ends[0], what, rule.dimension)
        high = self.reading.quantity(ends[1], what, rule.dimension)
        if low is None or high is None:
            return None
        self._check_quantity(what, rule, low, ends[0])
        if low >= high:
            self.reading.note("WN101", f"{what} holds no choice: {low} to {high}", node.mark)
            return None
        return Window(low, high, node.mark)

    def _check_groups(self, node: Node) -> None:
        for group in self.operation.one_of:
            stated = [name for name in group if name in self.values]
            if len(stated) != 1:
                said = f"not {' and '.join(stated)}" if stated else "none is there"
                message = f"{self.operation.name} takes one of {', '.join(group)}; {said}"
                self.reading.note("IN207", message, node.mark)


def unfit(by: Quantity, of: Dimension) -> str:
    """Say why a quantity can't be by how much one of a dimension strays; "" where it can."""
    if of is Dimension.TEMPERATURE:
        of = Dimension.TEMPERATURE_DIFFERENCE
        if by.dimension is Dimension.RATIO:
            return "a temperature strays by a difference, not by a ratio"
    return "" if by.dimension in (of, Dimension.RATIO) else f"{by} is no {of} and no ratio"
