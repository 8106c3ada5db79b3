"""Resist: coats, latent images of one or two exposures through both coats, development."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section, parts, polygonal
from simulators.section.etching import cut_away
from simulators.section.films import spin_on

LIT = "lit"
"""Resist that enough light has reached: a positive one is soluble there, a negative one not yet
linked."""
GELLED = "gelled"
"""Negative resist that light and bake have linked: developer leaves it."""
MIXED = "mixed"
"""Two undeveloped coats that one solvent has dissolved into each other."""


def coat(
    section: Section,
    name: str,
    resist: str,
    thickness: float,
    job: str,
    *,
    dissolves: Collection[str],
) -> Section:
    """Spin a coat on; soluble resist below that its solvent `dissolves` (materials) is mixed in."""
    coated = spin_on(section, name, resist, thickness, job)
    if not dissolves:
        return coated
    old = {region.name for region in section.regions}
    soluble = [
        region
        for region in coated.regions
        if region.name in old and region.material in dissolves and GELLED not in region.tags
    ]
    if not soluble:
        return coated
    mixed = {region.name for region in soluble} | {name}
    return replace(
        coated,
        regions=tuple(
            replace(region, tags=region.tags | {MIXED}) if region.name in mixed else region
            for region in coated.regions
        ),
    )


def expose(
    section: Section, resists: Collection[str], lit: Sequence[tuple[float, float]], depth: float
) -> Section:
    """Expose the resist under the lit intervals (x from, x to; nm) down to `depth` nm.

    Light goes through every coat: the depth counts from the resist's open surface at each place.
    """
    if depth <= 0 or not lit:
        return section
    columns = shapely.union_all(
        [shapely.box(left, section.floor, right, section.ceiling) for left, right in lit]
    )
    coats = shapely.union_all(
        [region.shape for region in section.regions if region.material in resists]
    )
    if coats.is_empty:
        return section
    reached = polygonal(coats.intersection(columns).intersection(_down(section, depth)))
    regions: list[Region] = []
    for region in section.regions:
        if region.material not in resists or region.tags & {LIT, GELLED}:
            regions.append(region)
            continue
        image = polygonal(region.shape.intersection(reached))
        rest = polygonal(region.shape.difference(reached))
        regions.append(replace(region, shape=rest))
        regions.append(
            replace(region, name=f"{region.name}+", shape=image, tags=region.tags | {LIT})
        )
    return section.with_regions(_joined(regions), section.ambient)


def link(section: Section, resists: Collection[str]) -> Section:
    """Bake after exposure: what light has reached becomes insoluble."""
    regions = [
        replace(region, tags=region.tags - {LIT} | {GELLED})
        if region.material in resists and LIT in region.tags
        else region
        for region in section.regions
    ]
    return section.with_regions(_joined(regions), section.ambient)


def develop(
    section: Section, resists: Collection[str], job: str, *, negative: bool = True
) -> Section:
    """Dissolve what is soluble and can be reached, until nothing changes."""
    for _ in range(20):
        gone: dict[str, BaseGeometry] = {}
        for region in section.regions:
            soluble = GELLED not in region.tags if negative else LIT in region.tags
            if region.material not in resists or not soluble:
                continue
            reached = [
                part
                for part in parts(region.shape)
                if part.intersection(section.ambient).length > 1e-6
            ]
            if reached:
                gone[region.name] = shapely.union_all(reached)
        if not gone:
            return section
        section = cut_away(section, gone, job)
    return section


def _down(section: Section, depth: float) -> BaseGeometry:
    """The resist's upper `depth` nm: everything above its open surface lowered by that much."""
    roof = section.ambient
    lowered = shapely.transform(roof, lambda points: points - [0.0, depth])
    return (
        roof.union(lowered)
        .union(shapely.transform(roof, lambda points: points - [0.0, depth / 2]))
        .buffer(0)
    )


def _joined(regions: list[Region]) -> list[Region]:
    """Regions with the pieces of one name and tags made one."""
    found: dict[tuple[str, frozenset[str]], Region] = {}
    for region in regions:
        key = (region.name, region.tags)
        if key in found:
            found[key] = replace(found[key], shape=polygonal(found[key].shape.union(region.shape)))
        else:
            found[key] = region
    return list(found.values())
