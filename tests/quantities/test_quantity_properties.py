"""What holds for every quantity."""

import contextlib
import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.quantities import Quantity, QuantityError, exact, parse_number
from fabctl.quantities.units import UNITS

mantissas = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**9, places=6, allow_nan=False).map(lambda number: f"{number:f}"),
)
exponents = st.sampled_from(["", "e3", "E-6", "e+12", "e-20"])
signs = st.sampled_from(["", "-", "+"])
units = st.sampled_from([unit for unit in UNITS if unit != "1"])


@given(signs, mantissas, exponents, units)
def test_what_is_shown_reads_back_as_the_same(sign, mantissa, exponent, unit):
    """Parse and show are inverse in the unit that was written."""
    try:
        quantity = Quantity.parse(f"{sign}{mantissa}{exponent} {unit}")
    except QuantityError as error:
        assert "absolute zero" in str(error) or "out of range" in str(error)  # noqa: PT017
        return
    assert Quantity.parse(quantity.show()) == quantity


@given(mantissas, exponents, units)
def test_every_unit_of_the_dimension_converts_there_and_back(mantissa, exponent, unit):
    """Exactly, since sizes are rationals."""
    try:
        quantity = Quantity.parse(f"{mantissa}{exponent} {unit}")
    except QuantityError:
        return
    for other in UNITS.values():
        if other.dimension is quantity.dimension:
            there = Quantity.of(quantity.in_unit(other.symbol), other.symbol)
            assert there == quantity


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    """Nothing but a QuantityError comes out."""
    with contextlib.suppress(QuantityError):
        Quantity.parse(text)


@given(st.text("0123456789.eE+-_,:x nisaf٤４", max_size=12))
def test_the_grammar_takes_no_more_than_float_and_means_the_same(text):
    """Whatever we take, float() takes too, with the nearest value."""
    try:
        number = parse_number(text)
    except QuantityError:
        return
    assert float(text) == float(number)


@given(signs, st.integers(100, 10**60))
def test_an_exponent_is_too_large_however_many_digits_it_has(sign, exponent):
    """The same answer for 1e100 and for one with an exponent of sixty digits."""
    for text in (f"{sign}1e{exponent}", f"{sign}1e-{exponent}"):
        with pytest.raises(QuantityError, match="is out of range"):
            parse_number(text)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_an_f4_is_the_shortest_decimal_that_packs_to_it(value):
    """It is the same F4 again, in nine digits or fewer."""
    number = exact(value, 4)
    assert struct.pack(">f", float(number)) == struct.pack(">f", value + 0.0) or value == 0
    assert len(str(abs(number.numerator * 10**60 // number.denominator)).rstrip("0")) <= 9


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_f8_is_what_python_shows(value):
    """repr() is the shortest decimal of a double."""
    assert exact(value, 8) == Fraction(repr(value))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_has_no_decimal_is_refused(value):
    """NaN never becomes a number."""
    with pytest.raises(ValueError, match="no decimal"):
        exact(value, 4)
