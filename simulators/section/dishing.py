"""Dishing: how far a soft material lies below the stop beside it, and how much deeper it comes."""

from collections.abc import Mapping
from itertools import compress

import numpy as np
import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import SUBSTRATE, Section, parts, polygonal, united
from simulators.physics.polishing import DISHES, dishing
from simulators.section.columns import Columns, columns
from simulators.section.cutting import cut_away, without_loose
from simulators.section.levels import top_at

OPEN = 1.0
"""nm of width that the pad finds its way to."""
RIM = 0.5
"""nm below the pad within which a rim still touches it."""
SOFT = 2
"""So many times as fast as what carries the pad a soft material wears at least."""
CHORDS = 16
"""Sides of a bowl."""


class Pad(Struct, frozen=True):
    """Where a pad ended, where it came to lie on the stop, and for how long it rubbed from then."""

    level: float
    """nm."""
    landed: float
    """nm."""
    over_s: float


def soft_beside_stop(section: Section, rates: Mapping[str, float], level: float) -> tuple[str, ...]:
    """The materials that lie at the pad's height beside one that wears much slower."""
    _, low, _, high = shapely.bounds([region.shape for region in section.regions]).T
    at_level = (low < level) & (high > level - RIM)
    at_top = {
        region.material
        for region in compress(section.regions, at_level)
        if region.name != SUBSTRATE
    }
    slowest = min((rates.get(material, 0.0) for material in at_top), default=0.0)
    return tuple(
        sorted(each for each in at_top if each in DISHES and rates.get(each, 0.0) > SOFT * slowest)
    )


def undished(section: Section, rates: Mapping[str, float]) -> Section:
    """The section as its pad meets it: what is dished bears it as if it were not.

    Or a pad that is lifted and comes down again would go on at another speed.
    """
    level = max(float(region.shape.bounds[3]) for region in section.regions)
    regions = list(section.regions)
    for material in soft_beside_stop(section, rates, level):
        soft = [place for place, region in enumerate(regions) if region.material == material]
        bodies = _under_the_pad(united([regions[place].shape for place in soft]), level)
        bowls = [
            section.ambient.intersection(
                shapely.box(part.bounds[0], level - DISHES[material][0], part.bounds[2], level)
            )
            for part in bodies
        ]
        bears = [place for place in soft if _under_the_pad(regions[place].shape, level)]
        for place in bears[:1]:  # coats of one metal bear it together: each bowl is there once
            shape = polygonal(united([regions[place].shape, *bowls]))
            regions[place] = replace(regions[place], shape=shape)
    return replace(section, regions=tuple(regions))


def dished(before: Section, section: Section, material: str, pad: Pad, job: str) -> Section:
    """A polished section with parabolas taken out of a soft material, where the pad rubs on it.

    What a film still covers stays as it is, and coats of one metal are one body. `before` is the
    section before the polish: as deep as a body lay below the pad when that came down on its stop,
    so it goes on.
    """
    soft = [n for n, region in enumerate(section.regions) if region.material == material]
    bodies = _under_the_pad(united([section.regions[each].shape for each in soft]), pad.level)
    if not bodies:
        return section
    cut = columns(section)
    was = [each.shape for each in before.of_material(material)]
    bowls = []
    for part in bodies:
        middle = (part.bounds[0] + part.bounds[2]) / 2
        already = max(0.0, pad.landed - max(top_at(shape, middle) for shape in was))
        bowls.append(_bowl(part, pad.level, dishing(material, pad.over_s, already)))
    bowl = united(bowls)
    cuts = {
        section.regions[each].name: polygonal(bowl.intersection(_first_met(section, cut, each)))
        for each in soft
    }
    left = cut_away(section, {name: bowl for name, bowl in cuts.items() if bowl.area > 0}, job)
    return without_loose(left) if cut.hollow else left


def _under_the_pad(body: BaseGeometry, level: float) -> list[Polygon]:
    return [part for part in parts(body) if part.bounds[3] > level - RIM]


def _first_met(section: Section, cut: Columns, region: int) -> BaseGeometry:
    """Where a region (by index) is the first thing met from above, floor to ceiling."""
    turns = np.flatnonzero(np.diff(cut.layers[0] == region, prepend=False, append=False))
    left, right = cut.edges[turns[::2]], cut.edges[turns[1::2]]
    runs = [
        shapely.box(start, section.floor, end, section.ceiling)
        for start, end in zip(left.tolist(), right.tolist(), strict=True)
        if end - start > OPEN
    ]
    return shapely.MultiPolygon(runs)


def _bowl(part: Polygon, level: float, depth: float) -> Polygon:
    left, _, right, _ = part.bounds
    half, middle = (right - left) / 2, (right + left) / 2
    xs = [left + (right - left) * i / CHORDS for i in range(CHORDS + 1)]
    rim = [(x, level - depth * (1 - ((x - middle) / half) ** 2)) for x in xs]
    return Polygon([*rim, (right, level + 1), (left, level + 1)])
