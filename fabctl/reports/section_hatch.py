"""Deposits of one material are told apart: the first is plain, each later one hatched its own way.

Hatches tell them apart in grey print too, and a film some pixels thin shows them as dashes.
"""

from collections.abc import Sequence

from fabctl.reports.palette import DARKEST, colour, lightness, seam
from fabctl.structure.section import Region

HATCHES = ((45, 5.0), (-45, 9.0), (45, 13.0), (-45, 5.0), (45, 9.0), (-45, 13.0))
"""Degrees, and pixels from line to line: no two that follow each other are alike in either."""
LIGHT, DARK = 1.4, 0.8
"""Pixels: how wide a hatch's lines are, light ones and dark ones, which stand out more."""


def looks(regions: Sequence[Region]) -> list[int]:
    """Which deposit of its colour each region belongs to, in order of appearance: 0 for the first.

    What has become of one deposit keeps its name, and so its look.
    """
    seen: dict[str, dict[str, int]] = {}
    found = []
    for region in regions:
        names = seen.setdefault(colour(region.material), {})
        found.append(names.setdefault(region.name, len(names)))
    return found


def hatch(fill: str, look: int, key: str, scale: float) -> tuple[str, str]:
    """A look's paint, and the SVG element that defines it ("" for a plain one).

    `key` is an ID that nothing else on the page has; `scale`: pixels a unit where it is used.
    """
    if not look:
        return fill, ""
    angle, pitch = HATCHES[(look - 1) % len(HATCHES)]
    line = LIGHT if lightness(fill) < DARKEST else DARK
    return f"url(#{key})", (
        f'<pattern id="{key}" width="{pitch:g}" height="{pitch:g}" '
        f'patternUnits="userSpaceOnUse" patternTransform="scale({1 / scale:.5g}) rotate({angle})">'
        f'<rect width="{pitch:g}" height="{pitch:g}" fill="{fill}"/>'
        f'<rect width="{line}" height="{pitch:g}" fill="{seam(fill)}"/></pattern>'
    )
