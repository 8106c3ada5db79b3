"""Where the values of a recipe stand in its file, counted out only for those that are asked."""

from collections.abc import Collection, Iterator, Mapping

from fabctl.process.sequence import Place
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


def parameter_of(node: Node) -> str:
    """Name the sequence parameter that a ``$name`` refers to; "" for a plain value."""
    if isinstance(node, Scalar) and node.text.startswith("$"):
        return node.text[1:]
    return ""
