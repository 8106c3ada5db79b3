"""Etching: directional (plasma, sputter) down vertical slabs, and isotropic (wet) from the air."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.invariants import floating
from fabctl.structure.section import Opening, Region, Section, parts, polygonal, united
from fabctl.structure.tolerances import AREA_FLOOR, AREA_TOLERANCE, CONTACT, LEAST_CONTACT
from simulators.section.columns import MERGED, Columns, Floats, columns
from simulators.section.hairs import without_hairs
from simulators.section.surface import FACET_TOLERANCE, advance, smoothed

Turn = tuple[int, float, float, float]
"""Column, nm along the section, height (nm), and 1 where the layer below stops the etch."""
Rates = Mapping[str, float]
"""Material (or ``material:tag``) → nm/s. A material that is not named is not etched."""

LEAST_DEPTH = 1e-9
"""nm: what is dug no deeper is not touched."""
MARGIN = 1.0
"""nm deeper than an etch may come to which the section is looked at."""
NO_THICKNESS = 1e-12
"""nm: a layer that has run out to a point."""
WIPE = 3e-10
"""nm: so far into a layer that stops it an etch takes what lies on it, lest a hair stay."""
ATOM = 0.2
"""nm: an etch that takes less than this of a material hardly touches it."""
HAIR = 1e-8
"""nm² of a piece that is no thicker than the rounding of its corners."""
RIGHT_THROUGH = 1.005
"""By so much more than its thickness an etch goes to be through a film."""
SLIVER = 0.02
"""Share of a region's area below which a piece of it is a sliver."""
GENTLE = 1.0
"""nm: an etch that takes less than this of a material changes no other's course."""
MOST_STEPS = 12
"""Sub-steps of a wet etch."""
BESIDE_VOID = 1e-6
"""nm: air that has come so near to a void has opened it."""
FILM_OF_LIQUID = 1e-3
"""nm of the liquid beside a body that stands for the body's open face."""


def rate_of(region: Region, rates: Rates) -> float:
    """The region's etch rate, nm/s; a tagged rate (``SiOC:damaged``) wins over the plain one."""
    for tag in sorted(region.tags):
        if f"{region.material}:{tag}" in rates:
            return rates[f"{region.material}:{tag}"]
    return rates.get(region.material, 0.0)


def etch_down(
    section: Section, rates: Rates, seconds: float, job: str, opening: str = ""
) -> Section:
    """Etch straight down from the open surface for some seconds.

    The section is cut at every vertex into columns; in each, the time is spent layer by layer from
    the top (thickness / rate), which gives selectivity and stop layers exactly. What is removed is
    kept as an opening if `opening` names it.
    """
    cut = columns(section, above=_deepest(section, rates, seconds))
    front, past_stops, dug = _front(section, cut, rates, seconds)
    reach, air = _above(section, past_stops), _above(section, front)
    cuts: dict[str, BaseGeometry] = {
        region.name: reach for number, region in enumerate(section.regions) if dug[number]
    }
    for region in _with_crumbs(section.regions):  # no column shows a crumb
        cuts.setdefault(region.name, air)
    etched = cut_away(section, cuts, job, opening, air=air)
    return _without_loose(etched) if cut.hollow else etched


def _deepest(section: Section, rates: Rates, seconds: float) -> float:
    """A height (nm) below which no etch straight down comes in some seconds."""
    air = min(float(each.bounds[1]) for each in (section.ambient, *section.voids))
    return air - max(rates.values(), default=0.0) * seconds - MARGIN


def _with_crumbs(regions: Sequence[Region]) -> list[Region]:
    shapes, owner = shapely.get_parts([each.shape for each in regions], return_index=True)
    crumbs = set(owner[shapely.area(shapes) <= AREA_FLOOR].tolist())
    return [region for place, region in enumerate(regions) if place in crumbs]


