"""The one of a family of shapes that has some area: found by trial."""

import math
from collections.abc import Callable
from typing import TypeVar

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

MATCHED, MOST_TRIALS = 1e-3, 16
"""Share of an area within which it is met, and after how many trials it must be."""

Found = TypeVar("Found")


def to_area(
    shape_of: Callable[[float], BaseGeometry], area: float, first: float, least: float = 0.0
) -> BaseGeometry:
    """The shape of a family that grows with a number which has some area (nm²), or comes nearest.

    At 0 the family has the `least` area; `first` is tried first.
    """
    if area <= 0:
        return Polygon()
    return matched(shape_of, lambda shape: shape.area / area - 1, first, least / area - 1)


def matched(
    made_of: Callable[[float], Found],
    excess: Callable[[Found], float],
    first: float,
    least: float = -1.0,
) -> Found:
    """What is made of the number with which an excess vanishes, that grows with it from `least`."""
    low, below, high, above = 0.0, least, math.inf, math.inf
    at, last, nearest = first, 0.0, math.inf
    for _ in range(MOST_TRIALS):
        found = made_of(at)
        over = excess(found)
        if abs(over) < nearest:
            best, nearest = found, abs(over)
        if nearest <= MATCHED:
            break
        slope = (over - below) / (at - low)
        # the secant of an end that stays is halved (Illinois), or it would stay for ever
        if over > 0:
            high, above, below = at, over, below / 2 if last > 0 else below
        else:
            low, below, above = at, over, above / 2 if last < 0 else above
        last = over
        if high == math.inf:
            at += min(at, -over / slope) if slope > 0 else at
        else:
            at = low + (high - low) * below / (below - above)
    return best
