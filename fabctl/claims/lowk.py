"""The low-k dual damascene interconnect (lowk.1 to lowk.12), from what was done."""

from collections.abc import Iterator

import shapely

from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_class, of_jobs
from fabctl.claims.layers import ETCHES, etched, rests_on, rests_on_substrate
from fabctl.claims.lowk_dielectrics import depth, gaps_between, judge_second_k, k_of, trench_etches
from fabctl.claims.lowk_level import PlugLevel, below, lies_bare
from fabctl.claims.lowk_levels import levels_of
from fabctl.claims.lowk_plugs import (
    capped,
    lost_at,
    metal_of,
    one_in_each,
    plugs_end,
    plugs_of,
    present,
    via_etches,
    vias_filled,
)
from fabctl.claims.lowk_structure import structure
from fabctl.claims.lowk_variants import variants
from fabctl.claims.readings import count, nm, nm2
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.interlocks.rule import RulePack
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import BESIDE, LEAK, LEAST_CONTACT, TRENCH


def evaluate(history: History, rules: RulePack) -> Findings:
    """The standing of every element of lowk.1 to lowk.12 that the history decides."""
    found = Findings(history, rules)
    levels = levels_of(history)
    if levels:
        _process(found, levels[0], "lowk.1.{}")
        variants(found, levels[0])
        if len(levels) > 1:
            _process(found, levels[1], "lowk.8.{}", lower=levels[0])
        structure(found, levels[0])
    return found


def _process(
    found: Findings, level: PlugLevel, name: str, *, lower: PlugLevel | None = None
) -> None:
    history = found.history
    _dielectric(found, level, name.format("a"), lower)
    laid_bare = sum(1 for via in level.vias if lies_bare(history, level, via, lower))
    stepped = len(level.vias) >= 2 and all(ask.stepped(via) for via in level.vias)
    where = "lower plugs" if lower else "substrate"
    last_etch = _last(etched(history, start=level.first.at, end=level.vias_end))
    opening = list(_opening(history, level, lower))
    uncut = ", without a barrier 2 to etch" if lower and not opening else ""
    found.put(
        name.format("b"),
        f"{len(level.vias)} vias{', stepped' if stepped else ', not both stepped'}; "
        f"{laid_bare} of their bottoms lay the {where} bare{uncut}",
        last_etch,
        holds=stepped and laid_bare == len(level.vias) and not uncut,
        by=[*via_etches(history, level), *opening],
        vias=count(len(level.vias)),
        bottoms_laid_bare=count(laid_bare),
    )
    _lining(found, level, name.format("c"), lower)
    _plugs(found, level, name.format("d"))
    _enclosing(found, level, name.format("e"))
    trench = _trench(found, level, name.format("f"))
    _spun(found, level, name.format("g"), trench)


def _dielectric(found: Findings, level: PlugLevel, element: str, lower: PlugLevel | None) -> None:
    history = found.history
    at = level.first.at
    section = history.after(at)
    if lower is None and not rests_on_substrate(history, section, level.first):
        found.put(element, "dielectric 1 does not lie on the substrate", at, holds=False)
        return
    missed = "" if lower is None else _not_under(history, level, lower)
    if missed:
        found.put(element, f"dielectric 3 does not lie on {missed}", at, holds=False)
        return
    if lower is not None and not _levelled_first(found, element, at, lower):
        found.put(element, "the spun dielectric was not etched back before it", at, holds=False)
        return
    k, laid = k_of(history, level.first), history.places(level.first)
    if k is None:
        found.not_shown(element, f"k of {level.first.material} was not measured", at, laid)
        return
    found.within(element, (k.value,), k.uncertainty, k.of.unit, at, [*laid, k.at])
    found.cite(element, k)


def _not_under(history: History, level: PlugLevel, lower: PlugLevel) -> str:
    """What of a lower level a dielectric does not lie on, though it should; "" if on all of it."""
    section = history.after(level.first.at)
    laid = of_jobs(section, level.first.jobs)
    spun = present(history, lower.spun, level.first.at)
    if not (is_there(spun) and rests_on(history, section, laid, spun)):
        return "dielectric 2"
    caps = capped(history, lower, history.places(level.first)[0] - 1)
    on_caps = bool(caps) and all(rests_on(history, section, laid, each) for each in caps)
    return "" if on_caps else "barrier 2"


def _levelled_first(found: Findings, element: str, at: int, lower: PlugLevel) -> bool:
    """Whether the lower level's spun dielectric was etched back in the order that is asked for."""
    history = found.history
    if lower.spun is None:
        return False
    order = found.demand(element, Order)
    taken = [
        here
        for here in etched(history, *order.asked.operations, start=lower.spun.at, end=at)
        if history.took(here, of_jobs(history.before(here), lower.spun.jobs))
    ]
    return bool(in_order(order, at, taken, since=lower.spun.at))


def _opening(history: History, level: PlugLevel, lower: PlugLevel | None) -> Iterator[int]:
    """The etches that opened the barrier over the lower plugs."""
    for at in etched(history, *ETCHES, "preclean", start=level.first.at, end=level.vias_end):
        if lower and any(
            history.took(at, present(history, each, at - 1)) for each in lower.capping
        ):
            yield at


