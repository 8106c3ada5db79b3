"""Resist: coats and how two of them mix, latent images, what the bake links."""

from collections.abc import Callable, Collection, Mapping, Sequence

import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import MIXED, Region, Section, polygonal, united
from simulators.section.columns import columns
from simulators.section.films import spin_on
from simulators.section.reaction import merged
from simulators.section.surface import advance

LIT = "lit"
"""Resist on which light has worked: a positive one is soluble there, a negative one not yet
linked."""
GELLED = "gelled"
"""Resist that a bake has linked, where light had worked or by heat alone: nothing dissolves it."""
Coat = tuple[str, str]
"""A coat of resist: (job, material)."""
BARE = 1e-6
"""nm of overlap that is none."""


class Image(Struct, frozen=True):
    """Where light has worked on a coat: from `left` to `right` (nm along the section).

    And of its height at each place from the share `low` to the share `high`.
    """

    left: float
    right: float
    low: float = 0.0
    high: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether it goes right through the coat."""
        return self.low <= 0 and self.high >= 1


def coat(
    section: Section,
    name: str,
    resist: str,
    thickness: float,
    job: str,
    *,
    mixes: Mapping[str, float],
) -> Section:
    """Spin a coat on; where it lies on soluble resist, the two mix.

    `mixes` tells how deep (nm) by the material below. What has mixed is neither coat: no developer
    takes it.
    """
    coated = spin_on(section, name, resist, thickness, job)
    below = [
        region
        for region in section.regions
        if mixes.get(region.material, 0.0) > 0 and not region.tags & {GELLED, MIXED}
    ]
    for region in below:
        coated = _mixed(coated, region, name, job, mixes[region.material])
    return coated


def _mixed(section: Section, below: Region, name: str, job: str, depth: float) -> Section:
    over = next((each for each in section.regions if each.name == name), None)
    if over is None or not below.shape.dwithin(over.shape, BARE):
        return section
    zone = {
        below.name: polygonal(below.shape.intersection(advance(over.shape, depth))),
        name: polygonal(over.shape.intersection(advance(below.shape, depth))),
    }
    regions = [
        replace(each, shape=polygonal(each.shape.difference(zone[each.name])))
        if each.name in zone and each.tags == (below.tags if each.name == below.name else over.tags)
        else each
        for each in section.regions
    ]
    body = polygonal(united(list(zone.values())))
    made = Region(f"{job}/{MIXED}" if job else MIXED, over.material, body, job, frozenset({MIXED}))
    return section.with_regions(merged([*regions, made]), section.ambient)


def expose(section: Section, images: Mapping[Coat, Sequence[Image]]) -> Section:
    """Leave latent images in coats."""
    return _imaged(section, images, LIT, but={LIT, GELLED, MIXED})


def link(section: Section, images: Mapping[Coat, Sequence[Image]]) -> Section:
    """Bake after exposure: what of the coats lies in an image becomes insoluble."""
    return _imaged(section, images, GELLED, but={GELLED, MIXED})


def _imaged(
    section: Section, images: Mapping[Coat, Sequence[Image]], tag: str, but: set[str]
) -> Section:
    """Coats with a tag on what lies in an image, but for what bears certain tags."""
    regions: list[Region] = []
    for region in section.regions:
        coat_ = (region.job, region.material)
        if coat_ not in images or region.tags & but:
            regions.append(region)
            continue
        body = [
            each
            for each in section.regions
            if (each.job, each.material) == coat_ and MIXED not in each.tags
        ]
        reached = _reached(section, body, images[coat_])
        image = polygonal(region.shape.intersection(reached))
        regions.append(replace(region, shape=polygonal(region.shape.difference(reached))))
        made = replace(region, shape=image, tags=region.tags - {LIT} | {tag})
        regions.append(replace(made, name=_name(section, made)))
    return section.with_regions(merged(regions), section.ambient)


def _name(section: Section, made: Region) -> str:
    """A name for what was made of a region: one that nothing else has."""
    taken = {each.name for each in section.regions if each.tags != made.tags}
    name = f"{made.name}+"
    while name in taken:
        name += "+"
    return name


def _reached(section: Section, body: list[Region], images: Sequence[Image]) -> BaseGeometry:
    """What light has worked on, of a coat in one piece or several."""
    through = [
        shapely.box(each.left, section.floor, each.right, section.ceiling)
        for each in images
        if each.whole
    ]
    partly = [each for each in images if not each.whole and each.high > each.low]
    if partly:
        whole = replace(body[0], shape=united([each.shape for each in body]))
        alone = replace(section, regions=(whole,))
        through += [piece for each in partly for piece in _slices(alone, each)]
    return united(through)


def _slices(alone: Section, image: Image) -> list[Polygon]:
    """The share of a lone body's height that an image takes, column by column."""
    cut = columns(alone)
    found = []
    for tops, bottoms, layers in zip(cut.tops, cut.bottoms, cut.layers, strict=True):
        for column in (layers >= 0).nonzero()[0]:
            left, right = cut.edges[column], cut.edges[column + 1]
            low, high = max(left, image.left), min(right, image.right)
            if high - low <= BARE:
                continue
            ends = []
            for x in (low, high):
                along = (x - left) / (right - left)
                top = tops[column][0] + along * (tops[column][1] - tops[column][0])
                bottom = bottoms[column][0] + along * (bottoms[column][1] - bottoms[column][0])
                ends.append(
                    [(x, bottom + share * (top - bottom)) for share in (image.low, image.high)]
                )
            (a, b), (d, c) = ends
            found.append(Polygon([a, b, c, d]))
    return found


def link_lit(section: Section, coats: Collection[Coat]) -> Section:
    """Bake after exposure to the end: all of some coats on which light has worked is insoluble."""
    return _gelled(section, coats, lambda each: LIT in each.tags)


def harden(section: Section, coats: Collection[Coat]) -> Section:
    """Bake until coats are insoluble without any light, and light does nothing to them."""
    return _gelled(section, coats, lambda each: not each.tags & {GELLED, MIXED})


def _gelled(section: Section, coats: Collection[Coat], which: Callable[[Region], bool]) -> Section:
    chosen = [
        each for each in section.regions if (each.job, each.material) in coats and which(each)
    ]
    if not chosen:
        return section
    regions = [
        replace(each, tags=each.tags - {LIT} | {GELLED}) if each in chosen else each
        for each in section.regions
    ]
    return section.with_regions(merged(regions), section.ambient)
