"""Limits compiled to floats say of every float what the exact rule says."""

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.verdict import Verdict
from fabctl.quantities import Quantity, exact

ENDS = st.decimals(min_value=-200, max_value=1000, places=3).map(str)


def limits(lower: str | None, upper: str | None, *, strict: bool = False) -> Limits:
    def bound(text: str | None) -> Bound | None:
        return None if text is None else Bound(Quantity.parse(text), strict)

    return Limits(bound(lower), bound(upper))


@given(ENDS, st.booleans(), st.integers(-3, 3), st.sampled_from(["degC", "K", "degF"]))
def test_floats_next_to_a_limit_agree_with_the_exact_rule(end, strict, steps, unit):
    rule = limits(None, f"{end} degC", strict=strict)
    low, high = rule.floats(unit)
    x = float(Quantity.parse(f"{end} degC").in_unit(unit))
    for _ in range(abs(steps)):
        x = math.nextafter(x, math.copysign(math.inf, steps))
    assert (low <= x <= high) is rule.admits(Quantity.of(exact(x, 8), unit).value)


@given(st.floats(0, 100), st.booleans())
def test_any_float_agrees_with_the_exact_rule(x, strict):
    rule = limits("10 Å", "50 Å", strict=strict)
    low, high = rule.floats("nm")
    assert (low <= x <= high) is rule.admits(Quantity.of(exact(x, 8), "nm").value)


def test_what_a_tool_shows_as_the_limit_is_the_limit():
    low, high = limits("0.1 nm", "0.3 nm").floats("nm")
    assert (low, high) == (0.1, 0.3)


def test_nan_and_infinities_are_never_legal():
    low, high = limits(None, "400 degC").floats("degC")
    for value in (math.nan, math.inf, -math.inf):
        assert not low <= value <= high


def test_a_measured_value_counts_with_its_uncertainty():
    rule = limits("10 Å", "500 Å")

    def judged(low, high):
        return rule.judge_measured(Interval(Fraction(low) / 10, Fraction(high) / 10))

    assert judged(10, 500) is Verdict.LEGAL
    assert judged(501, 510) is Verdict.ILLEGAL
    assert judged(490, 510) is Verdict.NOT_SHOWN
    assert judged(1, 9) is Verdict.ILLEGAL
