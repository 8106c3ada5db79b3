"""A film that reacts with a metal where they touch: how much of each is eaten, what is made."""

from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.predicates import contact
from fabctl.structure.section import Region, Section, polygonal
from fabctl.structure.tolerances import CONTACT
from simulators.section.surface import advance


@dataclass(frozen=True, slots=True)
class Compound:
    """What a film and a metal make, by thickness: per nm of film eaten.

    Ratios follow from densities and molar masses (Cu3Sn: 1.307 nm Cu eaten, 2.118 nm made).
    """

    name: str
    metal_eaten: float
    made: float


def react(
    section: Section,
    film: str,
    metal: str,
    compound: Compound,
    film_eaten: float,
    job: str,
    name: str,
) -> Section:
    """Turn `film_eaten` nm of the film, where it touches the metal, into the compound.

    The product takes the place of both; its loss of volume lowers the face of the film's remains.
    """
    films = [region for region in section.regions if region.material == film]
    metals = [region for region in section.regions if region.material == metal]
    if film_eaten <= 0 or not films or not metals:
        return section
    film_shape = shapely.union_all([region.shape for region in films])
    metal_shape = shapely.union_all([region.shape for region in metals])
    front = contact(metal_shape, film_shape)
    if front <= 0:
        return section
    # a film thinner than the time would allow is eaten whole, and no more metal than it needs
    film_eaten = min(film_eaten, _lying_on(film_shape, metal_shape) / front)
    eaten_film = polygonal(film_shape.intersection(advance(metal_shape, film_eaten)))
    eaten_metal = polygonal(
        metal_shape.intersection(advance(eaten_film, film_eaten * compound.metal_eaten))
    )
    product = polygonal(eaten_film.union(eaten_metal))
    regions: list[Region] = []
    for region in section.regions:
        if region.material in (film, metal):
            region = replace(region, shape=polygonal(region.shape.difference(product)))  # noqa: PLW2901
        regions.append(region)
    regions.append(Region(name, compound.name, product, job))
    return _shrunk(section.with_regions(regions, section.ambient), name, compound, film_eaten)


def _lying_on(film: BaseGeometry, metal: BaseGeometry) -> float:
    """The film's area (nm²) over the stretches where it touches the metal."""
    touching = metal.boundary.intersection(film.buffer(CONTACT))
    left, _, right, _ = touching.bounds
    _, low, _, high = film.bounds
    return float(film.intersection(shapely.box(left, low, right, high)).area)


def _shrunk(section: Section, name: str, compound: Compound, film_eaten: float) -> Section:
    """Lower the open face of the product by the volume that the reaction lost."""
    lost = film_eaten * (1 + compound.metal_eaten - compound.made)
    product = section.named(name)
    if lost <= 0:
        return section
    exposed = product.shape.intersection(advance(section.ambient, lost))
    gone: BaseGeometry = polygonal(exposed)
    if gone.is_empty or gone.area >= product.shape.area / 2:
        return section
    regions = [
        replace(region, shape=polygonal(region.shape.difference(gone)))
        if region.name == name
        else region
        for region in section.regions
    ]
    return section.with_regions(regions, polygonal(section.ambient.union(gone)))
