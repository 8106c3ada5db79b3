"""Whatever surfaces a wafer may have, for properties: slopes, steps, walls, overhanging roofs."""

import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fabctl.structure.section import Region, Section, polygonal

WIDTH = 4000.0
BUSY = settings(suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the code."""
MANY = settings(BUSY, max_examples=max(200, settings.default.max_examples))
"""On how many the quicker of these properties are tried by the long tests."""


def nm(low, high):
    """Lengths to the hundredth of a nm."""
    return st.integers(round(100 * low), round(100 * high)).map(lambda number: number / 100)


@st.composite
def surfaces(draw):
    """A dielectric up to a µm high, plain at the section's sides, with roofs on it."""
    side = draw(nm(0.01, 1000))
    outline = [(0.0, 0.0), (0.0, side)]
    for x in sorted(draw(st.lists(nm(300, 3700), min_size=1, max_size=12, unique=True))):
        if draw(st.booleans()):  # a step
            outline.append((x, outline[-1][1]))
        outline.append((x, draw(nm(0.01, 1000))))
    body = polygonal(shapely.Polygon([*outline, (3701, side), (WIDTH, side), (WIDTH, 0)]).buffer(0))
    for _ in range(draw(st.integers(0, 4))):
        x, high, tilt = draw(nm(600, 3400)), draw(nm(60, 1000)), draw(nm(-50, 50))
        half, thick = draw(nm(1, 300)), draw(nm(1, 200))
        left, right = (x - half, high), (x + half, high + tilt)
        corners = [left, right, (right[0], right[1] + thick), (left[0], left[1] + thick)]
        wide = draw(nm(1, 200))
        stem = shapely.box(x - wide, 0, x + wide, high + tilt / 2 + 0.01)
        body = shapely.union_all([body, stem, shapely.Polygon(corners)])
    bare = Section.bare(WIDTH)
    body = polygonal(body.intersection(bare.ambient))
    regions = (*bare.regions, Region("d", "SiOC", body, "j"))
    air = list(shapely.get_parts(polygonal(bare.ambient.difference(body))))
    air.sort(key=lambda each: each.bounds[3])
    return Section(WIDTH, bare.floor, bare.ceiling, regions, air[-1], tuple(air[:-1]))
