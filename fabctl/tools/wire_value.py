"""One parameter's value, between a process engineer's terms and the tool's.

Exact in both directions up to what the item format can carry: a float on the wire stands for the
shortest decimal of its width, so 12.3 comes back as 12.3.
"""

import math
import struct
from fractions import Fraction
from functools import lru_cache

from fabctl.quantities import Quantity, exact, less, show_number
from fabctl.tools.dictionary import Parameter

INTEGERS: dict[str, tuple[int, int]] = {
    "U1": (0, 2**8 - 1),
    "U2": (0, 2**16 - 1),
    "U4": (0, 2**32 - 1),
    "U8": (0, 2**64 - 1),
    "I1": (-(2**7), 2**7 - 1),
    "I2": (-(2**15), 2**15 - 1),
    "I4": (-(2**31), 2**31 - 1),
    "I8": (-(2**63), 2**63 - 1),
}
"""The integer formats and the values that they can hold."""

WireValue = float | int | str


def number_to_wire(parameter: Parameter, number: Fraction) -> float | int:
    """Give the value that goes on the wire for a number in the parameter's unit.

    Raises ValueError where it is outside the tool's range, between its steps, or beyond the format.
    """
    unit = f" {parameter.unit}" if parameter.unit else ""
    if parameter.minimum is not None and less(number, parameter.minimum):
        low = show_number(parameter.minimum)
        limit = f"the tool's {low}{unit}{parameter.where}"
        raise ValueError(f"{show_number(number)}{unit} is below {limit}")
    if parameter.maximum is not None and less(parameter.maximum, number):
        high = show_number(parameter.maximum)
        limit = f"the tool's {high}{unit}{parameter.where}"
        raise ValueError(f"{show_number(number)}{unit} is above {limit}")
    if parameter.resolution is not None and _is_between(number, parameter.resolution):
        step = f"{show_number(parameter.resolution)}{unit}"
        raise ValueError(f"{show_number(number)}{unit} is between the tool's steps of {step}")
    if parameter.format in INTEGERS:
        low_limit, high_limit = INTEGERS[parameter.format]
        if number.denominator != 1 or not low_limit <= number <= high_limit:
            raise ValueError(f"{show_number(number)}{unit} does not fit {parameter.format}")
        return int(number)
    if parameter.format == "F8":
        return float(number)
    if parameter.format != "F4":
        raise ValueError(f"a number does not fit {parameter.format}")
    try:
        return single(float(number))
    except OverflowError:
        raise ValueError(f"{show_number(number)}{unit} does not fit F4") from None


def _is_between(number: Fraction, step: Fraction) -> bool:
    """Whether a number is no multiple of a step: ``number % step``, in a fraction of its time."""
    return number.numerator * step.denominator % (number.denominator * step.numerator) != 0


def single(number: float) -> float:
    """Round to the nearest number that an F4 can hold. Raises OverflowError beyond its range."""
    rounded: float = struct.unpack(">f", struct.pack(">f", number))[0]
    return rounded


def number_from_wire(parameter: Parameter, raw: object) -> Fraction:
    """Give the exact number that a wire value stands for; raises ValueError where it is none."""
    return _number(raw, parameter.format)


def _number(raw: object, form: str) -> Fraction:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(f"{raw!r} is not a number")  # noqa: TRY004 -- a fault of the data
    if isinstance(raw, int):
        return Fraction(raw)
    if not math.isfinite(raw):
        raise ValueError(f"{raw} is not a number")
    return exact(raw, 8 if form == "F8" else 4)


def to_wire(parameter: Parameter, value: Quantity | str) -> WireValue:
    """Give the wire value of a recipe parameter. Raises ValueError."""
    if isinstance(value, str):
        return word_to_wire(parameter, value)
    return number_to_wire(parameter, value.in_unit(parameter.unit or "1"))


def from_wire(parameter: Parameter, raw: object) -> Quantity | str:
    """Give the recipe parameter that a wire value stands for. Raises ValueError."""
    if parameter.format == "A":
        return word_to_wire(parameter, raw)
    return _quantity(raw, parameter.format, parameter.unit or "1")


@lru_cache(maxsize=4096, typed=True)  # a tool's programs say the same few hundred numbers
def _quantity(raw: object, form: str, unit: str) -> Quantity:
    return Quantity.of(_number(raw, form), unit)


def word_to_wire(parameter: Parameter, raw: object) -> str:
    """Check a word, in either direction. Raises ValueError where the tool does not know it."""
    if not isinstance(raw, str):
        raise ValueError(f"{raw!r} is not a text")  # noqa: TRY004 -- a fault of the data
    if parameter.format != "A":
        raise ValueError(f"{raw!r} does not fit {parameter.format}")
    if not raw or not raw.isascii() or not raw.isprintable():
        raise ValueError(f"{raw!r} is not printable ASCII")
    if parameter.words and raw not in parameter.words:
        raise ValueError(f"{raw!r} is not one of {', '.join(parameter.words)}")
    return raw


def literal_to_wire(parameter: Parameter, text: str) -> WireValue:
    """Give the wire value of a template's literal: a word, or a number in the parameter's unit.

    A number may carry a unit of its own, which is then converted. Raises ValueError.
    """
    if parameter.format == "A":
        return word_to_wire(parameter, text)
    value = Quantity.parse(text)
    if value.unit == "1":
        return number_to_wire(parameter, value.value)
    return to_wire(parameter, value)
