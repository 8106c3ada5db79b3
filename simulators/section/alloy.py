"""A film on copper: eaten by a temperature history, in whatever tool or place it happens."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, parts, polygonal
from fabctl.structure.tolerances import CONTACT
from simulators.physics import reaction as kinetics
from simulators.section.reaction import Compound, merged
from simulators.section.reaction import react as eat
from simulators.section.surface import advance

METAL = "Cu"


def react(section: Section, warmth: kinetics.Warmth, job: str) -> Section:
    """The section after every film has reacted with the copper that it touches, if it does."""
    for film, couple in kinetics.COUPLES.items():
        if not section.of_material(film):
            continue
        added = warmth.growth(couple)
        # what little is made in the cold parts of an anneal becomes the warm compound at once
        cold = warmth.cold(film)
        if cold > (kinetics.TRACE_NM if added > 0 else 0):
            section = _eat(section, film, kinetics.COLD[film].couple, cold, job)
        if added <= 0:
            continue
        if film in kinetics.COLD:
            section = _converted(section, film, job)
        before = _lying(section, couple.product, film)
        grown = kinetics.thickness_after(before, added) - before
        section = _eat(section, film, couple, grown / couple.made, job)
    return section


def _eat(section: Section, film: str, couple: kinetics.Couple, film_nm: float, job: str) -> Section:
    compound = Compound(couple.product, couple.copper, couple.made, couple.reacts, couple.residue)
    name = f"{job}/{couple.product}" if job else couple.product
    return eat(section, film, METAL, compound, film_nm, job, name)


def _lying(section: Section, product: str, film: str) -> float:
    """Thickness (nm) of the product between the film and the copper, where it is thickest.

    What each job made of it is a layer of its own; together they are what has to be crossed.
    """
    return _thickest(_all_of(section, product), beside=_all_of(section, film))


def _thickest(shape: BaseGeometry, beside: BaseGeometry | None = None) -> float:
    """About the thickness (nm) of the thickest body: twice its area over its perimeter."""
    bodies = (each for each in parts(shape) if beside is None or each.dwithin(beside, CONTACT))
    return max((2 * each.area / each.length for each in bodies), default=0.0)


def _all_of(section: Section, material: str) -> BaseGeometry:
    return shapely.union_all([each.shape for each in section.of_material(material)])


def _converted(section: Section, film: str, job: str) -> Section:
    """Cu6Sn5 becomes Cu3Sn when it gets warm, and takes the copper that this needs."""
    cold, warm = kinetics.COLD[film].couple, kinetics.COUPLES[film]
    shapes = _all_of(section, cold.product)
    if shapes.is_empty:
        return section
    needed = _thickest(shapes) / cold.made * (warm.copper - cold.copper)
    taken = polygonal(_all_of(section, METAL).intersection(advance(shapes, needed)))
    regions = [
        Region(
            each.name, each.material, polygonal(each.shape.difference(taken)), each.job, each.tags
        )
        if each.material == METAL
        else each
        for each in section.regions
        if each.material != cold.product
    ]
    name = f"{job}/{warm.product}" if job else warm.product
    made = Region(name, warm.product, polygonal(shapes.union(taken)), job)
    return section.with_regions(merged([*regions, made]), section.ambient)
