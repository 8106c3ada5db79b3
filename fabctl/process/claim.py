"""The claims that sequences practise, element by element."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

import sequences
from fabctl.process.errors import Mark
from fabctl.process.reading import Reading
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node


class ElementKind(StrEnum):
    """What an element asks for; one element may ask for several things."""

    STEP = "step"
    """A tool does it."""
    ORDER = "order"
    """Before or after another step."""
    LIMIT = "limit"
    """A value within a range."""
    RELATION = "relation"
    """A value against another step's."""
    MATERIAL = "material"
    """A material out of a set."""
    EFFECT = "effect"
    """What the wafer looks like right after the step."""
    STRUCTURE = "structure"
    """What the finished wafer looks like."""


class Element(Struct, frozen=True):
    """One element of a claim, such as ``cap.5.a``.

    `rules` are the codes of the interlock rules that state its limit, order, relation or material:
    number, set and order stand there and nowhere else. () where the kinds need none.
    """

    name: str
    kinds: tuple[ElementKind, ...]
    meaning: str
    rules: tuple[str, ...]
    mark: Mark


class Claim(Struct, frozen=True):
    """A claim, such as ``cap.5``; it holds only if `parent` holds ("": an independent claim)."""

    name: str
    document: str
    number: int
    parent: str
    elements: tuple[Element, ...]
    mark: Mark


class Document(Struct, frozen=True):
    """A document's claims in their printed order."""

    name: str
    title: str
    claims: tuple[Claim, ...]


@lru_cache(maxsize=1)
def documents() -> tuple[Document, ...]:
    """Load the documents that come with fabctl."""
    return tuple(
        load_document(sequences.data("claims", f"{name}.yaml"))
        for name in ("lowk", "resist", "cap")
    )


@lru_cache(maxsize=1)
def claims() -> Mapping[str, Claim]:
    """Every claim by its name."""
    return {claim.name: claim for document in documents() for claim in document.claims}


@lru_cache(maxsize=1)
def elements() -> Mapping[str, Element]:
    """Every claim element by its name, in printed order."""
    return {each.name: each for claim in claims().values() for each in claim.elements}


@lru_cache(maxsize=1)
def element_names() -> frozenset[str]:
    """The names of all claim elements."""
    return frozenset(elements())


def with_parents(names: tuple[str, ...], known: Mapping[str, Claim]) -> tuple[str, ...]:
    """Name the claims that must hold for these to hold: themselves and all their parents."""
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name and name not in needed:
            needed.add(name)
            waiting.append(known[name].parent)
    return tuple(each for each in known if each in needed)


def load_document(path: Path) -> Document:
    """Load a file of claims. Raises `InputError`."""
    return _DocumentLoader(Reading()).load(read_file(path))


class _DocumentLoader:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def load(self, root: Node) -> Document:
        fields = self.reading.fields(root, "a claims file", ("document", "title", "claims"))
        name = title = None
        if "document" in fields:
            name = self.reading.name(fields["document"], "document")
        if "title" in fields:
            title = self.reading.text(fields["title"], "title")
        found: dict[int, Claim] = {}
        for item in self.reading.items(fields["claims"], "claims") if "claims" in fields else ():
            claim = self._claim(item, name or "", found)
            if claim is not None:
                found[claim.number] = claim
        self.reading.finish()
        assert name is not None
        assert title is not None
        return Document(name, title, tuple(found.values()))

    def _claim(self, node: Node, document: str, earlier: Mapping[int, Claim]) -> Claim | None:
        fields = self.reading.fields(node, "a claim", ("claim", "elements"), ("parent",))
        if not {"claim", "elements"} <= fields.keys():
            return None
        number = self.reading.whole(fields["claim"], "claim")
        if number is None:
            return None
        if number != len(earlier) + 1:
            self.reading.note("IN204", f"claim {number} is out of its order", node.mark)
        parent = ""
        if "parent" in fields:
            of = self.reading.whole(fields["parent"], "parent")
            if of not in earlier:
                message = f"the parent of claim {number} must stand before it"
                self.reading.note("IN205", message, fields["parent"].mark)
            parent = f"{document}.{of}"
        name = f"{document}.{number}"
        elements = self._elements(fields["elements"], name)
        return Claim(name, document, number, parent, elements, node.mark)

    def _elements(self, node: Node, claim: str) -> tuple[Element, ...]:
        """Read elements keyed by their letters, which go a, b, c ..."""
        found: list[Element] = []
        for key, item in self.reading.entries(node, "elements"):
            due = chr(ord("a") + len(found))
            if key.text != due:
                self.reading.note("IN204", f"the element {key.text} should be {due}", key.mark)
            what = f"the element {claim}.{key.text}"
            fields = self.reading.fields(item, what, ("kinds", "meaning"), ("rules",))
            if not {"kinds", "meaning"} <= fields.keys():
                continue
            kinds = [
                ElementKind(word)
                for kind in self.reading.items(fields["kinds"], "kinds")
                if (word := self.reading.word(kind, "a kind", tuple(ElementKind))) is not None
            ]
            meaning = self.reading.text(fields["meaning"], "meaning") or ""
            rules = self.reading.names(fields["rules"], "rules") if "rules" in fields else ()
            name = f"{claim}.{key.text}"
            found.append(Element(name, tuple(kinds), meaning, rules, key.mark))
        return tuple(found)
