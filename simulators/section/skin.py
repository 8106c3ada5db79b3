"""What changes of a material without taking it: its open skin, its pores."""

from collections.abc import Collection

import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, polygonal, united
from fabctl.structure.tolerances import CONTACT
from simulators.physics import lowk
from simulators.section.reach import bared, reach_of, wetted, within_depths
from simulators.section.reaction import merged
from simulators.section.surface import Floats, facets


def burnt(before: Section, after: Section, speed: float, seconds: float) -> Section:
    """Mark what oxygen plasma damages while it takes resist, at `speed` nm/s, for some seconds.

    A surface counts from when it lies open; where it is damaged already, that goes on deeper.
    """
    regions = list(after.regions)
    for material in sorted(lowk.BURNS & {each.material for each in regions}):
        own = after.of_material(material)
        sound = united([each.shape for each in own if lowk.DAMAGED not in each.tags])
        skin = united([each.shape for each in own if lowk.DAMAGED in each.tags])
        reached = [reach_of(wetted(before.ambient), [sound], lowk.damaged_depth(material, seconds))]
        if after.ambient is not before.ambient:
            gained = after.ambient.difference(before.ambient)
            for line, ways in bared(sound, gained, before.ambient):
                left = (seconds - ways / speed).tolist()
                depths = [lowk.damaged_depth(material, each) for each in left]
                reached.append(within_depths(line, np.array(depths)))
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


def untagged(section: Section, deposits: Collection[tuple[str, str]], tag: str) -> Section:
    """Take a tag off some deposits (job, material)."""
    return replace(
        section,
        regions=tuple(
            replace(each, tags=each.tags - {tag}) if (each.job, each.material) in deposits else each
            for each in section.regions
        ),
    )
