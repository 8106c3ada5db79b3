"""How far a liquid or a plasma comes from the open faces of bodies."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import parts, polygonal, united
from fabctl.structure.tolerances import CONTACT
from simulators.section.cutting import HAIR
from simulators.section.surface import Floats, facets, smoothed

ATOM = 0.25
"""nm: so near to the liquid there is nothing behind anything else."""
FILM_OF_LIQUID = 1e-5
"""nm of the liquid beside a body that stands for the body's open face: an etch that takes less
takes nothing."""
FINE, FINE_SHARE = 1e-3, 0.0003
"""nm by which an etch's face may lie off (less if it takes less than an atom), or a share of its
depth if that is more: as many small ones leave as one, and a face has few corners."""
ALONG = 20.0
"""nm along a face that comes to lie open bit by bit, between two places where it is looked at."""
ALIKE, ALIKE_SHARE = 0.05, 0.08
"""nm by which depths along a face may differ that are taken for one; or a share of the deepest."""


def wetted(ambient: BaseGeometry) -> BaseGeometry:
    """The air and a film of all that lies open to it."""
    return shapely.buffer(ambient, FILM_OF_LIQUID, quad_segs=1)


def reach_of(liquid: BaseGeometry, shapes: Sequence[BaseGeometry], depth: float) -> BaseGeometry:
    """Everything within `depth` nm of the open faces of some bodies, each from its own only.

    So a liquid goes under a mask from its edge and not through it, nor through a wall to what lies
    behind it; but for an atom's width, behind which there is nothing.
    """
    if depth <= ATOM:
        return _within(liquid, depth)
    whole = united(shapes)
    reached: list[BaseGeometry] = []
    for body in parts(whole):
        beside = polygonal(body.intersection(liquid))
        if beside.is_empty:
            continue
        reach = _within(beside, depth)
        behind = [
            piece
            for piece in parts(polygonal(whole.intersection(reach)))
            if piece.area > HAIR and not piece.dwithin(beside, CONTACT)
        ]
        if behind:
            reach = reach.difference(united(behind).buffer(CONTACT, quad_segs=1))
        reached.append(reach)
    return united(reached)


def _within(liquid: BaseGeometry, depth: float) -> BaseGeometry:
    reach = shapely.buffer(liquid, depth - FILM_OF_LIQUID, quad_segs=facets(depth, FINE_SHARE))
    return smoothed(reach, max(FINE * min(1.0, depth / ATOM), FINE_SHARE * depth))


def bared(
    body: BaseGeometry, gained: BaseGeometry, before: BaseGeometry
) -> Iterator[tuple[Floats, Floats]]:
    """The faces of a body that some new air lays open, and how far (nm) it is to the air `before`.

    That is, the points of each, and the way to every point.
    """
    if body.is_empty or not body.dwithin(gained, FILM_OF_LIQUID):
        return
    face = body.boundary.intersection(gained.buffer(FILM_OF_LIQUID, quad_segs=2))
    for line in shapely.get_parts(shapely.segmentize(shapely.line_merge(face), ALONG)):
        points = shapely.get_coordinates(line)
        yield points, np.array(shapely.distance(shapely.points(points), before))


def within_depths(line: Floats, depths: Floats, alike: float = ALIKE) -> BaseGeometry:
    """Everything within its own depth (nm) of each place on a line, in stretches of about one.

    Depths that differ by less than `alike` are taken for one.
    """
    between = (depths[1:] + depths[:-1]) / 2
    deepest = float(between.max())
    level = np.round(between / max(alike, ALIKE_SHARE * deepest))
    first = np.flatnonzero(np.append(True, level[1:] != level[:-1]))
    stretch = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(level))))
    # each stretch has the points of its pieces and the one at which the next begins
    place = np.insert(np.arange(len(level)), first[1:], first[1:])
    lines = shapely.linestrings(
        line[np.append(place, len(level))],
        indices=np.append(np.insert(stretch, first[1:], stretch[first[1:] - 1]), stretch[-1]),
    )
    mean = np.bincount(stretch, between) / np.bincount(stretch)
    found = shapely.buffer(lines, mean, quad_segs=facets(deepest, FINE_SHARE))
    return united([*found[mean > 0]])
