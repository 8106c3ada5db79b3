"""Films: thickness at a place, the smallest one, planarity, continuity, voids."""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from fabctl.structure.predicates.contact import touching_lines
from fabctl.structure.section import Section, parts, polygonal
from fabctl.structure.tolerances import AREA_FLOOR, CONTACT, FACING, FOLDED, NEARBY, PLACES, SIGHT

Floats = NDArray[np.float64]


def thickness_at(shape: BaseGeometry, x: float) -> tuple[float, ...]:
    """The vertical runs (nm) of a body at an abscissa, from the top down."""
    if shape.is_empty:
        return ()
    probe = shapely.LineString([(x, shape.bounds[1] - 1), (x, shape.bounds[3] + 1)])
    hit = shape.intersection(probe)
    runs = [each for each in getattr(hit, "geoms", (hit,)) if each.geom_type == "LineString"]
    return tuple(
        run.length for run in sorted(runs, key=lambda run: -run.bounds[3]) if run.length > 0
    )


def smallest_thickness(film: BaseGeometry, below: BaseGeometry, above: BaseGeometry) -> float:
    """The shortest way (nm) through a film from the body below it to what lies above it.

    Between sides that face away from each other, so that a film's end is none of its faces; 0 where
    the film has no two such faces, one on each body.
    """
    lower, down = _faces(film, below)
    upper, up = _faces(film, above)
    here, there = (np.array(shapely.linestrings(each)) for each in (lower, upper))
    tree = shapely.STRtree(there)
    furthest = math.hypot(*np.diff(np.reshape(film.bounds or (0.0,) * 4, (2, 2)), axis=0)[0])
    within = max(CONTACT, NEARBY * mean_thickness(film))
    boxes = shapely.bounds(here)
    while True:  # a little further each time, so that few pairs are looked at
        around = boxes + within * np.array([-1, -1, 1, 1])
        one, other = tree.query(np.array(shapely.box(*around.T)))
        # the way leads into the film: some of the upper side lies behind the lower one
        beyond = upper[other] - lower[one, :1]
        behind = np.einsum("pij,pj->pi", beyond, down[one]).min(axis=1, initial=0.0) < 0
        opposed = behind & (np.einsum("pj,pj->p", down[one], up[other]) <= FACING)
        ways = shapely.distance(here[one[opposed]], there[other[opposed]])
        shortest = float(ways.min(initial=math.inf))
        if shortest <= within:
            return shortest
        if within > furthest:
            return 0.0
        within *= 4


def _faces(film: BaseGeometry, body: BaseGeometry) -> tuple[Floats, Floats]:
    """The straight sides (from, to) by which a film touches a body, and their outward normals."""
    touching: BaseGeometry = shapely.LineString()
    if film.dwithin(body, CONTACT):
        touching = touching_lines(film, body)
    points, run = shapely.get_coordinates(shapely.get_parts(touching), return_index=True)
    sides = np.stack([points[:-1], points[1:]], axis=1)[run[:-1] == run[1:]]
    sides = sides[_lengths(sides) > SIGHT]
    along = (sides[:, 1] - sides[:, 0]) / _lengths(sides)[:, None]
    normals = along[:, ::-1] * [1, -1]
    beside = sides.mean(axis=1) + SIGHT * normals
    shapely.prepare(film)
    normals[shapely.contains_xy(film, *beside.T)] *= -1
    return sides, normals


def _lengths(sides: Floats) -> Floats:
    lengths: Floats = np.linalg.norm(sides[:, 1] - sides[:, 0], axis=1)
    return lengths


def planarity(section: Section, left: float, right: float) -> float:
    """Highest less lowest point (nm) of the open surface between two abscissae, as seen from above.

    Both are at corners: the highest of the solid, and the lowest of the air that sees the sky.
    """
    window = shapely.box(left, section.floor, right, section.ceiling)
    air = polygonal(section.ambient.intersection(window))
    highest = window.difference(air).bounds[3]
    corners = shapely.get_coordinates(air)
    for x, z in corners[np.argsort(corners[:, 1], kind="stable")].tolist():
        for beside in (x - SIGHT, x + SIGHT):
            up = shapely.LineString([(beside, z + SIGHT), (beside, section.ceiling)])
            if left < beside < right and air.covers(up):
                return float(highest - z)
    return float("inf")


