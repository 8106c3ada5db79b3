"""What an etch removed, and what became of it: filled, cut through, stepped, exposed."""

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from fabctl.structure.predicates.contact import contact
from fabctl.structure.section import Section, parts, polygonal
from fabctl.structure.tolerances import (
    CONTACT,
    CRUMB,
    DISHED,
    DISHED_DEPTH,
    DISHED_SHARE,
    FILLED,
    FOOT,
    HEAD,
    INSIDE,
    LIFT,
    LOOKS,
    RUN,
    STEP,
)


def filled(opening: BaseGeometry, materials: BaseGeometry) -> bool:
    """Whether an opening is full of some materials (a half-filled via is enclosed, not filled).

    Dishing is not counted as missing: what lies open at the rim, is no deeper than `DISHED` or than
    `DISHED_DEPTH` of the opening, and has more of the opening under it, which is full.
    """
    if opening.is_empty or materials.is_empty:
        return False
    missing = [
        each
        for each in parts(polygonal(opening.difference(materials)))
        if not _dishing(each, opening)
    ]
    return sum(each.area for each in missing) <= (1 - FILLED) * opening.area


def _dishing(missing: BaseGeometry, opening: BaseGeometry) -> bool:
    _, bottom, _, rim = opening.bounds
    left, low, right, high = missing.bounds
    if high <= rim - CONTACT or rim - low > min(DISHED, DISHED_DEPTH * (rim - bottom)):
        return False
    whole = opening.intersection(shapely.box(left, bottom, right, rim))
    return bool(missing.area <= DISHED_SHARE * whole.area)


def inside(body: BaseGeometry, opening: BaseGeometry) -> bool:
    """Whether a body lies in an opening: its middle and nearly all of its area."""
    return bool(
        not body.is_empty
        and opening.contains(body.centroid)
        and body.intersection(opening).area >= INSIDE * body.area
    )


def between(body: BaseGeometry, left: BaseGeometry, right: BaseGeometry) -> bool:
    """Whether a body lies between two others: its middle within their hull, and it in their gap.

    It may stand out of the gap, as a dielectric does between plugs that are recessed.
    """
    if body.is_empty or left.is_empty or right.is_empty:
        return False
    if left.bounds[0] > right.bounds[0]:
        left, right = right, left
    low, high = left.bounds[2], right.bounds[0]
    if high <= low:
        return False
    hull = shapely.union(left, right).convex_hull
    gap = shapely.box(low, body.bounds[1] - 1, high, body.bounds[3] + 1)
    return bool(
        low < body.centroid.x < high
        and hull.dwithin(body.centroid, CONTACT)
        and body.intersection(gap).area >= INSIDE * body.area
    )


def cuts_through(opening: BaseGeometry, layer: BaseGeometry) -> bool:
    """Whether an opening goes right through a layer, from its upper to its lower face.

    Of several windows every one must that has the layer under it.
    """
    if layer.is_empty:
        return False
    _, bottom, _, top = layer.bounds
    windows = list(parts(opening))
    columns = [_foot(each, bottom, top) for each in windows]
    return any(each.bounds[1] < top and each.bounds[3] > bottom for each in windows) and all(
        layer.intersection(column).area <= CRUMB for column in columns
    )


def _foot(window: BaseGeometry, bottom: float, top: float) -> BaseGeometry:
    """As wide as the lowest run of a window, and as high as asked."""
    left, low, right, _ = window.bounds
    foot = window.intersection(shapely.box(left, low, right, low + RUN)).bounds
    return shapely.box(foot[0], bottom, foot[2], top)


def exposes(section: Section, body: BaseGeometry) -> float:
    """Length (nm) of a body's surface that lies open to the ambient."""
    return contact(body, section.ambient)


def bare_top(section: Section, body: BaseGeometry) -> float:
    """Length (nm, along the wafer) of a body's surface that faces up and lies open to the ambient.

    Walls are no part of it.
    """
    raised = shapely.affinity.translate(body, yoff=LIFT)
    return float(raised.difference(body).intersection(section.ambient).area / LIFT)


def stepped(opening: BaseGeometry) -> bool:
    """Whether an opening is a dual damascene window: narrow below, wider above on either side.

    By a step: a wall that only leans, however much wider it makes the top, is none. The other wall
    may go straight up, where a line ends flush with its via.
    """
    return all(_stepped(part) for part in parts(opening)) and not opening.is_empty


def _stepped(part: BaseGeometry) -> bool:
    left, low, right, high = part.bounds
    heights = np.linspace(low + FOOT * (high - low), low + HEAD * (high - low), LOOKS)
    ends = np.array([[(left - 1, z), (right + 1, z)] for z in heights])
    edges = shapely.bounds(shapely.intersection(part, shapely.linestrings(ends)))
    wider_left, wider_right = -np.diff(edges[:, 0]), np.diff(edges[:, 2])
    return any(
        (side >= STEP).any() and min(np.nansum(side), np.nansum(side + other)) >= STEP
        for side, other in ((wider_left, wider_right), (wider_right, wider_left))
    )


def count(shape: BaseGeometry) -> int:
    """How many separate bodies."""
    return sum(1 for _ in parts(shape))
