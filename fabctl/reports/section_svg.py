"""A cross-section as an SVG picture: true polygons in nm, thin films made visible, an inset.

Paths are written in nm under one transform, so that a reader can measure areas on the picture.
A film thinner than `VISIBLE` pixels gets a stroke of its own colour; what it really measures
stands in the legend, and the newest one is shown again in an inset at its own scale. What is
thinner than an atom is a trace: the legend tells it, and the picture has it at its true size.
"""

from html import escape

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.reports.palette import AMBIENT, colour
from fabctl.structure.predicates import mean_thickness, thickness
from fabctl.structure.section import Region, Section, parts

WIDTH = 960
PLOT = 640
"""Pixels across the section; the rest is legend and inset."""
TOP, LEFT, BOTTOM = 44, 16, 24
VISIBLE = 2.0
"""Pixels: the least width at which a film is seen in print."""
TRACE = 0.2
"""nm: less than an atom thick is a trace, not a film to look at."""
BELOW, ABOVE = 160.0, 120.0
"""nm of substrate and of air that the picture shows."""
INSET = 220
"""Pixels of the inset's sides."""
LETTERS = 40
"""How many letters of a label have room beside the plot."""


def draw(section: Section, title: str) -> str:
    """The picture of a section, `title` above it."""
    low, high = -BELOW, _top(section) + ABOVE
    scale = min(PLOT / section.width, 620.0 / (high - low))
    height = (high - low) * scale
    thick = [thickness(region.shape) for region in section.regions]
    plot = [
        (
            f'<svg x="{LEFT}" y="{TOP}" width="{section.width * scale:.2f}" height="{height:.2f}" '
            f'viewBox="0 {-high:.3f} {section.width:.3f} {high - low:.3f}">'
        ),
        (
            f'<rect x="0" y="{-high:.3f}" width="{section.width:.3f}" height="{high - low:.3f}" '
            f'fill="{AMBIENT}" stroke="#bbb" stroke-width="1" vector-effect="non-scaling-stroke"/>'
        ),
        *(
            _region(region, scale, f"{_label(region)}, {nm:.1f} nm", named=True)
            for region, nm in zip(section.regions, thick, strict=True)
        ),
        *(_void(void) for void in section.voids),
        "</svg>",
    ]
    thin = newest_thin(section, scale)
    rows = len(section.regions) + bool(section.voids)
    aside_height = 20 * rows + (INSET + 50 if thin else 20)
    total = max(height + TOP + BOTTOM, TOP + aside_height)
    aside = LEFT + PLOT + 20
    parts_ = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{total:.0f}" '
            f'viewBox="0 0 {WIDTH} {total:.0f}" font-family="Helvetica, Arial, sans-serif" '
            'font-size="12" fill="#111">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{total:.0f}" fill="#fff"/>',
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="bold">{escape(title)}</text>',
        *plot,
        _scale_bar(section, scale),
        *_legend(section, thick, aside),
    ]
    if thin is not None:
        parts_ += _inset(section, thin, aside, total - INSET - 24, scale, high, height)
    return "\n".join([*parts_, "</svg>", ""])


def newest_thin(section: Section, scale: float) -> Region | None:
    """The newest region that the picture's scale can't show, or None."""
    thin = [
        region
        for region in section.regions
        if region.name != "substrate" and TRACE < mean_thickness(region.shape) < VISIBLE / scale
    ]
    return thin[-1] if thin else None


def _top(section: Section) -> float:
    return max(float(region.shape.bounds[3]) for region in section.regions)


def _region(region: Region, scale: float, label: str, *, named: bool) -> str:
    """A region's path; `named` where it is the one to measure, not one shown again."""
    fill = colour(region.material, region.tags)
    stroke, width = ("#555", 0.4)
    if TRACE < mean_thickness(region.shape) < VISIBLE / scale:
        stroke, width = (fill, VISIBLE)
    name = f' data-name="{escape(region.name)}"' if named else ""
    return (
        f'<path d="{_path(region.shape)}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" '
        f'stroke-width="{width}" vector-effect="non-scaling-stroke"'
        f"{name}><title>{escape(label)}</title></path>"
    )


def _void(void: Polygon) -> str:
    return (
        f'<path d="{_path(void)}" fill="#fff" stroke="#c00" stroke-width="1" '
        'stroke-dasharray="3 2" vector-effect="non-scaling-stroke"><title>void</title></path>'
    )


def _path(shape: BaseGeometry) -> str:
    """Points to 0.01 pm, as a trace some atoms wide needs it for its area to be right."""
    runs = []
    for part in parts(shape):
        for ring in shapely.get_rings(part):
            points = np.round(shapely.get_coordinates(ring)[:-1] * [1.0, -1.0], 5)
            runs.append(f"M{' '.join(map(repr, points.ravel().tolist()))}Z")
    return "".join(runs)


