"""Files repeat their steps: a step whose text was read before is not read again.

In a file whose last key holds a list with items that begin with ``  - ``, the text of an item is a
*piece*. Once libyaml has read such a file and has begun each item where its piece begins, a piece
is known to be whole: it leaves nothing open, and needs nothing of what stands before. A list of
known pieces alone is therefore a list of these items, in whatever file, and libyaml reads only
what stands before it. It reads the rest when somebody asks for an item's nodes.
"""

from collections.abc import Sequence as SequenceOf
from typing import NamedTuple, overload

from fabctl.process.errors import InputError
from fabctl.process.yaml_builder import MAX_NODES, build
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar

_BEGINS = "\n  - "
_INDENT = 2
MOST = 8192
"""How many pieces are remembered."""


class Piece(NamedTuple):
    """The text of an item, without what every item begins with; `line` counts from 0."""

    text: str
    line: int


class _Place(NamedTuple):
    line: int
    column: int


class Pieces(SequenceOf[Node]):
    """The items of a list, with the text of each; `nodes` is None as long as nobody asks."""

    def __init__(
        self, text: str, file: str, pieces: list[Piece], nodes: SequenceOf[Node] | None
    ) -> None:
        self.file = file
        self.pieces = pieces
        self._text = text
        self._nodes = nodes

    @overload
    def __getitem__(self, at: int) -> Node: ...
    @overload
    def __getitem__(self, at: slice) -> SequenceOf[Node]: ...
    def __getitem__(self, at: int | slice) -> Node | SequenceOf[Node]:
        if self._nodes is None:
            listed = _last_value(build(self._text, self.file))
            assert isinstance(listed, List)
            self._nodes = listed.items
        return self._nodes[at]

    def __len__(self) -> int:
        return len(self.pieces)


_inner: set[str] = set()
"""Pieces that are known to be whole where another one follows."""
_last: dict[str, _Place] = {}
"""Those that are whole as the last one, and how far behind their line the list then ends."""


def tree_of(text: str, file: str) -> Node:
    """Read a text that holds nothing hidden. Raises `InputError`, and nothing else."""
    head, *parts = text.split(_BEGINS) if len(text) < MAX_NODES else (text,)
    if not parts:
        return build(text, file)
    last = parts.pop()
    if last in _last and _inner.issuperset(parts):
        root = _of_known(text, file, head, [*parts, last])
        if root is not None:
            return root
    root = build(text, file)
    listed = _last_value(root)
    if isinstance(listed, List):
        _remember(listed, text, _pieces(head, [*parts, last]))
    return root


def _of_known(text: str, file: str, head: str, parts: list[str]) -> Node | None:
    """Read what stands before the list; None where no list can follow it."""
    try:
        root = build(f"{head}\n", file)
    except InputError:
        return None  # what is wrong with the whole is not always what is wrong with a part
    nothing = _last_value(root)
    if not (isinstance(nothing, Scalar) and nothing.plain and not nothing.text):
        return None
    assert isinstance(root, Mapping)
    pieces = _pieces(head, parts)
    last = pieces[-1]
    lines, column = _last[last.text]
    root.stop = _Place(last.line + lines, column)
    begin, items = _Place(pieces[0].line, _INDENT), Pieces(text, file, pieces, None)
    listed = List(file, begin, root.stop, items)
    root.by_key[root.keys[-1].value] = listed
    return root


def _remember(listed: List, text: str, pieces: list[Piece]) -> None:
    """Note pieces at whose beginnings the items of the list do begin."""
    if len(listed.items) != len(pieces):
        return
    if (listed.start.line, listed.start.column) != (pieces[0].line, _INDENT):
        return
    for item, piece in zip(listed.items, pieces, strict=True):
        if not isinstance(item, Mapping):
            return
        if (item.start.line, item.start.column) != (piece.line, len(_BEGINS) - 1):
            return
    if len(_inner) + len(_last) >= MOST:
        _inner.clear()
        _last.clear()
    *others, last = pieces
    _inner.update([piece.text for piece in others])
    _last[last.text] = _Place(listed.stop.line - last.line, listed.stop.column)
    listed.items = Pieces(text, listed.file, pieces, listed.items)


def _pieces(head: str, parts: list[str]) -> list[Piece]:
    line = head.count("\n") + 1
    pieces = []
    for part in parts:
        pieces.append(Piece(part, line))
        line += part.count("\n") + 1
    return pieces


def _last_value(root: Node) -> Node | None:
    """Give what stands behind the last key of a file, if that key stands at the left."""
    if not isinstance(root, Mapping) or not root.keys or root.keys[-1].start_mark.column:
        return None
    return root.by_key[root.keys[-1].value]
