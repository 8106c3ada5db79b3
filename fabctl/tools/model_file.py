"""Reads what a dictionary file says of the model that predicts its tool.

::

    model:
      by: pid-furnace                 # an entry point of fabctl.models
      signal: temperature
      error: 3 delta_degC             # the most by which it is off
      source: maker's data sheet, page 4
      settings: {anti_windup: yes}    # the model's own
      over: 10 delta_degC             # if known, what it never exceeds the hottest set-point by
"""

from pathlib import Path

from fabctl.process.recipe import Value
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Mapping, Node, Scalar
from fabctl.quantities import Dimension, Quantity, QuantityError
from fabctl.tools.fields import Fields
from fabctl.tools.prediction import Model
from sequences import data

_KEYS = ("by", "signal", "error", "source", "settings", "over")


def load_model(path: Path) -> Model | None:
    """Read the model of a dictionary file, or of what it includes; nothing else is looked at.

    An audit of a file asks for no more of a tool, and this is many times quicker than all of it.
    Raises `InputError`.
    """
    for _ in range(8):  # longer chains `load_dictionary` refuses
        root = read_file(path)
        sections: dict[str, Node] = {}
        if isinstance(root, Mapping):
            sections = {key.text: node for key, node in root.items}
        if "model" in sections:
            return model(sections["model"])
        base = sections.get("include")
        if not isinstance(base, Scalar):
            return None
        path = included(path, base.text)
    return None


def included(path: Path, name: str) -> Path:
    """Where the dictionary is that the one at `path` includes: beside it, or fabctl's own."""
    beside, own = path.parent / name, data("dictionaries", name)
    return own if own.is_file() and not beside.is_file() else beside


def model(node: Node) -> Model:
    """Read the section. Raises `InputError` at the place of what is wrong."""
    fields = Fields(node, "'model'", _KEYS)
    error = _difference(fields, "error")
    over = _difference(fields, "over") if fields.has("over") else None
    if over is not None and over.dimension is not error.dimension:
        message = f"'over' of 'model' is a {over.dimension}, and its error a {error.dimension}"
        fields.fail("UN101", fields.mark_of("over"), message)
    return Model(
        by=fields.text("by"),
        signal=fields.text("signal"),
        error=error,
        source=fields.text("source"),
        settings={name: _value(text) for name, text in fields.text_map("settings").items()},
        over=over,
    )


def _difference(fields: Fields, key: str) -> Quantity:
    found = fields.positive(key)
    if found.dimension is Dimension.TEMPERATURE:
        message = f"{key!r} of 'model' is a temperature, not a difference of two"
        fields.fail("UN101", fields.mark_of(key), message, "for example 3 delta_degC")
    return found


def _value(text: str) -> Value:
    try:
        return Quantity.parse(text)
    except QuantityError:
        return text
