"""Lenient readers: what real tools send, as the value that was meant.

Tools answer HCACK as U1 in place of B, pad text with blanks or NULs, send numbers as text. These
readers take any of that and raise `ItemError` where no such value can be meant. A zero-length
item is "not given": it is no number and no empty string; ask `is_empty` first where it may come.
"""

import math
import re

from fabctl.secs.items import BOOLEAN, C2, I1, U1, A, B, Floats, Integers, Item, ItemError, L

_WHOLE = range(-(2**63), 2**64)
"""What the integer formats hold; a number beyond them, in text or in a float, is none of theirs."""
_DIGITS = re.compile(r"[+-]?[0-9]{1,30}")

# The encoding header of a localised text (E5 §9.4, as far as Python has the encodings).
_LOCALISED = {
    1: "utf-16-be", 2: "utf-8", 3: "ascii", 4: "latin-1", 5: "iso8859-11", 6: "tis-620",
    8: "shift_jis", 9: "euc_jp", 10: "euc_kr", 11: "gb2312", 12: "euc_tw", 13: "big5",
}  # fmt: skip


def is_empty(item: Item) -> bool:
    """Whether it is a zero-length item, or an empty list: "not given"."""
    return len(item) == 0


def as_list(item: Item | None, count: int | None = None) -> tuple[Item, ...]:
    """The items of a list, of exactly `count` where that is given."""
    if item is None:
        raise ItemError("a list expected, the message is empty")
    if not isinstance(item, L):
        raise ItemError(f"a list expected, found {item!r}")
    items = item.value
    if count is not None and len(items) != count:
        raise ItemError(f"a list of {count} expected, found one of {len(items)}")
    return items


def as_float(item: Item | None) -> float:
    """A single number, whatever its width, or text that spells one. May be NaN or infinite."""
    if item is None:
        raise ItemError("a number expected, the message is empty")
    if isinstance(item, Floats) and len(item.value) == 1:
        return item.value[0]
    value = item.one()
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise ItemError(f"a number expected, found {item!r}") from None


def as_int(item: Item | None) -> int:
    """A single whole number: any integer, B, BOOLEAN, a whole float, or text that spells one."""
    if item is None:
        raise ItemError("a whole number expected, the message is empty")
    if isinstance(item, Integers) and len(item.value) == 1:
        return item.value[0]
    number = _whole(item.one())
    if number is None or number not in _WHOLE:
        raise ItemError(f"a whole number expected, found {item!r}")
    return number


def as_bool(item: Item | None) -> bool:
    """A truth value: BOOLEAN, or any number (not 0 is true)."""
    return as_int(item) != 0


def as_text(item: Item | None) -> str:
    """A text without the padding at its right end (blanks, NULs). Numbers are no text."""
    if item is None:
        raise ItemError("text expected, the message is empty")
    if isinstance(item, A):
        return item.value.rstrip(" \0")
    if isinstance(item, C2):
        return _localised(item.value).rstrip(" \0")
    if isinstance(item, B):
        return item.value.decode("latin-1").rstrip(" \0")
    raise ItemError(f"text expected, found {item!r}")


def as_bytes(item: Item | None) -> bytes:
    """A body of bytes, sent as B, A, U1 or I1 (a PPBODY)."""
    if item is None:
        raise ItemError("bytes expected, the message is empty")
    if isinstance(item, B | C2):
        return item.value
    if isinstance(item, A):
        return item.value.encode("latin-1")
    if isinstance(item, U1 | I1):
        return bytes(number & 0xFF for number in item.value)
    raise ItemError(f"bytes expected, found {item!r}")


def as_floats(item: Item | None) -> tuple[float, ...]:
    """All numbers of an array, or of a list of single numbers (an array variable)."""
    if item is None:
        raise ItemError("numbers expected, the message is empty")
    if isinstance(item, L):
        return tuple(as_float(each) for each in item.value)
    if isinstance(item, Integers | Floats | BOOLEAN):
        return tuple(map(float, item.value))
    raise ItemError(f"numbers expected, found {item!r}")


def _whole(value: float | str) -> int | None:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value.is_integer() else None
    text = value.strip(" \0")
    return int(text) if _DIGITS.fullmatch(text) else None


def _localised(value: bytes) -> str:
    encoding = _LOCALISED.get(int.from_bytes(value[:2], "big"))
    if len(value) < 2 or encoding is None:
        raise ItemError(f"localised text in an encoding that is unknown: {value[:16]!r}")
    try:
        return value[2:].decode(encoding)
    except UnicodeDecodeError as error:
        raise ItemError(f"localised text is no {encoding}: {error.reason}") from None
