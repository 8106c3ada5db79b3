"""What is true of every section after every step; a breach is a fault of the program."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import SUBSTRATE, Region, Section, common_areas, parts
from fabctl.structure.tolerances import AREA_FLOOR, AREA_TOLERANCE, ROUNDED

_SPREAD = ROUNDED * np.array([-1, -1, 1, 1])


class BrokenSectionError(AssertionError):
    """The section is none that a wafer can have: says which part and by how much."""


def check(section: Section, before: Section | None = None) -> None:
    """Raise `BrokenSectionError` unless the section is one that a wafer can have.

    Its parts are valid, do not overlap and fill the domain; all that is solid hangs together with
    the substrate, and all air that is no void with the open; openings lie in the domain, and those
    that it had `before` are as they were. The very shapes of a section `before`, which was checked,
    are not looked at again.
    """
    known = set() if before is None else {id(each) for each in (*_parts(before), *_holes(before))}
    shapes = np.array(_parts(section))
    labels = [region.name for region in section.regions]
    labels += ["ambient", *(f"void {number}" for number in range(len(section.voids)))]
    holes = _holes(section)
    names = [f"opening {each.name}" for each in section.openings]
    for shape, label in zip([*shapes, *holes], [*labels, *names], strict=True):
        if id(shape) not in known and not shape.is_valid:
            raise BrokenSectionError(f"{label}: {shapely.is_valid_reason(shape)}")
    new = np.array([id(each) not in known for each in shapes])
    asked, second = shapely.STRtree(shapes).query(shapes[new], predicate="intersects")
    first = np.flatnonzero(new)[asked]
    once = (first < second) | ~new[second]
    first, second = first[once], second[once]
    inside = ~shapely.touches(shapes[first], shapes[second])  # neighbours share an edge, no area
    first, second = first[inside], second[inside]
    overlaps = common_areas(shapes[first], shapes[second])
    for place in np.flatnonzero(overlaps > AREA_TOLERANCE):
        raise BrokenSectionError(
            f"{labels[first[place]]} and {labels[second[place]]} "
            f"overlap by {overlaps[place]:.3g} nm²"
        )
    missing = section.missing()
    if abs(missing) > AREA_TOLERANCE:
        raise BrokenSectionError(f"the parts miss the domain by {missing:.3g} nm²")
    for region, body in floating(section):
        raise BrokenSectionError(f"{region.name} hangs on nothing, {_where(body)}")
    for body in shut_in(section):
        raise BrokenSectionError(f"ambient is shut in, {_where(body)}")
    for hole, name in zip(holes, names, strict=True):
        if id(hole) not in known and hole.difference(section.domain).area > AREA_TOLERANCE:
            raise BrokenSectionError(f"{name} reaches out of the domain")
    if before is not None:
        _check_kept(section, before)


def _parts(section: Section) -> list[BaseGeometry]:
    return [*(each.shape for each in section.regions), section.ambient, *section.voids]


def _holes(section: Section) -> list[BaseGeometry]:
    return [each.shape for each in section.openings]


def _where(body: BaseGeometry) -> str:
    left, low, right, high = (f"{each:.6g}" for each in body.bounds)
    return f"x {left} to {right} nm, z {low} to {high} nm"


def shut_in(section: Section) -> list[shapely.Polygon]:
    """The bodies of ambient from which no way leads to the top, crumbs apart: they are voids."""
    if isinstance(section.ambient, shapely.Polygon):
        return []
    return [each for each in parts(section.ambient) if each.bounds[3] < section.ceiling - ROUNDED]


def floating(section: Section, least: float = AREA_FLOOR) -> list[tuple[Region, shapely.Polygon]]:
    """The bodies, each with its region, from which no way through solid leads to the substrate.

    What has no more area than `least` (nm²) is none, and holds nothing.
    """
    bodies, owner = shapely.get_parts(
        [region.shape for region in section.regions], return_index=True
    )
    whole = shapely.area(bodies) > least
    bodies, owner = bodies[whole], owner[whole]
    beside: dict[int, list[int]] = {}
    boxes = np.array(shapely.box(*(shapely.bounds(bodies) + _SPREAD).T))
    for one, other in shapely.STRtree(boxes).query(boxes).T.tolist():
        beside.setdefault(one, []).append(other)
    held = [section.regions[each].name == SUBSTRATE for each in owner.tolist()]
    reached = [place for place, holds in enumerate(held) if holds]
    while reached:
        place = reached.pop()
        for other in beside[place]:
            if not held[other] and shapely.dwithin(bodies[other], bodies[place], ROUNDED):
                held[other] = True
                reached.append(other)
    return [
        (section.regions[owner[place]], bodies[place])
        for place in np.flatnonzero(np.logical_not(held))
    ]


def _check_kept(section: Section, before: Section) -> None:
    had = before.as_wide(section.width).openings
    for old, new in zip(had, section.openings[: len(had)], strict=False):
        same = old.shape is new.shape or (
            old.shape.symmetric_difference(new.shape).area <= AREA_TOLERANCE
        )
        if new.name != old.name or not same:
            raise BrokenSectionError(f"opening {old.name} is not as it was")
    if len(section.openings) < len(had):
        raise BrokenSectionError(f"opening {had[len(section.openings)].name} is gone")
