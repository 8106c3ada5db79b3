"""The one YAML reader, for audit and run alike: libyaml's events into our own tree.

It takes the part of YAML in which a file can mean one thing only. Scalars stay text: whether
``6:40`` or ``0400`` is a number is asked of `fabctl.quantities`, never of YAML. Anchors, aliases,
tags, merge keys, directives, further documents and duplicate keys are refused, and so are
characters that make a file look different from what it says.

The tree is built by a loop, with bounds on size, depth and nodes: PyYAML's own composer recurses
in C, and 50 kB of brackets kill the process there. Here they are refused in a millisecond.
"""

import contextlib
import errno
import re
import stat
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_PROBLEMS = 20

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]|\r(?!\n)"
)
"""Controls, bidirectional controls, invisible characters, line ends that only YAML counts."""

_Scalar: Any = ScalarEvent  # the stubs know of events without a place; a parser's have one

_PLAIN = b"\t\n" + bytes(range(0x20, 0x7F))
"""The ASCII characters that may stand anywhere."""

_DIRECTIVE = re.compile("^%", re.MULTILINE)


def python_parser() -> Any:
    """Give PyYAML's own parser: the same events as libyaml's, slower."""

    class PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
        def __init__(self, text: str) -> None:
            yaml.reader.Reader.__init__(self, text)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)

    return PythonParser


_Parser: Any
try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError:  # PyYAML was built without libyaml
    _Parser = python_parser()


def read_file(path: Path) -> Node:
    """Read a file. Raises `InputError` with every problem's place."""
    return read_source(path)[1]


def read_source(path: Path) -> tuple[str, Node]:
    """Read a file: its text, for excerpts, and what it says. Raises `InputError`."""
    file = str(path)
    text = checked_text(read_bytes(path), file)
    return text, _Builder(text, file).build()


def read_bytes(path: Path) -> bytes:
    """Read at most a little more than `MAX_BYTES`. Raises `InputError`."""
    try:
        size = _size(path)
        with path.open("rb") as stream:
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
    return _Builder(checked_text(text, file), file).build()


def checked_text(text: str | bytes, file: str) -> str:
    """Decode, and refuse what is too large, not UTF-8 or not visible. Raises `InputError`."""

    def refused(code: str, message: str, before: str = "", hint: str = "") -> InputError:
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return InputError([Problem(code, message, Mark(file, line, column), hint)])

    if len(text) > MAX_BYTES:
        raise refused("IN104", f"the file is larger than {MAX_BYTES:,} bytes")
    if isinstance(text, bytes):
        if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in text[:4]:
            raise refused("IN101", "the file is UTF-16 or UTF-32", "", "save it as UTF-8")
        data = text
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
    rest = text.encode(errors="surrogatepass").translate(None, _PLAIN)
    if rest and _FORBIDDEN.search(rest.decode(errors="surrogatepass")):
        found = _FORBIDDEN.search(text)
    else:
        found = None
    if found:
        name = "a carriage return without line feed" if found[0] == "\r" else _named(found[0])
        raise refused("IN102", f"{name} has no place here", text[: found.start()])
    found = _DIRECTIVE.search(text) if "%" in text else None
    if found:
        raise refused("IN107", "directives (%) are not accepted", text[: found.start()])
    return text


def _named(character: str) -> str:
    return f"the character U+{ord(character):04X}"


