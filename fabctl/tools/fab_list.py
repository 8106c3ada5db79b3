"""Which tools a fab file lists, without reading what their dictionaries say."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from fabctl.process.material import CONTAMINATION
from fabctl.process.vocabulary import KINDS
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node
from fabctl.tools.fields import Fields, each
from sequences import data

TOOL_KEYS = ("id", "kind", "driver", "simulator", "dictionary", "address", "sections", "accepts")


class Listed(Struct, frozen=True):
    """One entry of a fab file; `dictionary` is the file that says what the tool is.

    `accepts` is module → the highest contamination class that it takes.
    """

    id: str
    kind: str
    dictionary: Path
    accepts: Mapping[str, str]


def open_fab(path: Path) -> Fields:
    """Read a fab file's top. Raises `InputError`."""
    return Fields(read_file(path), "a fab", ("fab", "wafer", "desk", "tools"))


def listed(path: Path) -> tuple[Listed, ...]:
    """List the tools of a fab file, in its order. Raises `InputError`."""

    def entry(node: Node) -> Listed:
        fields = Fields(node, "a tool", TOOL_KEYS)
        kind = fields.word("kind", KINDS)
        dictionary = dictionary_path(fields, path.parent)
        return Listed(fields.text("id"), kind, dictionary, classes(fields))

    return each(open_fab(path).items("tools"), entry)


def classes(fields: Fields) -> Mapping[str, str]:
    """Read which wafers the modules of a tool take. Raises `InputError`."""
    found = fields.text_map("accepts")
    for module, up_to in found.items():
        if up_to not in CONTAMINATION:
            known = ", ".join(CONTAMINATION)
            message = f"{module} can't accept {up_to!r}"
            fields.fail("IN206", fields.mark_of("accepts"), message, f"one of: {known}")
    return found


def dictionary_path(fields: Fields, folder: Path) -> Path:
    """Find a tool's dictionary, beside the fab file or among fabctl's. Raises `InputError`."""
    name = fields.text("dictionary")
    paths = (folder / name, data("dictionaries", name))
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        fields.fail(
            "IN205",
            fields.mark_of("dictionary"),
            f"no dictionary {name!r} beside the fab file or among those that come with fabctl",
        )
    return found
