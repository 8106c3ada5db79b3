"""How much of a body lies at each height, and up to which height it has some area."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]


def lengths(shape: BaseGeometry, levels: Floats) -> Floats:
    """How much (nm) of a body lies at each height: where its right sides are, less its left."""
    _, low, _, high = shape.bounds or (0.0,) * 4
    here = (levels >= low) & (levels < high)
    lying: Floats = np.zeros(len(levels))
    lying[here] = _lengths(shape, levels[here])
    return lying


def _lengths(shape: BaseGeometry, levels: Floats) -> Floats:
    pieces = shapely.orient_polygons(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(shapely.get_rings(pieces), return_index=True)
    joined = ring[:-1] == ring[1:]
    (x0, z0), (x1, z1) = points[:-1][joined].T, points[1:][joined].T
    steep = z0 != z1
    x0, z0, x1, z1 = x0[steep, None], z0[steep, None], x1[steep, None], z1[steep, None]
    crossed = (np.minimum(z0, z1) <= levels) & (levels < np.maximum(z0, z1))
    x = x0 + (x1 - x0) * (levels - z0) / (z1 - z0)
    # round an outline against the clock right sides rise, round a hole they fall
    total = np.where(crossed, np.sign(z1 - z0) * x, 0.0).sum(axis=0)
    found: Floats = np.where(total > 1e-9, total, 0.0)
    return found


def top_at(shape: BaseGeometry, x: float) -> float:
    """The height (nm) of a body's upper face at x; minus infinity where there is none of it."""
    hit = shape.intersection(shapely.LineString([(x, -1e5), (x, 1e5)]))
    return float("-inf") if hit.is_empty else float(hit.bounds[3])


def heights(*shapes: BaseGeometry) -> Floats:
    """The heights (nm) of all vertices of some bodies, each once, from below."""
    zs = np.sort(shapely.get_coordinates(shapes)[:, 1])
    each_once: Floats = zs[np.append(True, np.diff(zs) > 0)]
    return each_once


def level_holding(shape: BaseGeometry, area: float) -> float:
    """The height (nm) below which a body has `area` nm²; its top if it has no more.

    Between two vertices the body's length is linear in the height, so the area is a quadratic.
    """
    zs = heights(shape)
    steps = np.diff(zs)
    low, high = (lengths(shape, zs[:-1] + share * steps) for share in (0.25, 0.75))
    below = np.cumsum(steps * (low + high) / 2)
    place = int(np.searchsorted(below, area))
    if place == len(below):
        return float(zs[-1])
    left = area - (below[place - 1] if place else 0.0)
    slope = (high[place] - low[place]) / (steps[place] / 2)
    length = low[place] - slope * steps[place] / 4
    # length · d + slope · d² / 2 = left, in the form that bears a slope of nought
    root = math.sqrt(max(0.0, length * length + 2 * slope * left))
    return float(zs[place] + min(steps[place], 2 * left / (length + root)))
