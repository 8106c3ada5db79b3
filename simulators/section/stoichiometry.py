"""What a front takes of its film and of its metal, so that the atoms of both balance."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import parts, polygonal, united
from fabctl.structure.tolerances import CONTACT, CRUMB, GRID, ROUNDED
from simulators.section.front import Run
from simulators.section.matching import MATCHED, MOST_TRIALS, matched, to_area
from simulators.section.sinking import at_face
from simulators.section.surface import Floats, advance, moved

LEFT_OVER = 0.2
"""nm of mean thickness below which what is left of a film over the reaction is no film."""
SLIVER = 0.5
"""The same of what the reaction cuts off of the metal."""
SHORT = 2e-3
"""Share of the metal that is needed, of which less may be missing."""
QUARTER = math.pi / 4
"""Share of its square that a quarter of a circle takes, which is eaten past the end of a front."""
SPREAD = 3.0
"""So many times the layer's thickness from its edge the metal gives what the fan there takes."""
TAPER = (1.0, 0.75, 0.5, 0.25)
"""Shares of that way, between which it gives ever more."""
EDGE = 0.38
"""So much deeper than elsewhere a level film eats a level line at its edge, about."""
FANS_OUT = 0.5
"""Share of a film's new face that its nearest metal is as long as, at most, where it fans out."""


class Compound(Struct, frozen=True):
    """What a film and a metal make, by thickness: per nm of film eaten.

    Ratios follow from densities and molar masses (Cu3Sn: 1.307 nm Cu eaten, 2.118 nm made).
    """

    name: str
    metal_eaten: float
    made: float
    share: float = 1.0
    """Share of the film that reacts at all; the rest of it stays behind as `residue`."""
    residue: str = ""

    @property
    def sinks(self) -> float:
        """Loss of volume, by thickness."""
        return max(0.0, 1 + self.metal_eaten - self.made)


class Bodies(NamedTuple):
    """What takes part in a reaction, and the air."""

    film: BaseGeometry
    metal: BaseGeometry
    between: BaseGeometry
    """What the two have made already, where they lie at it."""
    residue: BaseGeometry
    """What earlier reactions left of the film."""
    air: BaseGeometry


class Eaten(NamedTuple):
    """What a front takes, and what of it becomes product (`made`, `metal`).

    `top` goes of the open face. Of that, or of what lay on it, `sunk` becomes air: the loss of
    volume. The rest can't react, and gathers there, as the part that does comes down to the metal
    by the grain boundaries between.
    """

    front: tuple[Run, ...]
    over: tuple[BaseGeometry, ...]
    """The film over each run."""
    made: BaseGeometry
    top: BaseGeometry
    sunk: BaseGeometry
    reacting: float
    """nm² of the film that react."""
    metal: BaseGeometry


def eaten(front: Sequence[Run], bodies: Bodies, compound: Compound) -> Eaten:
    """What a front takes: of the metal as much as what goes of the film needs.

    Where there is less metal than that, less of both goes.
    """
    for _ in range(MOST_TRIALS):
        found = _of_film(front, bodies, compound)
        needed = compound.metal_eaten * found.reacting
        found = found._replace(metal=_of_metal(found, bodies, compound, needed))
        less = found.metal.area / needed if needed else 1.0
        if less > 1 - SHORT:
            break
        front = [replace(run, eaten=run.eaten * less, film_out=False) for run in front]
    return found


def _of_film(front: Sequence[Run], bodies: Bodies, compound: Compound) -> Eaten:
    """What the front takes of the film; of its open face in proportion to what becomes product."""
    over = [_over(run, bodies.film, compound) for run in front]
    depths = [run.eaten * (1 - compound.sinks) for run in front]
    inner = [
        _within(body, run.within(depth, past=depth))
        for run, body, depth in zip(front, over, depths, strict=True)
    ]
    rests = [polygonal(body.difference(made)) for body, made in zip(over, inner, strict=True)]
    sinks = compound.sinks / (1 - compound.sinks)
    goes = sinks + (1 / compound.share - 1) / (1 - compound.sinks)
    face = united([bodies.air, bodies.residue]) if compound.residue else bodies.air
    open_ = [body.dwithin(face, CONTACT) for body in over]

    def split(scale: float) -> tuple[BaseGeometry, BaseGeometry]:
        """The product and the top, if that is so many times as thick as it is on a blanket."""
        made, tops = [], []
        for at, run in enumerate(front):
            top: BaseGeometry = Polygon()
            thickness = goes * depths[at] * scale
            if open_[at]:
                top = at_face(over[at] if run.film_out else rests[at], face, thickness)
            elif compound.residue:
                top = polygonal(rests[at].difference(run.over(run.film - thickness, past=0)))
            tops.append(top)
            made.append(polygonal(over[at].difference(top)) if run.film_out else inner[at])
        product = polygonal(united(made))
        return product, polygonal(united(tops).difference(product))

    def excess(pair: tuple[BaseGeometry, BaseGeometry]) -> float:
        product, top = pair
        if top.is_empty or goes < ROUNDED:
            return 0.0
        return top.area / (goes * max(product.area, CRUMB)) - 1

    product, top = matched(split, excess, 1.0)
    sunk = top
    if compound.residue and not top.is_empty:
        lying = united([top, *near(parts(bodies.residue), united(over))])
        sunk = to_area(
            lambda deep: at_face(lying, bodies.air, deep), sinks * product.area, sinks * max(depths)
        )
    reacting = compound.share * (product.area + top.area)
    if not any(open_):  # under a lid what goes of a film for good is not in the product yet
        gone = united([body for run, body in zip(front, over, strict=True) if run.film_out])
        rest = product.difference(gone).area if gone.area else product.area
        reacting = compound.share * gone.area + rest / (1 - compound.sinks)
    return Eaten(tuple(front), tuple(over), product, top, sunk, reacting, Polygon())


