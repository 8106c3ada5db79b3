"""Items to bytes and back (SEMI E5 §9).

Encoding is strict: `CodecError` for a value that its format can't hold. Decoding is lenient where
tools are known to differ (length bytes longer than needed, any non-zero byte as true, 8-bit
characters in ASCII text) and bounded whatever the bytes say: depth, number of items, and never
more memory than a small multiple of what was really received. `CodecError` is all it raises.

Both loops are iterative and table-driven, with a short way for items of one value: they are the
hot path of every event.
"""

import codecs
import reprlib
import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from fabctl.secs.items import Format, Item

MAX_DEPTH = 64
"""How deep lists may nest. E5 sets no limit; real messages stay below ten."""

MAX_ITEMS = 1 << 20
"""How many items a message may hold: a bound on memory (about 150 bytes each), not E5's."""

MAX_LENGTH = 0xFFFFFF
"""The most bytes an item, or items a list, can hold: three length bytes (E5 §9.2.2)."""


class CodecError(ValueError):
    """Bytes that are no SECS-II item, or an item that can't be written as its format says."""


_SHOWN = reprlib.Repr()  # shows even what was put together so wrongly that it can't show itself
_SHOWN.maxother = 200

_LETTER = {
    Format.I1: "b", Format.I2: "h", Format.I4: "i", Format.I8: "q",
    Format.U1: "B", Format.U2: "H", Format.U4: "I", Format.U8: "Q",
    Format.F4: "f", Format.F8: "d",
}  # fmt: skip
_LIST = Format.L  # a member's access through its class is slow
_BY_CODE: dict[int, Format] = {int(format_): format_ for format_ in Format}

# JIS X 0201 as most tools use it: ASCII below, half-width katakana above; the bytes that it leaves
# undefined stand for themselves, so that what a tool sent can be sent back.
_JIS_DECODING = "".join(chr(c + 0xFEC0 if 0xA1 <= c <= 0xDF else c) for c in range(256))
_JIS_ENCODING = codecs.charmap_build(_JIS_DECODING)

_OneReader = tuple[int, "Callable[..., tuple[Any, ...]] | None", "Format | None"]
_NOT_ONE: _OneReader = (-1, None, None)


def _one_readers() -> list[_OneReader]:
    """By format byte with one length byte: size of a single number, its reader, its format."""
    readers = [_NOT_ONE] * 256
    for format_, letter in _LETTER.items():
        single = struct.Struct(">" + letter)
        readers[format_ << 2 | 1] = (single.size, single.unpack_from, format_)
    return readers


def _one_writers() -> "list[Callable[..., bytes] | None]":
    """By format code: writes an item of one number whole, header included."""
    writers: list[Callable[..., bytes] | None] = [None] * 64
    for format_, letter in _LETTER.items():
        whole = struct.Struct(">H" + letter)
        writers[format_] = partial(whole.pack, (format_ << 2 | 1) << 8 | whole.size - 2)
    return writers


_READ_ONE = _one_readers()
_WRITE_ONE = _one_writers()


def decode(data: bytes) -> Item:
    """The item that `data` is, the whole of it. Raises `CodecError`."""
    read_one = _READ_ONE
    position = 0
    budget = MAX_ITEMS
    stack: list[tuple[list[Item], int]] = []
    found: list[Item] = []
    missing = 1
    try:
        while True:
            while missing:
                missing -= 1
                code = data[position]
                size, unpack, format_ = read_one[code]
                if data[position + 1] == size:  # one number: by far the most common
                    position += 2
                    found.append(Item(format_, unpack(data, position)))  # type: ignore[arg-type, misc]
                    position += size
                    continue
                width = code & 3
                start = position + 1 + width
                length = (
                    data[position + 1]
                    if width == 1
                    else int.from_bytes(data[position + 1 : start], "big")
                )
                if code >> 2:
                    position = start + length
                    if not width or position > len(data):
                        raise CodecError(_why_not(data, start, length, width))
                    found.append(_array(code >> 2, data, start, length))
                    continue
                budget -= length
                # An item takes two bytes at least, so a count beyond that is a lie, refused
                # before anything is set aside for it.
                if not width or length * 2 > len(data) - start or budget < 0:
                    raise CodecError(_why_not(data, start, length * 2, width))
                if len(stack) == MAX_DEPTH:
                    raise CodecError(f"lists nest deeper than {MAX_DEPTH}")
                stack.append((found, missing))
                found, missing, position = [], length, start
            if not stack:
                break
            items = tuple(found)
            found, missing = stack.pop()
            found.append(Item(_LIST, items))
    except (IndexError, struct.error):
        raise CodecError(f"the data ends within an item, after {len(data)} bytes") from None
    if position != len(data):
        raise CodecError(f"{len(data) - position} bytes follow the end of the item")
    return found[0]


