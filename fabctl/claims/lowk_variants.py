"""How one level of plugs may be made (lowk.2 to lowk.7): etched back or polished, wet or dry."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_jobs
from fabctl.claims.layers import depth_of, etched, rests_on
from fabctl.claims.lowk_dielectrics import depth, trench_etches
from fabctl.claims.lowk_level import PlugLevel
from fabctl.claims.lowk_plugs import capped, metal_of, plugs_end, vias_filled
from fabctl.claims.readings import nm, nm2
from fabctl.interlocks.demand import OfMaterial, Order
from fabctl.interlocks.judge_order import in_order
from fabctl.structure import predicates as ask
from fabctl.structure.section import SUBSTRATE, Section
from fabctl.structure.tolerances import ETCHED, FLAT, LEAST_CONTACT, TRENCH


def variants(found: Findings, level: PlugLevel) -> None:
    """Put the standing of every element of the variants that the history decides."""
    history = found.history
    back = _copper_back(found, level)
    _barrier_back(found, level, back)
    _barrier_polished(found, level)
    first = level.first
    how = sorted({history.done[at].operation for at in history.places(first)})
    if not set(how) <= set(found.rule("lowk.5.a", OfMaterial).binds.operations):
        why = f"dielectric 1 is {first.material}, by {' and '.join(how)}"
        found.put("lowk.5.a", why, first.at, holds=False)
    found.made_of("lowk.5.a", "dielectric 1", [first])
    taken = trench_etches(history, level)
    wet = {at: part for at, part in taken.items() if "bath" in history.done[at].recipe}
    by_wet = depth(level, wet.values())
    holds = by_wet > ETCHED and depth(level, taken.values()) > TRENCH
    found.put(
        "lowk.6.a",
        "a wet etch took part in the trench"
        if holds
        else f"no wet etch made a trench: {by_wet:.1f} nm were taken",
        max(wet, default=None),
        holds=holds,
        by=wet,
        taken_wet=nm(by_wet),
    )
    _levelled(found, level)


def _copper_back(found: Findings, level: PlugLevel) -> int | None:
    """Judge the copper's etch-back; give the job by which it is in the vias only, else the last."""
    history = found.history
    if not level.metals:
        for element in ("lowk.2.a", "lowk.2.b"):
            found.put(element, "no copper was deposited", level.filled_at, holds=False)
        return None
    at = level.metals[-1].at
    copper = found.admits("lowk.2.a", level.metals)
    full = vias_filled(history, level)
    why = f"{metal_of(level)} was deposited and {'fills' if full else 'does not fill'} the vias"
    found.put("lowk.2.a", why, at, holds=copper and full, by=history.places(*level.metals))
    end = plugs_end(history, level)
    back = [
        here
        for here in etched(history, start=at, end=end)
        if _took_mostly(history, here, of_jobs(history.before(here), level.metal_jobs))
        and depth_of(history.removed(here)) > ETCHED  # a clean takes less
    ]
    last = max(back, default=None)
    left = of_jobs(history.after(at if last is None else last), level.metal_jobs)
    holds = last is not None and _only_in(level.openings, left)
    found.put(
        "lowk.2.b",
        "the copper was etched back into the vias" if holds else "no etch left it in the vias only",
        last,
        holds=holds,
        by=back,
        copper_outside_vias=nm2(_outside(level.openings, left)),
    )
    # what is etched of it after that, as a recess, is no other etch-back
    bodies = ((here, of_jobs(history.after(here), level.metal_jobs)) for here in back)
    return next((here for here, body in bodies if _only_in(level.openings, body)), last)


def _barrier_back(found: Findings, level: PlugLevel, back: int | None) -> None:
    history = found.history
    end = plugs_end(history, level)
    jobs = [each.job for each in level.lining]
    if back is None:
        found.put("lowk.3.a", "no etch-back of the copper came first", None, holds=False)
        return
    order = found.demand("lowk.3.a", Order)
    etches = [
        at
        for at in etched(history, *order.asked.operations, start=back, end=end)
        if history.took(at, of_jobs(history.before(at), jobs))
    ]

    def took_mostly_it(at: int) -> bool:
        return _took_mostly(history, at, of_jobs(history.before(at), jobs))

    tried: list[int] = []
    for at in in_order(order, back, etches):
        before, after = (of_jobs(each(at), jobs) for each in (history.before, history.after))
        # a thin one is gone before its etch ends, which then takes more of what lies below
        if not took_mostly_it(at) and _only_in(level.openings, before):
            continue
        tried.append(at)
        if _only_in(level.openings, after):
            why = "barrier 1 was etched back into the vias"
            outside = nm2(_outside(level.openings, after))
            by = [each for each in tried if each == at or took_mostly_it(each)]
            found.put("lowk.3.a", why, at, holds=True, by=by, barrier_outside_vias=outside)
            return
    tried = [at for at in tried if took_mostly_it(at)]
    if tried:
        why = "the etch of barrier 1 did not leave it in the vias only"
        after = of_jobs(history.after(tried[-1]), jobs)
        outside = nm2(_outside(level.openings, after))
        found.put("lowk.3.a", why, tried[-1], holds=False, barrier_outside_vias=outside)
    found.put("lowk.3.a", "no etch took barrier 1 after the copper", back, holds=False)


