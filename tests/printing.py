"""Resist on a bare section: coats printed by how deep light comes, and developed to the end."""

from collections import defaultdict

import shapely

from fabctl.structure.section import MIXED, polygonal
from simulators.section.isotropic import etch_all_round
from simulators.section.resist import GELLED, LIT, Image, expose, link_lit


def lit_up(section, resists, lit, depth):
    """Expose, under the lit intervals, every coat to whose bottom `depth` nm of light come."""
    coats = defaultdict(list)
    for region in section.regions:
        if region.material in resists and MIXED not in region.tags:
            coats[region.job, region.material].append(region.shape)
    over, images = 0.0, {}
    for coat, shapes in sorted(coats.items(), key=lambda each: -shapely.total_bounds(each[1])[3]):
        thick = polygonal(shapely.union_all(shapes))
        probe = shapely.LineString([(1.0, section.floor), (1.0, section.ceiling)])
        over += thick.intersection(probe).length
        if over <= depth:
            images[coat] = [Image(*each) for each in lit]
    return expose(section, images)


def printed(section, resists, lit, depth):
    """Exposed, and baked after it."""
    exposed = lit_up(section, resists, lit, depth)
    coats = {(each.job, each.material) for each in exposed.of_material(*resists)}
    return link_lit(exposed, coats)


def develop(section, resists, job, *, negative=True):
    """A puddle that stands until nothing more dissolves."""
    rates = {}
    for name in resists:
        stays, goes = (f"{name}:{GELLED}", name) if negative else (name, f"{name}:{LIT}")
        rates |= {stays: 0.0, goes: 40.0, f"{name}:{MIXED}": 0.0}
    return etch_all_round(section, rates, 100.0, job)
