"""Which tools a fab file lists, without reading what their dictionaries say."""

from dataclasses import dataclass
from pathlib import Path

from fabctl.process.vocabulary import KINDS
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node
from fabctl.tools.fields import Fields, each
from sequences import data

TOOL_KEYS = ("id", "kind", "driver", "simulator", "dictionary", "address", "sections")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a fab file; `dictionary` is the file that says what the tool is."""

    id: str
    kind: str
    dictionary: Path


def open_fab(path: Path) -> Fields:
    """Read a fab file's top. Raises `InputError`."""
    return Fields(read_file(path), "a fab", ("fab", "wafer", "desk", "tools"))


def listed(path: Path) -> tuple[Listed, ...]:
    """List the tools of a fab file, in its order. Raises `InputError`."""

    def entry(node: Node) -> Listed:
        fields = Fields(node, "a tool", TOOL_KEYS)
        kind = fields.word("kind", KINDS)
        return Listed(fields.text("id"), kind, dictionary_path(fields, path.parent))

    return each(open_fab(path).items("tools"), entry)


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
