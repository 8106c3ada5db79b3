"""Who touches whom: contact, conduction, enclosure, separation, cover."""

from collections.abc import Sequence
from itertools import compress

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import parts, polygonal
from fabctl.structure.tolerances import CONTACT, ENCLOSED, LEAST_CONTACT


def contact(a: BaseGeometry, b: BaseGeometry, within: float = CONTACT) -> float:
    """Length (nm) of a's boundary that lies on b.

    Measured `within` nm of b, less the two ends by which that reaches too far on each run.
    """
    if a.is_empty or b.is_empty or not a.dwithin(b, within):
        return 0.0
    near = b.buffer(within, quad_segs=2)
    touching = shapely.line_merge(a.boundary.intersection(near))
    runs = getattr(touching, "geoms", (touching,))
    return sum(max(0.0, run.length - 2 * within) for run in runs)


def conducts(start: BaseGeometry, end: BaseGeometry, conductors: Sequence[BaseGeometry]) -> bool:
    """Whether a continuous path of conductors joins two bodies (themselves conductors)."""
    bodies = [part for shape in (start, end, *conductors) for part in parts(shape)]
    tree = shapely.STRtree(bodies)
    first = sum(1 for _ in parts(start))
    goal = set(range(first, first + sum(1 for _ in parts(end))))
    reached = set(range(first))
    frontier = list(reached)
    while frontier:
        here = frontier.pop()
        near = tree.query(bodies[here], predicate="dwithin", distance=CONTACT).tolist()
        for there in sorted(near, key=lambda each: each not in goal):
            if there not in reached and _joined(bodies[here], bodies[there]):
                if there in goal:
                    return True
                reached.add(there)
                frontier.append(there)
    return False


def _joined(a: BaseGeometry, b: BaseGeometry) -> bool:
    plain, rich = sorted((a, b), key=shapely.get_num_coordinates)
    return contact(rich, plain) >= LEAST_CONTACT or plain.intersection(rich).area > 0


def enclosed(body: BaseGeometry, by: Sequence[BaseGeometry]) -> bool:
    """Whether every part of a body lies wholly in a shell: no side open to anything else."""
    shell = shapely.union_all([polygonal(each) for each in by])
    bodies = list(parts(body))
    return bool(bodies) and all(
        contact(part, shell) >= ENCLOSED * part.length - 2 * CONTACT for part in bodies
    )


def separated(a: BaseGeometry, b: BaseGeometry, by: BaseGeometry, least: float = 0.0) -> bool:
    """Whether a body keeps two others apart, and is nowhere between them thinner than `least` nm.

    No way leads from one to the other but through that body; a way past it within the rectangle
    round all three counts, through air too.
    """
    if a.is_empty or b.is_empty or by.is_empty:
        return False
    around = shapely.box(*shapely.total_bounds([a, b, by]))
    free = list(parts(around.difference(by.buffer(CONTACT, quad_segs=2))))
    of_a, of_b = shapely.intersects(free, a), shapely.intersects(free, b)
    if not of_a.any() or not of_b.any() or (of_a & of_b).any():
        return False
    one, other = (shapely.MultiPolygon([*compress(free, side)]) for side in (of_a, of_b))
    return bool(one.distance(other) - 2 * CONTACT >= least)


def covers_exposed(cover: BaseGeometry, body: BaseGeometry, *others: BaseGeometry) -> bool:
    """Whether all of a body's boundary that is not on `others` lies under the cover."""
    if body.is_empty or cover.is_empty:
        return False
    rest = body.boundary
    for other in others:
        rest = rest.difference(other.buffer(CONTACT))
    bare = rest.difference(cover.buffer(CONTACT))
    return bool(
        rest.length > LEAST_CONTACT and bare.length <= (1 - ENCLOSED) * rest.length + 4 * CONTACT
    )
