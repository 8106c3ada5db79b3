"""Growth of a film on all open surfaces: what it leaves of the air, and the voids that it seals."""

import numpy as np
import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Growth, Section, parts, polygonal, united
from simulators.section.sealing import voids_of
from simulators.section.surface import SIDE, Floats, Frame, opened_up, overhung, recede, shrunk


class Grown(Struct, frozen=True):
    """The air that growth leaves open to the top, the voids that it sealed, how it goes on."""

    left: BaseGeometry
    sealed: tuple[BaseGeometry, ...]
    growth: Growth | None
    """None where the next growth may as well begin on what is left."""


def grow(section: Section, thickness: float, coverage: float) -> Grown:
    """Grow a film of `thickness` nm on all that the section's ambient reaches.

    `coverage` is side-wall over top thickness, 0 < coverage <= 1: x is stretched by its inverse,
    grown by a round front, and shrunk again. Where something overhangs, films that grow on each
    other act by their sum on the surface below them all: so the moment when a neck closes, and with
    it the void, is the same in however many steps they come.
    """
    last = section.growth
    if last is None or last.coverage != coverage or last.left is not section.ambient:
        last = Growth(section.ambient, 0.0, coverage, section.ambient)
    frame = Frame(section.width / coverage, section.floor, section.ceiling)
    base = _widened(last.base, coverage)
    if not overhung(base):
        still_open, sealed = split(section.ceiling, recede(frame, base, thickness))
        going_on = None
    else:
        end = last.thickness + thickness
        opened = opened_up(frame, base, end)
        old = [_widened(each, coverage) for each in section.voids]
        sealed = voids_of(frame, opened, last.thickness, end, old)
        left = shrunk(frame, opened, end)
        if last.thickness > 0:  # with other facets than before, by which it lies a little elsewhere
            air = _widened(section.ambient, coverage)
            left = polygonal(left.intersection(air))
            sealed = [polygonal(each.intersection(air)) for each in sealed]
        closed = united([*old, *sealed])
        still_open, pockets = split(section.ceiling, polygonal(left.difference(closed)))
        # by a void's side there is only what its finer facets leave
        sealed += [each for each in pockets if not each.intersects(closed)]
        going_on = Growth(last.base, end, coverage, left)
    found = _narrowed(still_open, coverage, section.width)
    return Grown(
        found,
        tuple(_narrowed(each, coverage, section.width) for each in sealed),
        None if going_on is None else replace(going_on, left=found),
    )


def _widened(shape: BaseGeometry, coverage: float) -> BaseGeometry:
    if coverage >= 1:
        return shape
    return shapely.transform(shape, lambda points: points * [1.0 / coverage, 1.0])


def _narrowed(shape: BaseGeometry, factor: float, width: float) -> BaseGeometry:
    """A stretched shape made narrow again, its side edges exactly on the domain's."""
    if factor >= 1:
        return shape

    def narrow(points: Floats) -> Floats:
        x = points[:, 0] * factor
        x = np.where(np.abs(x - width) < SIDE, width, np.where(np.abs(x) < SIDE, 0.0, x))
        return np.column_stack([x, points[:, 1]])

    return shapely.transform(shape, narrow)


def split(ceiling: float, air: BaseGeometry) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Air that reaches the top of the domain, at `ceiling` nm, and the pockets that do not."""
    top = ceiling - 1.0
    still_open = [part for part in parts(air) if part.bounds[3] >= top]
    pockets: list[BaseGeometry] = [part for part in parts(air) if part.bounds[3] < top]
    return still_open[0] if len(still_open) == 1 else shapely.MultiPolygon(still_open), pockets
