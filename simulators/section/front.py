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
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import united
from fabctl.structure.tolerances import CONTACT
from simulators.section.rays import Rays
from simulators.section.surface import Floats, advance, facets

Place = tuple[float, float]
"""x and z (nm)."""

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
    ends: tuple[Place, ...]
    """Where the front itself ends."""
    joints: tuple[tuple[Place, float], ...]
    """Where it goes on, and what share of this run's depth the reaction has there."""

    def within(self, distance: float, past: float) -> BaseGeometry:
        """Everything within `distance` (nm) of the run, and within `past` of the front's ends."""
        around = [(place, past) for place in self.ends]
        around += [(place, share * distance) for place, share in self.joints]
        if all(radius == distance for _, radius in around):
            return advance(self.line, distance)
        beside = shapely.buffer(self.line, distance, quad_segs=facets(distance), cap_style="flat")
        return united([beside, *(_disc(*each) for each in around)])


def _disc(middle: Place, radius: float) -> Polygon:
    steps = np.linspace(0.0, 2 * math.pi, 4 * facets(radius), endpoint=False)
    return Polygon(middle + radius * np.column_stack([np.cos(steps), np.sin(steps)]))


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
    corners = np.sort(shapely.get_coordinates([film, metal])[:, 0])
    corners = corners[np.diff(corners, prepend=-math.inf) > LEAST_STRETCH]
    body = metal if between.is_empty else metal.union(between)
    beside = shapely.buffer(body, CONTACT)
    _, low, _, high = between.bounds
    for line in _lines(film, beside):
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
            reach = Rays(middle, -normal, past, beside).way_out()
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


def _lines(film: BaseGeometry, beside: BaseGeometry) -> Iterator[LineString]:
    """Where the film's outline runs beside a body, without the stubs at its ends."""
    touching = film.boundary.intersection(beside)
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
    points = shapely.get_coordinates(shapely.segmentize(line, STRETCH))
    x = points[:, :1]
    low, high = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    side, corner = np.nonzero((corners > low + LEAST_STRETCH) & (corners < high - LEAST_STRETCH))
    shares = (corners[corner] - x[side, 0]) / (x[side + 1, 0] - x[side, 0])
    along = np.sort(np.concatenate([np.arange(len(points)), side + shares]))
    place = np.minimum(along.astype(np.intp), len(points) - 2)
    way = points[place + 1] - points[place]
    return _distinct(points[place] + (along - place)[:, None] * way)


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
    stretches = _long_enough(
        [
            _Stretch(span, span.start, float(length[span].sum()), float(depth))
            for span in spans
            for depth in [np.average(eaten[span], weights=length[span])]
        ]
    )
    at: list[Place] = [(x, z) for x, z in points.tolist()]
    found = []
    for number, each in enumerate(stretches):
        if each.eaten <= NOTHING:
            continue
        ends, joints = [], []
        for other, place in ((number - 1, each.span.start), (number + 1, each.span.stop)):
            if 0 <= other < len(stretches):
                joints.append((at[place], min(1.0, stretches[other].eaten / each.eaten)))
            else:
                ends.append(at[place])
        found.append(
            Run(
                LineString(points[each.span.start : each.span.stop + 1]),
                each.eaten,
                float(over[each.span].max()),
                float(crossed[each.span].max()),
                bool(film_out[each.place]),
                bool(metal_out[each.place]),
                tuple(ends),
                tuple(joints),
            )
        )
    return found


class _Stretch(Struct, frozen=True):
    span: slice
    """The pieces of the front in it."""
    place: int
    """One of them, that is like most of it."""
    length: float
    eaten: float


def _long_enough(stretches: list[_Stretch]) -> list[_Stretch]:
    """Stretches, of which the reaction beside has taken in those shorter than it is deep.

    Across the very edge of a line, say, there is hardly any metal, but beside there is enough.
    """
    while len(stretches) > 1:
        lengths = [each.length for each in stretches]
        short = lengths.index(min(lengths))
        besides = [place for place in (short - 1, short + 1) if 0 <= place < len(stretches)]
        beside = max(besides, key=lengths.__getitem__)
        if lengths[short] >= stretches[beside].eaten:
            break
        first, last = sorted((short, beside))
        stretches[first : last + 1] = [
            replace(
                stretches[beside],
                span=slice(stretches[first].span.start, stretches[last].span.stop),
                length=lengths[first] + lengths[last],
            )
        ]
    return stretches
