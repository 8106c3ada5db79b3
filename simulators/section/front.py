"""The front of a reaction: where a film touches what it reacts with, and how far it gets there.

Everywhere along it the reaction ends with whichever runs out first, its time, the film or the
metal, so thin copper leaves film over while a thick line beside it reacts on.
"""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import united
from fabctl.structure.tolerances import CONTACT
from simulators.section.rays import Rays
from simulators.section.surface import facets

Floats = NDArray[np.float64]

STRETCH = 50.0
"""nm of the front that are looked at once."""
LEAST_STRETCH = 1.0
"""nm between two corners of a body that are told apart along the front."""
PROBE = 0.02
"""nm beside the front at which its two sides are told apart."""
ALIKE = 0.1
"""nm by which depths differ along one run, or a fiftieth of them."""
OUT = 0.2
"""nm of film or metal, less than an atom's width, that are none: they are eaten with the rest."""
NOTHING = 0.005
"""nm of film: where no more than this is eaten there is no reaction."""


class Run(Struct, frozen=True):
    """A stretch of the front along which the reaction gets equally far."""

    line: LineString
    eaten: float
    """nm of the film's reacting share that go."""
    film: float
    """nm of film over it, at most."""
    crossed: float
    """nm of product between the film and the metal, at most."""
    film_out: bool
    metal_out: bool
    ends: tuple[Point, ...]
    """Where the front itself ends."""
    joints: tuple[tuple[Point, float], ...]
    """Where it goes on, and what share of this run's depth the reaction has there."""

    def within(self, distance: float, past: float) -> BaseGeometry:
        """Everything within `distance` (nm) of the run, and within `past` of the front's ends."""
        around = self.line.buffer(distance, quad_segs=facets(distance), cap_style="flat")
        radii = [past] * len(self.ends) + [share * distance for _, share in self.joints]
        middles = [*self.ends, *(joint for joint, _ in self.joints)]
        discs = shapely.buffer(middles, radii, quad_segs=facets(max(radii, default=distance)))
        return united([around, *discs])


def runs(
    film: BaseGeometry,
    metal: BaseGeometry,
    between: BaseGeometry,
    ambient: BaseGeometry,
    *,
    film_eaten: float,
    share: float,
    metal_eaten: float,
) -> list[Run]:
    """The front between a film and a metal, or their own compound between, as runs.

    `film_eaten` nm of the film's reacting `share` go at most, and `metal_eaten` nm of metal with
    each of them.
    """
    found: list[Run] = []
    corners = np.array(sorted({*shapely.get_coordinates([film, metal])[:, 0].tolist()}))
    body = metal.union(between)
    _, low, _, high = between.bounds
    for line in _lines(film, body):
        points = _divided(line, corners)
        start, way = points[:-1], np.diff(points, axis=0)
        length = np.hypot(*way.T)
        middle = start + way / 2
        normal = np.column_stack([-way[:, 1], way[:, 0]]) / length[:, None]
        inside = shapely.contains_xy(film, middle + PROBE * normal)
        normal = np.where(inside[:, None], normal, -normal)
        over = _film_over(film, ambient, middle, normal)
        eaten = np.minimum(film_eaten, over * share)
        reach = eaten * metal_eaten + 1.0
        if not between.is_empty:
            past = reach + high - low
            reach = Rays(middle, -normal, past, body.buffer(CONTACT)).way_out()
        under = Rays(middle, -normal, reach, metal)
        thick, crossed = under.within(), under.first_met()
        if line.length < 2 * crossed.max():  # at its edge alone there is no way through a layer
            continue
        by_metal = thick / metal_eaten
        metal_out = by_metal <= eaten + OUT
        film_out = over * share - OUT <= np.minimum(eaten, by_metal)
        # the last of a film goes with the rest, and takes its metal
        eaten = np.minimum(np.where(film_out, over * share, eaten), by_metal)
        found += _joined(points, length, eaten, over, crossed, film_out, metal_out)
    return found


