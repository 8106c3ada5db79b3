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

from fabctl.secs.items import (
    BOOLEAN,
    C2,
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
    Item,
    J,
    L,
)

MAX_DEPTH = 64
"""How deep lists may nest. E5 sets no limit; real messages stay below ten."""

MAX_ITEMS = 3 << 20
"""How many items a message may hold: a bound on memory (about 150 bytes each), not E5's.

A list of four-byte numbers as long as the longest message (16 MB) has fewer.
"""

MAX_LENGTH = 0xFFFFFF
"""The most bytes an item, or items a list, can hold: three length bytes (E5 §9.2.2)."""


_TOO_MANY = f"more than {MAX_ITEMS} items"


class CodecError(ValueError):
    """Bytes that are no SECS-II item, or an item that can't be written as its format says."""


_SHOWN = reprlib.Repr()  # shows even what was put together so wrongly that it can't show itself
_SHOWN.maxother = 200

_LETTER: dict[type[Item], str] = {
    I1: "b", I2: "h", I4: "i", I8: "q", U1: "B", U2: "H", U4: "I", U8: "Q", F4: "f", F8: "d",
}  # fmt: skip
_NO_NUMBERS: list[type[Item]] = [L, A, B, J, C2, BOOLEAN]
_KINDS: dict[int, type[Item]] = {int(kind.format): kind for kind in [*_LETTER, *_NO_NUMBERS]}

# JIS X 0201 as most tools use it: ASCII below, half-width katakana above; the bytes that it leaves
# undefined stand for themselves, so that what a tool sent can be sent back.
_JIS_DECODING = "".join(chr(c + 0xFEC0 if 0xA1 <= c <= 0xDF else c) for c in range(256))
_JIS_ENCODING = codecs.charmap_build(_JIS_DECODING)

_OneReader = tuple[int, "Callable[..., tuple[Any, ...]] | None", Any]
_NOT_ONE: _OneReader = (-1, None, None)


def _one_readers() -> list[_OneReader]:
    """By format byte with one length byte: size of a single number, its reader, its class."""
    readers = [_NOT_ONE] * 256
    for kind, letter in _LETTER.items():
        single = struct.Struct(">" + letter)
        readers[kind.format << 2 | 1] = (single.size, single.unpack_from, kind)
    return readers


def _one_writers() -> dict[type[Item], Callable[..., bytes]]:
    """By class: writes an item of one number whole, header included."""
    writers: dict[type[Item], Callable[..., bytes]] = {}
    for kind, letter in _LETTER.items():
        whole = struct.Struct(">H" + letter)
        writers[kind] = partial(whole.pack, (kind.format << 2 | 1) << 8 | whole.size - 2)
    return writers


_new: Callable[[type[Item]], Item] = object.__new__
"""Makes an item whose value, a tuple already, is set then; its class would build that anew."""

_LIST_HEADERS = [bytes((1, length)) for length in range(256)]
_TEXT_HEADERS = [bytes((A.format << 2 | 1, length)) for length in range(256)]
_READ_ONE = _one_readers()
_WRITE_ONE = _one_writers()
_READ_RUN = {
    kind.format << 2 | 1: struct.Struct(">xx" + letter).iter_unpack
    for kind, letter in _LETTER.items()
}


def decode(data: bytes) -> Item:
    """The item that `data` is, the whole of it. Raises `CodecError`."""
    read_one, new = _READ_ONE, _new
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
                size, unpack, kind = read_one[code]
                if data[position + 1] == size:  # one number: by far the most common
                    position += 2
                    item = new(kind)
                    item.value = unpack(data, position)  # type: ignore[misc]
                    found.append(item)
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
                if length > 3 and (run := _run(data, start, length)):
                    found, missing = run, 0
                    position += length * (data[start + 1] + 2)
            if not stack:
                break
            items = found
            found, missing = stack.pop()
            found.append(L(*items))
    except (IndexError, struct.error):
        raise CodecError(f"the data ends within an item, after {len(data)} bytes") from None
    if position != len(data):
        raise CodecError(f"{len(data) - position} bytes follow the end of the item")
    return found[0]


def _run(data: bytes, start: int, length: int) -> list[Item]:
    """The items of a list whose items all are one number of one format; empty if they are not."""
    code = data[start]
    size, _, kind = _READ_ONE[code]
    step = size + 2
    end = start + length * step
    if (
        data[start + 1] != size
        or data[start:end:step].count(code) != length
        or data[start + 1 : end : step].count(size) != length
        or end > len(data)
    ):
        return []
    run = []
    for value in _READ_RUN[code](data[start:end]):
        item = _new(kind)
        item.value = value
        run.append(item)
    return run


