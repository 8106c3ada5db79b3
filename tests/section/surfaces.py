"""Surfaces that several tests start from."""

import shapely

from fabctl.structure.section import Region, Section, parts, polygonal
from simulators.section.cutting import cut_away


def trench(width=4000.0, left=1600.0, right=2400.0, depth=700.0):
    """A flat dielectric of `depth` nm with one straight opening down to the substrate."""
    bare = Section.bare(width)
    block = shapely.box(0, 0, left, depth).union(shapely.box(right, 0, width, depth))
    air = polygonal(bare.ambient.difference(block))
    return bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)


def bowed(neck=60.0, belly=160.0, depth=500.0):
    """A via that is narrow at its mouth and wide below."""
    bare = Section.bare(2000)
    middle = 1000.0
    hole = shapely.Polygon(
        [
            (middle - neck / 2, depth),
            (middle - belly / 2, depth * 0.6),
            (middle - belly / 2, depth * 0.3),
            (middle - neck / 2, 0),
            (middle + neck / 2, 0),
            (middle + belly / 2, depth * 0.3),
            (middle + belly / 2, depth * 0.6),
            (middle + neck / 2, depth),
        ]
    )
    block = shapely.box(0, 0, 2000, depth).difference(hole)
    air = polygonal(bare.ambient.difference(block))
    return bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)


def rough(rng, width=4000.0, high=700.0):
    """A surface of slopes and steps from 50 nm up, flat at the sides."""
    xs = [0, 300, *sorted(rng.sample(range(400, 3600, 20), rng.randint(3, 9))), 3700, width]
    zs = [200, 200, *(rng.uniform(50, high) for _ in xs[2:-2]), 200, 200]
    outline = [(0.0, 0.0)]
    for place in range(len(xs) - 1):
        outline.append((xs[place], zs[place]))
        if rng.random() < 0.4:
            outline.append((xs[place + 1], zs[place]))
    outline += [(xs[-1], zs[-1]), (width, 0.0)]
    block = polygonal(shapely.Polygon(outline).buffer(0))
    bare = Section.bare(width)
    air = polygonal(bare.ambient.difference(block))
    return bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)


def cavern(rng):
    """A via whose two walls run in and out as they please; several necks may close."""
    depth = rng.uniform(300, 700)
    heights = [0, *sorted(rng.uniform(10, depth - 1) for _ in range(rng.randint(3, 7))), depth]
    left = [(1000 - rng.uniform(25, 110), z) for z in heights]
    right = [(1000 + rng.uniform(25, 110), z) for z in heights]
    bare = Section.bare(2000)
    block = shapely.box(0, 0, 2000, depth).difference(shapely.Polygon([*left, *right[::-1]]))
    air = polygonal(bare.ambient.difference(block))
    return bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)


def roofed():
    """A roof of two wings, on a stem between two blocks: a corner under one wing narrows askew."""
    blocks = shapely.Polygon(
        [
            *((1350, 0), (1350, 571), (1440, 582), (1640, 582), (1640, 393)),
            *((1840, 393), (1840, 529), (2150, 529), (2150, 0)),
        ]
    )
    stem, roof = shapely.box(1733, 393, 1748, 698), shapely.box(1488, 698, 1993, 762)
    block = shapely.union_all([blocks, stem, roof, shapely.box(0, 0, 4000, 30)])
    bare = Section.bare(4000)
    air = polygonal(bare.ambient.difference(block))
    return bare.with_regions((*bare.regions, Region("d", "SiOC", block, "j")), air)


def dish(section, material, depth, job):
    """A parabola of `depth` nm taken out of the top of each body of a material."""
    cuts = {}
    for region in section.of_material(material):
        bowls = []
        for part in parts(region.shape):
            left, _, right, top = part.bounds
            ends = [(at / 8 - 1, left + (right - left) * at / 16) for at in range(17)]
            rim = [(x, top - depth * (1 - share**2)) for share, x in ends]
            bowls.append(shapely.Polygon([*rim, (right, top + 1), (left, top + 1)]))
        cuts[region.name] = shapely.union_all(bowls)
    return cut_away(section, cuts, job)
