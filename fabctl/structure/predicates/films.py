"""Films: thickness at a place, the smallest one, planarity, continuity, voids."""

import math

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Section, parts
from fabctl.structure.tolerances import FOLDED


def thickness_at(shape: BaseGeometry, x: float) -> tuple[float, ...]:
    """The vertical runs (nm) of a body at an abscissa, from the top down."""
    if shape.is_empty:
        return ()
    probe = shapely.LineString([(x, shape.bounds[1] - 1), (x, shape.bounds[3] + 1)])
    hit = shape.intersection(probe)
    runs = [each for each in getattr(hit, "geoms", (hit,)) if each.geom_type == "LineString"]
    return tuple(
        run.length for run in sorted(runs, key=lambda run: -run.bounds[3]) if run.length > 0
    )


def smallest_thickness(film: BaseGeometry, below: BaseGeometry, above: BaseGeometry) -> float:
    """The shortest way (nm) through a film from the body below it to what lies above it."""
    if film.is_empty:
        return 0.0
    lower = film.boundary.intersection(below.buffer(1e-3))
    upper = film.boundary.intersection(above.buffer(1e-3))
    if lower.is_empty or upper.is_empty:
        return 0.0
    return float(lower.distance(upper))


def planarity(section: Section, left: float, right: float) -> float:
    """Highest less lowest point (nm) of the open surface between two abscissae."""
    window = shapely.box(left, section.floor, right, section.ceiling)
    air = section.ambient.intersection(window)
    lows = []
    step = (right - left) / 64
    for number in range(65):
        x = min(max(left + number * step, left + 1e-6), right - 1e-6)
        column = air.intersection(shapely.LineString([(x, section.floor), (x, section.ceiling)]))
        if not column.is_empty:
            lows.append(column.bounds[1])
    return max(lows) - min(lows) if lows else float("inf")


def continuous(film: BaseGeometry, below: BaseGeometry, above: BaseGeometry) -> bool:
    """Whether a film is one piece without a pinhole: what is above never meets what is below."""
    return sum(1 for _ in parts(film)) == 1 and below.distance(above) > 0


def voids_in(section: Section) -> tuple[int, float]:
    """How many voids the section has, and their area (nm²)."""
    return len(section.voids), sum(void.area for void in section.voids)


def mean_thickness(shape: BaseGeometry) -> float:
    """The shorter side (nm) of the rectangle with a body's area and perimeter.

    Area A = t l and perimeter P = 2 (t + l) give t = (P/2 - sqrt(P²/4 - 4 A)) / 2: the thickness
    of a film however it is folded. Parts count by their area.
    """
    weighted = area = 0.0
    for part in parts(shape):
        half = part.length / 2
        weighted += part.area * (half - math.sqrt(max(0.0, half * half - 4 * part.area))) / 2
        area += part.area
    return weighted / area if area else 0.0


def thickness(shape: BaseGeometry) -> float:
    """What a person calls the thickness (nm) of a body.

    Of a film its mean thickness, however it is folded; of anything bulkier the height of its
    largest part in the middle.
    """
    largest = max(parts(shape), key=lambda each: each.area, default=None)
    if largest is None:
        return 0.0
    left, low, right, high = largest.bounds
    mean = mean_thickness(shape)
    if mean < FOLDED * (high - low):
        return mean
    return max(thickness_at(largest, (left + right) / 2), default=mean)