def _why_not(data: bytes, start: int, needed: int, width: int) -> str:
    if not width:
        return f"an item header without length bytes at byte {start - 1}"
    if needed > len(data) - start:
        return f"an item at byte {start} needs {needed} bytes, {len(data) - start} are left"
    return _TOO_MANY


def _array(code: int, data: bytes, start: int, length: int) -> Item:
    """Any item but a list, from its value's bytes."""
    if code == A.format:  # by far the most common
        return A(data[start : start + length].decode("latin-1"))
    kind: Any = _KINDS.get(code)
    if kind is None:
        raise CodecError(f"item format {code:o} (octal) is unknown")
    letter = _LETTER.get(kind)
    if letter is not None:
        count, rest = divmod(length, struct.calcsize(">" + letter))
        if rest:
            raise CodecError(f"{length} bytes are no whole number of {kind.__name__} values")
        return cast("Item", kind(*struct.unpack_from(f">{count}{letter}", data, start)))
    raw = bytes(data[start : start + length])
    if kind is BOOLEAN:
        return BOOLEAN(*map(bool, raw))
    if kind is J:
        return J(codecs.charmap_decode(raw, "strict", _JIS_DECODING)[0])
    return cast("Item", kind(raw))


def encode(item: Item) -> bytes:
    """The bytes of an item. Raises `CodecError` where a value does not fit its format."""
    write_one = _WRITE_ONE
    chunks: list[bytes] = []
    put = chunks.append
    stack: list[Iterator[Item]] = [iter((item,))]
    budget = MAX_ITEMS
    try:
        while stack:
            for item in stack[-1]:  # noqa: PLR1704 -- goes on where it left off, after a list
                kind = type(item)
                value: Any = item.value
                write = write_one.get(kind)
                if write is not None and len(value) == 1:
                    put(write(*value))
                elif kind is L:
                    if len(stack) > MAX_DEPTH:
                        raise CodecError(f"lists nest deeper than {MAX_DEPTH}")
                    count = len(value)
                    budget -= count
                    if budget < 0:
                        raise CodecError(_TOO_MANY)
                    put(_LIST_HEADERS[count] if count < 256 else _header(kind, count))
                    if count > 3 and (run := _written_run(value)):
                        chunks += run
                        continue
                    stack.append(iter(value))
                    break
                elif kind is A and len(value) < 256:
                    put(_TEXT_HEADERS[len(value)])
                    put(value.encode("ascii"))
                else:
                    raw = _raw(kind, value)
                    put(_header(kind, len(raw)))
                    put(raw)
            else:
                stack.pop()
    except (struct.error, OverflowError, UnicodeEncodeError, TypeError, AttributeError) as error:
        raise CodecError(f"{_SHOWN.repr(item)} can't be written: {error}") from None
    return b"".join(chunks)


def _written_run(items: tuple[Item, ...]) -> list[bytes]:
    """The bytes of items that all are one number of one format; empty if they are not."""
    kind = type(items[0])
    write = _WRITE_ONE.get(kind)
    if write is None:
        return []
    try:
        run = [write(*item.value) for item in items if type(item) is kind]
    except (struct.error, OverflowError, TypeError):
        return []  # several values in one, or one that does not fit: the slow way says which
    return run if len(run) == len(items) else []


def _header(kind: type[Item], length: int) -> bytes:
    code = kind.format << 2
    if length < 0x100:
        return bytes((code | 1, length))
    if length < 0x10000:
        return bytes((code | 2, length >> 8, length & 0xFF))
    if length > MAX_LENGTH:
        raise CodecError(f"{kind.__name__} of {length} is longer than {MAX_LENGTH}")
    return bytes((code | 3,)) + length.to_bytes(3, "big")


def _raw(kind: type[Item], value: Any) -> bytes:
    """The value's bytes of any item but a list."""
    if kind is A:
        text: str = value
        return text.encode("ascii")
    letter = _LETTER.get(kind)
    if letter is not None:
        return struct.pack(f">{len(value)}{letter}", *value)
    if kind is BOOLEAN:
        if not set(value) <= {False, True}:
            raise TypeError("a truth value is True or False")
        return bytes(value)
    if kind is J:
        return codecs.charmap_encode(value, "strict", _JIS_ENCODING)[0]
    if not isinstance(value, bytes):
        raise TypeError("bytes expected")
    return value
