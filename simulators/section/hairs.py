"""Walls and slits without any width, which an overlay leaves where two cuts meet on a slope.

An outline runs out along such a hair and back again. Films would grow on it and etches go along it,
so the outline is taken straight past its foot.
"""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import one_ring

WIDTH = 2e-10
"""nm: what is no wider is a hair, 4000 nm of which have less area than a partition may lack."""

Floats = NDArray[np.float64]
Point = tuple[float, float]


def without_hairs(shape: BaseGeometry) -> BaseGeometry:
    """A body without its hairs; the very same one where it has none, or would be none without."""
    if one_ring(shape):
        points = shapely.get_coordinates(shape)
        way = points[1:] - points[:-1]
        if not _has_tip(way, np.concatenate([way[1:], way[:1]])):
            return shape
    pieces = shapely.get_parts(shape)
    rings, of_piece = shapely.get_rings(pieces, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.searchsorted(of_ring, np.arange(len(rings) + 1))
    if not _has_tip(*_ways(points, ends)):
        return shape
    healed: list[list[Floats]] = [[] for _ in pieces]
    for number, owner in enumerate(of_piece.tolist()):
        ring = _shorn(points[ends[number] : ends[number + 1] - 1])
        if len(ring) >= 3:
            healed[owner].append(ring)
    whole = [Polygon(rings[0], rings[1:]) for rings in healed if rings]
    body = whole[0] if len(whole) == 1 else MultiPolygon(whole)
    return body if body.is_valid else shape


def _ways(points: Floats, ends: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """The way to each corner of some closed rings and the way on from it."""
    onward = np.arange(1, len(points))
    onward[ends[1:-1] - 1] = -1
    onward[ends[1:] - 2] = ends[:-1]  # where it ends, a ring begins again
    within = onward >= 0
    way = np.diff(points, axis=0)
    return way[within], way[onward[within]]


def _has_tip(come: Floats, go: Floats) -> bool:
    """Whether a tip stands at any corner, by the ways to them and the ways on from them."""
    sharp = np.einsum("ij,ij->i", come, go) < 0
    if sharp.any():
        (come_x, come_z), (go_x, go_z) = come[sharp].T, go[sharp].T
        # the end of the shorter leg lies so near to the longer leg's line
        longer = np.maximum(np.hypot(come_x, come_z), np.hypot(go_x, go_z))
        if (np.abs(come_x * go_z - come_z * go_x) <= WIDTH * longer).any():
            return True
    # or a tip is an edge wide
    return bool((np.abs(come).max(axis=1, initial=0.0) <= WIDTH).any())


def _is_tip(before: Point, here: Point, after: Point) -> bool:
    """Whether the way to a corner and the way from it run along each other."""
    (come_x, come_z), (go_x, go_z) = _way(before, here), _way(here, after)
    came, goes = math.hypot(come_x, come_z), math.hypot(go_x, go_z)
    if min(came, goes) <= WIDTH:
        return True
    across = abs(come_x * go_z - come_z * go_x)
    return come_x * go_x + come_z * go_z < 0 and across <= WIDTH * max(came, goes)


def _way(start: Point, end: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]


def _shorn(ring: Floats) -> Floats:
    """An open ring without tips, one after the other, as each may bare another."""
    kept: list[Point] = []
    for x, z in ring.tolist():
        kept.append((x, z))
        while len(kept) >= 3 and _is_tip(kept[-3], kept[-2], kept[-1]):
            del kept[-2]
            if len(kept) >= 2 and math.hypot(*_way(kept[-2], kept[-1])) <= WIDTH:
                del kept[-1]
    while len(kept) >= 3:
        if _is_tip(kept[-2], kept[-1], kept[0]):
            kept.pop()
        elif _is_tip(kept[-1], kept[0], kept[1]):
            kept.pop(0)
        else:
            break
    return np.array(kept)