def _why_not(data: bytes, start: int, needed: int, width: int) -> str:
    if not width:
        return f"an item header without length bytes at byte {start - 1}"
    if needed > len(data) - start:
        return f"an item at byte {start} needs {needed} bytes, {len(data) - start} are left"
    return f"more than {MAX_ITEMS} items"


def _array(code: int, data: bytes, start: int, length: int) -> Item:
    """Any item but a list, from its value's bytes."""
    format_ = _BY_CODE.get(code)
    if format_ is None:
        raise CodecError(f"item format {code:o} (octal) is unknown")
    end = start + length
    letter = _LETTER.get(format_)
    if letter is not None:
        count, rest = divmod(length, struct.calcsize(">" + letter))
        if rest:
            raise CodecError(f"{length} bytes are no whole number of {format_.name} values")
        return Item(format_, struct.unpack_from(f">{count}{letter}", data, start))
    raw = bytes(data[start:end])
    if format_ is Format.A:
        return Item(format_, raw.decode("latin-1"))
    if format_ is Format.BOOLEAN:
        return Item(format_, tuple(map(bool, raw)))
    if format_ is Format.J:
        return Item(format_, codecs.charmap_decode(raw, "strict", _JIS_DECODING)[0])
    return Item(format_, raw)


def encode(item: Item) -> bytes:
    """The bytes of an item. Raises `CodecError` where a value does not fit its format."""
    write_one = _WRITE_ONE
    chunks: list[bytes] = []
    put = chunks.append
    stack: list[Iterator[Item]] = [iter((item,))]
    try:
        while stack:
            for item in stack[-1]:  # noqa: PLR1704 -- goes on where it left off, after a list
                format_ = item.format
                value: Any = item.value
                write = write_one[format_]
                if write is not None and len(value) == 1:
                    put(write(*value))
                elif format_ is _LIST:
                    if len(stack) > MAX_DEPTH:
                        raise CodecError(f"lists nest deeper than {MAX_DEPTH}")
                    put(_header(format_, len(value)))
                    stack.append(iter(value))
                    break
                else:
                    raw = _raw(format_, value)
                    put(_header(format_, len(raw)))
                    put(raw)
            else:
                stack.pop()
    except (struct.error, OverflowError, UnicodeEncodeError, TypeError, AttributeError) as error:
        raise CodecError(f"{_SHOWN.repr(item)} can't be written: {error}") from None
    return b"".join(chunks)


def _header(format_: Format, length: int) -> bytes:
    if length < 0x100:
        return bytes((format_ << 2 | 1, length))
    if length < 0x10000:
        return bytes((format_ << 2 | 2, length >> 8, length & 0xFF))
    if length > MAX_LENGTH:
        raise CodecError(f"{format_.name} of {length} is longer than {MAX_LENGTH}")
    return bytes((format_ << 2 | 3,)) + length.to_bytes(3, "big")


def _raw(format_: Format, value: Any) -> bytes:
    """The value's bytes of any item but a list."""
    letter = _LETTER.get(format_)
    if letter is not None:
        return struct.pack(f">{len(value)}{letter}", *value)
    if format_ is Format.A:
        return cast("str", value).encode("ascii")
    if format_ is Format.BOOLEAN:
        if not set(value) <= {False, True}:
            raise TypeError("a truth value is True or False")
        return bytes(value)
    if format_ is Format.J:
        if not all(c < "\x80" or "｡" <= c <= "ﾟ" for c in value):
            raise TypeError("JIS-8 has ASCII and half-width katakana only")
        return codecs.charmap_encode(value, "strict", _JIS_ENCODING)[0]
    if not isinstance(value, bytes):
        raise TypeError("bytes expected")
    return value
