"""What a scanning electron microscope makes out on a wafer from above: its uppermost feature.

It sees the skyline: of every column what lies on top. Edges are bright where that falls steeply,
materials differ in brightness where it is flat.
"""

import itertools
from collections.abc import Iterable, Iterator

from msgspec import Struct

from fabctl.structure.section import Section
from fabctl.structure.tolerances import FLAT
from simulators.section.columns import columns

WALL_NM = 20.0
"""A setting of the simulated microscope: how far what it takes for an edge must at least fall."""
STEEP = 3.0
"""A setting of the simulated microscope: fall by way, above which a slope is an edge (72°). Over a
film's rounded corner that is within a tenth of the film's thickness from its wall."""

Span = tuple[float, float]
"""From and to (nm along the section)."""


class Edge(Struct, frozen=True):
    """The upper end of a steep part of the skyline."""

    x: float
    height: float
    falls: bool
    """From left to right."""


def feature(section: Section) -> Span | None:
    """Where the uppermost feature lies; None where there is none. The widest of several.

    Between the highest edges a gap, where the field lies high, or a line that stands out of it; on
    a surface without edges a line of other materials than the field.
    """
    edges = sorted(_edges(section), key=lambda each: each.x)
    if not edges:
        return _widest(_inlaid(section))
    highest = max(each.height for each in edges)
    upper = [each for each in edges if each.height >= highest - FLAT]
    return _widest(
        (left.x, right.x)
        for left, right in itertools.pairwise(upper)
        if left.falls == upper[0].falls != right.falls
    )


def _widest(spans: Iterable[Span]) -> Span | None:
    return max(spans, key=lambda span: span[1] - span[0], default=None)


def _edges(section: Section) -> Iterator[Edge]:
    seen = columns(section)
    points = [
        (x, z)
        for left, right, (at_left, at_right) in zip(
            seen.edges[:-1].tolist(), seen.edges[1:].tolist(), seen.tops[0].tolist(), strict=True
        )
        for x, z in ((left, at_left), (right, at_right))
    ]
    steps = [(a, b) for a, b in itertools.pairwise(points) if a != b]
    for slope, run in itertools.groupby(steps, key=_slope):
        wall = list(run)
        (start, top), (end, bottom) = wall[0][0], wall[-1][1]
        if slope and abs(top - bottom) >= WALL_NM:
            falls = slope < 0
            yield Edge(start if falls else end, max(top, bottom), falls)


def _slope(step: tuple[tuple[float, float], tuple[float, float]]) -> int:
    """-1 where the skyline falls steeply, 1 where it rises so, else 0."""
    (left, before), (right, after) = step
    rise = after - before
    return 0 if abs(rise) <= STEEP * (right - left) else 1 if rise > 0 else -1


def _inlaid(section: Section) -> Iterator[Span]:
    """The runs of other materials between two of the field's, which goes on at both sides."""
    seen = columns(section)
    tops = [section.regions[place].material for place in seen.layers[0].tolist()]
    field = tops[0]
    if field != tops[-1]:
        return
    columns_of = zip(tops, seen.edges[:-1].tolist(), seen.edges[1:].tolist(), strict=True)
    for other, run in itertools.groupby(columns_of, key=lambda column: column[0] != field):
        if other:
            found = list(run)
            yield found[0][1], found[-1][2]