def _label(region: Region) -> str:
    return f"{region.name}: {region.material}"


def _fitted(name: str, rest: str) -> str:
    """A label that has room: the name gives way first, as its region tells it in full."""
    return _cut(_cut(name, max(LETTERS - len(rest), 8)) + rest, LETTERS)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _legend(section: Section, thick: list[float], x: float) -> list[str]:
    rows = []
    shown = list(zip(section.regions, thick, strict=True))[::-1]
    for number, (region, nm) in enumerate(shown):
        y = TOP + 8 + 20 * number
        fill = colour(region.material, region.tags)
        name = " ".join(dict.fromkeys((region.material, region.name)))
        rest = "".join(f", {tag}" for tag in sorted(region.tags))
        if region.name != "substrate":
            rest = (f"  {nm:.1f} nm" if nm > TRACE else "  a trace") + rest
        rows.append(
            f'<rect x="{x}" y="{y}" width="14" height="12" fill="{fill}" stroke="#333" '
            'stroke-width="0.6"/>'
            f'<text x="{x + 20}" y="{y + 10}">{escape(_fitted(name, rest))}</text>'
        )
    if section.voids:
        y = TOP + 8 + 20 * len(shown)
        rows.append(f'<text x="{x}" y="{y + 10}" fill="#c00">voids: {len(section.voids)}</text>')
    return rows


def _scale_bar(section: Section, scale: float) -> str:
    """Above the plot at its right, where no line to the inset passes."""
    length = max(
        (each for each in (10, 20, 50, 100, 200, 500, 1000) if each * scale <= 160), default=10
    )
    right, y = LEFT + section.width * scale, TOP - 16
    left = right - length * scale
    return (
        f'<path d="M{left:.1f} {y}H{right:.1f}" stroke="#111" stroke-width="3"/>'
        f'<text x="{left - 6:.1f}" y="{y + 4}" text-anchor="end">{length} nm</text>'
    )


def _inset(
    section: Section,
    thin: Region,
    x: float,
    y: float,
    outer_scale: float,
    high: float,
    plot: float,
) -> list[str]:
    """The film at its own scale, tied to its place by a line that leaves the plot straight down."""
    side = 8 * mean_thickness(thin.shape)
    middle = _place(_largest(thin))
    window = shapely.box(
        middle.x - side / 2, middle.y - side / 2, middle.x + side / 2, middle.y + side / 2
    )
    left, _low, _, top = window.bounds
    shown = [
        Region(region.name, region.material, piece, region.job, region.tags)
        for region in section.regions
        if not (piece := region.shape.intersection(window)).is_empty
    ]
    box = (LEFT + left * outer_scale, TOP + (high - top) * outer_scale, side * outer_scale)
    mark = max(box[2], 8.0)
    label = f": {thickness(thin.shape):.1f} nm (inset {side:.0f} nm wide)"
    below = min(max(TOP + plot + 6, y + 10), y + INSET - 10)
    return [
        (
            f'<rect x="{box[0] - (mark - box[2]) / 2:.2f}" y="{box[1] - (mark - box[2]) / 2:.2f}" '
            f'width="{mark:.2f}" height="{mark:.2f}" fill="none" stroke="#c00"/>'
        ),
        (
            f'<path d="M{box[0] + box[2] / 2:.2f} {box[1] + (box[2] + mark) / 2:.2f}'
            f'V{below:.1f}H{x}" fill="none" stroke="#c00" stroke-width="0.7"/>'
        ),
        (
            f'<svg x="{x}" y="{y:.1f}" width="{INSET}" height="{INSET}" '
            f'viewBox="{left:.4f} {-top:.4f} {side:.4f} {side:.4f}">'
        ),
        f'<rect x="{left:.4f}" y="{-top:.4f}" width="{side:.4f}" height="{side:.4f}" fill="#fff"/>',
        *(_region(region, INSET / side, _label(region), named=False) for region in shown),
        "</svg>",
        f'<rect x="{x}" y="{y:.1f}" width="{INSET}" height="{INSET}" fill="none" stroke="#c00"/>',
        (
            f'<text x="{x}" y="{y - 6:.1f}">'
            f"{escape(_fitted(f'{thin.material} {thin.name}', label))}</text>"
        ),
    ]


def _largest(region: Region) -> Polygon:
    return max(parts(region.shape), key=lambda each: each.area)


def _place(part: Polygon) -> shapely.Point:
    """A point in the middle of the film, on its highest flat stretch."""
    left, _, right, top = part.bounds
    band = part.intersection(shapely.box(left, top - 2 * mean_thickness(part), right, top))
    best = max(parts(band), key=lambda each: each.area, default=part)
    return best.representative_point()
