"""The ambient's surface: how it recedes when a film of some thickness grows on it."""

import math
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import one_ring, parts, polygonal, united

Floats = NDArray[np.float64]

FACET_TOLERANCE = 0.004
"""nm by which a facet of a corner arc may lie inside the arc (a film reads that much thin)."""
FACET_SHARE = 0.002
"""The same as a share of the film's thickness; the larger of the two counts."""
FEWEST_FACETS = 2
SMOOTH = 0.002
"""nm by which a new face may be smoothed, or films grown in many steps are all vertices."""
SMOOTH_SHARE, SMOOTH_MOST = 0.001, 0.1
"""The same as a share of what has grown, and nm that it never exceeds: steps as low as an ångström
thick film's go on under a thick one."""
SIDE = 1e-6
"""nm from the domain's side within which a point lies on it."""


def facets(thickness: float, share: float = FACET_SHARE) -> int:
    """Segments a quarter circle so that no facet cuts deeper than the tolerance, or a share.

    A facet of angle a cuts t (1 - cos(a/2)) deep; with q segments a quarter, a = π / (2 q).
    """
    tolerance = max(FACET_TOLERANCE, share * thickness)
    if thickness <= tolerance:
        return FEWEST_FACETS
    return max(FEWEST_FACETS, math.ceil(math.pi / (4 * math.acos(1 - tolerance / thickness))))


class Frame(NamedTuple):
    """What a section lies in: x from 0 to `width`, z from `floor` to `ceiling` (nm)."""

    width: float
    floor: float
    ceiling: float


def recede(frame: Frame, air: BaseGeometry, thickness: float) -> BaseGeometry:
    """What is left of some air when its whole solid surface has grown by `thickness` (nm).

    The frame's sides mirror and its top is open, so nothing grows on them.
    """
    return shrunk(frame, opened_up(frame, air, thickness), thickness)


def shrunk(frame: Frame, opened: BaseGeometry, thickness: float) -> BaseGeometry:
    """What is left of air opened up by more than a growth (nm) after that, within the frame."""
    # the new contour only, and before it is clipped: neighbours must go on sharing their edges
    grown = shapely.buffer(opened, -thickness, quad_segs=facets(thickness))
    face = moved(grown, thickness)
    return polygonal(face.intersection(shapely.box(0, frame.floor, frame.width, frame.ceiling)))


def moved(contour: BaseGeometry, distance: float) -> BaseGeometry:
    """A contour that has moved by some nm, with no more corners than it needs."""
    return smoothed(contour, max(SMOOTH, min(SMOOTH_MOST, SMOOTH_SHARE * distance)))


def smoothed(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """A shape with fewer corners, none of them off by more than a tolerance (nm)."""
    quickly = shape.simplify(tolerance, preserve_topology=False)
    # that drops what hangs on a neck which it has turned over
    if abs(quickly.area - shape.area) <= tolerance * shape.length:
        return quickly
    return shape.simplify(tolerance)


def advance(shape: BaseGeometry, distance: float) -> BaseGeometry:
    """Everything within `distance` (nm) of a shape."""
    return shapely.buffer(shape, distance, quad_segs=facets(distance))


def opened_up(frame: Frame, air: BaseGeometry, margin: float) -> BaseGeometry:
    """Air continued beyond the frame's sides and top by more than `margin`."""
    reach = 2 * margin + 1.0
    width, top = frame.width, frame.ceiling
    lower = _lower_face(frame, air)
    if lower is not None:
        left, right, high = lower[0, 1], lower[-1, 1], top + reach
        beyond = [(width + reach, right), (width + reach, high), (-reach, high), (-reach, left)]
        return Polygon(np.concatenate([lower, beyond])[::-1])
    pieces: list[BaseGeometry] = [air, shapely.box(-reach, top, width + reach, top + reach)]
    for low, high in _at_side(air, 0.0):
        pieces.append(shapely.box(-reach, low, SIDE, high))
    for low, high in _at_side(air, width):
        pieces.append(shapely.box(width - SIDE, low, width + reach, high))
    return united(pieces)


def _lower_face(frame: Frame, air: BaseGeometry) -> Floats | None:
    """The one line, from left to right, that all air lies above; None where there is no such line.

    Air in pieces, around something or with more than one way to a side has none.
    """
    if not one_ring(air):
        return None
    points = shapely.get_coordinates(air)[:-1]
    if not shapely.is_ccw(shapely.get_exterior_ring(air)):
        points = points[::-1]
    x, z = points.T
    left, right = x <= SIDE, x >= frame.width - SIDE
    framed = left | right | (z >= frame.ceiling - SIDE)
    if not left.any() or not right.any():
        return None
    start = int(np.where(left, z, np.inf).argmin())
    end = int(np.where(right, z, np.inf).argmin())
    lower = np.arange(start, end + 1 if end > start else end + 1 + len(points)) % len(points)
    beyond = len(points) - len(lower)
    if np.count_nonzero(framed[lower]) > 2 or np.count_nonzero(framed) < beyond + 2:
        return None
    found: Floats = points[lower]
    return found


def _at_side(air: BaseGeometry, x: float) -> list[tuple[float, float]]:
    """Where (nm of height) some air reaches a side of the domain, from and to."""
    points, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(air)), return_index=True
    )
    on = np.abs(points[:, 0] - x) <= SIDE
    along = on[:-1] & on[1:] & (ring[:-1] == ring[1:])
    ends = np.sort(np.column_stack([points[:-1, 1], points[1:, 1]])[along], axis=1)
    reaches: list[tuple[float, float]] = []
    for low, high in sorted(ends.tolist()):
        if reaches and low - reaches[-1][1] <= SIDE:  # or a hair of nothing would stay between
            reaches[-1] = (reaches[-1][0], max(high, reaches[-1][1]))
        else:
            reaches.append((low, high))
    return [(low, high) for low, high in reaches if high - low > SIDE]


def overhung(air: BaseGeometry) -> bool:
    """Whether some solid hangs over the air, so that growth may trap a void."""
    for part in parts(air):
        if not one_ring(part):
            return True
        points = shapely.get_coordinates(part)
        if not shapely.is_ccw(shapely.get_exterior_ring(part)):
            points = points[::-1]
        x, z = points.T
        # counter-clockwise, the lower boundary runs to the right: a step to the left that is not
        # the domain's top edge is an overhang
        below_top = z < z.max() - SIDE
        if bool(((x[1:] - x[:-1] < -1e-9) & (below_top[:-1] | below_top[1:])).any()):
            return True
    return False