class _Builder:
    """Builds the tree of one document from the parser's events."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self.parser = _Parser(text)
        self.problems: list[Problem] = []

    def build(self) -> Node:
        try:
            root = self._document()
            self._end()
        except yaml.MarkedYAMLError as error:
            place = error.problem_mark or error.context_mark
            mark = Mark(self.file, place.line + 1, place.column + 1) if place else self._top()
            said = ", ".join(part for part in (error.context, error.problem) if part)
            broken = Problem("IN103", said or "not YAML", mark)
            self.problems.append(self._too_deep_before(error) or broken)
        except yaml.YAMLError as error:
            self.problems.append(Problem("IN103", str(error).splitlines()[0], self._top()))
        except _TooManyProblemsError:
            pass
        if self.problems:
            raise InputError(self.problems)
        return root

    def _too_deep_before(self, error: yaml.MarkedYAMLError) -> Problem | None:
        """Look whether the file is too deep where the scanner, running ahead, saw an error.

        It runs up to 1,024 characters ahead of the events, and since libyaml 0.2.6 it refuses a
        depth of 1,000 itself: what lies before must be judged all the same.
        """
        place = error.context_mark or error.problem_mark
        if not isinstance(error, yaml.scanner.ScannerError) or place is None:
            return None
        before = _Builder(self.text[: place.index], self.file)
        with contextlib.suppress(yaml.YAMLError, _TooManyProblemsError):
            before._document()
        return next((each for each in before.problems if each.code == "IN104"), None)

    def _document(self) -> Node:
        """Read the events of the first document in one loop; no recursion anywhere."""
        get_event, file = self.parser.get_event, self.file
        get_event()  # the stream's start
        if type(get_event()) is yaml.StreamEndEvent:
            self._refuse("IN110", "the file is empty", self._top())
            raise _TooManyProblemsError
        open_nodes: list[tuple[Any, list[Any]]] = []
        children: list[Any] = []  # scalars are still events here
        nodes = 0
        for event in iter(get_event, None):
            kind = type(event)
            node: Any = event
            if kind is ScalarEvent:
                if event.tag is not None or event.anchor is not None or event.style:
                    self._check_properties(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.tag is not None or event.anchor is not None:
                    self._check_properties(event)
                open_nodes.append((event, children))
                if len(open_nodes) > MAX_DEPTH:
                    self._give_up(f"more than {MAX_DEPTH} levels deep", event)
                children = []
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                start, siblings = open_nodes.pop()
                if kind is MappingEndEvent:
                    node = self._mapping(start, event, children)
                else:
                    items = _nodes(file, children)
                    node = List(file, start.start_mark, event.end_mark, tuple(items))
                children = siblings
            else:  # an alias: what it stands for is never looked up
                self._refuse("IN106", f"the alias *{event.anchor} is not accepted", self._at(event))
                node = _alias(event)
            nodes += 1
            if nodes > MAX_NODES:
                self._give_up(f"more than {MAX_NODES:,} parts", event)
            if not open_nodes:
                break
            children.append(node)
        return _nodes(file, [node])[0]

    def _mapping(self, start: Any, end: Any, children: list[Any]) -> Mapping:
        file, keys = self.file, children[::2]
        values = _nodes(file, children[1::2])
        try:
            by_key = dict(zip([key.value for key in keys], values, strict=True))
        except AttributeError:  # a collection as a key
            by_key = {}
        if len(by_key) < len(keys) or "" in by_key or "<<" in by_key:
            self._check_keys(keys)
        return Mapping(file, start.start_mark, end.end_mark, keys, by_key)

    def _end(self) -> None:
        self.parser.get_event()  # the document's end
        event = self.parser.get_event()
        if type(event) is not yaml.StreamEndEvent:
            self._refuse("IN109", "a second document begins", self._at(event), "use two files")

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse("IN106", f"the anchor &{event.anchor} is not accepted", self._at(event))
        if event.tag is not None:
            self._refuse("IN107", f"the tag {event.tag} is not accepted", self._at(event))
        if type(event) is ScalarEvent and event.style:
            hidden = _FORBIDDEN.search(event.value)
            if hidden:
                self._refuse("IN102", f"{_named(hidden[0])} has no place here", self._at(event))

    def _check_keys(self, keys: list[Any]) -> None:
        seen: dict[str, Any] = {}
        for key in keys:
            if type(key) is not ScalarEvent or not key.value:
                mark = self._at(key) if type(key) is ScalarEvent else key.mark
                self._refuse("IN111", "a key must be a plain word", mark)
            elif key.value == "<<":
                self._refuse("IN108", "merge keys (<<) are not accepted", self._at(key))
            elif key.value in seen:
                first = seen[key.value].start_mark.line + 1
                self._refuse(
                    "IN105",
                    f"the key {key.value} stands here again; first in line {first}",
                    self._at(key),
                )
            else:
                seen[key.value] = key

    def _refuse(self, code: str, message: str, mark: Mark, hint: str = "") -> None:
        self.problems.append(Problem(code, message, mark, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _TooManyProblemsError

    def _give_up(self, message: str, event: Any) -> None:
        self._refuse("IN104", message, self._at(event))
        raise _TooManyProblemsError

    def _at(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _top(self) -> Mark:
        return Mark(self.file, 1, 1)


def _nodes(file: str, children: list[Any]) -> list[Node]:
    """Make nodes of scalars; mappings and lists are nodes already."""
    return [Scalar(file, e.value, e) if type(e) is _Scalar else e for e in children]


def _alias(event: Any) -> Any:
    """Stand in for what an alias names."""
    text, place = f"*{event.anchor}", (event.start_mark, event.end_mark)
    return ScalarEvent(None, None, (False, True), text, *place, style='"')


class _TooManyProblemsError(Exception):
    """Reading on makes no sense."""
