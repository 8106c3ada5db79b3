"""Etching straight down (plasma, sputter), in columns."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Region, Section
from fabctl.structure.tolerances import AREA_FLOOR, LEAST_CONTACT
from simulators.section.columns import MERGED, NONE, Columns, Floats, Places, columns
from simulators.section.cutting import cut_away, without_loose
from simulators.section.rates import Rates, rate_of

Turn = tuple[int, float, float, float]
"""Column, nm along the section, height (nm), and 1 where the layer below stops the etch."""

LEAST_DEPTH = 1e-9
"""nm: what is dug no deeper is not touched."""
MARGIN = 1.0
"""nm deeper than an etch may come to which the section is looked at."""
BENT = 1e-6
"""nm: a front that bends less within a region runs straight."""
NO_THICKNESS = 1e-12
"""nm: a layer that has run out to a point."""
WIPE = 3e-10
"""nm: so far into a layer that stops it an etch takes what lies on it, lest a hair stay."""


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
    return without_loose(etched) if cut.hollow else etched


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
    within: Places = np.full(front.shape, NONE)
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
        inside = (depth > MERGED) & (thick - depth > MERGED)
        within = np.where(reached, np.where(inside, layer[:, None], NONE), within)
        dug[layer[(reached & (depth > LEAST_DEPTH)).any(axis=1)]] = True
        lasts = np.divide(thick, rate, out=np.full_like(thick, np.inf), where=rate > 0)
        lasts[(thick <= NO_THICKNESS).all(axis=1)] = 0.0  # a wedge of a stop layer stops
        left = left - lasts
        turns += _turns(cut, place, left, speeds)
    column = np.arange(front.size) // 2
    ends = np.column_stack([column, np.repeat(cut.edges, 2)[1:-1], front.ravel(), stopped.ravel()])
    points = np.vstack([ends, np.reshape(turns, (-1, 4))])
    within = np.append(within.ravel(), np.full(len(turns), NONE))
    order = np.lexsort((points[:, 1], points[:, 0]))
    points = _without_bends(points[order], within[order])
    line = points[:, 1:3]
    return line, line - WIPE * points[:, 3:] * [0, 1], dug[:-1]


def _without_bends(points: Floats, within: Places) -> Floats:
    """Points of a front without those that only show at which x there is a vertex elsewhere.

    Where the front runs `within` one region nothing else is cut at the same point.
    """
    ends = [0, *(np.flatnonzero(within[1:] != within[:-1]) + 1).tolist(), len(points)]
    kept: list[Floats] = []
    for start, end in pairwise(ends):
        run = points[start:end]
        if within[start] != NONE and len(run) > 2:
            line = shapely.linestrings(run[:, 1:3])
            found = shapely.get_coordinates(shapely.simplify(line, BENT, preserve_topology=False))
            run = np.column_stack([np.zeros(len(found)), found, np.zeros(len(found))])
        kept.append(run)
    return np.vstack(kept)


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
