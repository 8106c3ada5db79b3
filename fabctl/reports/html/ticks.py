"""Round numbers along an axis."""

import math

MOST = 6
"""How many there are at the most."""


def ticks(low: float, high: float) -> list[tuple[float, str]]:
    """The multiples of 1, 2 or 5 times a power of ten in a range, each with its label."""
    if not low < high:
        return [(low, f"{low:.4g}")]
    power = math.floor(math.log10((high - low) / MOST))
    step, digits = next(
        (factor * 10.0**exponent, max(0, -exponent))
        for exponent in (power, power + 1)
        for factor in (1, 2, 5)
        if math.floor(high / (factor * 10.0**exponent)) - math.ceil(low / (factor * 10.0**exponent))
        < MOST
    )
    first, last = math.ceil(low / step), math.floor(high / step)
    return [(number * step, f"{number * step:.{digits}f}") for number in range(first, last + 1)]
