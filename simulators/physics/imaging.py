"""The image of a reticle on the wafer: sharp within the depth of focus, blurred beyond it.

Depth of focus ± k2 λ / NA² (Rayleigh). Beyond it a point becomes a disc of radius (|z| - depth) ·
tan(asin NA); along a line its light spreads with σ = radius / 2. The light at x is then the sum of
½ (erf((right - x) / √2σ) - erf((left - x) / √2σ)) over the clear intervals. Lengths in nm, light as
a share of the full. λ, k2 and their source: ``sequences/physics/imaging.yaml``.
"""

import itertools
import math
from collections.abc import Sequence

from msgspec import Struct

from simulators.physics.values import read_table, shipped

Piece = tuple[float, float, float]
"""From and to (nm along the section), and what holds between."""
STEPS = (-2.5, -1.75, -1.25, -0.85, -0.5, -0.2, 0.2, 0.5, 0.85, 1.25, 1.75, 2.5)
"""σ from an edge: where a blurred image is cut into pieces of one brightness."""
DARK = 1e-3
"""Share of the full light that is none."""


class Optics(Struct, frozen=True):
    """Wavelength in nm; k2 is a pure number."""

    wavelength: float
    k2: float


OPTICS = read_table(
    shipped("imaging"),
    ("wavelength", "k2"),
    lambda values: Optics(values.value("wavelength", "nm"), values.bare("k2")),
)["i-line"]


def depth_of_focus(aperture: float) -> float:
    """How far (nm) the wafer may lie above or below the focus."""
    return OPTICS.k2 * OPTICS.wavelength / aperture**2


def blur(focus_um: float, aperture: float) -> float:
    """σ (nm) by which an edge is smeared at a focus offset; 0 within the depth of focus."""
    beyond = max(0.0, abs(focus_um) * 1000 - depth_of_focus(aperture))
    return beyond * math.tan(math.asin(aperture)) / 2


def image(clear: Sequence[tuple[float, float]], width: float, sigma: float) -> tuple[Piece, ...]:
    """The light (1: full) of some clear intervals on a section `width` wide, piece by piece."""
    if sigma <= 0:
        return tuple((left, right, 1.0) for left, right in clear)
    edges = {x for pair in clear for x in pair if 0 < x < width}
    cuts = {x + step * sigma for x in edges for step in STEPS}
    xs = sorted({0.0, width, *(x for x in cuts if 0 < x < width)})
    lit = [
        (left, right, _light((left + right) / 2, clear, width, sigma))
        for left, right in itertools.pairwise(xs)
    ]
    return tuple(each for each in lit if each[2] > DARK)


def _light(x: float, clear: Sequence[tuple[float, float]], width: float, sigma: float) -> float:
    def reached(edge: float) -> float:
        if edge <= 0 or edge >= width:  # the reticle goes on beyond the section
            return math.copysign(1.0, edge - width / 2)
        return math.erf((edge - x) / (math.sqrt(2) * sigma))

    return sum((reached(right) - reached(left)) / 2 for left, right in clear)


def added(one: Sequence[Piece], other: Sequence[Piece]) -> tuple[Piece, ...]:
    """Two courses along the section, each 0 where it says nothing, added up."""
    xs = sorted({x for left, right, _ in (*one, *other) for x in (left, right)})
    total: list[Piece] = []
    for left, right in itertools.pairwise(xs):
        middle = (left + right) / 2
        value = sum(each[2] for each in (*one, *other) if each[0] < middle < each[1])
        if value > 0:
            total.append((left, right, value))
    return joined(total)


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbouring pieces of the same value as one."""
    found: list[Piece] = []
    for left, right, value in pieces:
        if found and found[-1][1] == left and math.isclose(found[-1][2], value, rel_tol=1e-9):
            found[-1] = (found[-1][0], right, value)
        else:
            found.append((left, right, value))
    return tuple(found)
