"""Within-wafer non-uniformity: where the sites lie, and how a rate varies over them.

What a tool leaves on a wafer is a fixed radial pattern (gas flow, plasma, pad) with a part that
differs from wafer to wafer: f = a r² + b r cos(φ - φ0) + c u, with r in wafer radii, φ0 and u (-1
to 1) at random, and a, b, c from ``sequences/physics``. It is scaled so that the standard deviation
over all sites is the module's 1σ, a fraction; the mean stays the mean.
"""

import math
import random
import statistics
from typing import NamedTuple

from simulators.physics.values import read_table, shipped

_RINGS = ((0.667, 4), (0.98, 4), (0.333, 8), (0.8, 8))
"""Radius (wafer radii) and number of sites of each ring: a setting of the simulated metrology."""

SITES: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    *(
        (radius * math.cos(2 * math.pi * k / count), radius * math.sin(2 * math.pi * k / count))
        for radius, count in _RINGS
        for k in range(count)
    ),
)
"""x and y of the 25 sites in wafer radii; of the first 9, 4 at two thirds and 4 at the edge."""


class _Shape(NamedTuple):
    radial: float
    tilt: float
    random: float


_SHAPE = read_table(
    shipped("uniformity"),
    _Shape._fields,
    lambda values: _Shape(*(values.bare(key) for key in _Shape._fields)),
)["wafer"]


def pattern(sigma: float, rng: random.Random) -> tuple[float, ...]:
    """A factor for each site, mean 1, standard deviation `sigma` (a fraction, 0.025 for 2.5 %)."""
    if sigma <= 0:
        return (1.0,) * len(SITES)
    tilt = rng.uniform(0, 2 * math.pi)
    raw = [
        _SHAPE.radial * (x * x + y * y)
        + _SHAPE.tilt * (x * math.cos(tilt) + y * math.sin(tilt))
        + _SHAPE.random * rng.uniform(-1, 1)
        for x, y in SITES
    ]
    mean, spread = statistics.fmean(raw), statistics.pstdev(raw)
    return tuple(1 + sigma * (value - mean) / spread for value in raw)
