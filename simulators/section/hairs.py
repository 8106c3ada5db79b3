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

WIDTH = 2e-10
"""nm: what is no wider is a hair, 4000 nm of which have less area than a partition may lack."""

Floats = NDArray[np.float64]
Point = tuple[float, float]


def without_hairs(shape: BaseGeometry) -> BaseGeometry:
    """A body without its hairs; the very same one where it has none, or would be none without."""
    pieces = shapely.get_parts(shape)
    rings, of_piece = shapely.get_rings(pieces, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points) or not _has_tip(points, of_ring):
        return shape
    ends = np.searchsorted(of_ring, np.arange(len(rings) + 1))
    healed: list[list[Floats]] = [[] for _ in pieces]
    for number, owner in enumerate(of_piece.tolist()):
        ring = _shorn(points[ends[number] : ends[number + 1] - 1])
        if len(ring) >= 3:
            healed[owner].append(ring)
    whole = [Polygon(rings[0], rings[1:]) for rings in healed if rings]
    body = whole[0] if len(whole) == 1 else MultiPolygon(whole)
    return body if body.is_valid else shape


def _has_tip(points: Floats, of_ring: NDArray[np.intp]) -> bool:
    """Whether any corner of some closed rings is the tip of a hair, as far as neighbours tell."""
    ends = np.append(np.flatnonzero(of_ring[1:] != of_ring[:-1]), len(points) - 1)
    edges = np.empty_like(points)
    np.subtract(points[1:], points[:-1], out=edges[:-1])
    edges[ends] = edges[np.append(0, ends[:-1] + 1)]  # where it ends, a ring begins again
    if (np.abs(edges) <= WIDTH).all(axis=1).any():
        return True
    corners = np.einsum("ij,ij->i", edges[:-1], edges[1:]) < 0
    corners[ends[:-1]] = False  # no corner of one ring: its last side is counted with its first
    place = np.flatnonzero(corners)
    return bool(len(place) and _turn_back(edges[place], edges[place + 1]).any())


def _turn_back(come: Floats, go: Floats) -> NDArray[np.bool_]:
    """Whether the way to a corner and the way from it run along each other."""
    came, goes = np.hypot(*come.T), np.hypot(*go.T)
    across = np.abs(come[:, 0] * go[:, 1] - come[:, 1] * go[:, 0])
    back = (come * go).sum(axis=1) < 0
    # the end of the shorter leg lies so near to the longer leg's line; a tip may be an edge wide
    longer = np.maximum(came, goes)
    narrow = across <= WIDTH * longer
    turned: NDArray[np.bool_] = (back & narrow) | (np.minimum(came, goes) <= WIDTH)
    return turned


def _is_tip(before: Point, here: Point, after: Point) -> bool:
    """`_turn_back` at one corner."""
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
