"""Files repeat their steps: a step whose text was read before need not be read again.

In a file whose last key holds a list with items that begin with ``  - ``, the text of an item is a
*piece*. It is known to be whole, to leave nothing open and to need nothing of what stands before,
once libyaml has read such a file and has begun this item and the next where their pieces begin. In
whatever list it stands, it is then the same item. So libyaml is given an empty item in place of
known pieces, and reads them only if somebody asks for their nodes.
"""

from collections.abc import Sequence as SequenceOf
from typing import NamedTuple, overload

from fabctl.process.errors import InputError
from fabctl.process.yaml_builder import MAX_NODES, build
from fabctl.process.yaml_tree import List, Mapping, Node, Place, Scalar

_BEGINS = "\n  - "
_DASH, _ITEM = 2, 4
"""The columns of an item's dash, and of what stands behind it."""

MOST = 8192
"""How many pieces are remembered."""


class Piece(NamedTuple):
    """The text of an item, without what every item begins with; `line` counts from 0.

    `breaks` is the number of line ends in it.
    """

    text: str
    line: int
    breaks: int


class _Place(NamedTuple):
    line: int
    column: int


_inner: set[str] = set()
"""Pieces that are known to be whole where another one follows."""
_last: dict[str, _Place] = {}
"""Those that are whole as the last one, and how far behind their line the list then ends."""


class Pieces(SequenceOf[Node]):
    """The items of a list, with the text of each."""

    def __init__(self, text: str, listed: List, pieces: list[Piece], unread: set[int]) -> None:
        self.file = listed.file
        self.pieces = pieces
        self._text = text
        self._stop = listed.stop
        self._nodes = listed.items
        self._unread = unread

    @overload
    def __getitem__(self, at: int) -> Node: ...
    @overload
    def __getitem__(self, at: slice) -> SequenceOf[Node]: ...
    def __getitem__(self, at: int | slice) -> Node | SequenceOf[Node]:
        if self._unread and not (isinstance(at, int) and 0 <= at not in self._unread):
            listed = _last_value(build(self._text, self.file))
            assert isinstance(listed, List)
            self._nodes, self._unread = listed.items, set()
        return self._nodes[at]

    def __len__(self) -> int:
        return len(self.pieces)

    def remember(self, at: int) -> None:
        """Leave this piece unread from now on: its nodes are no more needed."""
        if len(_inner) + len(_last) >= MOST:
            _inner.clear()
            _last.clear()
        piece = self.pieces[at]
        if at < len(self.pieces) - 1:
            _inner.add(piece.text)
        else:
            _last[piece.text] = _Place(self._stop.line - piece.line, self._stop.column)


def tree_of(text: str, file: str) -> Node:
    """Read a text that holds nothing hidden. Raises `InputError`, and nothing else."""
    head, *parts = text.split(_BEGINS) if len(text) < MAX_NODES else (text,)
    if not parts:
        return build(text, file)
    known = {at for at, part in enumerate(parts[:-1]) if part in _inner}
    if parts[-1] in _last:
        known.add(len(parts) - 1)
    pieces = _pieces(head, parts)
    if known:
        root = _with_gaps(text, file, head, pieces, known)
        if root is not None:
            return root
    root = build(text, file)
    listed = _last_value(root)
    if isinstance(listed, List) and _is_list_of(listed, pieces, range(len(pieces)), set()):
        listed.items = Pieces(text, listed, pieces, set())
    return root


def _with_gaps(
    text: str, file: str, head: str, pieces: list[Piece], known: set[int]
) -> Node | None:
    """Read a file with empty items for its known pieces; None where it is no list of these."""
    told: list[str] = []
    begins: list[int] = []  # the pieces that begin an item; one empty item stands for known ones
    for at, piece in enumerate(pieces):
        if at not in known:
            told.append(piece.text)
            begins.append(at)
        elif at - 1 in known:
            told[-1] += "\n" * (piece.breaks + 1)
        else:
            told.append("\n" * piece.breaks)
            begins.append(at)
    try:
        root = build(_BEGINS.join([head, *told]), file)
    except InputError:
        return None  # what is wrong with the whole is not always what is wrong with a part
    listed = _last_value(root)
    if not isinstance(listed, List) or not _is_list_of(listed, pieces, begins, known):
        return None
    nodes = dict(zip(begins, listed.items, strict=True))
    listed.items = [nodes.get(at, listed) for at in range(len(pieces))]  # none is asked for
    assert isinstance(root, Mapping)
    last = pieces[-1]
    if len(pieces) - 1 in known:
        end = _last[last.text]
        root.stop = listed.stop = _Place(last.line + end.line, end.column)
    listed.items = Pieces(text, listed, pieces, known)
    return root


def _is_list_of(
    listed: List, pieces: list[Piece], begins: SequenceOf[int], known: set[int]
) -> bool:
    """Tell whether the items of a list begin where pieces do, and are empty for known ones."""
    if len(listed.items) != len(begins) or not _is_at(listed.start, pieces[0].line, _DASH):
        return False
    for at, item in zip(begins, listed.items, strict=True):
        if at in known:
            if not isinstance(item, Scalar) or item.text or item.quoted:
                return False
            if not _is_at(item.told.start_mark, pieces[at].line, _DASH + 1):
                return False
        elif not isinstance(item, Mapping) or not _is_at(item.start, pieces[at].line, _ITEM):
            return False
    return True


def _is_at(place: Place, line: int, column: int) -> bool:
    return place.line == line and place.column == column


def _pieces(head: str, parts: list[str]) -> list[Piece]:
    line = head.count("\n") + 1
    pieces = []
    for part in parts:
        breaks = part.count("\n")
        pieces.append(Piece(part, line, breaks))
        line += breaks + 1
    return pieces


def _last_value(root: Node) -> Node | None:
    """Give what stands behind the last key of a file, if that key stands at the left."""
    if not isinstance(root, Mapping) or not root.keys or root.keys[-1].start_mark.column:
        return None
    return root.by_key[root.keys[-1].value]
