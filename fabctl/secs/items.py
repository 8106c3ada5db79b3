"""SECS-II items (SEMI E5): what a message's body is made of.

Each format is a class, named as in SML, and an item holds a value::

    L(U4(1), U4(201), L(L(U4(9110), L(F4(4.2), A("IDLE"), B(0), BOOLEAN(True)))))

Items are never changed after they are made. Constructors check nothing: `fabctl.secs.codec.encode`
is strict and raises `CodecError` for what does not fit (U1(256), A("µ")), so that values are
looked at once. Every format but L is an array: ``U4()`` is the zero-length item, which means
"not given", "all" or "unknown" by context.
"""

from enum import IntEnum
from typing import ClassVar, NoReturn


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


class Item:
    """One item. `value` is of the type that its class says; `format` is the class's."""

    __slots__ = ("value",)

    format: ClassVar[Format]
    value: "tuple[Item, ...] | tuple[int, ...] | tuple[float, ...] | tuple[bool, ...] | str | bytes"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            return NotImplemented
        return self.format is other.format and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.format, self.value))

    def __len__(self) -> int:
        """How many values or, of a list, items it holds (bytes of a B or C2)."""
        return len(self.value)

    def __bool__(self) -> NoReturn:
        raise TypeError("an item is neither true nor false: read its value")

    def __repr__(self) -> str:
        """The call that makes it, shortened where it is long."""
        more = ", ..." if len(self.value) > 64 else ""
        if isinstance(self.value, str | bytes):
            return f"{self.format.name}({self.value[:64]!r}{more})"
        return f"{self.format.name}({', '.join(map(repr, self.value[:64]))}{more})"

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


class L(Item):
    """List of items."""

    __slots__ = ()
    format = Format.L
    value: tuple[Item, ...]

    def __init__(self, *value: Item) -> None:
        self.value = value


class A(Item):
    """7-bit ASCII text."""

    __slots__ = ()
    format = Format.A
    value: str

    def __init__(self, value: str = "") -> None:
        self.value = value


class J(A):
    """JIS-8 text: ASCII and half-width katakana."""

    __slots__ = ()
    format = Format.J


class B(Item):
    """Binary: bytes, or one byte given as a number."""

    __slots__ = ()
    format = Format.B
    value: bytes

    def __init__(self, value: bytes | int = b"") -> None:
        if isinstance(value, int) and value in range(256):
            value = bytes((value,))
        self.value = value  # type: ignore[assignment]  # another int: `encode` refuses it


class C2(Item):
    """Localised text: a two-byte encoding header, then characters (`fabctl.secs.read.as_text`).

    Text is encoded as UTF-8 (header 2); bytes are taken as they are, header included.
    """

    __slots__ = ()
    format = Format.C2
    value: bytes

    def __init__(self, value: str | bytes = "") -> None:
        self.value = b"\x00\x02" + value.encode() if isinstance(value, str) else value


class BOOLEAN(Item):
    """Truth values, one byte each."""

    __slots__ = ()
    format = Format.BOOLEAN
    value: tuple[bool, ...]

    def __init__(self, *value: bool) -> None:
        self.value = value


class Integers(Item):
    """What the integer formats share."""

    __slots__ = ()
    value: tuple[int, ...]

    def __init__(self, *value: int) -> None:
        self.value = value


class Floats(Item):
    """What the float formats share."""

    __slots__ = ()
    value: tuple[float, ...]

    def __init__(self, *value: float) -> None:
        self.value = value


class U1(Integers):
    """Unsigned 8-bit integers."""

    __slots__ = ()
    format = Format.U1


class U2(Integers):
    """Unsigned 16-bit integers."""

    __slots__ = ()
    format = Format.U2


class U4(Integers):
    """Unsigned 32-bit integers."""

    __slots__ = ()
    format = Format.U4


class U8(Integers):
    """Unsigned 64-bit integers."""

    __slots__ = ()
    format = Format.U8


class I1(Integers):
    """Signed 8-bit integers."""

    __slots__ = ()
    format = Format.I1


class I2(Integers):
    """Signed 16-bit integers."""

    __slots__ = ()
    format = Format.I2


class I4(Integers):
    """Signed 32-bit integers."""

    __slots__ = ()
    format = Format.I4


class I8(Integers):
    """Signed 64-bit integers."""

    __slots__ = ()
    format = Format.I8


class F4(Floats):
    """32-bit floats. A decoded one is widened: 12.3 comes back as 12.300000190734863."""

    __slots__ = ()
    format = Format.F4


class F8(Floats):
    """64-bit floats."""

    __slots__ = ()
    format = Format.F8
