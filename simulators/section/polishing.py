"""Chemical-mechanical polishing: a flat cut, and the two ways of stopping it."""

import itertools
import math
from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, parts, polygonal
from simulators.section.etching import finish

RESOLUTION = 1.0
"""nm: heights closer than this are polished as one."""


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


def polish_for(section: Section, rates: Mapping[str, float], seconds: float, job: str) -> Section:
    """Polish for some seconds at `rates` (material → nm/s): the pad stays flat.

    Going down from the top, the speed at each height is that at which all material there wears
    equally: the harmonic mean of the rates, weighted by the lengths that lie at that height. A
    material without a rate carries the pad for good.
    """
    return polish_to(section, level_after(section, rates, seconds), job)


def level_after(section: Section, rates: Mapping[str, float], seconds: float) -> float:
    """The height (nm) that the pad has reached after some seconds."""
    heights = _heights(section)
    level = heights[0]
    for lower in heights[1:]:
        speed = _speed(section, rates, (level + lower) / 2)
        if speed <= 0:
            return level
        needed = (level - lower) / speed
        if needed >= seconds:
            return level - speed * seconds
        seconds -= needed
        level = lower
    return level


def _heights(section: Section) -> list[float]:
    """The heights of all vertices above the substrate's surface, from the top, crumbs merged."""
    solid = [region.shape for region in section.regions]
    zs = np.unique(np.concatenate([shapely.get_coordinates(shape)[:, 1] for shape in solid]))
    kept = [float(zs[-1])]
    for z in zs[-2::-1]:
        if kept[-1] - z >= RESOLUTION:
            kept.append(float(z))
    return [z for z in kept if z >= 0.0]


def _speed(section: Section, rates: Mapping[str, float], level: float) -> float:
    cut = shapely.LineString([(0.0, level), (section.width, level)])
    shares = [
        (float(region.shape.intersection(cut).length), rates.get(region.material, 0.0))
        for region in section.regions
        if region.shape.bounds[1] <= level <= region.shape.bounds[3]
    ]
    borne = sum(length for length, _ in shares)
    if borne <= 0:
        return math.inf
    if any(length > 0 and rate <= 0 for length, rate in shares):
        return 0.0
    return borne / sum(length / rate for length, rate in shares if length > 0)


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
