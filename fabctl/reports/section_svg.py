"""A cross-section as an SVG picture: true polygons in nm, thin films made visible, an inset.

Paths are written in nm under one transform, so that a reader can measure areas on the picture.
What a film really measures stands in the legend, and a thin one that the step made or changed is
shown again in an inset at its own scale.
"""

from collections.abc import Iterable, Iterator
from html import escape
from zlib import crc32

import shapely
from shapely import Polygon

from fabctl.reports.palette import AMBIENT
from fabctl.reports.section_inset import INSET, inset, worth_showing
from fabctl.reports.section_paths import Drawn, drawn, element, is_thin, paths
from fabctl.reports.section_text import fitted
from fabctl.structure.section import SUBSTRATE, Section

WIDTH = 960
PLOT = 640
"""Pixels across the section; the rest is legend and inset."""
TOP, LEFT, BOTTOM = 44, 16, 24
HIGHEST = 620.0
"""Pixels: no plot is higher."""
BELOW, ABOVE = 160.0, 120.0
"""nm of substrate and of air that the picture shows."""


def draw_all(looks: Iterable[tuple[str, Section]]) -> Iterator[tuple[str, str]]:
    """The picture of each look at a wafer, with the step before it ("" for one brought in)."""
    before = None
    for step, section in looks:
        yield step, draw(section, step or "the wafer as it was brought", before)
        before = section


def draw(section: Section, title: str, before: Section | None = None) -> str:
    """The picture of a section, `title` above it; `before` is what a step has made it of."""
    low = -BELOW
    high = float(shapely.total_bounds([each.shape for each in section.regions])[3]) + ABOVE
    scale = min(PLOT / section.width, HIGHEST / (high - low))
    height = (high - low) * scale
    key = f"{crc32(title.encode()):08x}"
    bodies = drawn(section.regions)
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
            element(
                each,
                scale,
                f"{each.region.name}: {each.region.material}{_thickness(each, ', ')}",
                key,
                named=True,
            )
            for each in sorted(bodies, key=lambda each: is_thin(each, scale))
        ),
        *(_void(void) for void in section.voids),
        "</svg>",
    ]
    thin = worth_showing(bodies, before, scale)
    rows = len(bodies) + bool(section.voids)
    aside_height = 20 * rows + (INSET + 50 if thin else 20)
    total = max(height + TOP + BOTTOM, TOP + aside_height)
    aside = LEFT + PLOT + 20
    picture = [
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
        *_legend(bodies, len(section.voids), aside, f"l{key}"),
    ]
    if thin is not None:
        picture += inset(
            bodies,
            thin,
            f"i{key}",
            (LEFT, TOP + high * scale, scale),
            (TOP, TOP + height),
            (aside, total - INSET - 24),
        )
    return "\n".join([*picture, "</svg>", ""])


def _void(void: Polygon) -> str:
    return (
        f'<path d="{paths([void])[0]}" fill="#fff" stroke="#c00" stroke-width="1" '
        'stroke-dasharray="3 2" vector-effect="non-scaling-stroke"><title>void</title></path>'
    )


def _thickness(each: Drawn, between: str) -> str:
    """What is said of it after its name; nothing of a substrate, drawn as deep as there is room."""
    if each.region.name == SUBSTRATE:
        return ""
    return between + ("a trace" if each.trace else f"{each.shown:.1f} nm")


def _legend(bodies: list[Drawn], voids: int, x: float, key: str) -> list[str]:
    rows = []
    for number, each in enumerate(reversed(bodies)):
        region = each.region
        y = TOP + 8 + 20 * number
        name = " ".join(dict.fromkeys((region.material, region.name)))
        rest = _thickness(each, "  ") + "".join(f", {tag}" for tag in sorted(region.tags))
        fill, pattern = each.paint(key, 1.0)
        rows.append(
            f'{pattern}<rect x="{x}" y="{y}" width="14" height="12" fill="{fill}" stroke="#333" '
            'stroke-width="0.6"/>'
            f'<text x="{x + 20}" y="{y + 10}">{escape(fitted(name, rest))}</text>'
        )
    if voids:
        y = TOP + 8 + 20 * len(bodies)
        rows.append(f'<text x="{x}" y="{y + 10}" fill="#c00">voids: {voids}</text>')
    return rows


def _scale_bar(section: Section, scale: float) -> str:
    """Above the plot at its right."""
    length = max(
        (each for each in (10, 20, 50, 100, 200, 500, 1000) if each * scale <= 160), default=10
    )
    right, y = LEFT + section.width * scale, TOP - 16
    left = right - length * scale
    return (
        f'<path d="M{left:.1f} {y}H{right:.1f}" stroke="#111" stroke-width="3"/>'
        f'<text x="{left - 6:.1f}" y="{y + 4}" text-anchor="end">{length} nm</text>'
    )
