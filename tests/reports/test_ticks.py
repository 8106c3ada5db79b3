"""An axis is numbered in round steps."""

import pytest

from fabctl.reports.html.ticks import MOST, ticks


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-0.25, 4.4, ["0", "1", "2", "3", "4"]),
        (54.4, 419.6, ["100", "200", "300", "400"]),
        (349.87, 350.13, ["349.90", "349.95", "350.00", "350.05", "350.10"]),
        (0.0, 5350.0, ["0", "1000", "2000", "3000", "4000", "5000"]),
        (7.0, 7.0, ["7"]),
    ],
)
def test_the_numbers_are_round(low, high, labels):
    assert [label for _, label in ticks(low, high)] == labels


@pytest.mark.parametrize("width", [1.0, 1.7, 3.3, 9.9])
def test_there_are_some_and_not_too_many_and_all_lie_inside(width):
    for exponent in range(-9, 9):
        low, high = 0.37 * 10.0**exponent, (0.37 + width) * 10.0**exponent
        places = [place for place, _ in ticks(low, high)]
        assert 2 <= len(places) <= MOST
        assert all(low <= place <= high for place in places)
