"""The list of a sequence's steps, with the choices that may stand in it."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from fabctl.process.errors import Mark, did_you_mean
from fabctl.process.layout import Layout
from fabctl.process.places import moved, placed
from fabctl.process.reading import Reading
from fabctl.process.sequence import Alternatives, AnyOrder, Choice, Item, Rework, Step
from fabctl.process.step_loader import STEP_ID, StepLoader, Surroundings
from fabctl.process.yaml_pieces import MOST, Pieces
from fabctl.process.yaml_tree import Mapping as MappingNode
from fabctl.process.yaml_tree import Node, Scalar

CHOICES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "alternatives": (("alternatives", "ways"), ()),
    "rework": (("rework", "steps", "at_most"), ("undo",)),
    "any_order": (("any_order", "steps"), ()),
}
"""Each choice by the key that names it, with the keys that it needs and those that it may have."""

MOST_REWORKS = 99
"""What a rework may be repeated at most."""

_AGAIN = "(.+)_r([1-9][0-9]?)"
"""What `fabctl.process.paths.again_id` makes."""


class _Known(Struct, frozen=True):
    """A step that was read, the line of its piece, and what it was read with."""

    step: Step
    line: int
    layout: Layout


_KNOWN: dict[tuple[str, int], _Known] = {}
"""Steps that hang on nothing but their text and the layout, which an entry keeps alive."""


class FlowLoader:
    """Reads steps and choices; every problem goes to `reading`.

    `steps` are all steps of the file by ID, in its order.
    """

    def __init__(self, reading: Reading, around: Surroundings) -> None:
        self.reading = reading
        self.around = around
        self.steps: dict[str, Step] = {}
        self.choices: dict[str, Mark] = {}
        self.reworked: dict[str, Rework] = {}
        self._loader = StepLoader(reading, around)

    def load(self, node: Node) -> tuple[Item, ...]:
        """Read the whole list of a sequence."""
        items = self._items(node, "a sequence")
        self._check_reworks()
        self._check_overrides(node)
        return items

    def _items(self, node: Node, what: str) -> tuple[Item, ...]:
        nodes = self.reading.items(node, "steps")
        if not nodes:
            self.reading.note("IN203", f"{what} needs at least one step", node.mark)
        found = (
            self._of_pieces(nodes)
            if isinstance(nodes, Pieces) and not self.around.overrides
            else map(self._item, nodes)
        )
        return tuple([item for item in found if item is not None])

    def _of_pieces(self, nodes: Pieces) -> Iterator[Item | None]:
        """Read items; a step of the same text that was read before is the same step."""
        layout, file = id(self.around.layout), nodes.file
        for at, (text, line, _) in enumerate(nodes.pieces):
            known = _KNOWN.get((text, layout))
            if known is None:
                yield self._piece(nodes, at)
            else:
                yield self._only(moved(known.step, file, line - known.line))

    def _piece(self, nodes: Pieces, at: int) -> Item | None:
        """Read an item that was not read before, and remember a step that hangs on its text."""
        text, line, _ = nodes.pieces[at]
        layout = self.around.layout
        before = len(self.reading.problems)
        item = self._item(nodes[at])
        if isinstance(item, Step) and len(self.reading.problems) == before and "$" not in text:
            if len(_KNOWN) >= MOST:
                _KNOWN.clear()
            kept = placed(item, dict(item.places))
            _KNOWN[text, id(layout)] = _Known(kept, line, layout)
            nodes.remember(at)
        return item

    def _item(self, node: Node) -> Item | None:
        sort = _choice(node)
        if not sort:
            return self._step(node)
        fields = self.reading.fields(node, sort, *CHOICES[sort])
        name = self._name(fields[sort], sort)
        if name is None or any(key not in fields for key in CHOICES[sort][0]):
            return None
        match sort:
            case "alternatives":
                return self._alternatives(name, fields)
            case "rework":
                return self._rework(name, fields)
            case _:
                steps = self._plain(fields["steps"], "any_order", at_least=2)
                return AnyOrder(name, steps, fields["any_order"].mark)

    def _alternatives(self, name: str, fields: Mapping[str, Node]) -> Choice:
        ways: dict[str, tuple[Item, ...]] = {}
        for key, node in self.reading.entries(fields["ways"], "ways"):
            if not STEP_ID.fullmatch(key.text):
                message = "the name of a way must be letters, digits, - and _"
                self.reading.note("IN204", message, key.mark)
            ways[key.text] = self._items(node, f"the way {key.text}")
        if isinstance(fields["ways"], MappingNode) and len(ways) < 2:
            self.reading.note("IN203", "alternatives are two ways or more", fields["ways"].mark)
        return Alternatives(name, ways, fields["alternatives"].mark)

    def _rework(self, name: str, fields: Mapping[str, Node]) -> Choice:
        steps = self._plain(fields["steps"], "rework")
        undo = self._plain(fields["undo"], "undo") if "undo" in fields else ()
        at_most = self.reading.whole(fields["at_most"], "at_most")
        if at_most is not None and not 1 <= at_most <= MOST_REWORKS:
            message = f"at_most must be 1 to {MOST_REWORKS}"
            self.reading.note("IN203", message, fields["at_most"].mark)
        rework = Rework(name, steps, undo, at_most or 0, fields["rework"].mark)
        self.reworked.update({step.id: rework for step in (*steps, *undo)})
        return rework

    def _plain(self, node: Node, what: str, at_least: int = 1) -> tuple[Step, ...]:
        """Read a list that holds steps only."""
        nodes = self.reading.items(node, "steps")
        if isinstance(node, Scalar | MappingNode):
            return ()
        if len(nodes) < at_least:
            words = "one step" if at_least == 1 else "two steps"
            self.reading.note("IN203", f"{what} needs at least {words}", node.mark)
        found: list[Step] = []
        for each in nodes:
            sort = _choice(each)
            if sort:
                self.reading.note("IN207", f"{what} holds steps, and no {sort}", each.mark)
                continue
            step = self._step(each)
            if step is not None:
                found.append(step)
        return tuple(found)

    def _step(self, node: Node) -> Step | None:
        step = self._loader.load(node)
        return None if step is None else self._only(step)

    def _only(self, step: Step) -> Step | None:
        """Take a step whose ID no other step has."""
        if step.id in self.steps:
            first = self.steps[step.id].mark.line
            message = f"the step {step.id} stands here again; first in line {first}"
            self.reading.note("IN204", message, step.mark)
            return None
        self.steps[step.id] = step
        return step

    def _name(self, node: Node, sort: str) -> str | None:
        if not isinstance(node, Scalar) or not STEP_ID.fullmatch(node.text):
            message = f"the name of {sort} must be letters, digits, - and _"
            self.reading.note("IN204", message, node.mark)
            return None
        if node.text in self.choices:
            first = self.choices[node.text].line
            message = f"the choice {node.text} stands here again; first in line {first}"
            self.reading.note("IN204", message, node.mark)
            return None
        self.choices[node.text] = node.mark
        return node.text

    def _check_reworks(self) -> None:
        """Refuse a step that bears the name which a rework gives to another."""
        if not self.reworked:
            return
        for step in self.steps.values():
            again = re.fullmatch(_AGAIN, step.id)
            rework = self.reworked.get(again[1]) if again else None
            if again and rework and int(again[2]) <= rework.at_most:
                message = f"{step.id} is what {again[1]} is called in a rework of {rework.name}"
                self.reading.note("IN204", message, step.mark)

    def _check_overrides(self, node: Node) -> None:
        if self.reading.problems:
            return  # a broken step would be reported as a missing one
        for step in sorted(self.around.overrides.keys() - self.steps.keys()):
            message = f"there is no step {step} to set anything in"
            self.reading.note("IN205", message, node.mark, did_you_mean(step, self.steps))


def _choice(node: Node) -> str:
    """Tell which choice an item is by its keys, "" for a step."""
    if isinstance(node, MappingNode):
        return next((key for key in node.values() if key in CHOICES), "")
    return ""
