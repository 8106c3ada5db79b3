"""A section cut into vertical columns at the x of every vertex: in each, a stack of trapezoids.

All columns at once, as arrays: layers are numbered from the top down, and a column that has fewer
is filled up with `NONE`.
"""

import math

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from fabctl.structure.section import Section, Shapes
from fabctl.structure.tolerances import AREA_FLOOR

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

NONE = -1
"""In place of a region's index: the column has no layer so far down."""
EDGE = 1e-9
"""nm: an edge less wide than this is upright."""
MERGED = 1e-6
"""nm: abscissae closer than this are one."""


class Columns(Struct, frozen=True):
    """`layers`, `tops` and `bottoms` go by (layer from the top, column[, left and right edge])."""

    edges: Floats
    """The columns' edges (nm), one more than there are columns."""
    layers: Places
    """Indices into the section's regions."""
    tops: Floats
    """Height (nm) of each layer's upper face at the column's left and right edge."""
    bottoms: Floats

    @property
    def widths(self) -> Floats:
        """Width (nm) of each column."""
        return np.diff(self.edges)

    @property
    def hollow(self) -> bool:
        """Whether there is room under some layer: something overhangs, or a void is below it."""
        gaps = self.bottoms[:-1] - self.tops[1:] > MERGED
        return bool(gaps[self.layers[1:] >= 0].any())

    def per_layer(self, values: list[float]) -> Floats:
        """A value a region, for every layer of every column; 0 where there is none."""
        return np.append(np.array(values, dtype=np.float64), 0.0)[self.layers]


def columns(section: Section, above: float = -math.inf) -> Columns:
    """The section's solid regions in columns; ambient and voids are gaps between layers.

    Nobody counts on what lies deeper than `above` nm: it may be left out.
    """
    shapes: Shapes = np.array([region.shape for region in section.regions])
    if above > section.floor:
        shapes = _clipped(shapes, above, section)
    pieces, of_region = shapely.get_parts(shapes, return_index=True)
    body = shapely.area(pieces) > AREA_FLOOR
    pieces, of_region = pieces[body], of_region[body]
    sides, of_piece = _sides(pieces)
    lines = _lines(shapely.get_coordinates(pieces)[:, 0], section.width)
    side, column = _crossed(sides, lines)
    x0, z0, x1, z1 = sides[side].T
    slope = (z1 - z0) / (x1 - x0)
    left, right = lines[column], lines[column + 1]
    # a vertex is met exactly, and not to the rounding of the slope
    at_left = np.where(left == x0, z0, z0 + slope * (left - x0))
    at_right = np.where(right == x1, z1, z0 + slope * (right - x0))
    piece = of_piece[side]
    order = np.lexsort((-(at_left + at_right), piece, column))
    upper = order[_uppers(column[order], piece[order])]
    lower = order[_uppers(column[order], piece[order]) + 1]
    return _stacked(
        lines,
        column[upper],
        of_region[piece[upper]],
        np.column_stack([at_left[upper], at_right[upper]]),
        np.column_stack([at_left[lower], at_right[lower]]),
    )


def _clipped(shapes: Shapes, above: float, section: Section) -> Shapes:
    """Some bodies without what lies deeper, as far as that is cut off quickly."""
    cut = shapely.clip_by_rect(shapes, 0.0, above, section.width, section.ceiling)
    sound = shapely.is_valid(cut)
    return cut if sound.all() else np.where(sound, cut, shapes)


def _sides(pieces: NDArray[np.object_]) -> tuple[Floats, Places]:
    """The polygons' sides as rows x0, z0, x1, z1 with x0 < x1, and the polygon of each."""
    rings, of_piece = shapely.get_rings(pieces, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    joined = of_ring[:-1] == of_ring[1:]
    sides = np.hstack([points[:-1], points[1:]])[joined]
    of_side = of_piece[of_ring[:-1][joined]]
    flip = sides[:, 0] > sides[:, 2]
    sides[flip] = sides[flip][:, [2, 3, 0, 1]]
    wide = sides[:, 2] - sides[:, 0] > EDGE
    return sides[wide], of_side[wide]


def _lines(xs: Floats, width: float) -> Floats:
    found = np.sort(xs).tolist()
    lines = found[:1]
    for x in found[1:]:
        if x - lines[-1] > MERGED:
            lines.append(x)
    lines[0], lines[-1] = 0.0, width  # never a sliver along the domain's sides
    return np.array(lines)


def _crossed(sides: Floats, lines: Floats) -> tuple[Places, Places]:
    """Which side goes through which column: pairs of indices."""
    middles = (lines[:-1] + lines[1:]) / 2
    first = np.searchsorted(middles, sides[:, 0], "right")
    spans = np.maximum(np.searchsorted(middles, sides[:, 2]) - first, 0)
    side = np.repeat(np.arange(len(sides)), spans)
    within = np.arange(len(side)) - np.repeat(np.cumsum(spans) - spans, spans)
    return side, within + first[side]


def _uppers(column: Places, piece: Places) -> Places:
    """Where the upper faces stand among faces sorted by column, piece and height.

    Faces come in pairs; one that only grazes a column's middle has no partner and is left out.
    """
    fresh = np.ones(len(column), dtype=bool)
    fresh[1:] = (column[1:] != column[:-1]) | (piece[1:] != piece[:-1])
    starts = np.flatnonzero(fresh)
    counts = np.diff(np.append(starts, len(column)))
    within = np.arange(len(column)) - np.repeat(starts, counts)
    return np.flatnonzero((within % 2 == 0) & (within + 1 < np.repeat(counts, counts)))


def _stacked(lines: Floats, column: Places, region: Places, top: Floats, bottom: Floats) -> Columns:
    order = np.lexsort((-top.sum(axis=1), column))
    column, region, top, bottom = column[order], region[order], top[order], bottom[order]
    starts = np.searchsorted(column, np.arange(len(lines)))
    depth = np.arange(len(column)) - starts[column]
    shape = (int(depth.max(initial=-1)) + 1, len(lines) - 1)
    layers = np.full(shape, NONE, dtype=np.intp)
    tops, bottoms = np.zeros((*shape, 2)), np.zeros((*shape, 2))
    layers[depth, column], tops[depth, column], bottoms[depth, column] = region, top, bottom
    return Columns(lines, layers, tops, bottoms)
