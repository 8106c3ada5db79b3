"""Films: conformal deposition with step coverage and sealing, and planarising spin-on."""

import shapely
from msgspec.structs import replace

from fabctl.structure.section import Region, Section, parts, polygonal, united
from simulators.section.growth import grow, split
from simulators.section.levels import level_holding


def deposit(
    section: Section, name: str, material: str, thickness: float, job: str, coverage: float = 1.0
) -> Section:
    """Grow a film of `thickness` nm on every surface that the ambient reaches.

    `coverage` is side-wall over top thickness (0 < coverage <= 1). Where the film meets itself it
    seals, and what it seals in is a void.
    """
    if thickness <= 0:
        return section
    grown = grow(section, thickness, coverage)
    film = polygonal(section.ambient.difference(grown.left))
    pockets = tuple(
        part for pocket in grown.sealed for part in parts(pocket)
    )  # a crumb's is filled
    for pocket in pockets:
        film = polygonal(film.difference(pocket))
    covered = section.with_regions(
        (*section.regions, Region(name, material, film, job)), grown.left
    )
    return replace(covered, voids=(*section.voids, *pockets), growth=grown.growth)


def spin_on(section: Section, name: str, material: str, thickness: float, job: str) -> Section:
    """Fill the ambient from below to one level: a liquid that would lie `thickness` nm on a flat.

    The level is that at which the liquid's volume is kept. Air above it that the liquid has shut
    in, under a roof, is a void.
    """
    if thickness <= 0:
        return section
    level = round(level_holding(section.ambient, thickness * section.width), 6)
    below = shapely.box(0, section.floor, section.width, level)
    air = polygonal(section.ambient.difference(below))
    left, pockets = split(section.ceiling, air)
    if left is air or len(shapely.get_parts(air)) == len(shapely.get_parts(left)) + len(pockets):
        film = polygonal(section.ambient.intersection(below))
    else:  # crumbs of air are the liquid's
        film = polygonal(section.ambient.difference(united([left, *pockets])))
    covered = section.with_regions((*section.regions, Region(name, material, film, job)), left)
    return replace(covered, voids=(*section.voids, *pockets))
