"""A limit with a margin: settled for one value exactly as for the interval that it strays in."""

from fractions import Fraction

import pytest

from fabctl.interlocks.demand import Limit
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.quantities import Quantity

LIMITS = Limits(
    Bound(Quantity.parse("10 um"), strict=False), Bound(Quantity.parse("20 um"), strict=True)
)


@pytest.mark.parametrize("margin", [None, "1 um", "5 %", "100 %"])
@pytest.mark.parametrize("value", [9500, 10_000, 10_500, 10_999, 11_000, 19_000, 19_047, 20_000])
def test_one_value_keeps_a_limit_if_all_that_it_strays_to_is_legal(margin, value):
    """The quick answer and the interval's are one."""
    limit = Limit(("focus",), LIMITS, margin=Quantity.parse(margin) if margin else None)
    strayed = limit.reach(Interval.point(Fraction(value)))
    assert limit.surely_keeps(Interval.point(Fraction(value))) is (LIMITS.witness(strayed) is None)


@pytest.mark.parametrize("value", ["-12 um", "-9.9 um", "0 um", "-1 nm"])
def test_the_quick_answer_is_never_given_of_a_negative_value_that_strays_out(value):
    """A ratio of a negative value strays the other way: that needs the closer look."""
    limits = Limits(Bound(Quantity.parse("-10 um"), strict=False), None)
    limit = Limit(("focus",), limits, margin=Quantity.parse("5 %"))
    strays = limits.witness(limit.reach(Interval.point(Quantity.parse(value).value))) is not None
    assert not (limit.surely_keeps(Interval.point(Quantity.parse(value).value)) and strays)