def _lines(film: BaseGeometry, body: BaseGeometry) -> Iterator[LineString]:
    """Where the film's outline runs along a body, without the stubs at its ends."""
    touching = film.boundary.intersection(body.buffer(CONTACT))
    lines = [each for each in shapely.get_parts(touching) if isinstance(each, LineString)]
    for line in shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))):
        points = shapely.get_coordinates(line)
        long = np.hypot(*np.diff(points, axis=0).T) > 2 * CONTACT
        if not long.any():
            continue
        first, last = int(np.argmax(long)), len(long) - int(np.argmax(long[::-1]))
        yield LineString(points[first : last + 1])


def _divided(line: LineString, corners: Floats) -> Floats:
    """The points of a line, and those below and above every corner of the bodies."""
    points = shapely.get_coordinates(line.segmentize(STRETCH))
    divided = [points[:1]]
    for here, there in itertools.pairwise(points):
        across = abs(there[0] - here[0])
        if across > 2 * LEAST_STRETCH:
            low, high = sorted((here[0], there[0]))
            at = corners[np.searchsorted(corners, low) : np.searchsorted(corners, high)]
            at = at[(at > low + LEAST_STRETCH) & (at < high - LEAST_STRETCH)]
            if len(at):
                at = at[np.diff(at, prepend=-math.inf) > LEAST_STRETCH]
                shares = np.sort((at - here[0]) / (there[0] - here[0]))[:, None]
                divided.append(here + shares * (there - here))
        divided.append(there[None])
    return _distinct(np.vstack(divided))


def _distinct(points: Floats) -> Floats:
    apart = np.hypot(*np.diff(points, axis=0).T) > 1e-9
    distinct: Floats = points[np.append(True, apart)]
    return distinct


def _film_over(film: BaseGeometry, ambient: BaseGeometry, at: Floats, normal: Floats) -> Floats:
    """Thickness (nm) of the film over places of the front: to the nearest open face, if any."""
    _, low, _, high = film.bounds
    open_face = np.array(shapely.distance(shapely.points(at), ambient))
    open_face[np.isnan(open_face)] = high - low + 1
    within = Rays(at, normal, open_face, film).within()
    thickness: Floats = np.where(open_face - within <= CONTACT, open_face, within)
    return thickness


def _joined(
    points: Floats,
    length: Floats,
    eaten: Floats,
    over: Floats,
    crossed: Floats,
    film_out: NDArray[np.bool_],
    metal_out: NDArray[np.bool_],
) -> list[Run]:
    """Neighbouring stretches of about one depth as one run; none where nothing reacts."""
    cuts = [0]
    for place in range(1, len(eaten)):
        first = cuts[-1]
        alike = abs(eaten[place] - eaten[first]) <= max(ALIKE, eaten[first] / 50)
        if not alike or film_out[place] != film_out[first] or metal_out[place] != metal_out[first]:
            cuts.append(place)
    cuts.append(len(eaten))
    spans = [slice(low, high) for low, high in itertools.pairwise(cuts)]
    depths = [float(np.average(eaten[each], weights=length[each])) for each in spans]
    found = []
    for number, (span, depth) in enumerate(zip(spans, depths, strict=True)):
        if depth <= NOTHING:
            continue
        ends, joints = [], []
        for other, place in ((number - 1, span.start), (number + 1, span.stop)):
            if 0 <= other < len(spans):
                joints.append((Point(points[place]), min(1.0, depths[other] / depth)))
            else:
                ends.append(Point(points[place]))
        found.append(
            Run(
                LineString(points[span.start : span.stop + 1]),
                depth,
                float(over[span].max()),
                float(crossed[span].max()),
                bool(film_out[span.start]),
                bool(metal_out[span.start]),
                tuple(ends),
                tuple(joints),
            )
        )
    return found
