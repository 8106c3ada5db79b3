"""Reads the templates of a dictionary file, and refuses those that could not be read back.

A template must say everything that the operation needs, and whatever it takes from a recipe must
stand in the program (or be the only word that `when` allows): else what the tool really stores
could not be turned into a recipe again.
"""

from collections.abc import Iterator

from fabctl.process.vocabulary import OPERATIONS, Operation, ParameterRule
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar
from fabctl.quantities import Quantity, find_unit
from fabctl.tools.body import PLACEHOLDER
from fabctl.tools.dictionary import Dictionary, Parameter, Template, TemplateBlock
from fabctl.tools.fields import Fields
from fabctl.tools.wire_value import literal_to_wire

_KEYS = ("operation", "when", "defaults", "blocks", "body", "start")


def read_template(node: Node, dictionary: Dictionary) -> Template:
    """Read one template. Raises `InputError` at the place of what is wrong."""
    return _Reader(Fields(node, "a template", _KEYS), dictionary).template()


class _Reader:
    def __init__(self, fields: Fields, dictionary: Dictionary) -> None:
        self._fields = fields
        self._dictionary = dictionary
        self._carried: set[str] = set()
        self._blocks: list[TemplateBlock] = []

    def template(self) -> Template:
        fields = self._fields
        operation = OPERATIONS[fields.word("operation", OPERATIONS)]
        if self._dictionary.kind not in operation.kinds:
            kinds = ", ".join(operation.kinds)
            fields.fail(
                "IN207",
                fields.mark_of("operation"),
                f"{operation.name!r} is not done by this kind",
                kinds,
            )
        when = {name.text: self._words(operation, name, words) for name, words in self._when()}
        blocks = tuple(self._block(operation, block) for block in fields.items("blocks"))
        body = fields.text("body", "")
        self._check_body(operation, body)
        start = self._start(operation)
        defaults = fields.text_map("defaults")
        if self._dictionary.formatted and not blocks:
            fields.fail("IN202", fields.mark, "a template of a formatted tool needs 'blocks'")
        if not self._dictionary.formatted and not body:
            fields.fail("IN202", fields.mark, "a template of an unformatted tool needs 'body'")
        self._check_complete(operation, when, defaults)
        return Template(operation.name, when, blocks, body, start, defaults)

    def _when(self) -> Iterator[tuple[Scalar, Node]]:
        yield from self._fields.pairs("when")

    def _words(self, operation: Operation, name: Scalar, node: Node) -> tuple[str, ...]:
        rule = self._rule(operation, name.text, name)
        if rule.dimension is not None:
            self._fields.fail(
                "IN207", name.mark, f"{name.text!r} is a quantity: 'when' takes words only"
            )
        nodes = node.items if isinstance(node, List) else (node,)
        words = tuple(self._fields.scalar(each, f"a word of {name.text!r}") for each in nodes)
        for word, place in zip(words, nodes, strict=True):
            if rule.words and word not in rule.words:
                self._fields.fail("IN206", place.mark, f"{name.text!r} can't be {word!r}")
        return words

    def _rule(self, operation: Operation, parameter: str, node: Node) -> ParameterRule:
        if parameter not in operation.parameters:
            known = ", ".join(operation.parameters)
            self._fields.fail(
                "IN201",
                node.mark,
                f"{operation.name} has no parameter {parameter!r}",
                f"it has: {known}",
            )
        return operation.parameters[parameter]

    def _block(self, operation: Operation, node: Node) -> TemplateBlock:
        if not isinstance(node, Mapping) or len(node.items) != 1:
            self._fields.fail(
                "IN203", node.mark, "a block is written as NAME: {Parameter: value, ...}"
            )
        ((name, values),) = node.items
        code = next((c for c in self._dictionary.ccodes if c.name == name.text), None)
        if code is None:
            known = ", ".join(each.name for each in self._dictionary.ccodes)
            self._fields.fail("IN205", name.mark, f"no recipe block is called {name.text!r}", known)
        keys = tuple(parameter.name for parameter in code.parameters)
        entries = Fields(values, f"block {name.text}", keys)
        texts = {key: self._fields.scalar(entries.node(key), f"{key!r}") for key in keys}
        self._blocks.append(TemplateBlock(code.ccode, texts))
        *_, parameters = self._dictionary.parameters_of(
            (block.ccode, list(block.values.values())) for block in self._blocks
        )
        for parameter in parameters:
            self._value(operation, parameter, entries.node(parameter.name))
        return self._blocks[-1]

    def _value(self, operation: Operation, parameter: Parameter, node: Node) -> str:
        text = self._fields.scalar(node, f"{parameter.name!r}")
        if not text.startswith("$"):
            try:
                literal_to_wire(parameter, text)
            except ValueError as error:
                self._fields.fail("TY101", node.mark, f"{parameter.name}: {error}")
            return text
        name = text[1:]
        self._check_carries(self._rule(operation, name, node), parameter, node)
        self._carried.add(name)
        return text

    def _check_carries(self, rule: ParameterRule, parameter: Parameter, node: Node) -> None:
        """A word needs a text parameter; a quantity one whose unit measures the same thing."""
        if rule.dimension is None:
            if parameter.format != "A":
                self._fields.fail(
                    "IN207", node.mark, f"{parameter.name} must have format A for a word"
                )
        elif parameter.format == "A":
            self._fields.fail("IN207", node.mark, f"{parameter.name} must have a number format")
        elif find_unit(parameter.unit or "1").dimension is not rule.dimension:
            self._fields.fail(
                "UN101",
                node.mark,
                f"{parameter.name} is in {parameter.unit or '1'}, not a {rule.dimension}",
            )

    def _check_body(self, operation: Operation, body: str) -> None:
        node = self._fields.node("body") if body else self._fields.items("body")
        if not isinstance(node, Scalar):
            return
        for match in PLACEHOLDER.finditer(body):
            name, unit = match["name"], match["unit"] or ""
            rule = self._rule(operation, name, node)
            kind = "A" if rule.dimension is None else "F8"
            self._check_carries(rule, Parameter(name, kind, unit), node)
            self._carried.add(name)

    def _start(self, operation: Operation) -> dict[str, str]:
        command = self._dictionary.commands_by_name.get("START")
        known = {each.name: each for each in command.parameters} if command else {}
        start = {}
        for name, node in self._fields.pairs("start"):
            if name.text not in known:
                self._fields.fail("IN205", name.mark, f"START takes no parameter {name.text!r}")
            start[name.text] = self._value(operation, known[name.text], node)
        return start

    def _check_complete(
        self, operation: Operation, when: dict[str, tuple[str, ...]], defaults: dict[str, str]
    ) -> None:
        fields = self._fields
        for name, rule in operation.parameters.items():
            if rule.required and name not in when and name not in self._carried:
                fields.fail("IN202", fields.mark, f"the template leaves out {name!r}")
        for name, words in when.items():
            if len(words) != 1 and name not in self._carried:
                fields.fail(
                    "IN207",
                    fields.mark_of("when"),
                    f"{name!r} may have several words, but the program does not carry it",
                    f"use ${name} in the program, or one template for each word",
                )
        for name, text in defaults.items():
            if name not in self._carried:
                fields.fail(
                    "IN207", fields.mark_of("defaults"), f"the program does not carry {name!r}"
                )
            if operation.parameters[name].dimension is not None:
                try:
                    Quantity.parse(text)
                except ValueError as error:
                    fields.fail("TY101", fields.mark_of("defaults"), str(error))
