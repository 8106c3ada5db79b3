"""What holds for any item and any bytes."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from item_strategies import items

from fabctl.secs.codec import CodecError, decode, encode
from fabctl.secs.items import Item


@given(items)
def test_round_trip(item: Item):
    """Any item survives being written and read."""
    assert decode(encode(item)) == item


@given(items, st.data())
def test_mutated_bytes_raise_codec_error_only(item: Item, data: st.DataObject):
    """Whatever is changed, cut or added: an item or CodecError."""
    raw = bytearray(encode(item))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        match data.draw(st.sampled_from(["change", "cut", "add"])):
            case "change" if at < len(raw):
                raw[at] = data.draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + data.draw(st.integers(1, 8))]
            case _:
                raw[at:at] = data.draw(st.binary(max_size=8))
    with contextlib.suppress(CodecError):
        decode(bytes(raw))


@given(st.binary(max_size=200))
def test_any_bytes_raise_codec_error_only(raw: bytes):
    """Noise is an item or CodecError."""
    with contextlib.suppress(CodecError):
        decode(raw)


@given(items)
def test_cut_short_is_noticed(item: Item):
    """No proper beginning of an item is an item."""
    raw = encode(item)
    for end in {0, 1, len(raw) // 2, len(raw) - 1}:
        with contextlib.suppress(CodecError):
            decode(raw[:end])
            raise AssertionError(f"{raw[:end]!r} was read")
