"""Builds the tree of one YAML document from libyaml's events, by a loop and within bounds.

PyYAML's own composer recurses in C, and 50 kB of brackets kill the process there. Here they are
refused in a millisecond.
"""

import contextlib
from typing import Any

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.hidden import HIDDEN, named
from fabctl.process.pyyaml import yaml
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar

MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_PROBLEMS = 20

_Mapping, _MappingEnd = yaml.MappingStartEvent, yaml.MappingEndEvent
_List, _ListEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent
_Scalar: Any = yaml.ScalarEvent  # the stubs know of events without a place; a parser's have one


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


def build(text: str, file: str) -> Node:
    """Build the tree of a text that holds nothing hidden. Raises `InputError`, and nothing else."""
    return _Builder(text, file).build()


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
            if kind is _Scalar:
                if event.style or event.tag is not None or event.anchor is not None:
                    self._check_properties(event)
                if open_nodes and nodes < MAX_NODES:  # most events are such
                    nodes += 1
                    children.append(event)
                    continue
            elif kind is _Mapping or kind is _List:
                if event.tag is not None or event.anchor is not None:
                    self._check_properties(event)
                open_nodes.append((event, children))
                if len(open_nodes) > MAX_DEPTH:
                    self._give_up(f"more than {MAX_DEPTH} levels deep", event)
                children = []
                continue
            elif kind is _MappingEnd or kind is _ListEnd:
                start, siblings = open_nodes.pop()
                if kind is _MappingEnd:
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
        by_key: dict[str, Node] = {}
        with contextlib.suppress(AttributeError):  # a collection as a key
            for key, value in zip(keys, children[1::2], strict=True):
                by_key[key.value] = (
                    Scalar(file, value.value, value) if type(value) is _Scalar else value
                )
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
        if type(event) is _Scalar and event.style:
            hidden = HIDDEN.search(event.value)
            if hidden:
                self._refuse("IN102", f"{named(hidden[0])} has no place here", self._at(event))

    def _check_keys(self, keys: list[Any]) -> None:
        seen: dict[str, Any] = {}
        for key in keys:
            if type(key) is not _Scalar or not key.value:
                mark = self._at(key) if type(key) is _Scalar else key.mark
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
    return _Scalar(None, None, (False, True), text, *place, style='"')


class _TooManyProblemsError(Exception):
    """Reading on makes no sense."""
