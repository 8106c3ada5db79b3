"""Within-wafer non-uniformity: where the sites lie, and how a rate varies over them.

What a tool leaves on a wafer is a fixed radial pattern (gas flow, plasma, pad) with a part that
differs from wafer to wafer. Both are scaled so that the standard deviation over all sites is the
module's 1σ; the mean stays the mean.
"""

import math
import random
import statistics

_RINGS = ((0.667, 4), (0.98, 4), (0.333, 8), (0.8, 8))

SITES: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    *(
        (radius * math.cos(2 * math.pi * k / count), radius * math.sin(2 * math.pi * k / count))
        for radius, count in _RINGS
        for k in range(count)
    ),
)
"""x and y of the 25 sites in wafer radii; of the first 9, 4 at two thirds and 4 at the edge."""


def pattern(sigma: float, rng: random.Random) -> tuple[float, ...]:
    """A factor for each site, mean 1, standard deviation `sigma` (a fraction, 0.025 for 2.5 %)."""
    if sigma <= 0:
        return (1.0,) * len(SITES)
    tilt = rng.uniform(0, 2 * math.pi)
    raw = [
        1.6 * (x * x + y * y)
        + 0.3 * (x * math.cos(tilt) + y * math.sin(tilt))
        + 0.25 * rng.uniform(-1, 1)
        for x, y in SITES
    ]
    mean, spread = statistics.fmean(raw), statistics.pstdev(raw)
    return tuple(1 + sigma * (value - mean) / spread for value in raw)
