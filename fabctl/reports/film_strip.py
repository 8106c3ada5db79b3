"""All pictures of a run in one file, in the order of its steps: a grid that prints on A4 pages."""

import re
from collections.abc import Sequence

COLUMNS = 2
GAP = 40
"""Pixels between pictures, and around them."""
ACROSS, DOWN = 297, 210
"""mm of an A4 page on its side."""
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def strip(pictures: Sequence[str]) -> str:
    """One SVG with the pictures row by row; none lies across the end of a page.

    Each picture keeps its own scale. Printed without margins, every page fills one sheet.
    """
    sizes = [(int(found[1]), int(found[2])) for each in pictures if (found := _SIZE.search(each))]
    cell = max((size[0] for size in sizes), default=0) + GAP
    width = COLUMNS * cell + GAP
    page = width * DOWN / ACROSS
    placed = []
    pages, top = 1, float(GAP)
    for first in range(0, len(pictures), COLUMNS):
        row = range(first, min(first + COLUMNS, len(pictures)))
        tall = max(sizes[each][1] for each in row)
        if top > GAP and top + tall + GAP > page:
            pages, top = pages + 1, float(GAP)
        y = (pages - 1) * page + top
        placed += [
            pictures[each].replace(
                "<svg ", f'<svg x="{GAP + (each - first) * cell}" y="{y:.1f}" ', 1
            )
            for each in row
        ]
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
