"""Reads the message that a person writes for `fabctl tools send`: ``S1F3 <L <U4 1001>>``.

One small dialect of SML: an item is ``<TYPE value ...>``, a list ``<L item ...>``; texts stand in
double quotes, BOOLEAN values are T and F, bytes may be hexadecimal (0x1F). A trailing dot, a W and
the count of ``<L[2]`` are allowed and not needed.
"""

import re
from collections.abc import Callable

from fabctl.cli.output import Failure
from fabctl.secs import items
from fabctl.secs.codec import encode
from fabctl.secs.items import Item

_HEAD = re.compile(r"\s*S(\d{1,3})F(\d{1,3})\s*(?:W\b)?")
_TOKEN = re.compile(r'\s*(?:(<)\s*(\w+)\s*(?:\[\d+\])?|(>)|"([^"]*)"|([^\s<>"]+))')
_INTEGERS = frozenset({"I1", "I2", "I4", "I8", "U1", "U2", "U4", "U8"})
_DEPTH = 32


def read_message(text: str) -> tuple[int, int, Item | None]:
    """Give stream, function and item. Raises `Failure` saying what can't be read."""
    head = _HEAD.match(text)
    if head is None:
        raise Failure(f"{text!r} does not begin with a message's name, such as S1F3")
    stream, function = int(head[1]), int(head[2])
    if not 0 < stream < 128 or not 0 < function < 256 or function % 2 == 0:
        raise Failure(f"S{stream}F{function} is no primary message")
    body = text[head.end() :].strip().removesuffix(".").strip()
    if not body:
        return stream, function, None
    item, end = _item(body, 0, 0)
    if body[end:].strip():
        raise Failure(f"nothing may follow the item: {body[end:].strip()!r}")
    return stream, function, item


def _item(text: str, at: int, depth: int) -> tuple[Item, int]:
    opening = _TOKEN.match(text, at)
    if opening is None or not opening[1]:
        raise Failure(f"an item begins with <TYPE, not with {text[at : at + 20]!r}")
    if depth > _DEPTH:
        raise Failure(f"more than {_DEPTH} lists inside one another")
    kind, at = opening[2].upper(), opening.end()
    members: list[Item] = []
    values: list[str] = []
    while True:
        token = _TOKEN.match(text, at)
        if token is None:
            raise Failure(f"<{kind} is not closed with >")
        if token[1]:
            member, at = _item(text, at, depth + 1)
            members.append(member)
            continue
        at = token.end()
        if token[3]:
            return _made(kind, members, values), at
        values.append(token[4] if token[4] is not None else token[5])


def _made(kind: str, members: list[Item], values: list[str]) -> Item:
    if kind == "L" and not values:
        return items.L(*members)
    if kind == "L" or members:
        raise Failure("a list holds items, and only a list does")
    try:
        item = _scalar(kind, values)
        encode(item)  # which alone knows what fits
    except (ValueError, OverflowError) as error:
        raise Failure(f"<{kind} {' '.join(values)}> can't be sent: {error}") from error
    return item


def _scalar(kind: str, values: list[str]) -> Item:
    if kind == "A":
        return items.A(" ".join(values))
    if kind == "B":
        return items.B(bytes(_byte(value) for value in values))
    if kind == "BOOLEAN":
        return items.BOOLEAN(*(_truth(value) for value in values))
    make: Callable[..., Item] = getattr(items, kind) if kind in {*_INTEGERS, "F4", "F8"} else _no
    return make(*(_number(value, whole=kind in _INTEGERS) for value in values))


def _byte(value: str) -> int:
    try:
        byte = int(value, 0)
    except ValueError:
        byte = -1
    if not 0 <= byte <= 255:
        raise ValueError(f"{value!r} is no byte: 0 to 255, or 0x00 to 0xFF")
    return byte


def _truth(value: str) -> bool:
    if value.upper() not in ("T", "F"):
        raise ValueError(f"{value!r} is neither T nor F")
    return value.upper() == "T"


def _number(value: str, *, whole: bool) -> float:
    try:
        return int(value) if whole else float(value)
    except ValueError:
        raise ValueError(f"{value!r} is no {'whole ' if whole else ''}number") from None


def _no(*_values: float) -> Item:
    raise ValueError("there is no such type of item")
