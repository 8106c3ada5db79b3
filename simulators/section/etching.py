"""Etching: directional (plasma, sputter) down vertical slabs, and isotropic (wet) from the air."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Opening, Region, Section, parts, polygonal
from fabctl.structure.tolerances import LEAST_CONTACT
from simulators.section.films import take
from simulators.section.surface import FACET_TOLERANCE, advance

Rates = Mapping[str, float]
"""Material (or ``material:tag``) → nm/s. A material that is not named is not etched."""

EDGE = 1e-9
"""nm by which a slab is read inside its edges, where two heights may meet."""
SLIVER = 0.02
"""Share of a region's area below which a piece of it is a sliver."""


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

    The section is cut at every vertex into vertical slabs; in each, the time is spent layer by
    layer from the top (thickness / rate), which gives selectivity and stop layers exactly. What
    is removed is kept as an opening if `opening` names it.
    """
    removed: dict[str, list[Polygon]] = {}
    for slab in slabs(section):
        for name, piece in _dig(slab, rates, seconds):
            removed.setdefault(name, []).append(piece)
    gone = {name: polygonal(shapely.union_all(pieces)) for name, pieces in removed.items()}
    return finish(section, gone, job, opening)


def seconds_to_show(section: Section, rates: Rates, material: str) -> float | None:
    """How long an etch straight down takes until it comes to a material; None: it never does.

    As an end-point detector sees it: from above, once more than a nanometre of its width shows.
    """
    seen: list[tuple[float, float]] = []
    for slab in slabs(section):
        left = right = 0.0
        for layer in slab.layers:
            assert layer.region is not None
            if layer.region.material == material:
                seen.append(((left + right) / 2, slab.right - slab.left))
                break
            rate = rate_of(layer.region, rates)
            if rate <= 0:
                break
            left += (layer.top[0] - layer.bottom[0]) / rate
            right += (layer.top[1] - layer.bottom[1]) / rate
    width = 0.0
    for seconds, wide in sorted(seen):
        width += wide
        if width > LEAST_CONTACT:
            return seconds
    return None


def etch_all_round(
    section: Section, rates: Rates, seconds: float, job: str, opening: str = ""
) -> Section:
    """Etch from every surface that the liquid reaches, for some seconds.

    In sub-steps no longer than the thinnest reachable film lasts, so that the liquid does not walk
    through a film that is still there.
    """
    left = seconds
    start = section
    for _ in range(400):
        step = min(left, _shortest(section, rates))
        if step <= 0:
            break
        gone: dict[str, BaseGeometry] = {}
        for region in section.regions:
            depth = rate_of(region, rates) * step
            if depth > 0 and region.shape.intersects(section.ambient):
                reach = advance(section.ambient, depth).simplify(FACET_TOLERANCE)
                piece = polygonal(region.shape.intersection(reach))
                if not piece.is_empty:
                    gone[region.name] = piece
        if not gone:
            break
        section = finish(section, gone, job, "")
        left -= step
    if not opening:
        return section
    return section.with_opening(
        Opening(opening, polygonal(section.ambient.difference(start.ambient)), job)
    )


def _shortest(section: Section, rates: Rates) -> float:
    """Seconds that the thinnest reachable region surely lasts (at least a tenth of a nm)."""
    times = [
        max(0.1, _thinnest(region.shape)) / rate_of(region, rates)
        for region in section.regions
        if rate_of(region, rates) > 0 and region.shape.intersects(section.ambient)
    ]
    return min(times, default=0.0)


def _thinnest(shape: BaseGeometry) -> float:
    """About the width of the thinnest part: twice the area over the perimeter of each.

    Slivers, which are gone in no time, do not count.
    """
    least = SLIVER * shape.area
    thin = (2 * part.area / part.length for part in parts(shape) if part.area > least)
    return min(thin, default=0.0)


def finish(section: Section, gone: Mapping[str, BaseGeometry], job: str, opening: str) -> Section:
    """The section without what was removed of each region; open voids join the ambient."""
    regions, everything = take(section, dict(gone))
    if everything.is_empty:
        return section
    ambient = polygonal(section.ambient.union(everything))
    closed = []
    for void in section.voids:
        if void.buffer(1e-6).intersects(everything):
            ambient = polygonal(ambient.union(void))
        else:
            closed.append(void)
    etched = replace(section.with_regions(regions, ambient), voids=tuple(closed))
    if opening:
        etched = etched.with_opening(Opening(opening, everything, job))
    return etched


@dataclass(frozen=True, slots=True)
class Slab:
    """The stack between two neighbouring abscissae: layers from the top, as trapezoids."""

    left: float
    right: float
    layers: tuple["Layer", ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One trapezoid of a slab: heights at its left and right edge. No region: air or a void."""

    region: Region | None
    top: tuple[float, float]
    bottom: tuple[float, float]


