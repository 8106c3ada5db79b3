"""The finished low-k interconnect (lowk.9 to lowk.12)."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import is_there, of_class, of_jobs, shape
from fabctl.claims.layers import mostly, rests_on, rests_on_substrate
from fabctl.claims.lowk_dielectrics import judge_second_k, k_left
from fabctl.claims.lowk_level import PlugLevel
from fabctl.claims.lowk_plugs import metal_of, plugs_of, via_etches
from fabctl.claims.readings import count, nm
from fabctl.structure import predicates as ask
from fabctl.structure.section import SUBSTRATE, Section
from fabctl.structure.tolerances import LEAST_CONTACT, SUNK


def structure(found: Findings, level: PlugLevel) -> None:
    """Judge the finished wafer's first level."""
    history = found.history
    section, end = history.last, len(history.done) - 1
    lower = of_jobs(section, level.first.jobs)
    upper = of_jobs(section, level.spun.jobs) if level.spun else shapely.Polygon()
    if not rests_on_substrate(history, section, level.first):
        found.put("lowk.9.a", "dielectric 1 does not lie on the substrate", end, holds=False)
    (k1, unknown), laid = k_left(history, level.first), history.places(level.first)
    for element, at in (("lowk.9.a", end), ("lowk.10.a", level.first.at)):
        if k1 is None:
            found.not_shown(element, unknown, end, laid)
        else:
            found.within(element, (k1.value,), k1.uncertainty, k1.of.unit, at, [*laid, k1.at])
            found.cite(element, k1)
    found.made_of("lowk.11.a", "dielectric 1", [level.first])
    left = is_there(upper)
    substrate = section.named(SUBSTRATE).shape
    on_first = (
        left
        and rests_on(history, section, upper, lower)
        and ask.lies_on(upper, lower) >= ask.lies_on(upper, substrate)
    )
    _second(found, level, end, left=left, on_first=on_first)
    _plugs(found, level, end, in_both=on_first)


def _second(found: Findings, level: PlugLevel, end: int, *, left: bool, on_first: bool) -> None:
    """Judge dielectric 2: whether any of it is `left`, and lies on the first."""
    history = found.history
    if level.spun is None:
        for element in ("lowk.9.b", "lowk.12.a"):
            found.put(element, "there is no dielectric 2", end, holds=False)
        return
    k2, unknown = k_left(history, level.spun)
    at, laid = level.spun.at, history.places(level.spun)
    if not left:
        found.put("lowk.12.a", "nothing of dielectric 2 is left", end, holds=False)
    elif k2 is None:
        found.not_shown("lowk.12.a", unknown, at, laid)
    else:
        found.within("lowk.12.a", (k2.value,), k2.uncertainty, k2.of.unit, at, [*laid, k2.at])
        found.cite("lowk.12.a", k2)
    if not on_first:
        found.put("lowk.9.b", "dielectric 2 does not lie on dielectric 1", end, holds=False)
    judge_second_k(found, "lowk.9.b", level)


def _plugs(found: Findings, level: PlugLevel, end: int, *, in_both: bool) -> None:
    """Judge vias and plugs; `in_both`: whether there are two dielectrics for them to be in."""
    history = found.history
    section = history.last
    plugs = plugs_of(history, level, end)
    barrier = of_jobs(section, [job for each in level.barriers for job in each.jobs])
    # what the next level stands on the plugs with is not asked about
    dielectrics = shape(
        [
            each
            for each in of_class(history, section, "dielectric")
            if all(at < level.ends for at in history.places_of([each.job]))
        ]
    )
    stepped = sum(1 for via in level.vias if ask.stepped(via))
    alone = "" if in_both else ", but no dielectric 2 lies on dielectric 1"
    found.put(
        "lowk.9.c",
        f"{stepped} of {len(level.vias)} vias stepped{alone}",
        end,
        holds=stepped >= 2 and stepped == len(level.vias) and in_both,
        by=via_etches(history, level),
        stepped_vias=count(stepped),
    )
    capping = [job for each in level.capping for job in each.jobs]
    own = of_jobs(section, [*level.metal_jobs, *capping])
    # the next level's plugs stand in these vias too, where they open the barrier between
    laid = [job for each in (*level.barriers, *level.spacers) for job in each.jobs]
    fill = shapely.union_all(
        [each.shape for each in of_class(history, section, "metal", "barrier", "stop")]
        + [of_jobs(section, laid)]
    )
    metal = of_jobs(section, level.metal_jobs)
    spun = level.spun.jobs if level.spun else ()
    layers = of_jobs(section, [*level.first.jobs, *spun])
    rims = [_below(section, via, own.union(layers)) for via in level.vias]
    full = bool(rims) and all(
        _holds(section, rim, metal, own, fill) or _holds(section, rim, metal, metal, fill)
        for rim in rims
    )
    copper = bool(plugs) and found.admits("lowk.9.d", level.metals)
    found.put(
        "lowk.9.d",
        f"{len(plugs)} plugs of {metal_of(level) or 'no metal'}"
        + (" fill their vias" if full else ", a via is not full"),
        end,
        holds=full and copper and len(plugs) >= 2,
        by=history.places(*level.metals),
        plugs=count(len(plugs)),
    )
    touching = sum(ask.contact(plug, dielectrics) for plug in plugs)
    apart = bool(plugs) and is_there(barrier) and touching <= LEAST_CONTACT
    found.put(
        "lowk.9.e",
        f"a barrier lies between plugs and dielectrics{alone}"
        if apart
        else "there are no plugs"
        if not plugs
        else f"{touching:.0f} nm of plug lie against a dielectric"
        if touching > LEAST_CONTACT
        else "there is no barrier",
        end,
        holds=apart and in_both,
        by=history.places(*level.barriers),
        plug_on_dielectric=nm(touching),
    )


def _holds(
    section: Section, via: BaseGeometry, metal: BaseGeometry, own: BaseGeometry, fill: BaseGeometry
) -> bool:
    """Whether a via holds a plug as high as some bodies in it, which is nearly up to its rim.

    The tops were recessed, capped and polished: what counts is what is left below them.
    """
    rest = _below(section, via, own.intersection(via))
    sunk = via.bounds[3] - rest.bounds[3] if is_there(rest) else SUNK
    return sunk < SUNK and ask.filled(rest, fill) and mostly(metal, rest)


def _below(section: Section, via: BaseGeometry, bodies: BaseGeometry) -> BaseGeometry:
    """A via as high as some bodies."""
    top = bodies.bounds[3] if is_there(bodies) else section.floor
    return via.intersection(shapely.box(0, section.floor, section.width, top))
