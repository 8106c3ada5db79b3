"""What a section's regions look like: outlines as SVG paths, colours, and how thick each is.

A film thinner than `VISIBLE` pixels gets a stroke of its own colour, cut off at the film's ends so
that none reaches over what lies beside it. Anything else gets a thin seam, so that two deposits of
one material are told apart. What is thinner than an atom is a trace: it has its true size.
"""

import itertools
from collections.abc import Sequence
from html import escape

import numpy as np
import shapely
from msgspec import Struct, json
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.reports.palette import colour, seam
from fabctl.reports.section_hatch import hatch, looks
from fabctl.structure.predicates import thicknesses
from fabctl.structure.section import Region, parts

VISIBLE = 2.0
"""Pixels: the least width at which a film is seen in print."""
TRACE = 0.2
"""nm: less than an atom thick is a trace, not a film to look at."""
FLAT = 3.0
"""A film's part no higher than so many times its thickness lies flat."""
NARROW = 0.3
"""A part whose top is narrower than this share of it ends there, as a liner at its rim."""


class Drawn(Struct, frozen=True):
    """A region as it is drawn: `mean` is its mean thickness, `shown` what a person calls it.

    `number` is its place among the regions, `look` which deposit of its colour it is.
    """

    region: Region
    number: int
    path: str
    fill: str
    look: int
    mean: float
    shown: float

    def paint(self, key: str, scale: float) -> tuple[str, str]:
        """What it is filled with, and the element that this needs; `scale` in pixels a unit."""
        return hatch(self.fill, self.look, f"h{key}-{self.number}", scale)

    @property
    def trace(self) -> bool:
        """Whether it is too thin to be a film."""
        return self.mean <= TRACE


def drawn(regions: Sequence[Region]) -> list[Drawn]:
    """What is to be drawn of some regions, in their order."""
    shapes = [region.shape for region in regions]
    means, shown = thicknesses(shapes)
    return [
        Drawn(region, number, path, colour(region.material, region.tags), look, float(mean), nm)
        for number, (region, path, look, mean, nm) in enumerate(
            zip(regions, paths(shapes), looks(regions), means, shown, strict=True)
        )
    ]


def paths(shapes: Sequence[BaseGeometry]) -> list[str]:
    """Each body's outline and holes, upside down, in nm.

    Points to 0.01 pm, as a trace some atoms wide needs it for its area to be right.
    """
    pieces, of_shape = shapely.get_parts(list(shapes), return_index=True)
    rings, of_piece = shapely.get_rings(pieces, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    numbers = (np.round(points * [1.0, -1.0], 5) + 0.0).ravel().tolist()
    ends = (2 * np.searchsorted(of_ring, np.arange(len(rings) + 1))).tolist()
    # an outline closes itself, so its last point is left out
    outlines = [numbers[start : end - 2] for start, end in itertools.pairwise(ends)]
    written = json.encode(outlines)[2:-2].decode().replace(",", " ").replace(".0 ", " ")
    runs: list[list[str]] = [[] for _ in shapes]
    for owner, text in zip(of_shape[of_piece].tolist(), written.split("] ["), strict=False):
        runs[owner].append(f"M{text}Z")
    return ["".join(each) for each in runs]


def is_thin(each: Drawn, scale: float) -> bool:
    """Whether a film is drawn with a stroke of its own colour, or it would hardly be seen."""
    return not each.trace and each.mean * scale < 2 * VISIBLE


def element(each: Drawn, scale: float, label: str, key: str, *, named: bool) -> str:
    """A region's path; `named` where it is the one to measure, not one shown again.

    `key` is an ID that nothing else on the page has; `scale`: pixels a nm.
    """
    fill, before = each.paint(key, scale)
    stroke, width, clip = seam(each.fill), 0.5, ""
    if is_thin(each, scale):
        # none looks narrower than a thinner one
        stroke, width = fill, min(VISIBLE, 2 * VISIBLE - each.mean * scale)
        before += f'<clipPath id="c{key}-{each.number}">{_ends(each, width / scale)}</clipPath>'
        clip = f' clip-path="url(#c{key}-{each.number})"'
    name = f' data-name="{escape(each.region.name)}"' if named else ""
    return (
        f'{before}<path d="{each.path}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" '
        f'stroke-width="{width:.4g}" vector-effect="non-scaling-stroke"{clip}'
        f"{name}><title>{escape(label)}</title></path>"
    )


def _ends(each: Drawn, stroke: float) -> str:
    """Where a film's stroke may show: not beyond a flat film's ends, nor above a liner's rim."""
    boxes = []
    bodies = list(parts(each.region.shape))
    for part, (left, low, right, high) in zip(bodies, shapely.bounds(bodies).tolist(), strict=True):
        beside = above = stroke
        if high - low < FLAT * each.mean:
            beside = 0.0
        elif _width_at_top(part, high - each.mean) < NARROW * (right - left):
            above = 0.0
        boxes.append(
            f'<rect x="{left - beside:.3f}" y="{-high - above:.3f}" '
            f'width="{right - left + 2 * beside:.3f}" height="{high - low + stroke + above:.3f}"/>'
        )
    return "".join(boxes)


def _width_at_top(part: Polygon, level: float) -> float:
    """How much (nm) of an outline lies above a height, as seen from there."""
    x, z = shapely.get_coordinates(part.exterior).T
    high = z > level
    return float(np.abs(x[1:] - x[:-1])[high[:-1] & high[1:]].sum())
