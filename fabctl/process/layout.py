"""A layout: what is on the reticles, along the line in which the wafer is looked at in section."""

import os
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

import sequences
from fabctl.process.errors import InputError, Mark, did_you_mean
from fabctl.process.reading import Reading
from fabctl.process.yaml_reader import read_source
from fabctl.process.yaml_tree import Node
from fabctl.quantities import Dimension, Quantity


class Polarity(StrEnum):
    """Which part of a reticle lets light through."""

    DARK_FIELD = "dark-field"
    """Clear windows in chrome: opens windows in a positive resist."""
    CLEAR_FIELD = "clear-field"
    """Chrome where the windows will be: opens windows in a negative resist."""


class Prints(StrEnum):
    """What the resist has where the mask's windows are, once it is developed."""

    OPENINGS = "openings"
    ISLANDS = "islands"
    """Resist stays there and nowhere else."""


class Window(Struct, frozen=True):
    """A place of the pattern in the resist, from `left` to `right` along the section."""

    left: Quantity
    right: Quantity


class Mask(Struct, frozen=True):
    """What is on one reticle; windows from left to right, none touching the next."""

    reticle: str
    polarity: Polarity
    windows: tuple[Window, ...]
    mark: Mark
    prints: Prints = Prints.OPENINGS

    @property
    def tone(self) -> str:
        """The tone of resist in which it prints what it is for: of a negative one the lit stays."""
        lit = self.polarity is Polarity.DARK_FIELD
        return "negative" if lit is (self.prints is Prints.ISLANDS) else "positive"


class Layout(Struct, frozen=True):
    """The masks of a sequence on a section `width` wide."""

    name: str
    title: str
    width: Quantity
    masks: Mapping[str, Mask]
    file: str = ""
    """Where it was read from."""
    text: str = ""
    """What the file holds."""

    @property
    def is_own(self) -> bool:
        """Whether it is a user's own, and not one of those that come with fabctl."""
        return bool(self.file) and Path(self.file).parent != sequences.data("layouts")


BLANKET = Layout("blanket", "No pattern at all", Quantity.of(4000, "nm"), {})
"""The layout of a sequence that exposes nothing."""


def find_layout(reading: Reading, name: str, mark: Mark, folder: Path) -> Layout:
    """Find a layout in a folder's ``layouts``, else among those that come with fabctl.

    Problems go to `reading`, that there is no such layout to `mark`; then it is `BLANKET`.
    """
    beside = os.path.join(folder, "layouts", f"{name}.yaml")  # noqa: PTH118 -- every file asks
    path = Path(beside) if os.path.isfile(beside) else _shipped(name)  # noqa: PTH113
    if "/" in name or path is None:
        known = [each.stem for each in sequences.data("layouts").glob("*.yaml")]
        reading.note("IN205", f"there is no layout {name}", mark, did_you_mean(name, known))
        return BLANKET
    try:
        return load_layout(path)
    except InputError as error:
        reading.problems.extend(error.problems)
        return BLANKET


@lru_cache(maxsize=64)
def _shipped(name: str) -> Path | None:
    path = sequences.data("layouts", f"{name}.yaml")
    return path if path.is_file() else None


@lru_cache(maxsize=64)
def load_layout(path: Path) -> Layout:
    """Load a layout file. Raises `InputError`."""
    reading = Reading()
    text, root = read_source(path)
    fields = reading.fields(root, "a layout", ("layout", "title", "width", "masks"))
    name = title = width = None
    masks: dict[str, Mask] = {}
    if "layout" in fields:
        name = reading.name(fields["layout"], "layout")
    if "title" in fields:
        title = reading.text(fields["title"], "title")
    if "width" in fields:
        width = reading.quantity(fields["width"], "width", Dimension.LENGTH)
    if "masks" in fields:
        for key, node in reading.entries(fields["masks"], "masks"):
            reticle = reading.name(key, "a reticle")
            mask = _mask(reading, key.text, node, width)
            if reticle is not None and mask is not None:
                masks[reticle] = mask
    reading.finish()
    assert name is not None
    assert title is not None
    assert width is not None
    return Layout(name, title, width, masks, str(path), text)


def _mask(reading: Reading, reticle: str, node: Node, width: Quantity | None) -> Mask | None:
    fields = reading.fields(node, f"the mask {reticle}", ("polarity", "windows"), ("prints",))
    if not {"polarity", "windows"} <= fields.keys():
        return None
    polarity = reading.word(fields["polarity"], "polarity", tuple(Polarity))
    prints: str | None = Prints.OPENINGS
    if "prints" in fields:
        prints = reading.word(fields["prints"], "prints", tuple(Prints))
    windows: list[Window] = []
    edge = Quantity.of(0, "nm")
    for item in reading.items(fields["windows"], "windows"):
        ends = reading.fields(item, "a window", ("left", "right"))
        if len(ends) < 2:
            continue
        left = reading.quantity(ends["left"], "left", Dimension.LENGTH)
        right = reading.quantity(ends["right"], "right", Dimension.LENGTH)
        if left is None or right is None:
            continue
        if not edge < left < right or (width is not None and right >= width):
            reading.note(
                "IN207",
                f"the window {left} to {right} must lie in the section, right of the one before",
                item.mark,
            )
        edge = right
        windows.append(Window(left, right))
    if polarity is None or prints is None:
        return None
    return Mask(reticle, Polarity(polarity), tuple(windows), node.mark, Prints(prints))
