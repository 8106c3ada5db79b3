"""The ambient's surface: how it recedes when a film of some thickness grows on it."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, parts, polygonal

FACET_TOLERANCE = 0.004
"""nm by which a facet of a corner arc may lie inside the arc (a film reads that much thin)."""
FACET_SHARE = 0.002
"""The same as a share of the film's thickness; the larger of the two counts."""
FEWEST_FACETS = 2
SMOOTH = 0.002
"""nm by which a new face may be smoothed, or films grown in many steps are all vertices."""
SIDE = 1e-6
"""nm from the domain's side within which a point lies on it."""
NECK = 0.1
"""nm: a gap narrower than this is closed; no gas molecule passes it."""
MOST_SAMPLES = 24
"""Samples of the growth in which a neck is looked for; the sealing moment is then bisected."""
FINEST_SAMPLE = 1.0
"""nm between two samples: what seals and fills up again within less is no void."""


def facets(thickness: float) -> int:
    """Segments a quarter circle so that no facet cuts deeper than the tolerance.

    A facet of angle a cuts t (1 - cos(a/2)) deep; with q segments a quarter, a = π / (2 q).
    """
    tolerance = max(FACET_TOLERANCE, FACET_SHARE * thickness)
    if thickness <= tolerance:
        return FEWEST_FACETS
    return max(FEWEST_FACETS, math.ceil(math.pi / (4 * math.acos(1 - tolerance / thickness))))


def recede(section: Section, air: BaseGeometry, thickness: float) -> BaseGeometry:
    """What is left of some air when its whole solid surface has grown by `thickness` (nm).

    The domain's sides mirror and its top is open, so nothing grows on them.
    """
    return _shrunk(section, _opened(section, air, thickness), thickness)


def _shrunk(section: Section, opened: BaseGeometry, thickness: float) -> BaseGeometry:
    # the new contour only, and before it is clipped: neighbours must go on sharing their edges
    face = opened.buffer(-thickness, quad_segs=facets(thickness)).simplify(SMOOTH)
    return polygonal(face.intersection(section.domain))


def advance(shape: BaseGeometry, distance: float) -> BaseGeometry:
    """Everything within `distance` (nm) of a shape."""
    return shape.buffer(distance, quad_segs=facets(distance))


def grow(
    section: Section, air: BaseGeometry, thickness: float, coverage: float
) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Air after conformal growth: (what is still open to the top, the voids that were sealed).

    `coverage` is side-wall thickness over top thickness, 0 < coverage <= 1: x is stretched by its
    inverse, grown by a round front, and shrunk again.
    """
    stretch = 1.0 / coverage
    origin = (0.0, 0.0)
    wide = Section(section.width * stretch, section.floor, section.ceiling, (), shapely.Polygon())
    room = scale(air, xfact=stretch, origin=origin) if coverage < 1 else air
    still_open, sealed = _grow_round(wide, room, thickness)
    if coverage < 1:
        still_open = _narrowed(still_open, coverage, section.width)
        sealed = [_narrowed(void, coverage, section.width) for void in sealed]
    return still_open, sealed


def _narrowed(shape: BaseGeometry, factor: float, width: float) -> BaseGeometry:
    """A stretched shape made narrow again, its side edges exactly on the domain's."""

    def narrow(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x = points[:, 0] * factor
        x = np.where(np.abs(x - width) < SIDE, width, np.where(np.abs(x) < SIDE, 0.0, x))
        return np.column_stack([x, points[:, 1]])

    return shapely.transform(shape, narrow)


def _grow_round(
    section: Section, air: BaseGeometry, thickness: float
) -> tuple[BaseGeometry, list[BaseGeometry]]:
    if not _overhung(air):
        return _split(section, recede(section, air, thickness))
    done = 0.0
    sealed: list[BaseGeometry] = []
    while True:
        moment = _next_sealing(section, air, thickness - done)
        if moment is None:
            left, crumbs = _split(section, recede(section, air, thickness - done))
            return left, sealed + crumbs
        air, pockets = _split(section, _without_necks(section, recede(section, air, moment)))
        sealed += pockets
        done += moment
        if done >= thickness:
            return air, sealed


def _next_sealing(section: Section, air: BaseGeometry, thickness: float) -> float | None:
    """The growth (nm) at which the air next falls apart, or None."""
    opened = _opened(section, air, thickness)

    def apart(growth: float) -> bool:
        return len(_cores(section, _shrunk(section, opened, growth))) > 1

    low = 0.0
    samples = min(MOST_SAMPLES, math.ceil(thickness / FINEST_SAMPLE))
    for number in range(1, samples + 1):
        high = thickness * number / samples
        if apart(high):
            break
        low = high
    else:
        return None
    while high - low > 0.001:
        middle = (low + high) / 2
        if apart(middle):
            high = middle
        else:
            low = middle
    return high


def _cores(section: Section, air: BaseGeometry) -> list[Polygon]:
    """The bodies of some air, without the necks that are too narrow to join two of them.

    Of air that goes on beyond the domain, or its corners there would be taken for narrow ones.
    """
    return list(parts(_opened(section, air, NECK).buffer(-NECK / 2, quad_segs=FEWEST_FACETS)))


def _without_necks(section: Section, air: BaseGeometry) -> BaseGeometry:
    """Air in pieces where only a hair-thin neck joins them, else unchanged."""
    cores = _cores(section, air)
    if len(cores) < 2:
        return air
    pieces: list[Polygon] = []
    for core in cores:
        piece = core.buffer(NECK / 2, quad_segs=FEWEST_FACETS).intersection(air)
        # in the neck the rounded ends of two pieces may overlap
        pieces += parts(polygonal(piece.difference(shapely.union_all(pieces))))
    return shapely.MultiPolygon(pieces)


def _split(section: Section, air: BaseGeometry) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Air that reaches the top of the domain, and the pockets that do not."""
    top = section.ceiling - 1.0
    still_open = [part for part in parts(air) if part.bounds[3] >= top]
    pockets: list[BaseGeometry] = [part for part in parts(air) if part.bounds[3] < top]
    return still_open[0] if len(still_open) == 1 else shapely.MultiPolygon(still_open), pockets


def _overhung(air: BaseGeometry) -> bool:
    """Whether some solid hangs over the air, so that growth may trap a void."""
    for part in parts(air):
        if part.interiors:
            return True
        points = shapely.get_coordinates(part.exterior)
        x, z = (points if part.exterior.is_ccw else points[::-1]).T
        # counter-clockwise, the lower boundary runs to the right: a step to the left that is not
        # the domain's top edge is an overhang
        below_top = z < part.bounds[3] - SIDE
        if bool(((np.diff(x) < -1e-9) & (below_top[:-1] | below_top[1:])).any()):
            return True
    return False


def _opened(section: Section, air: BaseGeometry, margin: float) -> BaseGeometry:
    """Air continued beyond the domain's sides and top by more than `margin`."""
    reach = 2 * margin + 1.0
    width, top = section.width, section.ceiling
    pieces: list[BaseGeometry] = [shapely.box(-reach, top, width + reach, top + reach)]
    for low, high in _at_side(air, 0.0):
        pieces.append(shapely.box(-reach, low, SIDE, high))
    for low, high in _at_side(air, width):
        pieces.append(shapely.box(width - SIDE, low, width + reach, high))
    return air.union(shapely.union_all(pieces))


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
