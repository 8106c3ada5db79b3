"""Where the values of a recipe stand in its file, counted out only for those that are asked."""

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import force_setattr, replace

from fabctl.process.errors import Mark
from fabctl.process.sequence import Place, Step
from fabctl.process.yaml_tree import Node, Scalar


class Places(Mapping[str, Place]):
    """The place of each value by its parameter's name.

    `nodes` holds each value as the file has it, or for one that it lacks the whole recipe;
    `overridden` are those that were set on the command line.
    """

    __slots__ = ("_nodes", "_overridden")

    def __init__(self, nodes: Mapping[str, Node], overridden: Collection[str] = ()) -> None:
        self._nodes = nodes
        self._overridden = overridden

    def __getitem__(self, name: str) -> Place:
        node = self._nodes[name]
        if name in self._overridden:
            return Place(node.mark, node.end, overridden=True)
        return Place(node.mark, node.end, parameter=parameter_of(node))

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


class _Moved(Mapping[str, Place]):
    """Places that were found in one file, as they are some lines further down in another."""

    __slots__ = ("_by", "_file", "_places")

    def __init__(self, places: Mapping[str, Place], file: str, by: int) -> None:
        self._places = places
        self._file = file
        self._by = by

    def __getitem__(self, name: str) -> Place:
        place = self._places[name]
        mark, end = place.mark, place.end
        return replace(
            place,
            mark=Mark(self._file, mark.line + self._by, mark.column),
            end=Mark(self._file, end.line + self._by, end.column),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def moved(step: Step, file: str, by: int) -> Step:
    """Give a step as it is `by` lines further down in another file; it has no windows."""
    mark = step.mark
    there = placed(step, _Moved(step.places, file, by))
    force_setattr(there, "mark", Mark(file, mark.line + by, mark.column))
    if step.does:
        force_setattr(there, "hints", _Moved(step.hints, file, by))
    return there


def placed(step: Step, places: Mapping[str, Place]) -> Step:
    """Give a step with other places; it says the same, so that its wording is not sought anew."""
    there: Step = step.__copy__()  # type: ignore[attr-defined]  # nothing loads `copy` so far
    force_setattr(there, "places", places)
    return there


def parameter_of(node: Node) -> str:
    """Name the sequence parameter that a ``$name`` refers to; "" for a plain value."""
    if isinstance(node, Scalar) and node.text.startswith("$"):
        return node.text[1:]
    return ""
