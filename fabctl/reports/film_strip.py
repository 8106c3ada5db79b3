"""All pictures of a run in one file, in the order of its steps: a column for A4 pages."""

import re
from collections.abc import Sequence

GAP = 20
"""Pixels between pictures, and around them: no more, for labels to be printed in 7 points."""
ACROSS, DOWN = 210, 297
"""mm of an A4 page upright."""
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def strip(pictures: Sequence[str]) -> str:
    """One SVG with the pictures below each other; none lies across the end of a page.

    Each picture keeps its own scale. Printed without margins, every page fills one sheet.
    """
    sizes = [(int(found[1]), int(found[2])) for each in pictures if (found := _SIZE.search(each))]
    width = max((wide for wide, _ in sizes), default=0) + 2 * GAP
    page = width * DOWN / ACROSS
    placed = []
    pages, top = 1, GAP
    for picture, (_, tall) in zip(pictures, sizes, strict=True):
        if top > GAP and top + tall + GAP > page:
            pages, top = pages + 1, GAP
        y = (pages - 1) * page + top
        placed.append(picture.replace("<svg ", f'<svg x="{GAP}" y="{y:.1f}" ', 1))
        top += tall + GAP
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{ACROSS}mm" '
                f'height="{pages * DOWN}mm" viewBox="0 0 {width} {pages * page:.1f}">'
            ),
            f"<style>@page {{ size: {ACROSS}mm {DOWN}mm; margin: 0 }}</style>",
            f'<rect width="{width}" height="{pages * page:.1f}" fill="#fff"/>',
            *placed,
            "</svg>",
            "",
        ]
    )
