"""The one YAML reader, for audit and run alike: libyaml's events into our own tree.

It takes the part of YAML in which a file can mean one thing only. Scalars stay text: whether
``6:40`` or ``0400`` is a number is asked of `fabctl.quantities`, never of YAML. Anchors, aliases,
tags, merge keys, directives, further documents and duplicate keys are refused, and so are
characters that make a file look different from what it says.
"""

import errno
import stat
from pathlib import Path

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.hidden import HIDDEN, named
from fabctl.process.yaml_pieces import tree_of
from fabctl.process.yaml_tree import Node

MAX_BYTES = 1_000_000

_PLAIN = b"\t\n" + bytes(range(0x20, 0x7F))
"""The ASCII characters that may stand anywhere."""


def read_file(path: Path) -> Node:
    """Read a file. Raises `InputError` with every problem's place."""
    return read_source(path)[1]


def read_source(path: Path) -> tuple[str, Node]:
    """Read a file: its text, for excerpts, and what it says. Raises `InputError`."""
    file = str(path)
    text = checked_text(read_bytes(path), file)
    return text, tree_of(text, file)


def read_bytes(path: Path) -> bytes:
    """Read at most a little more than `MAX_BYTES`. Raises `InputError`."""
    try:
        size = _size(path)
        with path.open("rb", buffering=0) as stream:
            data = stream.read(min(size, MAX_BYTES) + 1)
            if len(data) > size:  # it has grown since, or never told its size
                data += stream.read(MAX_BYTES + 1 - len(data))
            return data
    except (OSError, ValueError) as error:  # ValueError: a path with NUL in it
        message = f"can't be read: {getattr(error, 'strerror', None) or error}"
        raise InputError([Problem("IN112", message, Mark(str(path), 1, 1))]) from error


def _size(path: Path) -> int:
    """Raise OSError for a pipe or a device: nobody knows when it will say something."""
    found = path.stat()
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise OSError(errno.EINVAL, "not a regular file")
    return found.st_size


def read(text: str | bytes, file: str) -> Node:
    """Read a document; `file` is what marks say. Raises `InputError`, and nothing else."""
    return tree_of(checked_text(text, file), file)


def checked_text(text: str | bytes, file: str) -> str:
    """Decode, and refuse what is too large, not UTF-8 or not visible. Raises `InputError`."""

    def refused(code: str, message: str, before: str = "", hint: str = "") -> InputError:
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return InputError([Problem(code, message, Mark(file, line, column), hint)])

    if len(text) > MAX_BYTES:
        raise refused("IN104", f"the file is larger than {MAX_BYTES:,} bytes")
    data = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if isinstance(text, bytes):
        if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in text[:4]:
            raise refused("IN101", "the file is UTF-16 or UTF-32", "", "save it as UTF-8")
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            byte, before = data[error.start], data[: error.start].decode()
            raise refused(
                "IN101", f"byte 0x{byte:02x} is not UTF-8", before, "save it as UTF-8"
            ) from error
    if text.startswith("\ufeff"):
        raise refused(
            "IN101", "the file begins with a byte order mark", "", "save it as UTF-8 without BOM"
        )
    # most of a file is plain ASCII, and quickly put aside
    rest = data.translate(None, _PLAIN)
    if rest and HIDDEN.search(rest.decode(errors="surrogatepass")):
        found = HIDDEN.search(text)
    else:
        found = None
    if found:
        name = "a carriage return without line feed" if found[0] == "\r" else named(found[0])
        raise refused("IN102", f"{name} has no place here", text[: found.start()])
    at = 0 if text.startswith("%") else text.find("\n%") + 1
    if text.startswith("%", at):
        raise refused("IN107", "directives (%) are not accepted", text[:at])
    return text
