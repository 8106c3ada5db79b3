"""What an etch removed, and what became of it: filled, cut through, stepped, exposed."""

import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from fabctl.structure.predicates.contact import contact
from fabctl.structure.section import Section, parts, polygonal
from fabctl.structure.tolerances import (
    CONTACT,
    DISHED,
    FILLED,
    FOOT,
    HEAD,
    INSIDE,
    LEAST_CONTACT,
    LIFT,
    STEP,
)


def filled(opening: BaseGeometry, materials: BaseGeometry) -> bool:
    """Whether an opening is full of some materials (a half-filled via is enclosed, not filled).

    Dishing is not counted as missing: what lies open at the rim and is no deeper than `DISHED`.
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
    rim = opening.bounds[3]
    return bool(missing.bounds[3] > rim - CONTACT and rim - missing.bounds[1] <= DISHED)


def inside(body: BaseGeometry, opening: BaseGeometry) -> bool:
    """Whether a body lies in an opening: its middle and nearly all of its area."""
    return bool(
        not body.is_empty
        and opening.contains(body.centroid)
        and body.intersection(opening).area >= INSIDE * body.area
    )


def between(body: BaseGeometry, left: BaseGeometry, right: BaseGeometry) -> bool:
    """Whether a body lies in the lateral gap of two others."""
    if body.is_empty or left.is_empty or right.is_empty:
        return False
    if left.bounds[0] > right.bounds[0]:
        left, right = right, left
    low, high = left.bounds[2], right.bounds[0]
    if high <= low:
        return False
    gap = shapely.box(low, body.bounds[1] - 1, high, body.bounds[3] + 1)
    return bool(low < body.centroid.x < high and body.intersection(gap).area >= INSIDE * body.area)


def cuts_through(opening: BaseGeometry, layer: BaseGeometry) -> bool:
    """Whether an opening goes right through a layer, from its upper to its lower face."""
    if opening.is_empty or layer.is_empty:
        return False
    removed_from = opening.intersection(_span(opening, layer))
    left = layer.intersection(_column(opening, layer)).area
    return bool(not removed_from.is_empty and left <= LEAST_CONTACT)


def _span(opening: BaseGeometry, layer: BaseGeometry) -> BaseGeometry:
    return shapely.box(opening.bounds[0], layer.bounds[1], opening.bounds[2], layer.bounds[3])


def _column(opening: BaseGeometry, layer: BaseGeometry) -> BaseGeometry:
    """The middle half of the opening's narrowest (lowest) run, over the layer's height."""
    low = opening.bounds[1]
    foot = opening.intersection(
        shapely.box(opening.bounds[0], low, opening.bounds[2], low + 1.0)
    ).bounds
    width = foot[2] - foot[0]
    return shapely.box(foot[0] + width / 4, layer.bounds[1], foot[2] - width / 4, layer.bounds[3])


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
    """Whether an opening is a dual damascene window: narrow below, wider above on both sides."""
    return all(_stepped(part) for part in parts(opening)) and not opening.is_empty


def _stepped(part: BaseGeometry) -> bool:
    left, low, right, high = part.bounds
    height = high - low
    foot, head = (
        part.intersection(
            shapely.box(left, low + lower * height, right, low + upper * height)
        ).bounds
        for lower, upper in (FOOT, HEAD)
    )
    if not foot or not head:
        return False
    return bool(head[0] <= foot[0] - STEP and head[2] >= foot[2] + STEP)


def count(shape: BaseGeometry) -> int:
    """How many separate bodies."""
    return sum(1 for _ in parts(shape))
