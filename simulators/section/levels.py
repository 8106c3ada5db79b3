"""How much of a body lies at each height, and up to which height it has some area."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import one_ring

Floats = NDArray[np.float64]


def lengths(shape: BaseGeometry, levels: Floats) -> Floats:
    """How much (nm) of a body lies at each height: where its right sides are, less its left."""
    _, low, _, high = shape.bounds or (0.0,) * 4
    here = (levels >= low) & (levels < high)
    lying: Floats = np.zeros(len(levels))
    lying[here] = _lengths(shape, levels[here])
    return lying


def _lengths(shape: BaseGeometry, levels: Floats) -> Floats:
    if one_ring(shape):
        points = shapely.get_coordinates(shape)
        here, there = points[:-1], points[1:]
    else:
        rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape)))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        joined = ring[:-1] == ring[1:]
        here, there = points[:-1][joined], points[1:][joined]
    steep = here[:, 1] != there[:, 1]
    (x0, z0), (x1, z1) = here[steep].T[..., None], there[steep].T[..., None]
    crossed = (z0 <= levels) != (z1 <= levels)
    x = x0 + (x1 - x0) / (z1 - z0) * (levels - z0)
    # round an outline right sides rise and left ones fall, or the other way round; so round a hole,
    # if that is left about against the clock
    total = np.where(crossed, np.sign(z1 - z0) * x, 0.0).sum(axis=0)
    found: Floats = np.abs(total)
    found[found <= 1e-9] = 0.0
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
    between = np.concatenate([zs[:-1] + share * steps for share in (0.25, 0.75)])
    low, high = _lengths(shape, between).reshape(2, -1)
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
