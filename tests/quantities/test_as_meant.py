"""A number that a tool sent as F4 is the one that it meant."""

import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from fabctl.quantities.number import as_meant, shortest_single


@given(st.integers(0, 2**32 - 1))
def test_any_f4_is_given_as_its_shortest_decimal(bits):
    (single,) = struct.unpack(">f", bits.to_bytes(4, "big"))
    if math.isfinite(single):
        assert as_meant(single) == float(shortest_single(single))


@given(st.decimals(-9999, 9999, places=2).map(float))
def test_a_number_of_six_digits_comes_back(number):
    (single,) = struct.unpack(">f", struct.pack(">f", number))
    assert as_meant(single) == number
