"""A number with its unit, exact: what every parameter of a recipe is."""

import unicodedata
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from fabctl.quantities.dimension import Dimension
from fabctl.quantities.number import (
    NUMBER,
    QuantityError,
    decimal,
    number_of,
    parse_number,
    show_number,
)
from fabctl.quantities.units import UNITS, Unit, canonical

_LONGEST = 160
_HINTS = {
    "A": "A is the ampere; the ångström is Å",
    "C": "write degC",
    "F": "write degF",
    "degK": "write K",
    "sec": "write s",
    "hr": "write h",
    "M": "write m",
    "cc": "write mL",
}


class Quantity(Struct, frozen=True):
    """An exact quantity; equal and comparable by value within one dimension.

    `value` is in the dimension's base unit (nm, K, s, Pa ...), `text` and `unit` are as written.
    """

    value: Fraction
    dimension: Dimension
    text: str
    unit: str

    @staticmethod
    @lru_cache(maxsize=4096)  # a fab's files say the same few hundred things again and again
    def parse(text: str) -> "Quantity":
        """Read ``120 Å``, ``399.9 degC`` or a bare pure number. Raises `QuantityError`."""
        return _parse(text)

    @classmethod
    def of(cls, number: Fraction | int, unit: str) -> "Quantity":
        """Make a quantity of a number that was not written by a person (a value from the wire).

        Raises `QuantityError` for an unknown unit or a temperature below absolute zero.
        """
        known = find_unit(unit)
        number = Fraction(number)
        written = decimal(number) or f"{number.numerator}/{number.denominator}"
        text = written if known.dimension is Dimension.NUMBER else f"{written} {unit}"
        return cls(_in_base(number, known, text), known.dimension, text, unit)

    def in_unit(self, unit: str) -> Fraction:
        """Convert exactly. Raises `QuantityError` where the unit measures another thing."""
        known = find_unit(unit)
        if known.dimension is not self.dimension:
            raise QuantityError(f"{self.text} is a {self.dimension}, not a {known.dimension}")
        above = self.value - known.offset if known.offset else self.value  # Fractions take long
        return above / known.scale

    def show(self, unit: str = "") -> str:
        """Write it in `unit` ("": as written): the exact decimal, else rounded and marked ≈."""
        unit = unit or self.unit
        number = show_number(self.in_unit(unit))
        return number if self.dimension is Dimension.NUMBER else f"{number} {unit}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.dimension is other.dimension and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.value, self.dimension))

    def __lt__(self, other: "Quantity") -> bool:
        return self.value < self._comparable(other)

    def __le__(self, other: "Quantity") -> bool:
        return self.value <= self._comparable(other)

    def __gt__(self, other: "Quantity") -> bool:
        return self.value > self._comparable(other)

    def __ge__(self, other: "Quantity") -> bool:
        return self.value >= self._comparable(other)

    def __str__(self) -> str:
        return self.text

    def _comparable(self, other: "Quantity") -> Fraction:
        if self.dimension is not other.dimension:
            raise QuantityError(
                f"{self.text} is a {self.dimension}, {other.text} a {other.dimension}: "
                "they do not compare"
            )
        return other.value


def _parse(text: str) -> Quantity:
    if len(text) > _LONGEST:
        raise QuantityError(f"{text[:20]!r}... is too long for a quantity")
    match = NUMBER.match(text)
    rest = text[match.end() :] if match else ""
    if match is None or rest[:1].isdigit() or rest[:1] in tuple("._,:xXoO"):
        parse_number(_number_part(text))  # raises: it says what is wrong with the number
        raise QuantityError(f"{text!r} is not a quantity")
    number = number_of(match)
    written = rest.removeprefix(" ")
    if not rest:
        return Quantity(number, Dimension.NUMBER, text, "1")
    if written[:1].isspace():
        raise QuantityError(f"{text!r}: between a number and its unit stands one plain space")
    unit = find_unit(written)
    if unit.dimension is Dimension.NUMBER:
        raise QuantityError(f"{text!r}: a pure number is written without a unit")
    return Quantity(_in_base(number, unit, text), unit.dimension, text, written)


def difference_unit(unit: str) -> str:
    """Give the unit of a difference between two values in `unit`. Raises `QuantityError`."""
    return f"delta_{unit}" if find_unit(unit).dimension is Dimension.TEMPERATURE else unit


@lru_cache(maxsize=256)
def find_unit(symbol: str) -> Unit:
    """Look a unit up by its symbol, in any encoding. Raises `QuantityError`."""
    unit = UNITS.get(canonical(symbol))
    if unit is not None:
        return unit
    close = (
        _HINTS.get(symbol)
        or _stranger(symbol)
        or next(
            (f"did you mean {known}?" for known in UNITS if known.casefold() == symbol.casefold()),
            "",
        )
    )
    if not close and len(symbol) <= 16:
        import difflib  # which few files need

        matches = difflib.get_close_matches(symbol, UNITS, n=1)
        close = f"did you mean {matches[0]}?" if matches else ""
    raise QuantityError(f"unknown unit {symbol!r}" + (f"; {close}" if close else ""))


def _stranger(symbol: str) -> str:
    """Name the first letter that is in no unit, for it may look like one of ours: a Cyrillic С."""
    strange = next((each for each in canonical(symbol) if each not in _IN_UNITS), "")
    if strange.isascii():
        return ""
    name = unicodedata.name(strange, "no name")
    return f"it has {strange!r} (U+{ord(strange):04X}, {name}), which is in no unit"


_IN_UNITS = frozenset("".join(UNITS))


def _in_base(number: Fraction, unit: Unit, text: str) -> Fraction:
    value = number * unit.scale + unit.offset if unit.offset else number * unit.scale
    if unit.dimension is Dimension.TEMPERATURE and value < 0:
        raise QuantityError(f"{text} is below absolute zero")
    return value


def _number_part(text: str) -> str:
    return text.split(" ", 1)[0]
