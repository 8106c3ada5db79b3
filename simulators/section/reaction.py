"""A film that reacts with a metal where they touch: how much of each is eaten, what is made."""

from collections.abc import Collection

import numpy as np
import shapely
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, common_areas, parts, polygonal, united
from fabctl.structure.tolerances import AREA_TOLERANCE, CONTACT, CRUMB, GRID, ROUNDED
from simulators.section.cutting import made_whole, without_loose
from simulators.section.front import fronts
from simulators.section.sinking import settled
from simulators.section.stoichiometry import LEFT_OVER, SLIVER, Bodies, Compound, Eaten, eaten, near

FOOT = 0.8
"""Share of a film's thickness up to which what touches it stands beside it, and not on it."""


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

    The product takes the place of what both lose; its loss of volume lowers the open face, or what
    lies on it. Where the film or the metal under it is too thin for that, less of both goes.
    """
    film_shape = all_of(section, film)
    beside = layers(section, compound.name, film_shape)
    reach = [film_shape, *beside]
    metal_shape = united(
        [
            part
            for region in section.of_material(metal)
            for part in parts(region.shape)
            if any(part.dwithin(each, CONTACT) for each in reach)
        ]
    )
    between = united(near(beside, metal_shape))
    if film_eaten <= 0 or metal_shape.is_empty:
        return section
    found = fronts(
        film_shape,
        metal_shape,
        between,
        section.ambient,
        film_eaten=film_eaten,
        share=compound.share,
        metal_eaten=compound.metal_eaten,
    )
    if not found:
        return section
    lying = all_of(section, compound.residue) if compound.residue else Polygon()
    bodies = Bodies(film_shape, metal_shape, between, lying, section.ambient)
    taken: list[Eaten] = []
    for front in found:
        bodies = _less(bodies, taken[-1]) if taken else bodies
        taken.append(eaten(front, bodies, compound))
    product = polygonal(united([body for each in taken for body in (each.made, each.metal)]))
    product = polygonal(united([product, *_slivers(metal_shape, product)]))
    product = _on_metal(product, metal_shape)
    top = polygonal(united([each.top for each in taken]).difference(product))
    gone = united([product, top])
    skins = _skins(film_shape.difference(gone), gone, section, film, product)
    sunk = [each.sunk for each in taken]
    if compound.residue:
        stays = polygonal(top.difference(united(sunk)))
        # what lies on a skin stays on it
        sunk += [each for each in skins if not each.dwithin(stays, CONTACT)]
    if skins:
        top, gone = polygonal(united([top, *skins])), united([gone, *skins])
    lost = polygonal(united(sunk).difference(product)) if compound.residue else top
    rest = polygonal(top.difference(lost))
    less = {film: gone, metal: product, compound.residue: lost}
    regions = [
        replace(region, shape=polygonal(region.shape.difference(less[region.material])))
        if region.material in less and region.shape.intersects(less[region.material])
        else region
        for region in section.regions
    ]
    regions.append(Region(name, compound.name, product, job))
    if compound.residue:
        left = f"{job}/{compound.residue}" if job else compound.residue
        regions.append(Region(left, compound.residue, rest, job))
    ambient = polygonal(section.ambient.union(lost))
    made = section.with_regions(merged(regions), ambient)
    if abs(made.missing()) > AREA_TOLERANCE / 2:
        made = section.with_regions(merged(_apart(_apart(regions, product), rest)), ambient)
    made = made_whole(made)
    ours = (film, metal, compound.name, compound.residue)
    covered = [each for each in taken if each.sunk.is_empty and each.reacting > CRUMB]
    for each in covered:
        made = _under_a_lid(made, each, compound, ours)
    # crumbs that a lid or a residue has left as it came down
    return made_whole(without_loose(made)) if covered or compound.residue else made


def _under_a_lid(
    section: Section, taken: Eaten, compound: Compound, ours: Collection[str]
) -> Section:
    """The section after what lies on a front's film has come down by the loss of volume."""
    over = united(taken.over)
    depth = compound.sinks * max(run.eaten for run in taken.front)
    if depth <= CONTACT or over.is_empty:
        return section
    film = over.area / sum(run.line.length for run in taken.front)
    foot = united([run.within(FOOT * film, past=FOOT * film) for run in taken.front])
    if compound.residue:
        over = united([over, *near(parts(all_of(section, compound.residue)), over)])
    return settled(section, over, foot, depth, compound.sinks * taken.reacting, ours)


def _apart(regions: list[Region], product: BaseGeometry) -> list[Region]:
    """The regions without what one that is new has in common with any other.

    It should have nothing, but that an overlay of nearly the same outlines may fail.
    """
    shapes = np.array([each.shape for each in regions])
    common = common_areas(shapes, np.full(len(shapes), product))
    return [
        replace(each, shape=polygonal(shapely.difference(each.shape, product, grid_size=GRID)))
        if area > AREA_TOLERANCE and each.shape is not product
        else each
        for each, area in zip(regions, common.tolist(), strict=True)
    ]


def _less(bodies: Bodies, taken: Eaten) -> Bodies:
    """What one front leaves for those after it."""
    return bodies._replace(
        film=polygonal(bodies.film.difference(united([taken.made, taken.top]))),
        metal=polygonal(bodies.metal.difference(taken.metal)),
        residue=polygonal(united([bodies.residue, taken.top]).difference(taken.sunk)),
        air=polygonal(united([bodies.air, taken.sunk])),
    )


def _on_metal(product: BaseGeometry, metal: BaseGeometry) -> BaseGeometry:
    """The product without crumbs that lie off the metal: none has come there, they stay film."""
    pieces = shapely.get_parts(product)
    made = (shapely.area(pieces) >= CRUMB) | shapely.dwithin(pieces, metal, CONTACT)
    return product if made.all() else shapely.MultiPolygon(list(pieces[made]))


def _slivers(metal: BaseGeometry, product: BaseGeometry) -> list[Polygon]:
    """What the reaction cuts off of the metal and is too thin to be any: it goes with it."""
    left = polygonal(metal.difference(product))
    return [each for each in near(parts(left), product) if 2 * each.area < SLIVER * each.length]


def _skins(
    rest: BaseGeometry, gone: BaseGeometry, section: Section, film: str, product: BaseGeometry
) -> list[Polygon]:
    """What is left of a film over the reaction and is no film, or lies on nothing any more."""
    bodies = shapely.get_parts(polygonal(rest))
    solid = [product, *(each.shape for each in section.regions if each.material != film)]
    return [
        each
        for each in bodies[shapely.dwithin(bodies, gone, CONTACT)]
        if 2 * each.area < LEFT_OVER * each.length
        or not any(each.dwithin(other, ROUNDED) for other in solid)
    ]


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


def layers(section: Section, product: str, film: BaseGeometry) -> list[Polygon]:
    """The bodies of a film's product that lie at the film.

    What several jobs made of it lies in layers, which are one body.
    """
    apart = [body for each in section.of_material(product) for body in parts(each.shape)]
    found: list[Polygon] = []
    edge = near(apart, film)
    while edge:
        found += edge
        apart = [each for each in apart if each not in found]
        edge = [each for each in apart if any(each.dwithin(other, CONTACT) for other in edge)]
    return list(parts(united(found)))


def all_of(section: Section, material: str) -> BaseGeometry:
    """All bodies of a material as one."""
    return united([region.shape for region in section.regions if region.material == material])
