"""Loading a sequence file: its schema, and what the command line sets in it."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import sequences
from fabctl.process.claim import claims
from fabctl.process.errors import InputError, Mark, did_you_mean
from fabctl.process.flow_loader import FlowLoader
from fabctl.process.layout import BLANKET, Layout, find_layout
from fabctl.process.reading import NAME, RUN_NAME, Reading
from fabctl.process.sequence import Parameter, Sequence
from fabctl.process.step_loader import Stated, Surroundings
from fabctl.process.stock import Stock
from fabctl.process.stock_loader import find_stock, load_stock
from fabctl.process.yaml_reader import read_source
from fabctl.process.yaml_tree import Mapping as MappingNode
from fabctl.process.yaml_tree import Node


def load_sequence(path: Path, overrides: Mapping[str, str] | None = None) -> Sequence:
    """Load a sequence; `overrides` sets recipe parameters: ``{"film-1.thickness": "501 Å"}``.

    An overridden value keeps the place that it has in the file, and no window binds it: `Step.left`
    tells of one that it lies outside of. Raises `InputError` with every problem of the file.
    """
    return made_of(read_source(path), path, overrides)


def made_of(
    source: tuple[str, Node], path: Path, overrides: Mapping[str, str] | None = None
) -> Sequence:
    """Load a sequence of what `read_source` has read. Raises `InputError` as `load_sequence`."""
    text, root = source
    return _SequenceLoader(Reading(), text, path).load(root, overrides or {})


class _SequenceLoader:
    def __init__(self, reading: Reading, text: str, path: Path) -> None:
        self.reading = reading
        self.text = text
        self.path = path

    def load(self, root: Node, overrides: Mapping[str, str]) -> Sequence:
        fields = self.reading.fields(
            root,
            "a sequence",
            ("sequence", "title", "steps"),
            ("practises", "layout", "wafer", "parameters"),
        )
        name = title = None
        if "sequence" in fields:
            name = self._own_name(fields["sequence"])
        if "title" in fields:
            title = self.reading.text(fields["title"], "title")
        practises = self._practises(fields["practises"]) if "practises" in fields else ()
        layout = self._layout(fields["layout"]) if "layout" in fields else BLANKET
        stock = self._stock(fields["wafer"], layout) if "wafer" in fields else None
        stated = self._parameters(fields["parameters"]) if "parameters" in fields else {}
        used: dict[str, Parameter] = {}
        around = Surroundings(stated, layout, self._split(overrides, root.mark), used)
        flow = FlowLoader(self.reading, around)
        items = flow.load(fields["steps"]) if "steps" in fields else ()
        for unused in sorted(stated.keys() - used.keys()):
            if not self.reading.problems:
                message = f"no step uses the parameter {unused}"
                self.reading.note("IN205", message, stated[unused].mark)
        self.reading.finish()
        assert name is not None
        assert title is not None
        steps = tuple(flow.steps.values())
        choices = items if flow.choices else ()
        return Sequence(
            name, title, practises, layout, used, steps, str(self.path), self.text, choices, stock
        )

    def _own_name(self, node: Node) -> str | None:
        name = self.reading.name(node, "sequence")
        if name is not None and not RUN_NAME.fullmatch(name):
            message = "a sequence's name has letters, digits and . _ - only: its runs' IDs have it"
            self.reading.note("IN204", message, node.mark)
        return name

    def _practises(self, node: Node) -> tuple[str, ...]:
        names = self.reading.names(node, "practises")
        for name in names:
            if name not in claims():
                hint = did_you_mean(name, claims())
                self.reading.note("IN205", f"there is no claim {name}", node.mark, hint)
        return names

    def _layout(self, node: Node) -> Layout:
        name = self.reading.name(node, "layout")
        if name is None:
            return BLANKET
        return find_layout(self.reading, name, node.mark, self.path.parent)

    def _stock(self, node: Node, layout: Layout) -> Stock | None:
        name = self.reading.name(node, "wafer")
        if name is None:
            return None
        path = find_stock(name, self.path.parent)
        if path is None:
            known = [each.stem for each in sequences.data("wafers").glob("*.yaml")]
            hint = did_you_mean(name, known) or f"one of {', '.join(known)}"
            self.reading.note("IN205", f"there are no wafers {name}", node.mark, hint)
            return None
        try:
            stock = load_stock(path)
        except InputError as error:
            self.reading.problems.extend(error.problems)
            return None
        if layout is not BLANKET and layout.width != stock.layout.width:
            self.reading.note(
                "IN207",
                f"the layout {layout.name} is {layout.width} wide, and the wafers {name} were "
                f"drawn {stock.layout.width} wide ({stock.layout.name})",
                node.mark,
            )
        return stock

    def _parameters(self, node: Node) -> Mapping[str, Stated]:
        found: dict[str, Stated] = {}
        for key, value in self.reading.entries(node, "parameters"):
            if not NAME.fullmatch(key.text):
                self.reading.note("IN204", "a parameter needs a name without spaces", key.mark)
            elif isinstance(value, MappingNode):
                what = f"the parameter {key.text}"
                fields = self.reading.fields(value, what, ("value",), ("window", "tolerance"))
                if "value" in fields:
                    window, tolerance = fields.get("window"), fields.get("tolerance")
                    found[key.text] = Stated(fields["value"], key.mark, window, tolerance)
            else:
                found[key.text] = Stated(value, key.mark)
        return found

    def _split(self, overrides: Mapping[str, str], mark: Mark) -> dict[str, dict[str, str]]:
        split: dict[str, dict[str, str]] = defaultdict(dict)
        for target, text in overrides.items():
            step, dot, parameter = target.rpartition(".")
            if not dot or not step or not parameter:
                message = f"{target} can't be set: name a step and its parameter"
                self.reading.note("IN205", message, mark, "as in film-1.thickness")
            else:
                split[step][parameter] = text
        return split
