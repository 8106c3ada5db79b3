"""Walls and slits without any width, which an overlay leaves where two cuts meet on a slope.

An outline runs out along such a hair and back again. Films would grow on it and etches go along it,
so the outline is taken straight past its foot.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import one_ring

WIDTH = 2e-10
"""nm: what is no wider is a hair, 4000 nm of which have less area than a partition may lack."""

Floats = NDArray[np.float64]


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


def _tips(come: Floats, go: Floats) -> NDArray[np.bool_]:
    """Which corners are tips, by the ways to them and the ways on from them.

    There the two run along each other, or one is no way at all.
    """
    came, goes = np.hypot(come[:, 0], come[:, 1]), np.hypot(go[:, 0], go[:, 1])
    across = np.abs(come[:, 0] * go[:, 1] - come[:, 1] * go[:, 0])
    back = (come * go).sum(axis=1) < 0
    tips: NDArray[np.bool_] = (np.minimum(came, goes) <= WIDTH) | (
        back & (across <= WIDTH * np.maximum(came, goes))
    )
    return tips


def _shorn(ring: Floats) -> Floats:
    """An open ring without tips, again and again, as each may bare another."""
    while len(ring) >= 3:
        come = ring - np.roll(ring, 1, axis=0)
        tips = _tips(come, np.roll(come, -1, axis=0))
        if not tips.any():
            break
        first = tips & ~np.roll(tips, 1)  # once it is gone, the next may be none
        ring = ring[~first] if first.any() else ring[1:]
    return ring
