"""Items and their lenient readers."""

# ruff: noqa: FBT003 -- BOOLEAN takes what a BOOLEAN holds

import math

import pytest

from fabctl.secs.items import BOOLEAN, C2, F4, F8, I2, U1, U2, U4, A, B, Item, ItemError, J, L
from fabctl.secs.read import (
    as_bool,
    as_bytes,
    as_float,
    as_floats,
    as_int,
    as_list,
    as_text,
    is_empty,
)  # fmt: skip


class TestItem:
    """What an item is."""

    def test_equal_by_format_and_value(self):
        """U1(1) is U1(1), but not U2(1)."""
        assert U1(1) == U1(1)
        assert U1(1) != U2(1)
        assert hash(L(U1(1))) == hash(L(U1(1)))

    def test_never_true_nor_false(self):
        """`if item:` would be true for BOOLEAN(False): it raises."""
        with pytest.raises(TypeError):
            bool(U1(0))

    def test_shown_as_it_is_made(self):
        """Its repr is the call that makes it."""
        assert repr(L(U4(1), A("x"))) == "L(U4(1), A('x'))"

    def test_long_values_are_shown_short(self):
        """A megabyte of binary does not flood a log."""
        assert len(repr(B(bytes(1 << 20)))) < 300

    @pytest.mark.parametrize(
        ("item", "value"), [(U1(7), 7), (B(7), 7), (F4(1.5), 1.5), (A("x"), "x"), (A(""), "")]
    )
    def test_one_value(self, item: Item, value: object):
        """`one` gives the single value."""
        assert item.one() == value

    @pytest.mark.parametrize("item", [U4(), U4(1, 2), L(), L(U4(1)), C2("x"), B(b"xy")])
    def test_not_one_value(self, item: Item):
        """`one` refuses what is none, or several."""
        with pytest.raises(ItemError):
            item.one()


class TestReaders:
    """Values as tools mean them."""

    @pytest.mark.parametrize(
        "item", [U1(4), U4(4), I2(4), B(4), F4(4), A("4"), A(" 4 "), A("+4\0"), J("4")]
    )
    def test_whole_number(self, item: Item):
        """HCACK 4 is 4 in any format."""
        assert as_int(item) == 4

    @pytest.mark.parametrize(
        "item",
        [
            F4(4.5), A("4.5"), A("x"), A(""), A("٤"), A("+-4"), L(), U1(), None,
            A("1" * 5000), A("2" * 20), A(str(-(2**63) - 1)), F8(1e300),
        ],
    )  # fmt: skip
    def test_no_whole_number(self, item: Item | None):
        """Nothing is rounded or guessed."""
        with pytest.raises(ItemError):
            as_int(item)

    def test_float(self):
        """A number as a float; NaN stays NaN."""
        assert as_float(A("12.5")) == 12.5
        assert math.isnan(as_float(F4(math.nan)))
        with pytest.raises(ItemError):
            as_float(A("hot"))

    def test_truth(self):
        """BOOLEAN or number."""
        assert as_bool(BOOLEAN(True))
        assert not as_bool(U1(0))

    def test_text_without_padding(self):
        """Blanks and NULs at the right are padding."""
        assert as_text(A(" LOT 1 \0\0")) == " LOT 1"

    def test_localised_text(self):
        """C2 by its encoding header."""
        assert as_text(C2("µm")) == "µm"
        with pytest.raises(ItemError):
            as_text(C2(b"\xff\xffx"))

    def test_numbers_are_no_text(self):
        """U4(1) is not "1"."""
        with pytest.raises(ItemError):
            as_text(U4(1))

    def test_list_of_known_length(self):
        """The count is checked where it is given."""
        assert as_list(L(U1(1)), 1) == (U1(1),)
        for item in (L(), A("x"), None):
            with pytest.raises(ItemError):
                as_list(item, 1)

    def test_bodies(self):
        """PPBODY as B, A or U1."""
        for item in (B(b"ab"), A("ab"), U1(97, 98)):
            assert as_bytes(item) == b"ab"
        with pytest.raises(ItemError):
            as_bytes(L())

    def test_arrays(self):
        """An array variable as an array, or as a list."""
        assert as_floats(U2(1, 2)) == (1.0, 2.0)
        assert as_floats(L(F4(1), A("2"))) == (1.0, 2.0)

    def test_empty(self):
        """A zero-length item is "not given"."""
        assert is_empty(U4())
        assert is_empty(L())
        assert not is_empty(A(" "))
