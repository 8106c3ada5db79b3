"""The numbers of a trace are what each of its items says alone."""

import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from fabctl.secs.items import F4, F8, U4, A, L
from tool_drivers.gem.reading import number_of, numbers_in


def as_text(numbers):
    return [str(each) for each in numbers]  # so that NaN is NaN


def test_whatever_stands_in_a_trace():
    odd = [F4(), F4(1.0, 2.0), U4(7), A("12"), A("x"), F8(0.1), L(), F4(math.nan), F4(-math.inf)]
    assert as_text(numbers_in(odd)) == as_text(map(number_of, odd))


@given(st.integers(0, 2**32 - 1))
def test_any_f4(bits):
    item = F4(*struct.unpack(">f", bits.to_bytes(4, "big")))
    assert as_text(numbers_in([item])) == as_text([number_of(item)])
