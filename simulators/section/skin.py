"""What changes of a material without taking it: its open skin, its pores."""

from collections.abc import Collection

from msgspec.structs import replace

from fabctl.structure.section import Section, polygonal
from simulators.section.reaction import merged
from simulators.section.surface import FACET_TOLERANCE, advance


def mark_skin(section: Section, materials: Collection[str], depth: float, tag: str) -> Section:
    """Tag what lies within `depth` nm of the open surface of some materials."""
    if depth <= 0:
        return section
    reach = advance(section.ambient, depth).simplify(FACET_TOLERANCE)
    regions = []
    for region in section.regions:
        if region.material not in materials or tag in region.tags:
            regions.append(region)
            continue
        skin = polygonal(region.shape.intersection(reach))
        if skin.is_empty:
            regions.append(region)
            continue
        regions.append(replace(region, shape=polygonal(region.shape.difference(skin))))
        name, tags = f"{region.name}~{tag}", region.tags | {tag}
        regions.append(replace(region, name=name, shape=skin, tags=tags))
    return section.with_regions(merged(regions), section.ambient)


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
