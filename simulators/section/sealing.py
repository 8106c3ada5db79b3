"""Necks that close while a film grows, each at its own moment, and the voids behind them.

The moment is measured, not stepped to: a neck closes once the film is half as thick as the neck is
wide, and the width is the distance between its two sides.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import parts, polygonal, united
from simulators.section.surface import Floats, Frame, overhung

NECK = 0.1
"""nm: so narrow a gap is looked at whether it has closed."""
COARSE, COARSE_SHARE = 12, 0.005
"""Facets a quarter circle where necks are looked for, and what share of the growth, at least, a gap
must be wide to be none: more than twice what such facets lie inside their circle."""
FINE, FINE_SHARE = 96, 1.5e-4
"""The same where a void's outline is made."""
SAMPLE = 1.0
"""nm of growth after which necks are looked for: what seals and fills up within less is no void."""
NEAR = 0.05
"""nm of growth to which a neck's moment is searched for before the neck is measured."""
SHARP = 0.002
"""nm of growth to which it is searched for where it can't be measured."""
AROUND = 1.0
"""nm beyond half its width within which a neck's sides lie."""
FINE_NM = 2e-4
"""nm by which a void's outline may be smoothed."""
BLOCK = 64
"""Corners that are looked at together."""
UPRIGHT = 1e-9
"""Cosine up to which a side leaves a way at right angles."""
AT_ONCE = 1e-6
"""nm of growth: necks that close within it close together."""


class _Neck(Struct, frozen=True):
    """When (nm of growth) a neck closes, and some of the air behind it."""

    moment: float
    behind: Polygon


def voids_of(
    frame: Frame, opened: BaseGeometry, start: float, end: float, old: Sequence[BaseGeometry]
) -> list[BaseGeometry]:
    """The voids that come to be while the growth on some air goes from `start` to `end` nm.

    `opened` is the air before any growth, opened up beyond the frame by more than `end`; the `old`
    voids it sealed up to `start`.
    """
    sealed: list[BaseGeometry] = []
    moment, closings = start, _closings(opened, end)
    while necks := _next_necks(opened, closings, moment, end, [*old, *sealed]):
        first = min(neck.moment for neck in necks)
        closing = [neck for neck in necks if neck.moment <= first + AT_ONCE]
        found = _sealed(frame, opened, closing, first)
        if not found:  # measured elsewhere, or hardly closed yet
            first, found = _searched(frame, opened, closing, (first, end))
        sealed += found
        moment = first if found else max(first, moment) + NEAR
    return sealed


def _sealed(
    frame: Frame, opened: BaseGeometry, necks: Sequence[_Neck], moment: float, gap: float = NECK
) -> list[BaseGeometry]:
    """The voids that some necks leave behind if they close at a moment, up to a gap."""
    return [void for neck in necks for void in _behind(frame, opened, neck.behind, moment, gap)]


def _searched(
    frame: Frame, opened: BaseGeometry, necks: Sequence[_Neck], between: tuple[float, float]
) -> tuple[float, list[BaseGeometry]]:
    """The first moment at which a void lies behind one of some necks, by bisection, and what does.

    No later than a neck that looks closed is; the first of `between`, and nothing, where none does.
    """
    low, end = between
    high = min(end, low + max(SAMPLE, COARSE_SHARE * low))
    found = _sealed(frame, opened, necks, high, SHARP)
    if not found:
        return low, []
    while high - low > SHARP:
        middle = (low + high) / 2
        sooner = _sealed(frame, opened, necks, middle, SHARP)
        low, high = (low, middle) if sooner else (middle, high)
        found = sooner or found
    return high, found


def _closings(air: BaseGeometry, end: float) -> Floats:
    """The growths (nm), in order, after which two sides of some air may meet: half the ways across.

    That is, from a corner to a side or another corner, each of which is the nearest to the other
    round about, through air in the middle; those only that growth up to `end` may close.
    """
    outlines = shapely.remove_repeated_points(shapely.get_rings([*parts(air)]))
    rings = [shapely.get_coordinates(ring)[:-1] for ring in outlines]
    corner = np.vstack(rings)
    side = np.vstack([np.roll(ring, -1, axis=0) - ring for ring in rings])
    back = np.vstack([np.roll(ring, 1, axis=0) - ring for ring in rings])
    furthest = 2 * (end + SAMPLE + max(NECK, COARSE_SHARE * (end + SAMPLE)))
    low, high = np.minimum(corner, corner + side), np.maximum(corner, corner + side)
    found: list[Floats] = []
    for first in range(0, len(corner), BLOCK):
        here = slice(first, first + BLOCK)
        least, most = corner[here].min(axis=0) - furthest, corner[here].max(axis=0) + furthest
        near = np.flatnonzero(((low <= most) & (high >= least)).all(axis=1))
        of_corners = corner[here], side[here], back[here]
        of_sides = corner[near], side[near], back[near]
        found.append(_ways_across(of_corners, of_sides, furthest))
    ways = np.vstack(found)
    shapely.prepare(air)
    through_air = shapely.contains_xy(air, *((ways[:, :2] + ways[:, 2:]) / 2).T)
    across = ways[through_air, 2:] - ways[through_air, :2]
    return np.sort(np.hypot(across[:, 0], across[:, 1])) / 2


