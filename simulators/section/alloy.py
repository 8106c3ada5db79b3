"""A film on copper: eaten by a temperature history, in whatever tool or place it happens."""

from functools import partial

from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, parts, polygonal, united
from fabctl.structure.tolerances import CONTACT
from simulators.physics import reaction as kinetics
from simulators.section.cutting import made_whole
from simulators.section.front import layer_between
from simulators.section.matching import MATCHED, to_area
from simulators.section.reaction import all_of, layers, merged
from simulators.section.reaction import react as eat
from simulators.section.sinking import at_face, settled
from simulators.section.stoichiometry import Compound
from simulators.section.surface import advance

METAL = "Cu"
REACH = 2.0
"""So many times as deep as it needs copper at least, a compound that lies on it finds some."""


def react(section: Section, warmth: kinetics.Warmth, job: str) -> Section:
    """The section after every film has reacted with the copper that it touches, if it does."""
    for film, couple in kinetics.COUPLES.items():
        law = kinetics.COLD.get(film)
        made_cold = law is not None and section.of_material(law.couple.product)
        if law is not None and made_cold and warmth.growth(couple) > 0:
            section = _converted(section, law.couple, couple, job)
        if not section.of_material(film):
            continue
        added, cold = warmth.growth(couple), warmth.cold(film)
        if added > 0:
            # what is made linearly becomes the warm compound at once
            lying = _lying(section, couple.product, film)
            grown = kinetics.thickness_after(lying, added, cold * couple.made) - lying
            section = _eat(section, film, couple, grown / couple.made, job)
        elif law is not None and cold > 0:
            section = _eat(section, film, law.couple, cold, job)
    return section


def _eat(section: Section, film: str, couple: kinetics.Couple, film_nm: float, job: str) -> Section:
    compound = Compound(couple.product, couple.copper, couple.made, couple.reacts, couple.residue)
    name = f"{job}/{couple.product}" if job else couple.product
    return eat(section, film, METAL, compound, film_nm, job, name)


def _lying(section: Section, product: str, film: str) -> float:
    """Thickness (nm) of the product between the film and the copper, where most of it lies.

    What each job made of it is a layer of its own; together they are what has to be crossed.
    """
    film_shape = all_of(section, film)
    bodies = layers(section, product, film_shape)
    if not bodies:
        return 0.0
    return layer_between(film_shape, all_of(section, METAL), united(bodies))


def _converted(section: Section, cold: kinetics.Couple, warm: kinetics.Couple, job: str) -> Section:
    """Cu6Sn5 becomes Cu3Sn when it gets warm, as far as the copper that it lies on suffices.

    What copper there is goes to the nearest of it; the loss of volume lowers its open face, or what
    lies on it.
    """
    needs = (warm.copper - cold.copper) / cold.made  # nm² of copper for each of Cu6Sn5
    shrinks = 1 + needs - warm.made / cold.made
    ours = (METAL, cold.product, warm.product)
    name = f"{job}/{warm.product}" if job else warm.product
    for body in list(parts(all_of(section, cold.product))):
        metal = all_of(section, METAL)
        wanted = needs * body.area
        within = REACH * 2 * wanted / body.length
        copper = _nearest(metal.intersection(advance(body, within)), body, wanted)
        turned = _nearest(body, copper, copper.area / needs)
        product = polygonal(united([turned, copper]))
        if product.is_empty:
            continue
        lost, deep = shrinks * turned.area, shrinks * 2 * turned.area / turned.length
        top = at_face(product, section.ambient, deep)
        if top.area < lost / 2:  # something lies on it
            top = Polygon()
        else:
            top = to_area(partial(at_face, product, section.ambient), lost, deep)
        regions = [
            replace(each, shape=polygonal(each.shape.difference(product)))
            if each.material in (METAL, cold.product)
            else each
            for each in section.regions
        ]
        regions.append(Region(name, warm.product, polygonal(product.difference(top)), job))
        ambient = polygonal(section.ambient.union(top))
        section = section.with_regions(merged(regions), ambient)
        if top.is_empty and deep > CONTACT:
            section = settled(section, product, advance(copper, deep), deep, lost, ours)
    return made_whole(section)


def _nearest(body: BaseGeometry, source: BaseGeometry, area: float) -> BaseGeometry:
    """What of a body lies nearest to another and has some area (nm²); all of it if it has less."""
    body = polygonal(body)
    if body.area <= area * (1 + MATCHED):
        return body
    near_by = partial(_within, body, source)
    return to_area(near_by, area, 2 * area / body.length)


def _within(body: BaseGeometry, source: BaseGeometry, distance: float) -> BaseGeometry:
    return polygonal(body.intersection(advance(source, distance)))