def slabs(section: Section) -> list[Slab]:
    """The section cut at the x of every vertex, each slab's layers from the top down."""
    shapes = [(region, region.shape) for region in section.regions]
    xs = np.unique(np.concatenate([shapely.get_coordinates(shape)[:, 0] for _, shape in shapes]))
    merged = [xs[0]]
    for x in xs[1:]:
        if x - merged[-1] > 1e-6:
            merged.append(x)
    merged[0], merged[-1] = 0.0, section.width  # never a sliver along the domain's sides
    lines = np.array(merged)
    stacks: list[list[Layer]] = [[] for _ in merged[1:]]
    for region, shape in shapes:
        for part in parts(shape):
            for place, layer in _layers(region, _edges(part), lines):
                stacks[place].append(layer)
    for stack in stacks:
        stack.sort(key=lambda layer: -(layer.top[0] + layer.top[1]))
    return [
        Slab(float(left), float(right), tuple(stack))
        for (left, right), stack in zip(itertools.pairwise(merged), stacks, strict=True)
    ]


def _edges(part: Polygon) -> NDArray[np.float64]:
    rows = []
    for ring in (part.exterior, *part.interiors):
        points = shapely.get_coordinates(ring)
        rows.append(np.hstack([points[:-1], points[1:]]))
    edges = np.vstack(rows)
    flip = edges[:, 0] > edges[:, 2]
    edges[flip] = edges[flip][:, [2, 3, 0, 1]]
    return edges[edges[:, 2] - edges[:, 0] > EDGE]


def _layers(
    region: Region, edges: NDArray[np.float64], lines: NDArray[np.float64]
) -> Iterator[tuple[int, Layer]]:
    """The trapezoids of one part of a region, each with the number of the slab that it lies in."""
    middles = (lines[:-1] + lines[1:]) / 2
    first, last = (
        np.searchsorted(middles, edges[:, 0], "right"),
        np.searchsorted(middles, edges[:, 2]),
    )
    spans = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(edges)), spans)
    slab = np.arange(len(edge)) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    x0, z0, x1, z1 = edges[edge].T
    slope = (z1 - z0) / (x1 - x0)
    at_left = z0 + slope * (lines[slab] - x0)
    at_right = z0 + slope * (lines[slab + 1] - x0)
    order = np.lexsort((-(at_left + at_right), slab))
    places = slab[order].tolist()
    heights = list(zip(at_left[order].tolist(), at_right[order].tolist(), strict=True))
    upper = 0
    while upper + 1 < len(places):
        if places[upper] != places[upper + 1]:  # a face that only grazes the slab's middle
            upper += 1
            continue
        yield places[upper], Layer(region, heights[upper], heights[upper + 1])
        upper += 2


def _dig(slab: Slab, rates: Rates, seconds: float) -> list[tuple[str, Polygon]]:
    left_time = right_time = seconds
    pieces = []
    for layer in slab.layers:
        assert layer.region is not None
        rate = rate_of(layer.region, rates)
        thick = (layer.top[0] - layer.bottom[0], layer.top[1] - layer.bottom[1])
        dug = (min(thick[0], rate * left_time), min(thick[1], rate * right_time))
        if dug[0] > 1e-9 or dug[1] > 1e-9:
            piece = Polygon(
                [
                    (slab.left, layer.top[0]),
                    (slab.right, layer.top[1]),
                    (slab.right, layer.top[1] - dug[1]),
                    (slab.left, layer.top[0] - dug[0]),
                ]
            )
            if piece.area > 1e-9:
                pieces.append((layer.region.name, piece if piece.is_valid else piece.buffer(0)))
        left_time = _after(left_time, rate, thick[0])
        right_time = _after(right_time, rate, thick[1])
        if left_time <= 0 and right_time <= 0:
            break
    return pieces


def _after(seconds: float, rate: float, thickness: float) -> float:
    if thickness <= 1e-12:
        return seconds
    return max(0.0, seconds - thickness / rate) if rate > 0 else 0.0
