"""How a message's body is laid out: named values in lists, fixed or of any length.

A layout is written as secsgem's dictionary writes it: ``<RCMD>`` is one item, of any format that
the name allows; ``<L <RCMD> <HCACK>>`` a list of exactly these; ``<L <SVID>>``, a list with one
layout in it, a list of any length of that. A word after the L is the list's own name.
"""

import re

from msgspec import Struct


class Named(Struct, frozen=True):
    """One item, by its data item's name."""

    name: str


class Fields(Struct, frozen=True):
    """A list of exactly these. An empty list may stand in its place: "there is none"."""

    members: "tuple[Layout, ...]"


class Repeated(Struct, frozen=True):
    """A list of any length of the same."""

    each: "Layout"


Layout = Named | Fields | Repeated


def parse(text: str) -> Layout:
    """The layout that `text` describes. Raises `ValueError`."""
    words = re.findall(r"[<>]|\w+", text)
    layout, rest = _parse(words, 0)
    if rest != len(words):
        raise ValueError(f"more than one layout: {text!r}")
    return layout


def _parse(words: list[str], at: int) -> tuple[Layout, int]:
    """The layout that begins at a word, and where the words behind it begin."""
    if len(words) < at + 3 or words[at] != "<" or not words[at + 1].isidentifier():
        raise ValueError(f"<NAME> or <L ...> expected, found {' '.join(words[at:])!r}")
    if words[at + 1] != "L":
        layout: Layout = Named(words[at + 1])
        at += 2
    else:
        at += 3 if words[at + 2].isidentifier() else 2
        members: list[Layout] = []
        while at < len(words) and words[at] == "<":
            member, at = _parse(words, at)
            members.append(member)
        if not members:
            raise ValueError("an empty list has no layout")
        layout = Repeated(members[0]) if len(members) == 1 else Fields(tuple(members))
    if at >= len(words) or words[at] != ">":
        raise ValueError("'>' is missing")
    return layout, at + 1