def _over(run: Run, film: BaseGeometry, compound: Compound) -> BaseGeometry:
    """The film over a run, and past its ends as much as is eaten there."""
    depth = run.eaten * (1 - compound.sinks)
    reach = [run.over(run.film + LEFT_OVER, past=QUARTER * depth), run.within(depth, past=depth)]
    return united(near(parts(_within(film, united(reach))), run.line))


def _within(body: BaseGeometry, reach: BaseGeometry) -> BaseGeometry:
    """What of a body lies within a reach.

    An overlay of nearly the same outlines may give what lies outside of it: it is asked again on a
    grid then.
    """
    found = polygonal(body.intersection(reach))
    inside = [body.intersects(part.representative_point()) for part in parts(found)]
    if all(inside):
        return found
    return polygonal(shapely.intersection(body, reach, grid_size=GRID))


def near(bodies: Iterable[Polygon], other: BaseGeometry) -> list[Polygon]:
    """Those bodies that touch another."""
    return [body for body in bodies if body.dwithin(other, CONTACT)]


def _of_metal(found: Eaten, bodies: Bodies, compound: Compound, needed: float) -> BaseGeometry:
    """So much (nm²) of the metal at the front as is needed, or all there is.

    It goes as deep everywhere, and deeper beneath what fans out over the edge of the metal.
    """
    front = found.front
    at = united([found.made, *(run.line for run in front)])
    metal = united(near(parts(bodies.metal), united([at, bodies.between])))
    if metal.area <= needed:
        return metal
    layer = united([found.made, bodies.between])

    def under(run: Run, scale: float, past: float) -> BaseGeometry:
        depth = scale * run.eaten * compound.metal_eaten + (SLIVER if run.metal_out else 0.0)
        reach = run.within(run.crossed + depth, past=past * (run.crossed + depth))
        if run.crossed > CONTACT:
            reach = reach.intersection(moved(advance(layer, depth), depth))
        return _within(metal, reach)

    def strip(scale: float = 1.0, past: float = 1.0) -> BaseGeometry:
        return polygonal(united([under(run, scale, past) for run in front]))

    plain = strip()
    if abs(plain.area - needed) <= MATCHED * needed:
        return plain
    if plain.area > needed:
        if strip(past=0.0).area > needed:
            return to_area(lambda scale: strip(scale, past=0.0), needed, 1.0)
        return to_area(lambda past: strip(past=past), needed, 1.0)
    fans = _fans(found, metal, bodies)
    if fans.is_empty:
        return to_area(strip, needed, 1.0)
    depth = max(run.eaten for run in front) * compound.metal_eaten
    spread = SPREAD * (depth + max(run.crossed for run in front))
    around = [(share, advance(fans, share * spread)) for share in TAPER]

    def deeper(deep: float) -> BaseGeometry:
        more = [
            advance(plain, deep * (1 + TAPER[-1] - share)).intersection(near_by)
            for share, near_by in around
        ]
        return polygonal(united([plain, _within(metal, united(more))]))

    return to_area(deeper, needed, EDGE * depth, plain.area)


def _fans(found: Eaten, metal: BaseGeometry, bodies: Bodies) -> BaseGeometry:
    """Where on the metal more of the film than lies over it takes what it needs."""
    taken = united([found.made, found.top])
    left, _, right, _ = bodies.air.bounds
    places: list[Floats] = []
    for ring in shapely.get_rings(shapely.get_parts(taken)):
        face = shapely.get_coordinates(ring)
        nearest = shapely.get_coordinates(shapely.shortest_line(shapely.points(face), metal))
        nearest = nearest.reshape(-1, 2, 2)[:, 1]
        length = np.hypot(*np.diff(face, axis=0).T)
        image = np.hypot(*np.diff(nearest, axis=0).T)
        x = face[:, 0]
        inside = (np.minimum(x[1:], x[:-1]) < right - CONTACT) & (
            np.maximum(x[1:], x[:-1]) > left + CONTACT
        )
        fanned = inside & (length > CONTACT) & (image < FANS_OUT * length)
        places.append(nearest[:-1][fanned])
        places.append(nearest[1:][fanned])
    return shapely.MultiPoint(sorted(set(map(tuple, np.concatenate(places).round(1).tolist()))))
