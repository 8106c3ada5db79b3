"""The front of a reaction: where a film touches what it reacts with, and how far it gets there.

Everywhere along it the reaction ends with whichever runs out first, its time, the film or the
metal, so thin copper leaves film over while a thick line beside it reacts on.
"""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

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
from simulators.section.surface import Floats, advance, facets, moved

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
FANNED = 2.0
"""So many times as long as the way through a layer at most, the shortest way from its edge is."""
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
            return moved(advance(self.line, distance), distance)
        return united([_strip(self.line, distance), *(_disc(*each) for each in around)])

    def over(self, distance: float, past: float) -> BaseGeometry:
        """Everything within `distance` (nm) of the run, made `past` longer where the front ends."""
        points = [*self.line.coords]
        first, last = points[0], points[-1]
        if first in self.ends:
            points.insert(0, _beyond(last, first, past))
        if last in self.ends:
            points.append(_beyond(first, last, past))
        around = [_disc(place, share * distance) for place, share in self.joints]
        return united([_strip(LineString(points), distance), *around])


def _strip(line: LineString, distance: float) -> BaseGeometry:
    strip = shapely.buffer(line, distance, quad_segs=facets(distance), cap_style="flat")
    return moved(strip, distance)


def _beyond(other: Place, end: Place, past: float) -> Place:
    """So far past an end as seen from the other, for its own direction may lead anywhere."""
    far = math.dist(other, end)
    x, z = (
        (last - first) * past / far if far else 0.0 for first, last in zip(other, end, strict=True)
    )
    return end[0] + x, end[1] + z


def _disc(middle: Place, radius: float) -> Polygon:
    steps = np.linspace(0.0, 2 * math.pi, 4 * facets(radius), endpoint=False)
    return Polygon(middle + radius * np.column_stack([np.cos(steps), np.sin(steps)]))


def fronts(
    film: BaseGeometry,
    metal: BaseGeometry,
    between: BaseGeometry,
    ambient: BaseGeometry,
    *,
    film_eaten: float,
    share: float,
    metal_eaten: float,
) -> list[list[Run]]:
    """The fronts between a film and a metal, or their own compound between, each as its runs.

    `film_eaten` nm of the film's reacting `share` go at most, and `metal_eaten` nm of metal with
    each of them.
    """
    found: list[list[Run]] = []
    corners = np.sort(shapely.get_coordinates([film, metal])[:, 0])
    corners = corners[np.diff(corners, prepend=-math.inf) > LEAST_STRETCH]
    body = metal if between.is_empty else metal.union(between)
    for line in _lines(film, shapely.buffer(body, CONTACT)):
        at = _places(line, corners, film)
        over = _film_over(film, ambient, at)
        eaten = np.minimum(film_eaten, over * share)
        thick, crossed = _under(at, metal, between, eaten * metal_eaten + 1.0)
        if line.length < 2 * crossed.max():  # at its edge alone there is no way through a layer
            continue
        by_metal = thick / metal_eaten
        metal_out = by_metal <= eaten + OUT
        film_out = over * share - OUT <= np.minimum(eaten, by_metal)
        # the last of a film goes with the rest, and takes its metal
        eaten = np.minimum(np.where(film_out, over * share, eaten), by_metal)
        runs = _joined(at, eaten, over, crossed, film_out, metal_out)
        if runs:
            found.append(runs)
    return found


def layer_between(film: BaseGeometry, metal: BaseGeometry, between: BaseGeometry) -> float:
    """Thickness (nm) of what parts a film from its metal, over most of the front; 0 if nothing."""
    found = 0.0
    for line in _lines(film, shapely.buffer(between, CONTACT)):
        at = _places(line, np.empty(0), film)
        thick, crossed = _under(at, metal, between, np.ones(len(at.middle)))
        if (thick > 0).any():
            found = max(found, _median(crossed[thick > 0], at.length[thick > 0]))
    return found


def _median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    along = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(along, along[-1] / 2)]])


class _Places(NamedTuple):
    """Along a front: its points, the middles of its pieces, and the ways there into the film."""

    points: Floats
    length: Floats
    middle: Floats
    normal: Floats


def _places(line: LineString, corners: Floats, film: BaseGeometry) -> _Places:
    points = _divided(line, corners)
    start, way = points[:-1], np.diff(points, axis=0)
    length = np.hypot(*way.T)
    middle = start + way / 2
    normal = np.column_stack([-way[:, 1], way[:, 0]]) / length[:, None]
    inside = shapely.contains_xy(film, middle + PROBE * normal)
    return _Places(points, length, middle, np.where(inside[:, None], normal, -normal))


def _under(
    at: _Places, metal: BaseGeometry, between: BaseGeometry, deep: Floats
) -> tuple[Floats, Floats]:
    """How much metal (nm) there is under each place, `deep` enough, and how far it is to there.

    The way is straight in. Where that doesn't lead to enough, as from a layer that fans out over
    the metal's edge, the shortest is gone, unless it is long: there the metal is used up.
    """
    if between.is_empty:
        return Rays(at.middle, -at.normal, deep, metal).within(), np.zeros(len(deep))
    _, low, _, high = between.bounds
    body = shapely.buffer(metal.union(between), CONTACT)
    out = Rays(at.middle, -at.normal, deep + high - low, body).way_out()
    straight = Rays(at.middle, -at.normal, out, metal)
    thick, crossed = straight.within(), straight.first_met()
    met, short = thick > 0, thick < deep
    if short.any() and met.any():
        far = FANNED * _median(crossed[met], at.length[met])
        shortest = shapely.shortest_line(shapely.points(at.middle[short]), metal)
        way = np.diff(shapely.get_coordinates(shortest).reshape(-1, 2, 2), axis=1)[:, 0]
        length = np.hypot(*way.T)
        near = (length > 0) & (length < far)
        fan, way, length = np.flatnonzero(short)[near], way[near], length[near]
        past = length + deep[fan]
        thick[fan] = Rays(at.middle[fan], way / length[:, None], past, metal).within()
        crossed[fan] = length
    return thick, crossed


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


def _film_over(film: BaseGeometry, ambient: BaseGeometry, at: _Places) -> Floats:
    """Thickness (nm) of the film over places of the front: to the nearest open face, if any."""
    _, low, _, high = film.bounds
    open_face = np.array(shapely.distance(shapely.points(at.middle), ambient))
    open_face[np.isnan(open_face)] = high - low + 1
    within = Rays(at.middle, at.normal, open_face, film).within()
    thickness: Floats = np.where(open_face - within <= CONTACT, open_face, within)
    return thickness


def _joined(
    places: _Places,
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
            _Stretch(span, span.start, float(places.length[span].sum()), float(depth))
            for span in spans
            for depth in [np.average(eaten[span], weights=places.length[span])]
        ]
    )
    at: list[Place] = [(x, z) for x, z in places.points.tolist()]
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
                LineString(places.points[each.span.start : each.span.stop + 1]),
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
