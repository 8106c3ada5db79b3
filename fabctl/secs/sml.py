"""Messages as SML (SECS Message Language), with the names of their items, for people.

::

    S2F42
    <L[2]
      <B 0x04> /* HCACK: ack finish later */
      <L[0]>
    > .

SML has many dialects and none is read here: nothing is ever decided by it.
"""

import struct
from typing import Any

from fabctl.secs.catalogue import data_item, names
from fabctl.secs.items import Format, Item
from fabctl.secs.message import Message

SHOWN_VALUES = 64
"""Longer arrays and texts are shown up to this many values, and how many there are."""


def sml(message: Message) -> str:
    """The message as SML text, without a line end."""
    head = message.name + (" W" if message.wait else "")
    if message.item is None:
        return head + " ."
    named = {id(item): name for item, name in names(message)}
    return "\n".join([head, *_lines(message.item, named, "")]) + " ."


def _lines(item: Item, named: dict[int, str], indent: str) -> list[str]:
    name = named.get(id(item), "")
    if item.format is not Format.L:
        return [f"{indent}<{_value(item)}>{_comment(item, name)}"]
    members: tuple[Item, ...] = item.value  # type: ignore[assignment]
    comment = f" /* {name} */" if name else ""
    if not members:
        return [f"{indent}<L[0]>{comment}"]
    lines = [f"{indent}<L[{len(members)}]{comment}"]
    for member in members:
        lines += _lines(member, named, indent + "  ")
    return [*lines, f"{indent}>"]


def _comment(item: Item, name: str) -> str:
    if not name:
        return ""
    value = item.value
    if len(value) == 1 and isinstance(value[0], int):
        meaning = data_item(name).meanings.get(value[0])
        if meaning is not None:
            return f" /* {name}: {meaning} */"
    return f" /* {name} */"


def _value(item: Item) -> str:
    kind = item.format.name
    value: Any = item.value
    count = len(value)
    more = " ..." if count > SHOWN_VALUES else ""
    if item.format in (Format.A, Format.J):
        return f"{kind}{_count(count)} {_quoted(value[:SHOWN_VALUES])}{more}"
    if not count:
        return f"{kind}[0]"
    shown = value[:SHOWN_VALUES]
    if item.format in (Format.B, Format.C2):
        words = [f"0x{byte:02X}" for byte in shown]
    elif item.format is Format.BOOLEAN:
        words = ["T" if truth else "F" for truth in shown]
    elif item.format is Format.F4:
        words = [_single(number) for number in shown]
    else:
        words = [repr(number) for number in shown]
    return f"{kind}{_count(count)} {' '.join(words)}{more}"


def _count(count: int) -> str:
    """How many values, where that can't be seen."""
    return f"[{count}]" if count != 1 and (count == 0 or count > SHOWN_VALUES) else ""


def _quoted(text: str) -> str:
    safe = "".join(c if c.isprintable() and c != '"' else f"\\x{ord(c):02x}" for c in text)
    return f'"{safe}"'


def _single(number: float) -> str:
    """The shortest decimal that is this number as a 32-bit float: 12.3, not 12.300000190734863."""
    for digits in range(6, 9):
        text = f"{number:.{digits}g}"
        if struct.pack(">f", float(text)) == struct.pack(">f", number):
            return text
    return f"{number:.9g}"
