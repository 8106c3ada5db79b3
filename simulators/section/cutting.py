"""Taking bodies out of a section: what is cut off joins the air, and what hangs on nothing goes."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from msgspec.structs import replace
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.invariants import floating, shut_in
from fabctl.structure.section import Opening, Region, Section, one_ring, polygonal, united
from fabctl.structure.tolerances import AREA_TOLERANCE, CRUMB, ROUNDED
from simulators.section.hairs import without_hairs

HAIR = 1e-8
"""nm² of a piece that is no thicker than the rounding of its corners."""
AROUND = np.array([-1.0, -1.0, 1.0, 1.0])
"""nm around a pocket in which it is looked whether anything parts it from the open."""
BESIDE_VOID = 1e-6
"""nm: air that has come so near to a void has opened it."""


def cut_away(
    section: Section,
    cuts: Mapping[str, BaseGeometry],
    job: str,
    opening: str = "",
    air: BaseGeometry | None = None,
) -> Section:
    """The section without what some bodies cut off its regions (by name); open voids join the air.

    `air` is what becomes ambient, where that is one body: a union of what is cut off each region
    may keep a hair where two of them met on a slope. The same section if nothing is cut off.
    """
    removed = [] if air is not None and not opening else [*taken(section, cuts).values()]
    added = removed if air is None else [air]
    if not cuts or not added:
        return section
    etched = without(section, cuts, added)
    if opening:
        etched = etched.with_opening(Opening(opening, polygonal(united(removed)), job))
    return etched


def taken(section: Section, cuts: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """What some bodies cut off the regions (by name), if anything."""
    found = {
        region.name: polygonal(region.shape.intersection(cuts[region.name]))
        for region in section.regions
        if region.name in cuts
    }
    return {name: piece for name, piece in found.items() if not piece.is_empty}


def without(
    section: Section, cuts: Mapping[str, BaseGeometry], added: Sequence[BaseGeometry]
) -> Section:
    """The section without what some bodies cut off its regions (by name), which joins the air."""
    regions = [
        _less(region, cuts[region.name]) if region.name in cuts else region
        for region in section.regions
    ]
    return _opened(section, regions, added)


def _opened(section: Section, regions: Iterable[Region], added: Sequence[BaseGeometry]) -> Section:
    """The section with other regions; some bodies, and the voids beside them, join the air."""
    closed: list[Polygon] = []
    opened: list[Polygon] = []
    for void in section.voids:
        near = any(void.dwithin(each, BESIDE_VOID) for each in added)
        (opened if near else closed).append(void)
    ambient = _healed(polygonal(united([section.ambient, *added, *opened])))
    return made_whole(replace(section.with_regions(regions, ambient), voids=tuple(closed)))


def made_whole(section: Section) -> Section:
    """The section with its ambient made anew from all that is not air, where it needs be.

    That is where rounding has lost too much of the domain, or has left nothing between air and air.
    What is still shut in then is a void, or where that is a crumb, of the oldest body beside it.
    """
    if abs(section.missing()) > AREA_TOLERANCE / 2:
        section = replace(section, ambient=_healed(_air(section, section.domain)))
    pockets = shut_in(section)
    if not pockets:
        return section
    large = [each for each in pockets if each.area > CRUMB]
    if large:
        around = [_air(section, shapely.box(*(shapely.bounds(each) + AROUND))) for each in large]
        section = replace(section, ambient=_healed(polygonal(united([section.ambient, *around]))))
        pockets = shut_in(section)
    open_ = [each for each in shapely.get_parts(section.ambient) if each not in pockets]
    regions, voids = list(section.regions), list(section.voids)
    for each in pockets:
        beside = [at for at, other in enumerate(regions) if other.shape.dwithin(each, ROUNDED)]
        if each.area > CRUMB or not beside:
            voids.append(each)
        else:
            host = regions[beside[0]]
            regions[beside[0]] = replace(host, shape=polygonal(host.shape.union(each)))
    return replace(section, regions=tuple(regions), ambient=_joined(open_), voids=tuple(voids))


def _air(section: Section, window: Polygon) -> BaseGeometry:
    """What in some window is neither solid nor a void."""
    inside = window.intersection(section.domain)
    solids = [*(region.shape for region in section.regions), *section.voids]
    near = [each.intersection(inside) for each in solids if each.intersects(inside)]
    return polygonal(inside.difference(united(near)))


def _healed(air: BaseGeometry) -> BaseGeometry:
    """Some air without hairs and holes in which there is nothing: films would grow on them."""
    if one_ring(air):
        return without_hairs(air)
    bodies = [
        Polygon(body.exterior, [hole for hole in body.interiors if Polygon(hole).area > HAIR])
        if isinstance(body, Polygon) and body.interiors
        else body
        for body in shapely.get_parts(air)
    ]
    return without_hairs(_joined(bodies))


def _less(region: Region, body: BaseGeometry) -> Region:
    """A region without what a body cuts off it, and without the hairs that cutting leaves."""
    rest = without_hairs(polygonal(region.shape.difference(body)))
    if isinstance(rest, MultiPolygon):
        pieces = shapely.get_parts(rest)
        bodies = pieces[shapely.area(pieces) > HAIR]
        if len(bodies) < len(pieces):
            rest = _joined([*bodies])
    return replace(region, shape=rest)


def _joined(bodies: Sequence[Polygon]) -> BaseGeometry:
    return bodies[0] if len(bodies) == 1 else MultiPolygon(bodies)


def without_loose(section: Section) -> Section:
    """The section without what an etch has cut off from all that held it, crumbs too."""
    gone: dict[str, list[Polygon]] = {}
    for region, body in floating(section, least=0.0):
        gone.setdefault(region.name, []).append(body)
    return dissolved(section, gone) if gone else section


def dissolved(section: Section, gone: Mapping[str, list[Polygon]]) -> Section:
    """The section without some whole pieces of its regions (by name)."""
    regions = []
    for region in section.regions:
        pieces: Sequence[Polygon] = getattr(region.shape, "geoms", [region.shape])
        stays = [each for each in pieces if each not in gone.get(region.name, ())]
        regions.append(
            region if len(stays) == len(pieces) else replace(region, shape=_joined(stays))
        )
    return _opened(section, regions, [piece for pieces in gone.values() for piece in pieces])
