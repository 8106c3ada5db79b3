"""Chemical-mechanical polishing: a flat cut, and the two ways of stopping it."""

import itertools
import math
from collections.abc import Iterator, Mapping
from enum import StrEnum

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import SUBSTRATE, Section, parts, united
from simulators.section.columns import Floats
from simulators.section.cutting import cut_away
from simulators.section.dishing import undished
from simulators.section.levels import heights, lengths

RESOLUTION = 1.0
"""nm: heights closer than this are polished as one."""
HAIR = 1e-6
"""nm: less than this does not stay on what lies below."""


class Stop(StrEnum):
    """When the polisher believes that it is done."""

    FIRST_SEEN = "first-seen"
    """The stop layer shows somewhere: its highest point."""
    CLEAR = "clear"
    """The stop layer shows everywhere: its lowest top."""


def polish_to(section: Section, level: float, job: str) -> Section:
    """Remove everything above `level` (nm)."""
    above = shapely.box(0, level, section.width, section.ceiling)
    high = [region for region in section.regions if region.shape.bounds[3] > level + 1e-9]
    return cut_away(section, {region.name: above for region in high}, job, air=above)


def stop_level(section: Section, materials: tuple[str, ...], stop: Stop) -> float:
    """The z (nm) at which polishing stops on a layer of one of the materials.

    Raises ValueError where there is none: the polisher would go on until its time is up.
    """
    shapes = [region.shape for region in section.of_material(*materials)]
    if not shapes:
        raise ValueError(f"nothing of {', '.join(materials)} on the wafer to stop on")
    if stop is Stop.FIRST_SEEN:
        return max(float(shape.bounds[3]) for shape in shapes)
    return min(_tops(united(shapes)))


class Stretch(Struct, frozen=True):
    """A part of a pad's way down over which it rubs on the same."""

    seconds: float
    """When it begins."""
    speed: float
    """nm/s."""
    shares: Mapping[str, float]
    """Material → its share of what carries the pad."""


class Descent:
    """How a flat pad comes down on a section at `rates` (material → nm/s), once for all moments.

    Going down from the top, the speed at each height is that at which all material there wears
    equally: the harmonic mean of the rates, weighted by the lengths that lie at that height. A
    material without a rate carries the pad for good.
    """

    def __init__(self, section: Section, rates: Mapping[str, float]) -> None:
        section = undished(section, rates)
        self._heights = _heights(section, rates)
        self._speeds, self._rubbed = _speeds(section, rates, self._heights)
        self._below = section.named(SUBSTRATE).material

    def level(self, seconds: float) -> float:
        """The height (nm) after some seconds."""
        level = self._heights[0]
        for lower, speed in zip(self._heights[1:], self._speeds, strict=True):
            if speed <= 0:
                return level
            needed = (level - lower) / speed
            if needed >= seconds:
                rest = level - speed * seconds
                return lower if rest - lower < HAIR else rest
            seconds -= needed
            level = lower
        return level

    def seconds_to(self, level: float) -> float | None:
        """When the pad reaches a height (nm); None where something carries it above that."""
        seconds, here = 0.0, self._heights[0]
        for lower, speed in zip(self._heights[1:], self._speeds, strict=True):
            if here <= level:
                break
            if speed <= 0:
                return None
            seconds += (here - max(lower, level)) / speed
            here = lower
        return seconds if here <= level else None

    def course(self) -> Iterator[Stretch]:
        """The way down, stretch by stretch, to where the pad stays for good."""
        seconds = 0.0
        ways = itertools.pairwise(self._heights)
        for place, ((upper, lower), speed) in enumerate(zip(ways, self._speeds, strict=True)):
            lying = {material: float(each[place]) for material, each in self._rubbed.items()}
            whole = sum(lying.values())
            if whole > 0:
                yield Stretch(seconds, speed, {name: nm / whole for name, nm in lying.items()})
            if speed <= 0:
                return
            seconds += (upper - lower) / speed
        yield Stretch(seconds, 0.0, {self._below: 1.0})


def _heights(section: Section, rates: Mapping[str, float]) -> list[float]:
    """The heights of all vertices, from the top to the section's floor, crumbs merged.

    What carries the pad does so at its very top, or a hair of what lies on it would stay.
    """
    zs = heights(*(region.shape for region in section.regions)).tolist()
    carries = {
        float(region.shape.bounds[3])
        for region in section.regions
        if rates.get(region.material, 0.0) <= 0
    }
    kept: list[float] = zs[-1:]
    for z in zs[-2::-1]:
        if kept[-1] - z >= RESOLUTION or z in carries:
            kept.append(z)
    return kept


def _speeds(
    section: Section, rates: Mapping[str, float], stops: list[float]
) -> tuple[list[float], dict[str, Floats]]:
    """The pad's speed (nm/s) between each two neighbouring heights, and what it rubs on there.

    That is, material → length (nm).
    """
    levels = (np.array(stops[:-1]) + np.array(stops[1:])) / 2
    borne, wear = np.zeros(len(levels)), np.zeros(len(levels))
    held = np.zeros(len(levels), dtype=bool)
    rubbed: dict[str, Floats] = {}
    for region in section.regions:
        lying = lengths(region.shape, levels)
        rate = rates.get(region.material, 0.0)
        borne += lying
        rubbed[region.material] = rubbed.get(region.material, 0.0) + lying
        if rate > 0:
            wear += lying / rate
        else:
            held |= lying > 0
    speeds = np.divide(borne, wear, out=np.full(len(levels), math.inf), where=wear > 0)
    return [float(speed) for speed in np.where(held, 0.0, speeds)], rubbed


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
