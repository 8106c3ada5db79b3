"""All pictures of a run in one strip, in the order of its steps."""

import re
from collections.abc import Sequence

GAP = 16
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def strip(pictures: Sequence[str]) -> str:
    """One SVG with the pictures below one another; each keeps its own scale."""
    sizes = [(int(found[1]), int(found[2])) for each in pictures if (found := _SIZE.search(each))]
    width = max((size[0] for size in sizes), default=0)
    height = sum(size[1] + GAP for size in sizes)
    rows = []
    y = 0
    for picture, (_, tall) in zip(pictures, sizes, strict=True):
        rows.append(picture.replace("<svg ", f'<svg y="{y}" ', 1))
        y += tall + GAP
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                f'viewBox="0 0 {width} {height}">'
            ),
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *rows,
            "</svg>",
            "",
        ]
    )
