"""Between a tool's values and SECS-II items, as its dictionary gives the formats."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

from fabctl.quantities import exact
from fabctl.secs.items import (
    BOOLEAN,
    F4,
    F8,
    I1,
    I2,
    I4,
    I8,
    U1,
    U2,
    U4,
    U8,
    A,
    B,
    Format,
    Item,
    ItemError,
    L,
)
from fabctl.secs.read import as_bool, as_float, as_floats, as_int, as_list, as_text
from fabctl.tools import wire_value
from simulators.machine import Value

INTEGERS: Mapping[str, Callable[..., Item]] = {
    "U1": U1,
    "U2": U2,
    "U4": U4,
    "U8": U8,
    "I1": I1,
    "I2": I2,
    "I4": I4,
    "I8": I8,
}
WHOLE: Mapping[str, range] = {
    "B": range(256),
    **{name: range(low, high + 1) for name, (low, high) in wire_value.INTEGERS.items()},
}
"""The numbers that a format holds."""
LARGEST_ID = 2**32 - 1
MOST_IDS = 10_000
"""In one message. To answer more would keep a host on another tool waiting for seconds."""
LARGEST_F4 = (2 - 2**-23) * 2.0**127
FLOATS: Mapping[str, Callable[..., Item]] = {"F4": F4, "F8": F8}


_SPELT = str.maketrans({"Å": "Angstrom", "\u212b": "Angstrom", "µ": "u", "μ": "u", "°": "deg"})


def readable(text: str) -> Item:
    """A text for a person to read, in the 7 bits that A has for it."""
    return A(text.translate(_SPELT).encode("ascii", "replace").decode("ascii"))


def item_of(format_: str, value: Value) -> Item:
    """`value` as an item of the dictionary's format; an empty tuple becomes an empty item.

    A number beyond the format is told as the nearest that it has, as a counter that has run full.
    Raises ValueError where there is no such format.
    """
    if format_ == "A" and isinstance(value, str):
        return A(value)
    if format_ == "F4" and isinstance(value, float) and -LARGEST_F4 <= value <= LARGEST_F4:
        return F4(value)  # as most samples of a trace are
    many = value if isinstance(value, tuple) else (value,)
    if format_ == "A":
        return A("".join(str(part) for part in many))
    if format_ == "L":
        return L(*(plain_item(part) for part in many))
    if format_ == "B":
        return B(bytes(int(part) for part in many))
    if format_ == "BOOLEAN":
        return BOOLEAN(*(bool(part) for part in many))
    if format_ in FLOATS:
        return FLOATS[format_](*[_held(format_, float(part)) for part in many])
    if format_ not in INTEGERS:
        raise ValueError(f"no such item format: {format_}")
    if isinstance(value, int) and value in WHOLE[format_]:
        return INTEGERS[format_](int(value))
    numbers = [float(part) for part in many]
    if any(math.isnan(number) for number in numbers):
        return INTEGERS[format_]()  # an integer can't say "no number" but by being absent
    least, most = WHOLE[format_][0], WHOLE[format_][-1]
    return INTEGERS[format_](*(round(min(max(number, least), most)) for number in numbers))


def _held(format_: str, number: float) -> float:
    if format_ == "F4" and abs(number) > LARGEST_F4:
        return math.copysign(math.inf, number)
    return number


def plain_item(value: float | str) -> Item:
    """A single value in the widest format of its sort."""
    if isinstance(value, str):
        return A(value)
    if isinstance(value, bool):
        return BOOLEAN(value)
    return U4(value) if isinstance(value, int) and 0 <= value < 2**32 else F8(float(value))


def value_of(format_: str, item: Item) -> int | float | str:
    """The single value of a host's item for a variable or parameter of this format.

    Lenient in width, strict in sort: text is no number. Raises `ItemError`.
    """
    if format_ == "A":
        return text_of(item)
    if format_ in FLOATS:
        return as_float(item)
    if format_ == "BOOLEAN":
        return as_bool(item)
    if format_ in INTEGERS or format_ == "B":
        return as_int(item)
    raise ItemError(f"no single value has the format {format_}")


def text_of(item: Item | None) -> str:
    """A text of the host that the tool can tell again, in the 7 bits of A. Raises `ItemError`."""
    text = as_text(item)
    if not text.isascii():
        raise ItemError(f"text in 7 bits expected, found {item!r}")
    return text


def typed(format_: str, text: str) -> Value:
    """A value written in the dictionary (a constant's default), by its format."""
    if format_ == "A":
        return text
    if format_ == "BOOLEAN":
        return text.strip().lower() in ("true", "t", "yes", "1")
    number = Fraction(text)
    return float(number) if format_ in FLOATS else int(number)


def bound(format_: str, limit: Fraction | str | None) -> Item:
    """A limit or default of the dictionary as an item; an empty one where there is none."""
    if limit is None or format_ in ("A", "L"):
        return item_of(format_ if format_ != "L" else "A", limit if isinstance(limit, str) else ())
    return item_of(format_, typed(format_, str(limit)))


def outside(format_: str, value: float | str, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether a number lies beyond its limits or its format (or is none); text never does.

    A float is taken as the shortest decimal of its width, so that a limit of 0.1 is not broken
    by 0.10000000149.
    """
    if isinstance(value, str):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return True
    if format_ in WHOLE and value not in WHOLE[format_]:
        return True
    width: Literal[4, 8] = 8 if format_ == "F8" else 4
    try:
        number = exact(value, width) if isinstance(value, float) else Fraction(value)
    except OverflowError:  # more than an F4 holds
        return True
    return (low is not None and number < low) or (high is not None and number > high)


def id_of(item: Item | None) -> int:
    """An ID. Raises `ItemError` where it is more than four bytes can hold."""
    number = as_int(item)
    if not 0 <= number <= LARGEST_ID:
        raise ItemError(f"an ID is 0 to {LARGEST_ID}, not {number}")
    return number


def numbers_of(item: Item | None) -> list[int]:
    """IDs sent as a list of items or as one item of many values. Raises `ItemError`."""
    if item is None:
        raise ItemError("IDs expected, the message is empty")
    if len(item) > MOST_IDS:
        raise ItemError(f"at most {MOST_IDS} IDs a message, not {len(item)}")
    if item.format is Format.L:
        return [id_of(element) for element in as_list(item)]
    if item.format in (Format.A, Format.J, Format.C2):
        raise ItemError(f"IDs are numbers, not {item!r}")
    numbers = as_floats(item)
    if not all(-0.5 <= number <= LARGEST_ID for number in numbers):
        raise ItemError(f"IDs are whole numbers from 0 to {LARGEST_ID}, not {item!r}")
    return [round(number) for number in numbers]
