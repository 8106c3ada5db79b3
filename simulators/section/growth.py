"""Growth of a film on all open surfaces: what it leaves of the air, and the voids that it seals."""

import math

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, parts, polygonal
from simulators.section.surface import (
    FEWEST_FACETS,
    SIDE,
    Floats,
    Frame,
    opened_up,
    recede,
    shrunk,
)

NECK = 0.1
"""nm: a gap narrower than this is closed; no gas molecule passes it."""
MOST_SAMPLES = 24
"""Samples of the growth in which a neck is looked for; the sealing moment is then bisected."""
FINEST_SAMPLE = 1.0
"""nm between two samples: what seals and fills up again within less is no void."""


def grow(
    section: Section, air: BaseGeometry, thickness: float, coverage: float
) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Air after conformal growth: (what is still open to the top, the voids that were sealed).

    `coverage` is side-wall thickness over top thickness, 0 < coverage <= 1: x is stretched by its
    inverse, grown by a round front, and shrunk again.
    """
    frame = Frame(section.width, section.floor, section.ceiling)
    if coverage >= 1:
        return _grow_round(frame, air, thickness)
    stretch = [1.0 / coverage, 1.0]
    still_open, sealed = _grow_round(
        frame._replace(width=section.width / coverage),
        shapely.transform(air, lambda points: points * stretch),
        thickness,
    )
    return (
        _narrowed(still_open, coverage, section.width),
        [_narrowed(void, coverage, section.width) for void in sealed],
    )


def _narrowed(shape: BaseGeometry, factor: float, width: float) -> BaseGeometry:
    """A stretched shape made narrow again, its side edges exactly on the domain's."""

    def narrow(points: Floats) -> Floats:
        x = points[:, 0] * factor
        x = np.where(np.abs(x - width) < SIDE, width, np.where(np.abs(x) < SIDE, 0.0, x))
        return np.column_stack([x, points[:, 1]])

    return shapely.transform(shape, narrow)


def _grow_round(
    frame: Frame, air: BaseGeometry, thickness: float
) -> tuple[BaseGeometry, list[BaseGeometry]]:
    if not _overhung(air):
        return _split(frame, recede(frame, air, thickness))
    done = 0.0
    sealed: list[BaseGeometry] = []
    while True:
        moment = _next_sealing(frame, air, thickness - done)
        if moment is None:
            left, crumbs = _split(frame, recede(frame, air, thickness - done))
            return left, sealed + crumbs
        air, pockets = _split(frame, _without_necks(frame, recede(frame, air, moment)))
        sealed += pockets
        done += moment
        if done >= thickness:
            return air, sealed


def _next_sealing(frame: Frame, air: BaseGeometry, thickness: float) -> float | None:
    """The growth (nm) at which the air next falls apart, or None."""
    wide = opened_up(frame, air, thickness)

    def apart(growth: float) -> bool:
        return len(_cores(frame, shrunk(frame, wide, growth))) > 1

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


def _cores(frame: Frame, air: BaseGeometry) -> list[Polygon]:
    """The bodies of some air, without the necks that are too narrow to join two of them.

    Of air that goes on beyond the domain, or its corners there would be taken for narrow ones.
    """
    return list(parts(opened_up(frame, air, NECK).buffer(-NECK / 2, quad_segs=FEWEST_FACETS)))


def _without_necks(frame: Frame, air: BaseGeometry) -> BaseGeometry:
    """Air in pieces where only a hair-thin neck joins them, else unchanged."""
    cores = _cores(frame, air)
    if len(cores) < 2:
        return air
    pieces: list[Polygon] = []
    for core in cores:
        piece = core.buffer(NECK / 2, quad_segs=FEWEST_FACETS).intersection(air)
        # in the neck the rounded ends of two pieces may overlap
        pieces += parts(polygonal(piece.difference(shapely.union_all(pieces))))
    return shapely.MultiPolygon(pieces)


def _split(frame: Frame, air: BaseGeometry) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Air that reaches the top of the domain, and the pockets that do not."""
    top = frame.ceiling - 1.0
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