def _barrier_polished(found: Findings, level: PlugLevel) -> None:
    history = found.history
    if not level.capping:
        for element in ("lowk.4.a", "lowk.4.b"):
            found.put(element, "there is no barrier 2", None, holds=False)
        return
    cap, coats = level.capping[-1], [job for each in level.capping for job in each.jobs]
    section = history.after(cap.at)
    body = of_jobs(section, coats)
    plugs, first = (of_jobs(section, jobs) for jobs in (level.metal_jobs, level.first.jobs))
    missed = ["plugs"] if ask.contact(body, plugs) <= LEAST_CONTACT else []
    if not rests_on(history, section, body, first):
        missed.append("dielectric 1")
    found.put(
        "lowk.4.a",
        f"barrier 2 does not lie on {' or '.join(missed)}"
        if missed
        else "barrier 2 lies on plugs and dielectric 1",
        cap.at,
        holds=not missed,
        by=history.places(*level.capping),
    )
    polishes: list[int] = []
    for at in history.operated("polish", start=cap.at, end=level.ends):
        before = of_jobs(history.before(at), coats)
        if not history.took(at, before):
            continue
        polishes.append(at)
        left = shapely.union_all(capped(history, level, at))
        if _only_in(level.openings, left) and not _only_in(level.openings, before):
            why = "the polish left barrier 2 over the vias only"
            outside = nm2(_outside(level.openings, left))
            found.put("lowk.4.b", why, at, holds=True, by=polishes, barrier_outside_vias=outside)
            return
    found.put("lowk.4.b", "no polish left barrier 2 over the vias only", cap.at, holds=False)


def _levelled(found: Findings, level: PlugLevel) -> None:
    history = found.history
    if level.spun is None:
        found.put("lowk.7.a", "there is no dielectric 2", None, holds=False)
        return
    etches: list[int] = []
    for at in etched(history, start=level.spun.at, end=level.ends):
        if not history.took(at, of_jobs(history.before(at), level.spun.jobs)):
            continue
        etches.append(at)
        # what a polish has levelled before is not levelled by an etch
        if _is_level(history, level, at) and not _is_level(history, level, at - 1):
            why = "dielectric 2 is level with the bare barriers"
            uneven = nm(_unevenness(history.after(at), capped(history, level, at)))
            found.put("lowk.7.a", why, at, holds=True, by=etches, unevenness=uneven)
            return
    found.put(
        "lowk.7.a",
        "no etch-back levelled dielectric 2 with bare barriers",
        level.spun.at,
        holds=False,
    )


def _is_level(history: History, level: PlugLevel, at: int) -> bool:
    """Whether the spun dielectric lies level with the bare tops of barrier 2 after a job."""
    assert level.spun is not None
    section = history.after(at)
    caps = capped(history, level, at)
    spun = of_jobs(section, level.spun.jobs)
    ground = of_jobs(section, level.first.jobs).union(section.named(SUBSTRATE).shape)
    if not caps or not rests_on(history, section, spun, ground):  # what is left on the caps is none
        return False
    bare = all(ask.contact(each, section.ambient) > LEAST_CONTACT for each in caps)
    return bare and _unevenness(section, caps) <= FLAT


def _unevenness(section: Section, caps: list[BaseGeometry]) -> float:
    """By how many nm the surface is uneven from the first of some bodies to the last."""
    left = min(each.bounds[0] for each in caps)
    right = max(each.bounds[2] for each in caps)
    return ask.planarity(section, left, right)


def _took_mostly(history: History, at: int, body: BaseGeometry) -> bool:
    """Whether an etch was of this body: an etch of another one takes a trace of it at most."""
    gone = history.removed(at)
    taken = gone.intersection(body)
    return bool(is_there(taken) and taken.area > gone.area / 2)


def _only_in(openings: list[BaseGeometry], body: BaseGeometry) -> bool:
    """Whether all of a body lies within the openings' lateral extents."""
    return is_there(body) and not is_there(_outside(openings, body))


def _outside(openings: list[BaseGeometry], body: BaseGeometry) -> BaseGeometry:
    """What of a body lies beside the openings' lateral extents."""
    columns = shapely.union_all(
        [shapely.box(each.bounds[0] - 1, -1e6, each.bounds[2] + 1, 1e6) for each in openings]
    )
    return body.difference(columns)
