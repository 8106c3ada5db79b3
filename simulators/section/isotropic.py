"""Etching from every open surface at once, as a liquid or an ash does."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Opening, Region, Section, parts, polygonal, united
from fabctl.structure.tolerances import CONTACT
from simulators.section.cutting import cut_away, dissolved, taken, without, without_loose
from simulators.section.rates import Rates, rate_of
from simulators.section.reach import (
    ALIKE,
    ATOM,
    FILM_OF_LIQUID,
    bared,
    reach_of,
    wetted,
    within_depths,
)

Speeds = Mapping[str, float]
"""Region, by its name → nm/s."""

RIGHT_THROUGH = 1.005
"""By so much more than its thickness an etch goes to be through a film."""
SLIVER = 0.02
"""Share of a region's area below which a piece of it is a sliver."""
GENTLE = 1.0
"""nm: an etch that takes less than this of a material changes no other's course."""
FAINT = CONTACT
"""nm: so little is taken for none by whatever looks at a section."""
THINNER = 0.6
"""Share of a body's mean width that it may have where it is thinnest."""
MOST_STEPS = 12
"""Sub-steps of a wet etch."""


def etch_all_round(
    section: Section, rates: Rates, seconds: float, job: str, opening: str = ""
) -> Section:
    """Etch from every surface that the liquid reaches, for some seconds.

    In looks about as long as a liquid needs to be through a second body behind a first one. What
    loses less than `GENTLE` goes after the rest, from each face as deep as that lay open for on the
    average; of what loses less than an atom's width, half goes from what lies open at the start and
    half from what does in the end, or all where that is less than `FAINT`.
    """
    speeds = _speeds(section, rates, seconds)
    loss = {name: speed * seconds for name, speed in speeds.items()}
    eaten = {name: speed for name, speed in speeds.items() if loss[name] >= GENTLE}
    gentle = {name: speed for name, speed in speeds.items() if ATOM <= loss[name] < GENTLE}
    start = {name: speed / 2 for name, speed in speeds.items() if FAINT <= loss[name] < ATOM}
    end = start | {name: speed for name, speed in speeds.items() if loss[name] < FAINT}
    etched, skins = _eaten(section, eaten, seconds, gentle)
    for name, reach in _skins(section, gentle | start, seconds).items():
        skins.setdefault(name, []).append(reach)
    etched = cut_away(etched, {name: united(each) for name, each in skins.items()}, job)
    etched = cut_away(etched, _skins(etched, end, seconds), job)
    if etched is not section:
        etched = without_loose(etched)
    if not opening:
        return etched
    return etched.with_opening(
        Opening(opening, polygonal(etched.ambient.difference(section.ambient)), job)
    )


def _speeds(section: Section, rates: Rates, seconds: float) -> Speeds:
    """How fast each region goes that the liquid may come to at all."""
    speeds = {region.name: rate_of(region, rates) for region in section.regions}
    furthest = max(speeds.values()) * seconds
    air = (section.ambient, *section.voids)
    return {
        region.name: speeds[region.name]
        for region in section.regions
        if speeds[region.name] > 0 and any(region.shape.dwithin(each, furthest) for each in air)
    }


def _eaten(
    section: Section, speeds: Speeds, seconds: float, gentle: Speeds
) -> tuple[Section, dict[str, list[BaseGeometry]]]:
    """What the time leaves, where only what goes at `speeds` is taken.

    And how far the liquid comes, by the end, into what goes at the `gentle` ones (by the region's
    name) from the faces that it lays open.
    """
    late: dict[str, list[BaseGeometry]] = {}
    left = seconds
    while left > 0:
        whole, spent = _surely_gone(section, speeds, left)
        if whole:
            thinner = dissolved(section, whole)
        else:
            spent = min(left, max(_lasts(section, speeds), seconds / MOST_STEPS))
            thinner = _thinner(section, speeds, spent)
        if thinner is section:
            break
        if gentle:
            gone = _gone(section, thinner)
            for name, reach in _behind(
                section, thinner, gone, speeds, gentle, left, GENTLE
            ).items():
                late.setdefault(name, []).append(reach)
        section = thinner
        left -= spent
    return section, late


def _gone(before: Section, after: Section) -> dict[str, BaseGeometry]:
    """What some time has taken of each region (by name)."""
    left = {region.name: region.shape for region in after.regions}
    return {
        region.name: region.shape.difference(left.get(region.name, Polygon()))
        for region in before.regions
        if left.get(region.name) is not region.shape
    }


def _thinner(section: Section, speeds: Speeds, seconds: float) -> Section:
    """What some time leaves of what lies open, and of what comes to lie open behind that."""
    skins = _skins(section, speeds, seconds)
    gone = taken(section, skins)
    if not gone:
        return section
    thinner = without(section, skins, [*gone.values()])
    return cut_away(thinner, _behind(section, thinner, gone, speeds, speeds, seconds), "")


