"""Addresses and scaled numbers of the 2400's programmer."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.instruments.eurotherm import (
    Segment,
    SegmentType,
    program_words,
    scaled,
    segment_base,
    unscaled,
)


def test_program_1_segment_4_is_where_the_handbook_has_it():
    assert segment_base(1, 4) == 8360


def test_program_4_uses_its_own_base():
    assert segment_base(4, 1) == 8328 + 136 * 3 + 8


def test_a_number_with_two_decimals():
    assert scaled(Fraction("100.01"), 2) == 10001


@pytest.mark.parametrize(
    ("value", "decimals", "why"),
    [("399.95", 1, "more than 1 decimals"), ("327.68", 2, "beyond 16 bits")],
)
def test_a_number_that_would_be_another_recipe_is_refused(value, decimals, why):
    with pytest.raises(ValueError, match=why):
        scaled(Fraction(value), decimals)


@given(st.integers(-0x8000, 0x7FFF), st.integers(0, 3))
def test_scaled_numbers_come_back(number, decimals):
    value = Fraction(number, 10**decimals)
    assert unscaled(scaled(value, decimals), decimals) == value


def test_a_program_is_closed_by_an_end_and_reads_back():
    ramp = Segment(SegmentType.RAMP_RATE, Fraction(200), Fraction(5))
    dwell = Segment(SegmentType.DWELL, Fraction(200), Fraction(900))
    words = program_words(2, [ramp, dwell], decimals=1)
    assert words[segment_base(2, 1)][:3] == (1, 2000, 50)
    assert words[segment_base(2, 3)][0] == SegmentType.END
    assert Segment.of(words[segment_base(2, 1)], 1) == ramp
    assert Segment.of(words[segment_base(2, 2)], 1) == dwell
