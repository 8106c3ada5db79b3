"""Loading a file of wafers that are brought in (`fabctl.process.stock`)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import sequences
from fabctl.process.errors import did_you_mean
from fabctl.process.layout import BLANKET, Layout, find_layout
from fabctl.process.material import MaterialClass, materials
from fabctl.process.reading import Reading
from fabctl.process.stock import Deposited, Making, Opened, PolishedTo, Stock
from fabctl.process.yaml_reader import read_source
from fabctl.process.yaml_tree import Mapping as MappingNode
from fabctl.process.yaml_tree import Node
from fabctl.quantities import Dimension, Quantity

THINNEST = Quantity.parse("0.1 nm")
"""A layer thinner than an atom is none."""
HIGHEST = Quantity.parse("5 um")
"""What there is room for on a wafer seen in section, all layers together."""
LASTING = (
    MaterialClass.DIELECTRIC,
    MaterialClass.STOP,
    MaterialClass.BARRIER,
    MaterialClass.METAL,
)
"""What a wafer may be brought in with; films and resists age, and belong to a step of the run."""


def find_stock(name: str, beside: Path) -> Path | None:
    """Find the file of a stock in a folder's ``wafers``, else among those that come with fabctl."""
    own = beside / "wafers" / f"{name}.yaml"
    path = own if own.is_file() else sequences.data("wafers", f"{name}.yaml")
    return path if "/" not in name and path.is_file() else None


@lru_cache(maxsize=64)
def load_stock(path: Path) -> Stock:
    """Load a stock's file; its layout lies beside it or comes with fabctl. Raises `InputError`."""
    text, root = read_source(path)
    return _StockLoader(path, text).load(root)


class _StockLoader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._reading = Reading()
        self._laid: list[str] = []
        self._height = Fraction(0)  # nm

    def load(self, root: Node) -> Stock:
        reading = self._reading
        fields = reading.fields(root, "wafers brought in", ("wafer", "title", "made"), ("layout",))
        name = reading.name(fields["wafer"], "wafer") if "wafer" in fields else None
        title = reading.text(fields["title"], "title") if "title" in fields else None
        layout = self._layout(fields["layout"]) if "layout" in fields else BLANKET
        made = tuple(self._made(fields["made"], layout)) if "made" in fields else ()
        if "made" in fields and not made and not reading.problems:
            reading.note("IN202", "made lists nothing: a bare wafer needs no file", root.mark)
        reading.finish()
        assert name is not None
        assert title is not None
        return Stock(name, title, layout, made, str(self._path), self._text, root.mark)

    def _layout(self, node: Node) -> Layout:
        name = self._reading.name(node, "layout")
        if name is None:
            return BLANKET
        # layouts lie in a folder beside the one that this file lies in
        return find_layout(self._reading, name, node.mark, self._path.parent.parent)

    def _made(self, node: Node, layout: Layout) -> Iterator[Making]:
        for item in self._reading.items(node, "made"):
            values = item.values() if isinstance(item, MappingNode) else {}
            key = next((each for each in _MAKINGS if each in values), None)
            if key is None:
                hint = next(filter(None, (did_you_mean(each, _MAKINGS) for each in values)), "")
                message = f"made lists what was done: {', '.join(_MAKINGS)}"
                self._reading.note("IN202", message, item.mark, hint)
                continue
            fields = self._reading.fields(item, f"{key} of made", _MAKINGS[key])
            if len(fields) < len(_MAKINGS[key]):
                continue
            made = getattr(self, f"_{key}")(fields, layout)
            if made is not None:
                yield made

    def _deposit(self, fields: Mapping[str, Node], _layout: Layout) -> Deposited | None:
        node = fields["deposit"]
        word = self._reading.name(node, "deposit")
        thickness = self._length(fields["thickness"], "thickness")
        found = materials().find(word) if word else None
        if word and found is None:
            hint = did_you_mean(word, materials().words())
            self._reading.note("IN205", f"the materials table lacks {word}", node.mark, hint)
        elif found is not None and found.material_class not in LASTING:
            self._reading.note(
                "IN207",
                f"{found.name} is a {found.material_class}, and wafers are brought in with "
                f"{', '.join(LASTING)} only",
                node.mark,
                "deposit it in the sequence, so that its thickness and age are known",
            )
        if found is None or thickness is None:
            return None
        self._laid.append(found.name)
        self._height += thickness.value
        if self._height > HIGHEST.value:
            message = f"the layers are {self._lying} high together, more than {HIGHEST}"
            self._reading.note("TY104", message, fields["thickness"].mark)
        return Deposited(found.name, thickness)

    def _open(self, fields: Mapping[str, Node], layout: Layout) -> Opened | None:
        node = fields["open"]
        reticle = self._reading.name(node, "open")
        depth = self._length(fields["depth"], "depth")
        if reticle is not None and reticle not in layout.masks:
            hint = did_you_mean(reticle, layout.masks) or "one of " + ", ".join(layout.masks)
            message = f"there is no reticle {reticle} in the layout {layout.name}"
            self._reading.note("IN205", message, node.mark, hint if layout.masks else "")
            return None
        if reticle is None or depth is None:
            return None
        if depth.value > self._height:
            message = f"the opening is {depth} deep, and only {self._lying} lie on the substrate"
            self._reading.note("TY104", message, fields["depth"].mark)
        return Opened(reticle, depth)

    def _polish_to(self, fields: Mapping[str, Node], _layout: Layout) -> PolishedTo | None:
        node = fields["polish_to"]
        word = self._reading.name(node, "polish_to")
        material = materials().canonical(word)
        if word is None:
            return None
        if material not in self._laid:
            hint = did_you_mean(word, self._laid) or f"one of {', '.join(self._laid)}"
            message = f"there is no {word} on the wafer to polish down to"
            self._reading.note("IN205", message, node.mark, hint if self._laid else "")
            return None
        last = len(self._laid) - self._laid[::-1].index(material)
        return PolishedTo(material, tuple(dict.fromkeys(self._laid[last:])))

    @property
    def _lying(self) -> str:
        return Quantity.of(self._height, "nm").show()

    def _length(self, node: Node, what: str) -> Quantity | None:
        length = self._reading.quantity(node, what, Dimension.LENGTH)
        if length is not None and length < THINNEST:
            message = f"{what} is {length}, but can't be below {THINNEST}"
            self._reading.note("TY104", message, node.mark)
        return length


_MAKINGS: Mapping[str, tuple[str, ...]] = {
    "deposit": ("deposit", "thickness"),
    "open": ("open", "depth"),
    "polish_to": ("polish_to",),
}
"""What may be done to a wafer elsewhere, by the key that names it, and all its keys."""