def continuous(film: BaseGeometry, below: BaseGeometry, above: BaseGeometry) -> bool:
    """Whether a film is one piece without a pinhole: what is above never meets what is below.

    Where they come nearer than `CONTACT` they touch, and what lies between them is no film.
    """
    return sum(1 for _ in parts(film)) == 1 and not below.dwithin(above, CONTACT)


def voids_in(section: Section) -> tuple[int, float]:
    """How many voids the section has, and their area (nm²)."""
    return len(section.voids), sum(void.area for void in section.voids)


def mean_thickness(shape: BaseGeometry) -> float:
    """The shorter side (nm) of the rectangle with a body's area and perimeter.

    Area A = t l and perimeter P = 2 (t + l) give t = (P/2 - sqrt(P²/4 - 4 A)) / 2: the thickness
    of a film however it is folded. Parts count by their area.
    """
    return float(_means(*_bodies([shape]), 1)[0])


def thickness(shape: BaseGeometry) -> float:
    """What a person calls the thickness (nm) of a body.

    Of a film its mean thickness, however it is folded; of anything bulkier the height that most of
    its largest part has.
    """
    return thicknesses([shape])[1][0]


def thicknesses(shapes: Sequence[BaseGeometry]) -> tuple[Floats, list[float]]:
    """The mean thickness of each body, and what a person calls its thickness (nm)."""
    pieces, owner = _bodies(shapes)
    means = _means(pieces, owner, len(shapes))
    called = means.copy()
    # the last of each body's parts in the order of their areas is its largest
    order = np.lexsort((shapely.area(pieces), owner))
    largest = order[np.append(owner[1:] > owner[:-1], True)] if len(order) else order
    of, pieces = owner[largest], pieces[largest]
    left, low, right, high = shapely.bounds(pieces).T
    bulky = means[of] >= FOLDED * (high - low)
    if bulky.any():
        along = (np.arange(PLACES) + 0.5) / PLACES
        places = left[bulky, None] + (right - left)[bulky, None] * along
        heights = np.sort(_heights(pieces[bulky], places), axis=1)
        called[of[bulky]] = heights[:, PLACES // 2]
    return means, called.tolist()


def _bodies(
    shapes: Sequence[BaseGeometry],
) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """The parts of some bodies that are more than a crumb, and whose each is."""
    pieces, owner = shapely.get_parts(list(shapes), return_index=True)
    more = shapely.area(pieces) > AREA_FLOOR
    return pieces[more], owner[more]


def _means(pieces: NDArray[np.object_], owner: NDArray[np.intp], count: int) -> Floats:
    areas, half = shapely.area(pieces), shapely.length(pieces) / 2
    thick = (half - np.sqrt(np.maximum(0.0, half * half - 4 * areas))) / 2
    weighted = np.bincount(owner, areas * thick, count)
    total = np.bincount(owner, areas, count)
    means: Floats = np.divide(weighted, total, out=np.zeros(count), where=total > 0)
    return means


def _heights(pieces: NDArray[np.object_], places: Floats) -> Floats:
    """How much (nm) of each body lies above each other at its own abscissae: tops less bottoms.

    Round an outline upper sides run one way, round a hole the other.
    """
    rings, of_piece = shapely.get_rings(shapely.orient_polygons(pieces), return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    joined = of_ring[:-1] == of_ring[1:]
    x0, z0, x1, z1 = np.hstack([points[:-1], points[1:]])[joined].T[..., None]
    of_side = of_piece[of_ring[:-1][joined]]
    at = places[of_side]
    crossed = (np.minimum(x0, x1) <= at) & (at < np.maximum(x0, x1))
    run = np.where(x1 == x0, 1.0, x1 - x0)
    z = np.where(crossed, np.sign(x0 - x1) * (z0 + (z1 - z0) * (at - x0) / run), 0.0)
    heights: Floats = np.add.reduceat(z, np.searchsorted(of_side, np.arange(len(pieces))), axis=0)
    return heights
