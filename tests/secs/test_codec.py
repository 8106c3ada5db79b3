"""SECS-II items to bytes and back."""

# ruff: noqa: FBT003 -- BOOLEAN takes what a BOOLEAN holds

import pytest

from fabctl.secs.codec import MAX_DEPTH, MAX_ITEMS, CodecError, decode, encode
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
)  # fmt: skip


def holding(item: Item, value: object) -> Item:
    """An item put together wrongly."""
    item.value = value
    return item


KNOWN_BYTES = [
    (L(), "0100"),
    (L(A("ab"), L()), "0102 4102 6162 0100"),
    (A(""), "4100"),
    (J("aｱ"), "4502 61b1"),
    (C2("µ"), "4904 0002 c2b5"),
    (B(b"\x01\xff"), "2102 01ff"),
    (B(7), "2101 07"),
    (BOOLEAN(True, False), "2502 0100"),
    (I1(-1), "6501 ff"),
    (I2(-2), "6902 fffe"),
    (I4(-3), "7104 fffffffd"),
    (I8(-4), "6108 fffffffffffffffc"),
    (U1(255), "a501 ff"),
    (U2(256, 1), "a904 0100 0001"),
    (U4(), "b100"),
    (U4(1), "b104 00000001"),
    (U8(2), "a108 0000000000000002"),
    (F4(1.5), "9104 3fc00000"),
    (F8(-2.5), "8108 c004000000000000"),
]


@pytest.mark.parametrize(("item", "written"), KNOWN_BYTES)
class TestKnownBytes:
    """Every format, against bytes worked out by hand from E5."""

    def test_encodes(self, item: Item, written: str):
        """An item becomes exactly these bytes."""
        assert encode(item).hex() == written.replace(" ", "")

    def test_decodes(self, item: Item, written: str):
        """The bytes become that item."""
        assert decode(bytes.fromhex(written)) == item


class TestLeniency:
    """What real tools send is understood."""

    @pytest.mark.parametrize("written", ["a5 01 07", "a6 00 01 07", "a7 00 00 01 07"])
    def test_more_length_bytes_than_needed(self, written: str):
        """Length bytes may be more than the length needs."""
        assert decode(bytes.fromhex(written)) == U1(7)

    def test_list_with_long_length(self):
        """So may those of a list."""
        assert decode(bytes.fromhex("03000001 a50107")) == L(U1(7))

    def test_any_byte_but_zero_is_true(self):
        """BOOLEAN 0xFF is true."""
        assert decode(bytes.fromhex("2503 00 01 ff")) == BOOLEAN(False, True, True)

    def test_text_with_the_high_bit_is_readable(self):
        """A text that is no ASCII is read as Latin-1, not refused."""
        assert decode(bytes.fromhex("4101 b5")).value == "µ"

    def test_what_jis_leaves_undefined_can_be_sent_back(self):
        """Bytes 80 to A0 and E0 to FF stand for themselves."""
        written = b"\x45\xff" + bytes(range(1, 256))
        assert encode(decode(written)) == written


class TestRefusals:
    """What no peer may make us believe."""

    @pytest.mark.parametrize(
        "written",
        [
            "",  # nothing
            "b1",  # no length
            "b104 000000",  # value cut short
            "b103 000000",  # no whole number of values
            "0102 a50107",  # fewer items than said
            "a50107 00",  # more than one item
            "a4",  # no length bytes
            "00",  # a list without length bytes
            "fd01 00",  # unknown format
            "03ffffff",  # 16 million items in no bytes
            "43ffffff",  # 16 MB of text in no bytes
        ],
    )
    def test_malformed(self, written: str):
        """Raises CodecError, and nothing else."""
        with pytest.raises(CodecError):
            decode(bytes.fromhex(written))

    def test_nesting_is_bounded(self):
        """A bomb of lists is refused, not recursed into."""
        with pytest.raises(CodecError, match="deeper"):
            decode(b"\x01\x01" * 100_000 + b"\x01\x00")

    def test_deepest_nesting_is_read(self):
        """Exactly as deep as promised works both ways."""
        item = L()
        for _ in range(MAX_DEPTH - 1):
            item = L(item)
        assert decode(encode(item)) == item
        with pytest.raises(CodecError, match="deeper"):
            encode(L(item))

    def test_number_of_items_is_bounded(self):
        """So is the number of items, which cost more memory than their bytes."""
        count = MAX_ITEMS + 1
        with pytest.raises(CodecError, match="items"):
            decode(b"\x03" + count.to_bytes(3, "big") + b"\x01\x00" * count)
        with pytest.raises(CodecError, match="items"):
            encode(L(*[U1(1)] * count))

    @pytest.mark.parametrize(
        "item",
        [
            U1(256), U2(-1), U4(1 << 32), I1(128), F4(1e39), A("µ"), J("µ"), U4(1, 1 << 40),
            U4(1.5), BOOLEAN(2), A(b"x"), B("x"), L(1), L(1, 2, 3, 4), holding(U1(), 7),
            L(U1(1), U1(2), U1(300), U1(4)),
            B(bytes(1 << 24)), B(300), B(-1),
        ],
    )  # fmt: skip
    def test_encoding_is_strict(self, item: Item):
        """A value that does not fit its format is refused, not bent."""
        with pytest.raises(CodecError):
            encode(item)


class TestBulk:
    """Large bodies."""

    @pytest.mark.parametrize(
        "item",
        [
            L(U1(1), U1(2), U1(3), U1(4)),
            L(U1(1), U1(2), U1(3), U2(4)),
            L(U1(1), U1(2), U1(), U1(3, 4)),
            L(U1(1), U1(2), U1(3), L()),
            L(A("a"), U1(2), U1(3), U1(4)),
            L(F4(1), I4(1), U4(1), F4(1)),
            L(*(L(F8(i), F8(i), F8(i), F8(i)) for i in range(9)), F8(1)),
        ],
    )
    def test_lists_of_like_items(self, item: Item):
        """Lists of one kind are read and written at once; of almost one kind, item by item."""
        assert decode(encode(item)) == item

    def test_like_items_cut_short(self):
        """The last byte is missed."""
        with pytest.raises(CodecError):
            decode(encode(L(U4(1), U4(2), U4(3), U4(4)))[:-1])

    def test_large_numeric_array(self):
        """U4[10000] and F8[10000] survive."""
        for item in (U4(*range(10_000)), F8(*(i / 8 for i in range(10_000)))):
            assert decode(encode(item)) == item

    def test_longest_item(self):
        """16 777 215 bytes fit in an item."""
        item = B(bytes(0xFFFFFF))
        assert decode(encode(item)) == item

    def test_many_items(self):
        """A list of 10000 items survives."""
        item = L(*(F4(i) for i in range(10_000)))
        assert decode(encode(item)) == item
