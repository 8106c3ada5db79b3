"""The finished low-k interconnect (lowk.9 to lowk.12)."""

import shapely

from fabctl.claims.findings import Findings, Limits
from fabctl.claims.history import is_there, of_class, of_jobs
from fabctl.claims.lowk_level import BELOW_OXIDE, PlugLevel, k_of, metal_of, plugs_of
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT

K1 = Limits(2.5, 3.0)
K2 = Limits(high=2.5, high_open=True)


def structure(found: Findings, level: PlugLevel) -> None:
    """Judge the finished wafer's first level."""
    history = found.history
    section, end = history.last, len(history.done) - 1
    lower = of_jobs(section, level.first.jobs)
    upper = of_jobs(section, [level.spun.job]) if level.spun else shapely.Polygon()
    on_substrate = ask.contact(lower, section.named("substrate").shape) > LEAST_CONTACT
    if not on_substrate:
        found.put("lowk.9.a", "dielectric 1 does not lie on the substrate", end, holds=False)
    k1 = k_of(history, level.first)
    if k1 is None:
        for element in ("lowk.9.a", "lowk.10.a"):
            found.not_shown(element, f"k of {level.first.material} was not measured", end)
    else:
        found.within("lowk.9.a", (k1[0],), k1[1], BELOW_OXIDE, end)
        found.within("lowk.10.a", (k1[0],), k1[1], K1, level.first.at)
        found.cite("lowk.9.a", k1)
        found.cite("lowk.10.a", k1)
    found.put(
        "lowk.11.a",
        f"dielectric 1 is {level.first.material}",
        level.first.at,
        holds=level.first.material == "SiOC",
    )
    on_first = is_there(upper) and ask.contact(upper, lower) > LEAST_CONTACT
    _second(found, level, end, on_first=on_first)
    _plugs(found, level, end, in_both=on_first)


def _second(found: Findings, level: PlugLevel, end: int, *, on_first: bool) -> None:
    history = found.history
    if level.spun is None:
        for element in ("lowk.9.b", "lowk.12.a"):
            found.put(element, "there is no dielectric 2", end, holds=False)
        return
    k1, k2 = k_of(history, level.first), k_of(history, level.spun)
    if k2 is None:
        found.not_shown("lowk.12.a", f"k of {level.spun.material} was not measured", level.spun.at)
    else:
        found.within("lowk.12.a", (k2[0],), k2[1], K2, level.spun.at)
        found.cite("lowk.12.a", k2)
    if not on_first:
        found.put("lowk.9.b", "dielectric 2 does not lie on dielectric 1", end, holds=False)
    elif level.spun.material == level.first.material:
        why = f"both dielectrics are {level.spun.material}"
        found.put("lowk.9.b", why, level.spun.at, holds=False)
    elif k1 is None or k2 is None:
        found.not_shown("lowk.9.b", "k was not measured on both dielectrics", level.spun.at)
    elif k2[0] + k2[1] < k1[0] - k1[1]:
        found.put("lowk.9.b", f"k {k2[0]:g} is below k {k1[0]:g}", level.spun.at, holds=True)
    elif k2[0] - k2[1] >= k1[0] + k1[1]:
        found.put("lowk.9.b", f"k {k2[0]:g} is not below {k1[0]:g}", level.spun.at, holds=False)
    else:
        found.not_shown("lowk.9.b", f"k {k2[0]:g} and {k1[0]:g} lie within their errors")
    found.cite("lowk.9.b", k1, k2)


def _plugs(found: Findings, level: PlugLevel, end: int, *, in_both: bool) -> None:
    """Judge vias and plugs; `in_both`: whether there are two dielectrics for them to be in."""
    history = found.history
    section = history.last
    plugs = plugs_of(history, level, end)
    barrier = shapely.union_all([each.shape for each in of_class(history, section, "barrier")])
    dielectrics = shapely.union_all(
        [each.shape for each in of_class(history, section, "dielectric")]
    )
    stepped = sum(1 for via in level.vias if ask.stepped(via))
    alone = "" if in_both else ", but dielectric 2 is not there"
    found.put(
        "lowk.9.c",
        f"{stepped} of {len(level.vias)} vias stepped{alone}",
        end,
        holds=stepped >= 2 and stepped == len(level.vias) and in_both,
    )
    own = of_jobs(section, [*level.metal_jobs, *(each.job for each in level.capping)])
    # the next level's plugs stand in these vias too, where they open the barrier between
    fill = shapely.union_all(
        [each.shape for each in of_class(history, section, "metal", "barrier")]
    )
    # the tops were recessed, capped and polished: what counts is what is left below them
    top = own.bounds[3] if is_there(own) else section.floor
    below = shapely.box(0, section.floor, section.width, top)
    full = bool(level.vias) and all(ask.filled(via.intersection(below), fill) for via in level.vias)
    copper = bool(plugs) and all(each.material == "Cu" for each in level.metals)
    found.put(
        "lowk.9.d",
        f"{len(plugs)} plugs of {metal_of(level) or 'no metal'}"
        + (" fill their vias" if full else ", a via is not full"),
        end,
        holds=full and copper and len(plugs) >= 2,
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
    )
