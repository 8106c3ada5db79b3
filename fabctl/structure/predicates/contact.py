"""Who touches whom: contact, conduction, enclosure, separation, cover."""

import math
from collections.abc import Sequence
from itertools import compress

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import parts, polygonal
from fabctl.structure.tolerances import BESIDE, CONTACT, LEAK, LEAST_CONTACT, LIFT, ROUNDED

PLAIN = 200
"""Corners up to which it is quicker to look at a body whole than to cut off what is far away."""

AROUND = np.array([-1, -1, 1, 1])
"""Which way a rectangle's left, lower, right and upper side go when it grows."""


def contact(a: BaseGeometry, b: BaseGeometry, within: float = CONTACT) -> float:
    """Length (nm) of a's boundary that lies on b.

    Measured `within` nm of b, less the two ends by which that reaches too far on each run.
    """
    if a.is_empty or b.is_empty or not a.dwithin(b, within):
        return 0.0
    touching = shapely.line_merge(touching_lines(a, b, within))
    runs = getattr(touching, "geoms", (touching,))
    return sum(max(0.0, run.length - 2 * within) for run in runs)


def touching_lines(a: BaseGeometry, b: BaseGeometry, within: float = CONTACT) -> BaseGeometry:
    """A's boundary within some nm of b."""
    outline = a.boundary
    if shapely.get_num_coordinates(outline) > PLAIN:
        outline = shapely.clip_by_rect(outline, *_around(b))
    return outline.intersection(near(a, b, within))


def near(a: BaseGeometry, b: BaseGeometry, within: float = CONTACT) -> BaseGeometry:
    """Everything within some nm of b, at least as far as that lies round about a."""
    if b.is_empty:
        return b
    if a.is_empty or shapely.get_num_coordinates(b) <= PLAIN:
        return b.buffer(within, quad_segs=2)
    left, low, right, high = around = _around(a)
    from_, bottom, to, top = b.bounds
    common = (min(right, to) - max(left, from_)) * (min(high, top) - max(low, bottom))
    if common > (to - from_) * (top - bottom) / 2:
        return b.buffer(within, quad_segs=2)
    bodies = shapely.get_parts(b)
    bodies = bodies[shapely.intersects(bodies, shapely.box(*around))]
    cut = shapely.clip_by_rect(bodies, *around)
    bodies = np.where(shapely.is_valid(cut), cut, bodies)
    return shapely.GeometryCollection(list(bodies)).buffer(within, quad_segs=2)


def _around(body: BaseGeometry) -> tuple[float, float, float, float]:
    left, low, right, high = body.bounds
    return left - BESIDE, low - BESIDE, right + BESIDE, high + BESIDE


def lies_on(upper: BaseGeometry, lower: BaseGeometry) -> float:
    """Length (nm, along the wafer) by which a body lies on another: side by side they do not."""
    sunk = shapely.affinity.translate(upper, yoff=-LIFT)
    return float(sunk.difference(upper).intersection(lower).area / LIFT)


def conducts(start: BaseGeometry, end: BaseGeometry, conductors: Sequence[BaseGeometry]) -> bool:
    """Whether a continuous path of conductors joins two bodies (themselves conductors)."""
    bodies = [part for shape in (start, end, *conductors) for part in parts(shape)]
    first = sum(1 for _ in parts(start))
    goal = set(range(first, first + sum(1 for _ in parts(end))))
    boxes = np.array(shapely.box(*(shapely.bounds(bodies) + CONTACT * AROUND).T))
    tree, joined = shapely.STRtree(boxes), _side_by_side(bodies)
    reached = set(range(first))
    frontier, doubtful = list(reached), list[tuple[int, int]]()
    while (frontier or doubtful) and not reached & goal:
        if frontier:
            here = frontier.pop()
            beside = [each for each in tree.query(boxes[here]).tolist() if each not in reached]
            found = [each for each in beside if frozenset((here, each)) in joined]
            doubtful += [(here, each) for each in beside if each not in found]
        else:
            here, there = doubtful.pop()
            found = [there] if there not in reached and _joined(bodies[here], bodies[there]) else []
        reached.update(found)
        frontier += found
    return bool(reached & goal)


def _side_by_side(bodies: Sequence[BaseGeometry]) -> set[frozenset[int]]:
    """The pairs of bodies that have a side in common, or a stretch of level or upright ones.

    That is told of all at once; of two bodies that touch along a line it is nearly always so.
    """
    rings, of_ring = shapely.get_rings(bodies, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    start, end = points[:-1], points[1:]
    least = LEAST_CONTACT + 2 * CONTACT
    long = (np.hypot(*(end - start).T) > least) & (ring[1:] == ring[:-1])
    start, end, owner = start[long], end[long], of_ring[ring[1:][long]]
    sides = np.round(np.column_stack([start + end, np.abs(end - start)]) / ROUNDED)
    order = np.lexsort(sides.T)
    same = (np.diff(sides[order], axis=0) == 0).all(axis=1)
    pairs = {*zip(owner[order][:-1][same].tolist(), owner[order][1:][same].tolist(), strict=True)}
    for along, across in ((0, 1), (1, 0)):
        flat = np.abs(end - start)[:, across] < ROUNDED
        low, high = (f(start, end)[flat, along] for f in (np.minimum, np.maximum))
        level, whose = np.round(start[flat, across] / ROUNDED), owner[flat]
        order = np.lexsort((low, level))
        runs = zip(*(each[order].tolist() for each in (level, low, high, whose)), strict=True)
        last: tuple[float, float, int] = (math.nan, -math.inf, -1)
        for at, from_, to, body in runs:
            if at == last[0] and min(last[1], to) - from_ > least and body != last[2]:
                pairs.add((body, last[2]))
            if at != last[0] or to > last[1]:
                last = (at, to, body)
    return {frozenset(pair) for pair in pairs}


def _joined(a: BaseGeometry, b: BaseGeometry) -> bool:
    """Whether two bodies touch along a line, or one lies in the other."""
    plain, rich = sorted((a, b), key=shapely.get_num_coordinates)
    if contact(rich, plain) >= LEAST_CONTACT:
        return True
    return bool(shapely.contains_xy(rich, *shapely.get_coordinates(plain)[0]))


def enclosed(body: BaseGeometry, by: Sequence[BaseGeometry]) -> bool:
    """Whether every part of a body lies wholly in a shell: no side open to anything else.

    A slit of more than `LEAK` is a leak, however long the outline is.
    """
    shell = shapely.GeometryCollection(list(shapely.get_parts([polygonal(each) for each in by])))
    bodies = list(parts(body))
    return bool(bodies) and all(part.length - contact(part, shell) <= LEAK for part in bodies)


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
    """Whether all of a body's boundary that is not on `others` lies under the cover.

    More than `LEAK` left bare is too much, however long the boundary is.
    """
    if body.is_empty or cover.is_empty:
        return False
    rest = body.boundary
    for other in others:
        rest = rest.difference(near(rest, other))
    bare = rest.difference(near(rest, cover))
    return bool(rest.length > LEAST_CONTACT and bare.length <= LEAK)
