"""What changes of a material without taking it: its open skin, its pores."""

import itertools
from collections.abc import Collection, Iterator

import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, polygonal, united
from fabctl.structure.tolerances import CONTACT
from simulators.physics import lowk
from simulators.section.etching import reach_of
from simulators.section.reaction import merged
from simulators.section.surface import SMOOTH, Floats, facets

ALONG = 20.0
"""nm along a surface that comes to lie open bit by bit: between, its damage grows evenly deeper."""
ALIKE = 0.05
"""nm by which depths differ that are one."""


def burnt(before: Section, after: Section, speed: float, seconds: float) -> Section:
    """Mark what oxygen plasma damages while it takes resist, at `speed` nm/s, for some seconds.

    A surface counts from when it lies open; where it is damaged already, that goes on deeper.
    """
    regions = list(after.regions)
    for material in sorted(lowk.BURNS & {each.material for each in regions}):
        own = after.of_material(material)
        sound = united([each.shape for each in own if lowk.DAMAGED not in each.tags])
        skin = united([each.shape for each in own if lowk.DAMAGED in each.tags])
        reached = [reach_of(before.ambient, [sound], lowk.damaged_depth(material, seconds))]
        for line, ways in _bared(before, after, sound):
            depths = [lowk.damaged_depth(material, seconds - way / speed) for way in ways.tolist()]
            reached.append(_below(line, np.array(depths)))
        sides, depth = _fronts(after, sound, skin)
        deeper = [lowk.damaged_depth(material, seconds, each) - each for each in depth.tolist()]
        if deeper:
            reached.extend(shapely.buffer(sides, deeper, quad_segs=facets(max(deeper))))
        regions = _marked(regions, material, united(reached))
    return after.with_regions(merged(regions), after.ambient)


def _marked(regions: list[Region], material: str, reach: BaseGeometry) -> list[Region]:
    found: list[Region] = []
    for region in regions:
        sound = region.material == material and lowk.DAMAGED not in region.tags
        skin = polygonal(region.shape.intersection(reach)) if sound else Polygon()
        if skin.is_empty:
            found.append(region)
            continue
        found.append(replace(region, shape=polygonal(region.shape.difference(reach))))
        name, tags = f"{region.name}~{lowk.DAMAGED}", region.tags | {lowk.DAMAGED}
        found.append(replace(region, name=name, shape=skin, tags=tags))
    return found


def _bared(before: Section, after: Section, body: BaseGeometry) -> Iterator[tuple[Floats, Floats]]:
    """The faces of a body that have come to lie open: points, and how far it was to each (nm)."""
    if after.ambient is before.ambient or body.is_empty:
        return
    gained = after.ambient.difference(before.ambient)
    face = body.boundary.intersection(gained.buffer(CONTACT, quad_segs=2))
    for line in shapely.get_parts(shapely.segmentize(shapely.line_merge(face), ALONG)):
        points = shapely.get_coordinates(line)
        yield points, np.array(shapely.distance(shapely.points(points), before.ambient))


def _below(line: Floats, depths: Floats) -> BaseGeometry:
    """Everything within its own depth of each point of a line, and evenly so between."""
    steps = np.diff(line, axis=0)
    turns = np.abs(steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]) > ALIKE
    ends = [0, *(np.flatnonzero(turns) + 1).tolist(), len(line) - 1]
    quarters = facets(float(depths.max()))
    found = list(shapely.buffer(shapely.points(line[ends]), depths[ends], quad_segs=quarters))
    for start, end in itertools.pairwise(ends):
        along = (line[end] - line[start]) / np.linalg.norm(line[end] - line[start])
        deep = [place for place in range(start, end + 1) if depths[place] > 0]
        if len(deep) > 1:
            aside = depths[deep, None] * along[::-1] * [-1, 1]
            both = Polygon(np.vstack([line[deep] + aside, (line[deep] - aside)[::-1]]))
            found.append(both.simplify(SMOOTH))
    return united(found)


def _fronts(
    section: Section, sound: BaseGeometry, skin: BaseGeometry
) -> tuple[NDArray[np.object_], Floats]:
    """The sides at which open skin ends on sound material, and how deep (nm) it is there."""
    if skin.is_empty or not skin.dwithin(sound, CONTACT):
        return np.empty(0, dtype=object), np.empty(0)
    face = shapely.get_parts(skin.boundary.intersection(sound.buffer(CONTACT, quad_segs=2)))
    points, line = shapely.get_coordinates(face, return_index=True)
    ends = np.stack([points[:-1], points[1:]], axis=1)[line[:-1] == line[1:]]
    sides: NDArray[np.object_] = np.array(shapely.linestrings(ends))
    ways = np.array(shapely.shortest_line(shapely.centroid(sides), section.ambient))
    is_open = shapely.covers(skin.buffer(CONTACT, quad_segs=2), ways)
    depths: Floats = shapely.length(ways[is_open])
    return sides[is_open], depths


def tagged(section: Section, name: str, tag: str) -> Section:
    """Tag the region of a name."""
    return replace(
        section,
        regions=tuple(
            replace(each, tags=each.tags | {tag}) if each.name == name else each
            for each in section.regions
        ),
    )


def untagged(section: Section, materials: Collection[str], tag: str) -> Section:
    """Take a tag off some materials."""
    return replace(
        section,
        regions=tuple(
            replace(each, tags=each.tags - {tag}) if each.material in materials else each
            for each in section.regions
        ),
    )
