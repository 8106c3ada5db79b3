"""SECS-II items (SEMI E5): what a message's body is made of.

An `Item` is a format and a value. Items are made with the constructors named as in SML::

    L(U4(1), U4(201), L(L(U4(9110), L(F4(4.2), A("IDLE"), B(0), BOOLEAN(True)))))

and are never changed after they are made. Constructors check nothing: `fabctl.secs.codec.encode`
is strict and raises `CodecError` for what does not fit (U1(256), A("µ")), so that values are
looked at once. Every format but L is an array: ``U4()`` is the zero-length item, which means
"not given", "all" or "unknown" by context.
"""

# ruff: noqa: N802 -- the constructors bear the standard's own names

from enum import IntEnum
from typing import NoReturn, TypeAlias


class ItemError(ValueError):
    """An item does not hold what was asked of it; says what was asked and what there is."""


class Format(IntEnum):
    """The item formats, numbered by their format codes (written in octal, as E5 does)."""

    L = 0o00
    B = 0o10
    BOOLEAN = 0o11
    A = 0o20
    J = 0o21
    C2 = 0o22
    I8 = 0o30
    I1 = 0o31
    I2 = 0o32
    I4 = 0o34
    F8 = 0o40
    F4 = 0o44
    U8 = 0o50
    U1 = 0o51
    U2 = 0o52
    U4 = 0o54


Value: TypeAlias = (
    "tuple[Item, ...] | tuple[int, ...] | tuple[float, ...] | tuple[bool, ...] | str | bytes"
)


class Item:
    """One item: a format, and a value whose type goes by it.

    L: tuple of Items; B and C2: bytes; A and J: str; BOOLEAN: tuple of bool; I* and U*: tuple of
    int; F*: tuple of float. C2 keeps its two-byte encoding header: `fabctl.secs.read.as_text`
    reads it.
    """

    __slots__ = ("format", "value")

    def __init__(self, format: Format, value: Value) -> None:  # noqa: A002 -- E5's word
        self.format = format
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            return NotImplemented
        return self.format == other.format and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.format, self.value))

    def __len__(self) -> int:
        """How many values or, of a list, items it holds (bytes of a B or C2)."""
        return len(self.value)

    def __bool__(self) -> NoReturn:
        raise TypeError("an item is neither true nor false: read its value")

    def __repr__(self) -> str:
        """The constructor call that makes it, shortened where it is long."""
        if isinstance(self.value, str | bytes):
            shown = repr(self.value[:64])
            return f"{self.format.name}({shown}{'...' if len(self.value) > 64 else ''})"
        shown = ", ".join(map(repr, self.value[:64]))
        return f"{self.format.name}({shown}{', ...' if len(self.value) > 64 else ''})"

    def one(self) -> int | float | bool | str:
        """The single value: of a number, BOOLEAN or B (an int) exactly one; of a text, the text.

        Raises `ItemError` where there is none, or more than one, or for L and C2.
        """
        value = self.value
        if isinstance(value, str):
            return value
        if len(value) == 1 and self.format is not Format.C2:
            single = value[0]
            if not isinstance(single, Item):
                return single
        raise ItemError(f"one value expected, found {self!r}")


# Looked up once: a member's access through its class costs more than the constructor itself.
_L, _B, _BOOLEAN, _A, _J, _C2 = (
    Format.L, Format.B, Format.BOOLEAN, Format.A, Format.J, Format.C2,
)  # fmt: skip
_I1, _I2, _I4, _I8 = Format.I1, Format.I2, Format.I4, Format.I8
_U1, _U2, _U4, _U8 = Format.U1, Format.U2, Format.U4, Format.U8
_F4, _F8 = Format.F4, Format.F8


def L(*items: Item) -> Item:
    """List of items."""
    return Item(_L, items)


def A(text: str = "") -> Item:
    """7-bit ASCII text."""
    return Item(_A, text)


def J(text: str = "") -> Item:
    """JIS-8 text: ASCII and half-width katakana."""
    return Item(_J, text)


def C2(text: str = "") -> Item:
    """Localised text, encoded as UTF-8 (encoding header 2)."""
    return Item(_C2, b"\x00\x02" + text.encode())


def B(data: bytes | int = b"") -> Item:
    """Binary: bytes, or one byte given as a number."""
    return Item(_B, bytes((data,)) if isinstance(data, int) else data)


def BOOLEAN(*values: bool) -> Item:
    """Truth values, one byte each."""
    return Item(_BOOLEAN, values)


def U1(*numbers: int) -> Item:
    """Unsigned 8-bit integers."""
    return Item(_U1, numbers)


def U2(*numbers: int) -> Item:
    """Unsigned 16-bit integers."""
    return Item(_U2, numbers)


def U4(*numbers: int) -> Item:
    """Unsigned 32-bit integers."""
    return Item(_U4, numbers)


def U8(*numbers: int) -> Item:
    """Unsigned 64-bit integers."""
    return Item(_U8, numbers)


def I1(*numbers: int) -> Item:
    """Signed 8-bit integers."""
    return Item(_I1, numbers)


def I2(*numbers: int) -> Item:
    """Signed 16-bit integers."""
    return Item(_I2, numbers)


def I4(*numbers: int) -> Item:
    """Signed 32-bit integers."""
    return Item(_I4, numbers)


def I8(*numbers: int) -> Item:
    """Signed 64-bit integers."""
    return Item(_I8, numbers)


def F4(*numbers: float) -> Item:
    """32-bit floats. A decoded one is widened: 12.3 comes back as 12.300000190734863."""
    return Item(_F4, numbers)


def F8(*numbers: float) -> Item:
    """64-bit floats."""
    return Item(_F8, numbers)