def _lining(found: Findings, level: PlugLevel, element: str, lower: PlugLevel | None) -> None:
    history = found.history
    if not level.lining:
        found.put(element, "no barrier was laid into the vias", level.vias_end - 1, holds=False)
        return
    at = level.lining[-1].at
    section = history.after(at)
    dielectric = of_jobs(section, level.first.jobs)
    resist = shapely.union_all([each.shape for each in of_class(history, section, "resist")])
    open_to_air = (
        ask.contact(dielectric, section.ambient)
        + ask.contact(dielectric, resist)  # what resist covers the barrier does not
        + ask.contact(below(history, lower, at), section.ambient)
    )
    found.put(
        element,
        "the barrier covers the dielectric and the vias' bottoms"
        if open_to_air <= LEAST_CONTACT
        else f"{open_to_air:.0f} nm of surface are not under it",
        at,
        holds=open_to_air <= LEAST_CONTACT,
        by=history.places(*level.lining),
        not_covered=nm(open_to_air),
    )


def _plugs(found: Findings, level: PlugLevel, element: str) -> None:
    history = found.history
    if not level.metals:
        found.put(element, "no copper was deposited", level.filled_at, holds=False)
        return
    at = level.metals[-1].at
    full = vias_filled(history, level)
    end = plugs_end(history, level)
    apart = next(
        (
            here
            for here in history.span(at, end)
            if one_in_each(plugs_of(history, level, here), level.vias)
        ),
        None,
    )
    copper = found.admits(element, level.metals)
    apart_by = [
        here
        for here in history.span(at, end if apart is None else apart + 1)
        if history.took(here, of_jobs(history.before(here), level.metal_jobs))
    ]
    lost = lost_at(history, level) if full else None
    told_at = lost or apart or at
    vias = shapely.union_all(level.vias)
    found.put(
        element,
        f"{metal_of(level)} filled each via, but most of it was taken again"
        if lost is not None
        else f"{metal_of(level)} {'fills' if full else 'does not fill'} each via"
        + (", separate plugs" if apart is not None else ", but not separate plugs"),
        told_at,
        holds=full and lost is None and copper and len(level.vias) >= 2 and apart is not None,
        by=[*history.places(*level.metals), *apart_by],
        plugs=count(len(plugs_of(history, level, told_at))),
        vias=nm2(vias),
        copper_in_vias=nm2(of_jobs(history.after(told_at), level.metal_jobs).intersection(vias)),
    )


def _enclosing(found: Findings, level: PlugLevel, element: str) -> None:
    history = found.history
    if not level.capping:
        found.put(element, "no barrier was laid over the plugs", level.filled_at, holds=False)
        return
    at = level.capping[-1].at
    barriers = [present(history, each, at) for each in level.barriers]
    plugs = plugs_of(history, level, at)
    lined = shapely.union_all(barriers)
    bare = sum(float(plug.length) - ask.contact(plug, lined) for plug in plugs)
    enclosed = bool(plugs) and all(ask.enclosed(plug, barriers) for plug in plugs)
    found.put(
        element,
        f"the barriers {'enclose' if enclosed else 'do not enclose'} each plug",
        at,
        holds=enclosed,
        by=history.places(*level.capping),
        plugs=count(len(plugs)),
        not_enclosed=nm(bare, LEAK),
    )


def _trench(found: Findings, level: PlugLevel, element: str) -> int | None:
    """The last etch that lowered the dielectric between the vias, after the plugs were capped."""
    history = found.history
    taken = trench_etches(history, level)
    deep = depth(level, taken.values())
    last = max(taken, default=None)
    if not gaps_between(level.vias):
        found.put(element, "there is no gap between two vias", last, holds=False)
        return None
    remains = last is not None and is_there(of_jobs(history.after(last), level.first.jobs))
    holds = remains and deep > TRENCH
    found.put(
        element,
        f"a trench of {deep:.0f} nm appeared between the two vias"
        if holds
        else f"no trench between the vias: {deep:.1f} nm were taken there"
        if remains or last is None
        else "nothing is left of the dielectric between the vias",
        last if last is not None else level.capping[-1].at if level.capping else level.filled_at,
        holds=holds,
        by=taken,
        trench_depth=nm(deep),
    )
    return last if holds else None


def _spun(found: Findings, level: PlugLevel, element: str, trench: int | None) -> None:
    history = found.history
    if level.spun is None or trench is None:
        found.put(element, "no dielectric was spun on in a trench", trench, holds=False)
        return
    at = level.spun.at
    body = of_jobs(history.after(at), level.spun.jobs)
    gap = shapely.union_all(gaps_between(level.vias))
    if not is_there(body.intersection(gap).intersection(history.removed(trench).buffer(BESIDE))):
        found.put(element, "the spun dielectric is not in the trench", at, holds=False)
        return
    judge_second_k(found, element, level)


def _last(places: list[int]) -> int | None:
    return places[-1] if places else None
