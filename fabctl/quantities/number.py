"""Numbers as text: one strict grammar in, the shortest exact decimal out.

Python's ``float()`` is no reader for recipes: it takes ``nan``, ``1_000``, full-width digits, and
makes 400 of 399.99999999999999999. Here a number is ASCII digits with an optional fraction and
exponent, read exactly, and everything that only looks like a number is refused with the reason.
"""

import math
import re
import struct
import unicodedata
from fractions import Fraction
from typing import Literal

_MANTISSA_LIMIT = 64
_MAGNITUDE_LIMIT = 40
_PLAIN_LIMIT = 30
_ROUNDED_DIGITS = 6
_MINUS_SIGN = "\u2212"

NUMBER = re.compile(r"([+-]?)((?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?:[eE]([+-]?[0-9]+))?")
"""Sign, mantissa, exponent. Match it with ``re.ASCII`` in mind: `[0-9]` takes ASCII digits only."""


class QuantityError(ValueError):
    """Text that is no number or no quantity; the message says why and what to write instead."""


def parse_number(text: str) -> Fraction:
    """Read a decimal number exactly. Raises `QuantityError`.

    Zero, or between 1e-40 and 1e40 in size: nothing in a fab is outside that, and bounds keep a
    hostile file from asking for a number of a billion digits.
    """
    match = NUMBER.fullmatch(text)
    if match is None:
        raise QuantityError(_why_no_number(text))
    return number_of(match)


def number_of(match: re.Match[str]) -> Fraction:
    """Read what `NUMBER` matched. Raises `QuantityError` where it is too long or out of range."""
    sign, mantissa, exponent = match.group(1, 2, 3)
    if len(mantissa) > _MANTISSA_LIMIT:
        raise QuantityError(f"the number has more than {_MANTISSA_LIMIT} digits")
    whole, _, part = mantissa.partition(".")
    digits = int(whole + part) if sign != "-" else -int(whole + part)
    number = Fraction(digits, 10 ** len(part)) if part else Fraction(digits)
    if exponent is not None:
        # by its digits first: int() itself refuses thousands of them
        if len(exponent.lstrip("+-0")) > 2 or abs(int(exponent)) > 2 * _MAGNITUDE_LIMIT:
            raise QuantityError(_out_of_range(match.group()))
        number *= Fraction(10) ** int(exponent)
    elif len(mantissa) <= _MAGNITUDE_LIMIT:
        return number  # so few digits are neither too large nor too small
    if number and not Fraction(1, 10**_MAGNITUDE_LIMIT) <= abs(number) < 10**_MAGNITUDE_LIMIT:
        raise QuantityError(_out_of_range(match.group()))
    return number


def less(one: Fraction, other: Fraction) -> bool:
    """Tell whether one number is below another, as ``<`` does, in a fraction of its time."""
    return one.numerator * other.denominator < other.numerator * one.denominator


def _out_of_range(text: str) -> str:
    limit = _MAGNITUDE_LIMIT
    return f"{text} is out of range: a number is 0, or between 1e-{limit} and 1e{limit} in size"


def _why_no_number(text: str) -> str:
    bare = text.lstrip("+-")
    if not text:
        return "a number is missing"
    if bare.lower().lstrip(".") in ("nan", "inf", "infinity"):
        return f"{text} is not a number that a recipe can hold"
    strange = next((c for c in bare if not c.isascii()), "")
    if strange and any(c.isdigit() for c in bare):
        return _why_not_ascii(text, strange)
    if ":" in bare:
        return f"{text} looks like a time of day; write a decimal number and a unit, as in 400 s"
    if "_" in bare:
        return f"{text} has an underscore; write the digits without it"
    if "," in bare:
        return f"{text} has a comma; write the decimal point as a point, and no separators"
    if re.match(r"0[xXoObB]", bare):
        return f"{text} is not decimal; write a decimal number"
    if re.match(r"0[0-9]", bare):
        return f"{text} has a leading zero, which some readers take as octal; write it without"
    if bare.startswith(".") or bare.endswith("."):
        return f"{text} needs a digit on both sides of the point"
    return f"{text!r} is not a number"


def _why_not_ascii(text: str, strange: str) -> str:
    """Name the first character that is not ASCII, for it may look as if it were."""
    name = unicodedata.name(strange, "no name")
    which = f"{text!r} has {strange!r} (U+{ord(strange):04X}, {name})"
    if strange.isdigit():
        return f"{which}, which is not ASCII; write 0 to 9"
    if strange == _MINUS_SIGN or unicodedata.category(strange) == "Pd":  # a dash
        return f"{which}: write an ASCII minus, -"
    return f"{which}: a number is ASCII digits, with a point and an exponent where it needs them"


def decimal(number: Fraction) -> str | None:
    """Write a number as its shortest exact decimal; None where it has none (1/3)."""
    twos = fives = 0
    rest = number.denominator
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator)
    sign = "-" if number < 0 else ""
    if max(len(digits), places) > _PLAIN_LIMIT:
        return sign + _scientific(digits, places)
    if not places:
        return sign + digits
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _scientific(digits: str, places: int) -> str:
    exponent = len(digits) - 1 - places
    digits = digits.rstrip("0")
    point = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{point}e{exponent}"


def show_number(number: Fraction) -> str:
    """Write a number as its exact decimal, else rounded to 6 digits and marked ≈."""
    return decimal(number) or f"≈{float(number):.{_ROUNDED_DIGITS}g}"


def exact(value: float, width: Literal[4, 8]) -> Fraction:
    """Give the number that a binary float of `width` bytes stands for: its shortest decimal.

    A tool that shows 12.3 sends 12.300000190734863 as F4; this gives 123/10 back. Raises
    `ValueError` for NaN and the infinities.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} has no decimal")
    return Fraction(repr(value) if width == 8 else shortest_single(value))


_SINGLE = struct.Struct(">f")
_DIGITS = tuple(f"%.{digits}g" for digits in range(1, 9))
_SMALLEST_NORMAL = 1.1754943508222875e-38
_SURELY = 2.0**-25
"""A share of a normal F4: no other F4 is so near that it would be nearer to what lies within."""


def as_meant(single: float) -> float:
    """Give the shortest decimal, as a float, that an F4 carries as this one, which an F4 carries.

    As `shortest_single` does, in two thirds of the time where six digits do.
    """
    near = float("%.6g" % single)  # noqa: UP031 -- quicker than an f-string
    if abs(near - single) < abs(single) * _SURELY and abs(single) >= _SMALLEST_NORMAL:
        return near
    return float(shortest_single(single))


def shortest_single(value: float) -> str:
    """Write the shortest decimal that an F4 carries as it carries this finite value.

    An F4 tells all decimals of six digits apart, so six digits that come back are the shortest;
    nine always come back (IEEE 754).
    """
    packed = _SINGLE.pack(value)
    single: float = _SINGLE.unpack(packed)[0]
    # below the smallest normal F4 fewer digits than six may do
    for digits in _DIGITS[5:] if abs(single) >= _SMALLEST_NORMAL else _DIGITS:
        text = digits % single
        try:
            if _SINGLE.pack(float(text)) == packed:
                return text
        except OverflowError:  # rounded up past the largest F4
            continue
    return f"{single:.9g}"