def _behind(
    before: Section,
    after: Section,
    gone: Mapping[str, BaseGeometry],
    speeds: Speeds,
    own_speeds: Speeds,
    seconds: float,
    alike: float = ALIKE,
) -> dict[str, BaseGeometry]:
    """How far into each region (by name) a liquid comes, at its own speed, from faces laid bare.

    That is by the end of some seconds, in which others have `gone` at their `speeds`. Depths that
    differ by less than `alike` are taken for one.
    """
    pieces: dict[float, list[BaseGeometry]] = {}
    for name, piece in gone.items():
        if name in speeds:  # a crumb may have gone elsewhere
            pieces.setdefault(speeds[name], []).append(piece)
    gained: dict[float, BaseGeometry] = {}
    found: dict[str, BaseGeometry] = {}
    for region in after.regions:
        own = own_speeds.get(region.name, 0.0)
        reached: list[BaseGeometry] = []
        for other in sorted(pieces) if own > 0 else ():
            if other == own:
                continue
            if other not in gained:
                gained[other] = united(pieces[other])
            reached += [
                within_depths(line, own * np.maximum(0.0, seconds - ways / other), alike)
                for line, ways in bared(region.shape, gained[other], before.ambient)
            ]
        if reached:
            found[region.name] = united(reached)
    return found


def _surely_gone(
    section: Section, speeds: Speeds, seconds: float
) -> tuple[dict[str, list[Polygon]], float]:
    """What of each region (by name) goes whole within the time, and how long it takes till all has.

    No way through a body is longer than half its outline. Nothing where materials go at several
    speeds, as one may then open another from behind; 0 s where something else lasts longer.
    """
    going = [region for region in section.regions if region.name in speeds]
    if len({speeds[region.name] for region in going}) != 1:
        return {}, 0.0
    whole = united([region.shape for region in going])
    bodies = [body for body in parts(whole) if body.dwithin(section.ambient, FILM_OF_LIQUID)]
    longest = 2 * speeds[going[0].name] * seconds
    small = [body for body in bodies if body.length <= longest]
    if not small:
        return {}, 0.0
    gone: dict[str, list[Polygon]] = {}
    for region in going:
        pieces: Sequence[Polygon] = getattr(region.shape, "geoms", [region.shape])
        inside = [(each, each.representative_point()) for each in pieces]
        gone[region.name] = [
            each for each, point in inside if any(body.intersects(point) for body in small)
        ]
    if not any(gone.values()):
        return {}, 0.0
    if len(small) < len(bodies):
        return gone, 0.0
    return gone, seconds * max(body.length for body in small) / longest


def _skins(section: Section, speeds: Speeds, seconds: float) -> dict[str, BaseGeometry]:
    """How far a liquid reaches into each region (by name) at once.

    What goes at one speed is one body; nothing else lets the liquid through.
    """
    found: dict[str, BaseGeometry] = {}
    liquid: BaseGeometry | None = None
    for speed, regions in _by_speed(section, speeds).items():
        shapes = [region.shape for region in regions]
        depth = speed * seconds
        if depth > FILM_OF_LIQUID and any(each.intersects(section.ambient) for each in shapes):
            liquid = liquid or wetted(section.ambient)
            reach = reach_of(liquid, shapes, depth)
            found |= {region.name: reach for region in regions if region.shape.intersects(reach)}
    return found


def _by_speed(section: Section, speeds: Speeds) -> dict[float, list[Region]]:
    found: dict[float, list[Region]] = {}
    for region in section.regions:
        if region.name in speeds:
            found.setdefault(speeds[region.name], []).append(region)
    return found


def _lasts(section: Section, speeds: Speeds) -> float:
    """Seconds until a liquid may be through a second body, behind the first that it gets through.

    Or to a void, from which it then goes on. What goes at one speed is one body, however many films
    it is.
    """
    through: list[float] = []
    covered: list[tuple[float, list[Polygon]]] = []
    fastest = 0.0
    for speed, regions in _by_speed(section, speeds).items():
        bodies = list(parts(united([region.shape for region in regions])))
        open_ = [each for each in bodies if each.intersects(section.ambient)]
        if open_:
            through.append(_thinnest(open_) / speed)
            fastest = max(fastest, speed)
        else:
            covered.append((speed, bodies))
    if not through:
        return 0.0
    through.sort()
    second = [each * THINNER for each in through[1:]] + [
        float(min(shapely.distance(bodies, section.ambient))) / fastest
        + THINNER * _thinnest(bodies) / speed
        for speed, bodies in covered
        if bodies
    ]
    second += [
        float(void.distance(section.ambient)) / fastest * RIGHT_THROUGH for void in section.voids
    ]
    return min(second, default=through[0])


def _thinnest(bodies: Sequence[Polygon]) -> float:
    """The width of the thinnest body, and a little more: of a strip with its area and outline.

    Slivers, which are gone in no time, do not count.
    """
    least = SLIVER * sum(body.area for body in bodies)
    half = [(body.area, body.length / 2) for body in bodies if body.area > least]
    thin = (length - math.sqrt(max(0.0, length**2 - 4 * area)) for area, length in half)
    return max(ATOM, min(thin, default=0.0) / 2 * RIGHT_THROUGH)
