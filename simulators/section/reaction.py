"""A film that reacts with a metal where they touch: how much of each is eaten, what is made."""

from collections.abc import Iterable

import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.predicates import contact
from fabctl.structure.section import Region, Section, parts, polygonal
from fabctl.structure.tolerances import CONTACT
from simulators.section.surface import advance

LEFT_OVER = 0.5
"""nm of mean thickness below which a piece of an exhausted film is no film."""
EXHAUSTED = 0.01
"""nm of film below which it counts as eaten whole."""


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


def react(
    section: Section,
    film: str,
    metal: str,
    compound: Compound,
    film_eaten: float,
    job: str,
    name: str,
) -> Section:
    """Let `film_eaten` nm of the film go where it touches the metal, or their own compound on it.

    The product takes the place of what both lose; its loss of volume lowers the open face. A film
    thinner than that is eaten whole, and no more metal than it needs.
    """
    film_shape = _all_of(section, film)
    # what earlier jobs made of it lies in layers, which are one body
    beside = _near(parts(_all_of(section, compound.name)), film_shape)
    reach = [film_shape, *beside]
    metal_shape = shapely.union_all(
        [
            part
            for region in section.of_material(metal)
            for part in parts(region.shape)
            if any(part.dwithin(each, CONTACT) for each in reach)
        ]
    )
    between = shapely.union_all(_near(beside, metal_shape))
    front_body = metal_shape.union(between)
    front = contact(front_body, film_shape)
    if film_eaten <= 0 or front <= 0:
        return section
    reacting = _lying_on(film_shape, front_body) / front * compound.share
    exhausted = film_eaten >= reacting - EXHAUSTED
    film_eaten = min(film_eaten, reacting)
    eaten_film = polygonal(film_shape.intersection(advance(front_body, film_eaten)))
    if exhausted:
        eaten_film = eaten_film.union(_left_over(film_shape, eaten_film, film_eaten))
    eaten_metal = polygonal(
        metal_shape.intersection(
            advance(eaten_film.union(between), film_eaten * compound.metal_eaten)
        )
    )
    if not between.is_empty:  # under the compound only where film still lies on it
        eaten_metal = polygonal(eaten_metal.intersection(_column_of(eaten_film)))
    rest = _residue(section, film_shape, eaten_film, compound, film_eaten, whole=exhausted)
    left_over = compound.made - compound.metal_eaten
    made_of_film: BaseGeometry = eaten_film
    lost: BaseGeometry = shapely.Polygon()
    if not compound.residue and left_over < 1:  # the compound is smaller than what it is made of
        made_of_film = polygonal(
            eaten_film.intersection(advance(front_body, film_eaten * left_over))
        )
        lost = (
            polygonal(eaten_film.difference(made_of_film))
            if exhausted
            else _skin(section, film_shape, eaten_film, film_eaten * (1 - left_over))
        )
        if not exhausted:
            eaten_film = made_of_film
    gone = shapely.union_all([eaten_film, eaten_metal, rest, lost])
    regions = [
        replace(region, shape=polygonal(region.shape.difference(gone)))
        if region.material in (film, metal) and region.shape.intersects(gone)
        else region
        for region in section.regions
    ]
    product = polygonal(made_of_film.union(eaten_metal))
    regions.append(Region(name, compound.name, product, job))
    if not rest.is_empty:
        left = f"{job}/{compound.residue}" if job else compound.residue
        regions.append(Region(left, compound.residue, rest, job))
    return section.with_regions(merged(regions), polygonal(section.ambient.union(lost)))


def _left_over(film: BaseGeometry, eaten: BaseGeometry, depth: float) -> BaseGeometry:
    """What is left over a film eaten `depth` nm deep, as that was thicker than on the average.

    Over the metal, past which the reaction reaches by its depth, also what hangs on the film there.
    """
    rest = polygonal(film.difference(eaten))
    over = [
        shapely.box(left + depth, -1e6, right - depth, 1e6)
        for left, _, right, _ in (part.bounds for part in parts(eaten))
        if right - left > 2 * depth
    ]
    pieces = shapely.get_parts([rest, polygonal(rest.intersection(shapely.union_all(over)))])
    return shapely.union_all(
        [
            each
            for each in pieces
            if 2 * each.area < LEFT_OVER * each.length and each.dwithin(eaten, CONTACT)
        ]
    )


def _skin(section: Section, film: BaseGeometry, eaten: BaseGeometry, depth: float) -> BaseGeometry:
    """The film's open face over the reaction, as deep as the reaction's loss of volume."""
    over = film.intersection(_column_of(eaten))
    return polygonal(over.intersection(advance(section.ambient, depth)))


def _residue(
    section: Section,
    film: BaseGeometry,
    eaten: BaseGeometry,
    compound: Compound,
    film_eaten: float,
    *,
    whole: bool,
) -> BaseGeometry:
    """What of the film can't react: it gathers on top, off the metal.

    The part that reacts comes down to the metal by the grain boundaries between.
    """
    if not compound.residue:
        return shapely.Polygon()
    over = polygonal(film.intersection(_column_of(eaten)).difference(eaten))
    if whole:
        return over
    lying = shapely.union_all([each.shape for each in section.of_material(compound.residue)])
    depth = film_eaten * (1 - compound.share) / compound.share
    return polygonal(over.intersection(advance(section.ambient.union(lying), depth)))


def merged(regions: list[Region]) -> list[Region]:
    """Regions of one name, material and tags as one, where the first of them stands."""
    found: dict[tuple[str, str, frozenset[str]], Region] = {}
    for region in regions:
        key = (region.name, region.material, region.tags)
        old = found.get(key)
        found[key] = (
            region if old is None else replace(old, shape=polygonal(old.shape.union(region.shape)))
        )
    return list(found.values())


def _near(bodies: Iterable[Polygon], other: BaseGeometry) -> list[Polygon]:
    """Those bodies that touch another."""
    return [body for body in bodies if body.dwithin(other, CONTACT)]


def _all_of(section: Section, material: str) -> BaseGeometry:
    return shapely.union_all(
        [region.shape for region in section.regions if region.material == material]
    )


def _column_of(shape: BaseGeometry) -> BaseGeometry:
    """The columns below and above a body."""
    return shapely.union_all(
        [shapely.box(part.bounds[0], -1e6, part.bounds[2], 1e6) for part in parts(shape)]
    )


def _lying_on(film: BaseGeometry, metal: BaseGeometry) -> float:
    """The film's area (nm²) over the stretches where it touches the metal."""
    touching = metal.boundary.intersection(film.buffer(CONTACT))
    left, _, right, _ = touching.bounds
    _, low, _, high = film.bounds
    return float(film.intersection(shapely.box(left, low, right, high)).area)