def _ways_across(
    of_corners: tuple[Floats, Floats, Floats],
    of_sides: tuple[Floats, Floats, Floats],
    furthest: float,
) -> Floats:
    """The ways from corners to sides, each the nearest to the other round about.

    Of either: a corner, the way on from it (the side), and the way back. One row a way: x and z of
    the corner, and of its other end. None is longer than `furthest`.
    """
    corner, onward, back = of_corners
    start, side, before = of_sides
    apart_x = start[:, 0] - corner[:, :1]
    apart_z = start[:, 1] - corner[:, 1:]
    share = -(apart_x * side[:, 0] + apart_z * side[:, 1]) / (side * side).sum(axis=1)
    np.clip(share, 0.0, 1.0, out=share)
    way_x, way_z = apart_x + share * side[:, 0], apart_z + share * side[:, 1]
    square = way_x * way_x + way_z * way_z
    # at the end of a side, it is at the start of the next one
    one, other = np.nonzero((square > 0.0) & (square <= furthest**2) & (share < 1.0))
    way = np.column_stack([way_x[one, other], way_z[one, other]])
    length = np.sqrt(square[one, other])

    def leaves(way: Floats, along: Floats) -> NDArray[np.bool_]:
        away: NDArray[np.bool_] = (way * along).sum(axis=1) <= UPRIGHT * length
        return away

    narrowest = leaves(way, onward[one]) & leaves(way, back[one])
    narrowest &= (share[one, other] > 0.0) | leaves(-way, before[other])
    from_ = corner[one[narrowest]]
    return np.hstack([from_, from_ + way[narrowest]])


def _next_necks(
    opened: BaseGeometry,
    closings: Floats,
    start: float,
    end: float,
    closed: Sequence[BaseGeometry],
) -> list[_Neck]:
    """The necks that close next after a growth (nm), about together; none up to `end`."""
    low = start
    for high in _samples(closings, start, end):
        pieces = _pieces(opened, high)
        if _pockets(pieces, closed):
            break
        if len(pieces) == 1 and not overhung(pieces[0]):
            return []
        low = high
    else:
        return []
    while high - low > NEAR:
        middle = (low + high) / 2
        found = _pieces(opened, middle)
        if _pockets(found, closed):
            high, pieces = middle, found
        else:
            low = middle
    necks = [
        _Neck(max(low, _moment(opened, pocket, pieces, high)), pocket)  # at `low` all was joined
        for pocket in _pockets(pieces, closed)
    ]
    return [neck for neck in necks if neck.moment <= end + AT_ONCE]


def _samples(closings: Floats, start: float, end: float) -> Iterator[float]:
    """Growths (nm) at which to look, as something may have closed since the last, and the end.

    The same ones in however many steps it comes.
    """
    high = (math.floor(start / SAMPLE) + 1) * SAMPLE
    while high < end:
        early = max(NECK, COARSE_SHARE * high) / 2  # so much sooner a neck looks closed, or less
        since, now = np.searchsorted(closings, (high - SAMPLE - early, high + early))
        if since < now:
            yield high
        high += SAMPLE
    yield end


def _pieces(opened: BaseGeometry, growth: float) -> list[Polygon]:
    """The bodies of air after a growth, without the necks that are too narrow to join two."""
    half = max(NECK, COARSE_SHARE * growth) / 2
    return list(parts(opened.buffer(-growth - half, quad_segs=COARSE)))


def _pockets(pieces: Sequence[Polygon], closed: Sequence[BaseGeometry]) -> list[Polygon]:
    """Those pieces that nothing joins to the uppermost, less those in voids that are closed."""
    return [
        piece
        for piece in sorted(pieces, key=_top)[:-1]
        if not any(void.intersects(piece.representative_point()) for void in closed)
    ]


def _top(piece: BaseGeometry) -> float:
    return float(piece.bounds[3])


def _moment(
    opened: BaseGeometry, pocket: Polygon, pieces: Sequence[Polygon], about: float
) -> float:
    """When the neck closes by which a pocket hangs on other pieces of air: half its width."""
    others = united([piece for piece in pieces if piece is not pocket])
    middle = shapely.shortest_line(pocket, others).centroid
    solid = opened.boundary
    around = middle.buffer(solid.distance(middle) + AROUND)
    faces = shapely.get_parts(shapely.line_merge(solid.intersection(around)))
    ways = [shapely.get_coordinates(shapely.shortest_line(middle, face)) for face in faces]
    rays = [way[1] - way[0] for way in ways]
    nearest = min(rays, key=lambda ray: float(ray @ ray))
    beside = [face for face, ray in zip(faces, rays, strict=True) if ray @ nearest > 0]
    across = [face for face, ray in zip(faces, rays, strict=True) if ray @ nearest <= 0]
    if not across:
        return about
    return float(shapely.distance(*(united(each) for each in (beside, across)))) / 2


def _behind(
    frame: Frame, opened: BaseGeometry, pocket: Polygon, moment: float, gap: float
) -> list[BaseGeometry]:
    """The voids that are left where a pocket is, behind a neck that closes at a moment."""
    air = opened.buffer(-moment, quad_segs=FINE).simplify(FINE_NM)
    half = max(gap, FINE_SHARE * moment) / 2
    cores = sorted(parts(air.buffer(-half, quad_segs=COARSE)), key=_top)[:-1]
    voids: list[BaseGeometry] = []
    for core in cores:
        if core.intersects(pocket):
            left, low, right, high = core.buffer(2 * half, quad_segs=1).bounds
            inside = shapely.box(
                max(0.0, left),
                max(frame.floor, low),
                min(frame.width, right),
                min(frame.ceiling, high),
            )
            around = air.intersection(inside)
            voids.append(polygonal(core.buffer(half, quad_segs=COARSE).intersection(around)))
    return voids
