"""What messages hold, by SEMI E5's names: for logs that people read, and for checks.

secsgem's dictionary of stream/function structures and data items backs it and is loaded when the
first message is looked up; `fabctl.secs.catalogue_additions` says what that dictionary lacks or
has otherwise than E5. Real tools deviate: what `problems` finds is worth a warning, no more.
"""

import re
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from fabctl.secs.catalogue_additions import DATA_ITEMS, MESSAGES
from fabctl.secs.items import Format, Item
from fabctl.secs.message import Message
from fabctl.secs.structures import Fields, Layout, Named, Repeated, parse

_FORMATS = {
    "Array": "L", "Binary": "B", "Boolean": "BOOLEAN", "String": "A", "JIS8": "J",
}  # fmt: skip
"""Formats that secsgem names otherwise."""


class DataItem(Struct, frozen=True):
    """A data item: the formats it may have (none listed: any), and what its numbers mean."""

    name: str
    formats: frozenset[Format] = frozenset()
    meanings: "MappingProxyType[int, str]" = field(default_factory=lambda: MappingProxyType({}))


def layout(stream: int, function: int) -> Layout | None:
    """How SxFy's body is laid out; None for a header-only or unknown message."""
    added = MESSAGES.get((stream, function))
    if added is not None:
        return parse(added) if added else None
    return _secsgem_layouts().get((stream, function))


def is_known(stream: int, function: int) -> bool:
    """Whether the catalogue has SxFy."""
    return (stream, function) in MESSAGES or (stream, function) in _secsgem_layouts()


@cache
def data_item(name: str) -> DataItem:
    """What is known of a data item; of an unknown one nothing but its name."""
    added = DATA_ITEMS.get(name)
    if added is not None:
        formats, meanings = added
        return DataItem(
            name,
            frozenset(Format[each] for each in formats.split()),
            MappingProxyType(meanings),
        )
    from secsgem.secs import data_items

    found: Any = getattr(data_items, name, None)
    if found is None:
        return DataItem(name)
    allowed = getattr(found, "__allowedtypes__", None) or [found.__type__]
    names = [_FORMATS.get(each.__name__, each.__name__) for each in allowed]
    words = found.__dict__.get("_values", {})
    meanings = {value: word.replace("_", " ").lower() for word, value in words.items()}
    known = all(each in Format.__members__ for each in names)
    formats_ = frozenset(Format[each] for each in names) if known else frozenset()
    return DataItem(name, formats_, MappingProxyType(meanings))


def names(message: Message) -> Iterator[tuple[Item, str]]:
    """Every item of the message that the catalogue has a name for."""
    expected = layout(message.stream, message.function)
    if expected is not None and message.item is not None:
        yield from _names(message.item, expected)


def _names(item: Item, expected: Layout) -> Iterator[tuple[Item, str]]:
    match expected:
        case Named(name):
            yield item, name
        case Repeated(each):
            for member in _members(item):
                yield from _names(member, each)
        case Fields(members):
            found = _members(item)
            if len(found) == len(members):
                for member, layout_ in zip(found, members, strict=True):
                    yield from _names(member, layout_)


def problems(message: Message) -> list[str]:
    """How a message deviates from its layout; empty where it does not, or is unknown."""
    expected = layout(message.stream, message.function)
    if expected is None:
        if message.item is not None and is_known(message.stream, message.function):
            return [f"{message.name} has no body"]
        return []
    if message.item is None:
        return [f"{message.name} lacks its body"]
    return list(_problems(message.item, expected, message.name))


def _problems(item: Item, expected: Layout, where: str) -> Iterator[str]:
    if isinstance(expected, Named):
        formats = data_item(expected.name).formats
        if formats and item.format not in formats:
            allowed = ", ".join(sorted(each.name for each in formats))
            yield f"{where}: {expected.name} is {item.format.name}, not {allowed}"
        return
    if item.format is not Format.L:
        yield f"{where}: {item.format.name} where a list belongs"
        return
    found = _members(item)
    if isinstance(expected, Repeated):
        for number, member in enumerate(found, 1):
            yield from _problems(member, expected.each, f"{where}[{number}]")
    elif found and len(found) != len(expected.members):
        yield f"{where}: a list of {len(found)}, not of {len(expected.members)}"
    else:
        for number, (member, each) in enumerate(zip(found, expected.members, strict=False), 1):
            yield from _problems(member, each, f"{where}[{number}]")


def _members(item: Item) -> tuple[Item, ...]:
    return item.value if item.format is Format.L else ()  # type: ignore[return-value]


@cache
def _secsgem_layouts() -> dict[tuple[int, int], Layout | None]:
    from secsgem.secs import functions

    found: dict[tuple[int, int], Layout | None] = {}
    for name in dir(functions):
        kind: Any = getattr(functions, name)
        if re.fullmatch(r"SecsS\d\dF\d\d", name):
            body = kind._data_format  # noqa: SLF001 -- text, but of S14F4
            found[kind._stream, kind._function] = (  # noqa: SLF001
                parse(body) if isinstance(body, str) else None
            )
    return found
