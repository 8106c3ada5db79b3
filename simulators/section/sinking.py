"""What lies on a film that loses volume comes down by it."""

from collections.abc import Callable, Collection

import shapely
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, polygonal, united
from fabctl.structure.tolerances import CONTACT, GRID, LEAST_CONTACT
from simulators.section.matching import to_area
from simulators.section.surface import advance


def at_face(body: BaseGeometry, other: BaseGeometry, depth: float) -> BaseGeometry:
    """What of a body lies within some nm of where it touches another."""
    if depth <= 0 or body.is_empty:
        return Polygon()
    face = other.intersection(shapely.buffer(body, CONTACT, quad_segs=1))
    return polygonal(body.intersection(advance(face, depth)))


def settled(
    section: Section,
    film: BaseGeometry,
    foot: BaseGeometry,
    depth: float,
    area: float,
    ours: Collection[str],
) -> Section:
    """The section after a film, and what has become of it, has lost `area` (nm²) at its top.

    There lies the region, not of `ours`, that touches most of the film away from its `foot`. It
    takes the place, about `depth` nm deep, and its own open face over the film comes down by as
    much, or what lies on that, and so on.
    """
    outline = film.boundary.difference(foot)
    touched = {
        number: outline.intersection(shapely.buffer(each.shape, CONTACT, quad_segs=1)).length
        for number, each in enumerate(section.regions)
        if each.material not in ours and each.shape.dwithin(film, CONTACT)
    }
    most = max(touched, key=touched.__getitem__, default=0)
    if touched.get(most, 0.0) < LEAST_CONTACT:
        return section
    above = section.regions[most].shape
    face = polygonal(above.difference(foot))
    # beside, another lid may have come down already
    others = united([each.shape for each in section.regions if each.material not in ours])
    place = to_area(
        lambda deep: polygonal(at_face(film, face, deep).difference(others)), area, depth
    )
    left, _, right, _ = film.bounds
    lid = _sound(shapely.union, above, place)
    column = shapely.box(left, section.floor, right, section.ceiling)
    over = polygonal(lid.intersection(column))
    open_ = over.dwithin(section.ambient, CONTACT)
    sunk: BaseGeometry = Polygon()
    if open_:
        sunk = to_area(
            lambda deep: polygonal(at_face(lid, section.ambient, deep).intersection(column)),
            place.area,
            depth,
        )
    regions = [
        replace(each, shape=_sound(shapely.difference, each.shape, place))
        if each.material in ours
        else each
        for each in section.regions
    ]
    lies = section.regions[most]
    regions[most] = replace(lies, shape=_sound(shapely.difference, lid, sunk))
    after = section.with_regions(regions, _sound(shapely.union, section.ambient, sunk))
    if open_ or place.is_empty:
        return after
    return settled(after, over, advance(film, CONTACT), depth, place.area, (*ours, lies.material))


def _sound(
    overlay: Callable[..., BaseGeometry], one: BaseGeometry, other: BaseGeometry
) -> BaseGeometry:
    """An overlay of two bodies; on a grid where nearly equal outlines make it fail."""
    found = polygonal(overlay(one, other))
    return found if found.is_valid else polygonal(overlay(one, other, grid_size=GRID))
