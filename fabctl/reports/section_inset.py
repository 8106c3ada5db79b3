"""A thin film that the step made or changed, at its own scale; a letter ties it to its place."""

import math
from html import escape

import numpy as np
import shapely
from msgspec.structs import replace
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.reports.section_paths import Drawn, element, paths
from fabctl.reports.section_text import LETTERS, fitted
from fabctl.structure.section import SUBSTRATE, Region, Section, parts
from fabctl.structure.tolerances import CONTACT, INSIDE

INSET = 220
"""Pixels of the inset's sides."""
SHOWN = 6.0
"""Pixels: a film thinner than this is worth an inset."""
TIMES = 8
"""The inset is so many times as wide as the film is thick."""
MARK = 8.0
"""Pixels: the least side of the frame around the film's place."""
LETTER = "A"
SHARES = np.linspace(0.0, 1.0, 40, endpoint=False)
"""Shares of an outline at which it is looked what lies beside it."""


def worth_showing(bodies: list[Drawn], before: Section | None, scale: float) -> Drawn | None:
    """Of the films that the plot's scale hardly shows the thinnest that the step made.

    Else that of which it took or to which it gave the largest share, of two alike the thinner; the
    newest of all where it touched none, or nobody knows what was there before it; or None.
    """
    thin = [
        each
        for each in bodies
        if each.region.name != SUBSTRATE and not each.trace and each.mean < SHOWN / scale
    ]
    if before is not None:
        known = {_key(each): each.shape for each in before.regions}
        made = [each for each in thin if _key(each.region) not in known]
        made.sort(key=lambda each: each.mean)
        changed = [
            (round(-_change(was, each.region.shape), 3), each.mean, each)
            for each in thin
            if (was := known.get(_key(each.region))) is not None and was != each.region.shape
        ]
        changed.sort(key=lambda found: found[:2])
        for each in made or [each for *_, each in changed]:
            if not _within_its_own(each, bodies):
                return each
    return thin[-1] if thin else None


def _change(before: BaseGeometry, after: BaseGeometry) -> float:
    """What share of a body was taken or added."""
    return abs(1 - float(after.area) / float(before.area))


def _within_its_own(each: Drawn, bodies: list[Drawn]) -> bool:
    """Whether a body is a layer in the middle of thicker ones of its own colour."""
    shape = each.region.shape
    around = [
        other.region.shape
        for other in bodies
        if other.fill == each.fill and other.mean > each.mean
        if other.region.shape.dwithin(shape, CONTACT)
    ]
    places = shapely.line_interpolate_point(shapely.boundary([shape]), SHARES, normalized=True)
    beside = [shapely.dwithin(places, other, CONTACT) for other in around]
    return bool(around) and float(np.any(beside, axis=0).mean()) > INSIDE


def _key(region: Region) -> tuple[str, str, frozenset[str]]:
    return region.name, region.material, region.tags


def inset(
    bodies: list[Drawn],
    thin: Drawn,
    key: str,
    origin: tuple[float, float, float],
    plot: tuple[float, float],
    at: tuple[float, float],
) -> list[str]:
    """The film in a frame at `at`, and the mark on its place.

    `key`: an ID that nothing else on the page has; `origin`: x and y of the section's origin on the
    page, and pixels a nm; `plot`: the plot's upper and lower edge.
    """
    x, y = at
    side = TIMES * thin.mean
    scale = INSET / side
    middle = _place(thin)
    left, top = middle.x - side / 2, middle.y + side / 2
    window = shapely.box(left, top - side, left + side, top)
    near = shapely.intersects([each.region.shape for each in bodies], window)
    there = [each for each, is_near in zip(bodies, near.tolist(), strict=True) if is_near]
    cut = shapely.intersection([each.region.shape for each in there], window)
    shown = [
        replace(each, path=path, mean=math.inf)
        for each, path in zip(there, paths(cut.tolist()), strict=True)
    ]
    label = "".join([f": {thin.shown:.1f} nm", *(f", {tag}" for tag in sorted(thin.region.tags))])
    name = f"{LETTER}: {thin.region.material} {thin.region.name}"
    return [
        *_mark(origin, plot, middle, side),
        (
            f'<svg x="{x}" y="{y:.1f}" width="{INSET}" height="{INSET}" '
            f'viewBox="{left:.4f} {-top:.4f} {side:.4f} {side:.4f}">'
        ),
        f'<rect x="{left:.4f}" y="{-top:.4f}" width="{side:.4f}" height="{side:.4f}" fill="#fff"/>',
        *(
            element(each, scale, f"{each.region.name}: {each.region.material}", key, named=False)
            for each in shown
        ),
        "</svg>",
        f'<rect x="{x}" y="{y:.1f}" width="{INSET}" height="{INSET}" fill="none" stroke="#c00"/>',
        f'<text x="{x}" y="{y - 6:.1f}">{escape(fitted(name, label, LETTERS + 4))}</text>',
        f'<text x="{x}" y="{y + INSET + 14:.1f}">{side:.0f} nm across</text>',
    ]


def _mark(
    origin: tuple[float, float, float],
    plot: tuple[float, float],
    middle: shapely.Point,
    side: float,
) -> list[str]:
    """A frame around the place, its letter above it, or below where there is no room above."""
    x, y = origin[0] + middle.x * origin[2], origin[1] - middle.y * origin[2]
    half = max(side * origin[2], MARK) / 2
    above = y - half - 4
    line = above if above - 10 > plot[0] else y + half + 12
    return [
        (
            f'<rect x="{x - half:.2f}" y="{y - half:.2f}" width="{2 * half:.2f}" '
            f'height="{2 * half:.2f}" fill="none" stroke="#fff" stroke-width="3"/>'
            f'<rect x="{x - half:.2f}" y="{y - half:.2f}" width="{2 * half:.2f}" '
            f'height="{2 * half:.2f}" fill="none" stroke="#c00" stroke-width="1.2"/>'
        ),
        (
            f'<text x="{x:.2f}" y="{line:.2f}" text-anchor="middle" font-weight="bold" fill="#c00" '
            f'stroke="#fff" stroke-width="3" paint-order="stroke">{LETTER}</text>'
        ),
    ]


def _place(thin: Drawn) -> shapely.Point:
    """A point in the middle of the film, on its highest flat stretch."""
    part: Polygon = max(parts(thin.region.shape), key=lambda each: each.area)
    left, _, right, top = part.bounds
    band = part.intersection(shapely.box(left, top - 2 * thin.mean, right, top))
    best = max(parts(band), key=lambda each: each.area, default=part)
    return best.representative_point()
