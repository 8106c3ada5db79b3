"""Chemical-mechanical polishing: a flat cut, and the two ways of stopping it."""

import itertools
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, parts, polygonal
from simulators.section.etching import finish


class Stop(StrEnum):
    """When the polisher believes that it is done."""

    FIRST_SEEN = "first-seen"
    """The stop layer shows somewhere: its highest point."""
    CLEAR = "clear"
    """The stop layer shows everywhere: its lowest top."""


def polish_to(section: Section, level: float, job: str) -> Section:
    """Remove everything above `level` (nm)."""
    above = shapely.box(0, level, section.width, section.ceiling)
    gone = {
        region.name: polygonal(region.shape.intersection(above))
        for region in section.regions
        if region.shape.bounds[3] > level + 1e-9
    }
    return finish(section, gone, job, "")


def stop_level(section: Section, materials: tuple[str, ...], stop: Stop) -> float:
    """The z (nm) at which polishing stops on a layer of one of the materials.

    Raises ValueError where there is none: the polisher would go on until its time is up.
    """
    shapes = [region.shape for region in section.of_material(*materials)]
    if not shapes:
        raise ValueError(f"nothing of {', '.join(materials)} on the wafer to stop on")
    if stop is Stop.FIRST_SEEN:
        return max(float(shape.bounds[3]) for shape in shapes)
    return min(_tops(shapely.union_all(shapes)))


def dish(section: Section, materials: tuple[str, ...], depth: float, job: str) -> Section:
    """Take a parabola of `depth` nm out of each soft part that lies open between stops."""
    gone: dict[str, BaseGeometry] = {}
    for region in section.of_material(*materials):
        bowls = [_bowl(part, depth) for part in parts(region.shape) if _open(section, part)]
        if bowls:
            gone[region.name] = polygonal(region.shape.intersection(shapely.union_all(bowls)))
    return finish(section, gone, job, "")


def _tops(shape: BaseGeometry) -> list[float]:
    """The heights of the upper faces that see the sky: local flats of the upper envelope."""
    tops = []
    for part in parts(shape):
        ring = list(part.exterior.coords)
        if not part.exterior.is_ccw:
            ring.reverse()
        tops += [
            min(z0, z1)
            for (x0, z0), (x1, z1) in itertools.pairwise(ring)
            if x1 < x0 - 1.0 and _sees_sky(shape, (x0 + x1) / 2, max(z0, z1))
        ]
    return tops


def _sees_sky(shape: BaseGeometry, x: float, z: float) -> bool:
    return not shape.intersects(shapely.LineString([(x, z + 1e-6), (x, z + 1e6)]))


def _open(section: Section, part: BaseGeometry) -> bool:
    return bool(part.intersection(section.ambient).length > 1.0)


def _bowl(part: BaseGeometry, depth: float) -> BaseGeometry:
    left, _, right, top = part.bounds
    half, middle = (right - left) / 2, (right + left) / 2
    xs = [left + (right - left) * i / 16 for i in range(17)]
    rim = [(x, top - depth * (1 - ((x - middle) / half) ** 2)) for x in xs]
    return shapely.Polygon([*rim, (right, top + 1), (left, top + 1)])
