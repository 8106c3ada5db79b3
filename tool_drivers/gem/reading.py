"""What a tool's item says, or plainly that it says nothing."""

import math
from collections.abc import Iterable

from fabctl.quantities.number import as_meant
from fabctl.secs.items import F4, Format, Item, ItemError
from fabctl.secs.read import as_float, as_floats, as_int, as_list, as_text


def text_of(item: Item) -> str:
    """The text; "" where the tool gave none."""
    try:
        return as_text(item)
    except ItemError:
        return ""


def whole_of(item: Item) -> int | None:
    """The whole number; None where the tool gave none."""
    try:
        return as_int(item)
    except ItemError:
        return None


def number_of(item: Item) -> float:
    """The number; NaN where the tool gave none. 12.3 sent as F4 is 12.3 again."""
    try:
        return shortest(item.format, as_float(item))
    except ItemError:
        return math.nan


def numbers_in(items: Iterable[Item]) -> list[float]:
    """The number of each item, as `number_of` gives it: a trace brings fifty at once."""
    numbers = []
    for item in items:
        if type(item) is F4 and len(item.value) == 1:
            value = item.value[0]
            numbers.append(value if value.is_integer() else as_meant(value))
        else:
            numbers.append(number_of(item))
    return numbers


def numbers_of(item: Item) -> tuple[float, ...]:
    """All numbers of an array or list; none where the tool gave none."""
    try:
        return tuple(shortest(item.format, value) for value in as_floats(item))
    except ItemError:
        return ()


def wholes_of(item: Item) -> tuple[int, ...]:
    """All whole numbers of an array or list of IDs; those that are none are left out."""
    if item.format is Format.L:
        return tuple(number for each in as_list(item) if (number := whole_of(each)) is not None)
    return tuple(int(number) for number in numbers_of(item) if math.isfinite(number))


def shortest(form: Format, value: float) -> float:
    """The decimal that a tool meant by a binary float: shortest of the width it was sent in."""
    if form is Format.F8 or not math.isfinite(value) or value.is_integer():
        return value
    return as_meant(value)


def pairs_of(item: Item) -> list[tuple[str, str]]:
    """A list of pairs of texts (MaterialLocations); pairs that are none are left out."""
    pairs = []
    try:
        for each in as_list(item):
            first, second = as_list(each, 2)
            pairs.append((text_of(first), text_of(second)))
    except ItemError:
        pass
    return pairs