def _front(
    section: Section, cut: Columns, rates: Rates, seconds: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """How low the etch comes: points from the left to the right, two where it steps.

    The same, a hair into every layer that stops it; and which regions it has dug into.
    """
    speeds = cut.per_layer([rate_of(region, rates) for region in section.regions])
    left = np.full(cut.tops.shape[1:], seconds)
    front = cut.tops[0].copy()
    stopped = np.zeros(front.shape, dtype=bool)
    dug = np.zeros(len(section.regions) + 1, dtype=bool)
    turns: list[Turn] = []
    for place, (layer, top, bottom) in enumerate(
        zip(cut.layers, cut.tops, cut.bottoms, strict=True)
    ):
        rate = speeds[place][:, None]
        thick = top - bottom
        depth = np.minimum(thick, rate * np.maximum(0.0, left))
        reached = (layer >= 0)[:, None] & (left > 0)
        front = np.where(reached, top - depth, front)
        stopped |= reached & (rate <= 0)
        dug[layer[(reached & (depth > LEAST_DEPTH)).any(axis=1)]] = True
        lasts = np.divide(thick, rate, out=np.full_like(thick, np.inf), where=rate > 0)
        lasts[(thick <= NO_THICKNESS).all(axis=1)] = 0.0  # a wedge of a stop layer stops
        left = left - lasts
        turns += _turns(cut, place, left, speeds)
    column = np.arange(front.size) // 2
    ends = np.column_stack([column, np.repeat(cut.edges, 2)[1:-1], front.ravel(), stopped.ravel()])
    points = np.vstack([ends, np.reshape(turns, (-1, 4))])
    points = points[np.lexsort((points[:, 1], points[:, 0]))]
    line = points[:, 1:3]
    return line, line - WIPE * points[:, 3:] * [0, 1], dug[:-1]


def _turns(cut: Columns, place: int, left: Floats, speeds: Floats) -> Iterator[Turn]:
    """Where within a column the etch is just through a layer: beside, it is in the next already.

    `left` is the time left under the layer, below 0 where the etch does not come through.
    """
    ends_within = (left[:, 0] * left[:, 1] < 0) & np.isfinite(left).all(axis=1)
    for column in np.flatnonzero(ends_within & (cut.layers[place] >= 0)).tolist():
        here, there = left[column].tolist()
        share = here / (here - there)
        if min(share, 1 - share) * cut.widths[column] <= MERGED:
            continue
        x = float(cut.edges[column] + share * cut.widths[column])
        heights, stops = [_between(cut.bottoms[place, column], share)], False
        if place + 1 < len(cut.layers) and cut.layers[place + 1, column] >= 0:
            heights.append(_between(cut.tops[place + 1, column], share))
            stops = bool(speeds[place + 1, column] <= 0)
        for height in heights if there > 0 else heights[::-1]:
            yield column, x, height, float(stops)


def _between(ends: Floats, share: float) -> float:
    return float(ends[0] + share * (ends[1] - ends[0]))


def _above(section: Section, line: Floats) -> Polygon:
    """Everything above a line from the section's left side to its right, as one polygon."""
    corners = [(section.width, section.ceiling), (0.0, section.ceiling)]
    return Polygon(np.vstack([_without_straight(line), corners]))


def _without_straight(chain: Floats) -> Floats:
    """A chain of points without those in the middle of a level or upright stretch.

    On a slope each point stays: there two regions beside each other must be cut at the same one.
    """
    moved = np.ones(len(chain), dtype=bool)
    moved[1:] = (chain[1:] != chain[:-1]).any(axis=1)
    chain = chain[moved]
    along = chain[1:] == chain[:-1]  # column 0: an upright step, column 1: a level one
    straight = (along[:-1] & along[1:]).any(axis=1)
    kept: Floats = chain[np.concatenate([[True], ~straight, [True]])]
    return kept


def seconds_to_show(section: Section, rates: Rates, material: str) -> float | None:
    """How long an etch straight down takes until it comes to a material; None: it never does.

    As an end-point detector sees it: from above, once more than a nanometre of its width shows.
    """
    cut = columns(section)
    looked_for = [region.material == material for region in section.regions]
    wanted = cut.per_layer([float(each) for each in looked_for]) > 0
    speed = cut.per_layer([rate_of(region, rates) for region in section.regions])
    spent = np.zeros(len(cut.edges) - 1)
    seen, open_still = np.full(len(spent), np.inf), np.ones(len(spent), dtype=bool)
    for layer, here, top, bottom, rate in zip(
        cut.layers, wanted, cut.tops, cut.bottoms, speed, strict=True
    ):
        seen = np.where(open_still & here, spent, seen)
        open_still &= (layer >= 0) & ~here & (rate > 0)
        thick = (top - bottom).mean(axis=1)
        spent += np.divide(thick, rate, out=np.zeros_like(thick), where=open_still)
    order = np.argsort(seen, kind="stable")
    enough = np.cumsum(cut.widths[order]) > LEAST_CONTACT
    first = float(seen[order][np.argmax(enough)]) if enough.any() else np.inf
    return first if np.isfinite(first) else None


def etch_all_round(
    section: Section, rates: Rates, seconds: float, job: str, opening: str = ""
) -> Section:
    """Etch from every surface that the liquid reaches, for some seconds.

    In sub-steps about as long as the thinnest reachable film lasts, so that the liquid does not
    walk through a film that is still there. What loses less than `GENTLE` goes half before and half
    after the rest, so that a surface which comes to lie open meanwhile loses about its share; what
    loses less than an atom's width, at the end.
    """
    start = section
    loss = {material: rate * seconds for material, rate in rates.items()}

    def losing(least: float, most: float) -> Rates:
        chosen = {name: rate for name, rate in rates.items() if least <= loss[name] < most}
        return dict.fromkeys(rates, 0.0) | chosen  # a tag's own rate goes before its material's

    gentle = losing(ATOM, GENTLE)
    section = cut_away(section, _skins(section, gentle, seconds / 2), job)
    section = _eaten(section, losing(GENTLE, math.inf), seconds, job)
    section = cut_away(section, _skins(section, gentle, seconds / 2), job)
    section = cut_away(section, _skins(section, losing(0.0, ATOM), seconds), job)
    if section is not start:
        section = _without_loose(section)
    if not opening:
        return section
    return section.with_opening(
        Opening(opening, polygonal(section.ambient.difference(start.ambient)), job)
    )


def _eaten(section: Section, rates: Rates, seconds: float, job: str) -> Section:
    left = seconds
    while left > 0:
        whole, spent = _surely_gone(section, rates, left)
        if whole:
            section = _dissolved(section, whole)
            left -= spent
            continue
        step = min(left, max(_lasts(section, rates), seconds / MOST_STEPS))
        thinner = cut_away(section, _skins(section, rates, step), job)
        if thinner is section:
            break
        section = thinner
        left -= step
    return section


def _without_loose(section: Section) -> Section:
    """The section without what an etch has cut off from all that held it: it is carried away."""
    gone: dict[str, list[Polygon]] = {}
    for region, body in floating(section):
        gone.setdefault(region.name, []).append(body)
    return _dissolved(section, gone) if gone else section


def _surely_gone(
    section: Section, rates: Rates, seconds: float
) -> tuple[dict[str, list[Polygon]], float]:
    """What of each region (by name) goes whole within the time, and how long it takes till all has.

    No way through a body is longer than half its outline. Nothing where materials go at several
    speeds, as one may then open another from behind; 0 s where something else lasts longer.
    """
    going = [region for region in section.regions if rate_of(region, rates) > 0]
    speeds = {rate_of(region, rates) for region in going}
    if len(speeds) != 1:
        return {}, 0.0
    shapes = [region.shape for region in going]
    whole = united(shapes)
    bodies = [body for body in parts(whole) if body.dwithin(section.ambient, FILM_OF_LIQUID)]
    longest = 2 * speeds.pop() * seconds
    small = [body for body in bodies if body.length <= longest]
    if not small:
        return {}, 0.0
    gone: dict[str, list[Polygon]] = {}
    for region in going:
        pieces: Sequence[Polygon] = getattr(region.shape, "geoms", [region.shape])
        inside = [(each, each.representative_point()) for each in pieces]
        gone[region.name] = [
            each for each, point in inside if any(body.intersects(point) for body in small)
        ]
    if not any(gone.values()):
        return {}, 0.0
    if len(small) < len(bodies):
        return gone, 0.0
    return gone, seconds * max(body.length for body in small) / longest


def _dissolved(section: Section, gone: Mapping[str, list[Polygon]]) -> Section:
    """The section without some whole pieces of its regions (by name)."""
    regions = []
    for region in section.regions:
        pieces: Sequence[Polygon] = getattr(region.shape, "geoms", [region.shape])
        stays = [each for each in pieces if each not in gone.get(region.name, ())]
        regions.append(
            region if len(stays) == len(pieces) else replace(region, shape=_joined(stays))
        )
    return _opened(section, regions, [piece for pieces in gone.values() for piece in pieces])


def _wetted(body: BaseGeometry) -> BaseGeometry:
    return body.buffer(FILM_OF_LIQUID, quad_segs=1)


def _skins(section: Section, rates: Rates, seconds: float) -> dict[str, BaseGeometry]:
    """How far a liquid reaches into each region at once, if none of it lets the liquid through."""
    wet: dict[float, list[Region]] = {}
    for region in section.regions:
        depth = rate_of(region, rates) * seconds
        if depth > 0 and region.shape.intersects(section.ambient):
            wet.setdefault(depth, []).append(region)
    found: dict[str, BaseGeometry] = {}
    for depth, regions in wet.items():
        reach = reach_of(section.ambient, [region.shape for region in regions], depth)
        found |= {region.name: reach for region in regions}
    return found


def reach_of(ambient: BaseGeometry, shapes: list[BaseGeometry], depth: float) -> BaseGeometry:
    """Everything within `depth` nm of the open faces of some bodies, each from its own only.

    So a liquid goes under a mask from its edge and not through it, nor through a wall to what lies
    behind it.
    """
    whole = united(shapes)
    reached: list[BaseGeometry] = []
    for body in parts(whole):
        beside = polygonal(ambient.intersection(_wetted(body)))
        if beside.is_empty:
            continue
        reach = smoothed(advance(beside, depth), FACET_TOLERANCE)
        behind = [
            piece
            for piece in parts(polygonal(whole.intersection(reach)))
            if piece.area > HAIR and not piece.dwithin(beside, CONTACT)
        ]
        if behind:
            reach = reach.difference(united(behind).buffer(CONTACT, quad_segs=1))
        reached.append(reach)
    return united(reached)


def _lasts(section: Section, rates: Rates) -> float:
    """Seconds that the thinnest reachable region lasts (at least an atom's width of it)."""
    times = [
        max(ATOM, _thinnest(region.shape)) / rate_of(region, rates)
        for region in section.regions
        if rate_of(region, rates) > 0 and region.shape.intersects(section.ambient)
    ]
    return min(times, default=0.0)


def _thinnest(shape: BaseGeometry) -> float:
    """The width of a body's thinnest part, and a little more: of a strip with its area and outline.

    Slivers, which are gone in no time, do not count.
    """
    least = SLIVER * shape.area
    half = [(part.area, part.length / 2) for part in parts(shape) if part.area > least]
    thin = (length - math.sqrt(max(0.0, length**2 - 4 * area)) for area, length in half)
    return min(thin, default=0.0) / 2 * RIGHT_THROUGH


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
    removed: list[BaseGeometry] = []
    if air is None or opening:
        found = [
            polygonal(region.shape.intersection(cuts[region.name]))
            for region in section.regions
            if region.name in cuts
        ]
        removed = [piece for piece in found if not piece.is_empty]
    added = removed if air is None else [air]
    if not cuts or not added:
        return section
    regions = tuple(
        _less(region, cuts[region.name]) if region.name in cuts else region
        for region in section.regions
    )
    etched = _opened(section, regions, added)
    if opening:
        everything = polygonal(united(removed))
        etched = etched.with_opening(Opening(opening, everything, job))
    return etched


def _opened(section: Section, regions: Iterable[Region], added: Sequence[BaseGeometry]) -> Section:
    """The section with other regions; some bodies, and the voids beside them, join the air."""
    closed: list[Polygon] = []
    opened: list[Polygon] = []
    for void in section.voids:
        near = any(void.dwithin(each, BESIDE_VOID) for each in added)
        (opened if near else closed).append(void)
    ambient = without_hairs(polygonal(united([section.ambient, *added, *opened])))
    return made_whole(replace(section.with_regions(regions, ambient), voids=tuple(closed)))


def made_whole(section: Section) -> Section:
    """The section with its ambient made anew where rounding has lost too much of the domain."""
    if abs(section.missing()) < AREA_TOLERANCE / 2:
        return section
    bodies = [*(region.shape for region in section.regions), *section.voids]
    ambient = without_hairs(polygonal(section.domain.difference(united(bodies))))
    return replace(section, ambient=ambient)


def _less(region: Region, body: BaseGeometry) -> Region:
    """A region without what a body cuts off it, and without the hairs that cutting leaves."""
    rest = without_hairs(polygonal(region.shape.difference(body)))
    if isinstance(rest, MultiPolygon):
        rest = _joined([part for part in rest.geoms if part.area > HAIR])
    return replace(region, shape=rest)


def _joined(bodies: Sequence[Polygon]) -> BaseGeometry:
    return bodies[0] if len(bodies) == 1 else MultiPolygon(bodies)
