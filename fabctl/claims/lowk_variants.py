"""How one level of plugs may be made (lowk.2 to lowk.7): etched back or polished, wet or dry."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_jobs
from fabctl.claims.lowk_level import (
    ETCHES,
    PlugLevel,
    gap_between,
    plugs_end,
)
from fabctl.structure import predicates as ask
from fabctl.structure.section import parts
from fabctl.structure.tolerances import FLAT, LEAST_CONTACT


def variants(found: Findings, level: PlugLevel) -> None:
    """Put the standing of every element of the variants that the history decides."""
    history = found.history
    back = _copper_back(found, level)
    _barrier_back(found, level, back)
    _barrier_polished(found, level)
    first = level.first
    found.put(
        "lowk.5.a",
        f"dielectric 1 is {first.material}, by {history.done[first.at].operation}",
        first.at,
        holds=first.material == "SiOC" and history.done[first.at].operation == "deposit",
    )
    # only what is taken between the vias, after barrier 2 and before dielectric 2, is the trench
    gap = gap_between(level.vias, history.last.width)
    start = level.capping[-1].at if level.capping else level.filled_at
    end = level.spun.at if level.spun else level.ends
    wet = []
    for at in history.operated(*ETCHES, start=start, end=end):
        taken = history.removed(at).intersection(of_jobs(history.before(at), [first.job]))
        between = taken if gap.is_empty else taken.intersection(gap)
        if "bath" in history.done[at].recipe and is_there(between):
            wet.append(at)
    found.put(
        "lowk.6.a",
        "a wet etch took part in the trench" if wet else "no wet etch took dielectric 1",
        wet[-1] if wet else None,
        holds=bool(wet),
    )
    _levelled(found, level)


def _copper_back(found: Findings, level: PlugLevel) -> int | None:
    history = found.history
    if not level.metals:
        for element in ("lowk.2.a", "lowk.2.b"):
            found.put(element, "no copper was deposited", level.filled_at, holds=False)
        return None
    at = level.metals[-1].at
    copper = all(each.material == "Cu" for each in level.metals)
    found.put("lowk.2.a", f"{level.metals[-1].material} was deposited", at, holds=copper)
    end = plugs_end(history, level)
    last = None
    for here in history.operated(*ETCHES, start=at, end=end):
        if _took_mostly(history, here, of_jobs(history.before(here), level.metal_jobs)):
            last = here
    holds = last is not None and _only_in(
        level.vias, of_jobs(history.after(last), level.metal_jobs)
    )
    found.put(
        "lowk.2.b",
        "the copper was etched back into the vias" if holds else "no etch left it in the vias only",
        last,
        holds=holds,
    )
    return last


def _barrier_back(found: Findings, level: PlugLevel, back: int | None) -> None:
    history = found.history
    end = plugs_end(history, level)
    jobs = [each.job for each in level.lining]
    for at in history.operated(*ETCHES, start=-1 if back is None else back, end=end):
        if _took_mostly(history, at, of_jobs(history.before(at), jobs)):
            holds = back is not None and _only_in(level.vias, of_jobs(history.after(at), jobs))
            found.put("lowk.3.a", "barrier 1 was etched back into the vias", at, holds=holds)
            return
    found.put("lowk.3.a", "no etch took barrier 1 after the copper", back, holds=False)


def _barrier_polished(found: Findings, level: PlugLevel) -> None:
    history = found.history
    if not level.capping:
        for element in ("lowk.4.a", "lowk.4.b"):
            found.put(element, "there is no barrier 2", None, holds=False)
        return
    cap = level.capping[-1]
    section = history.after(cap.at)
    body = of_jobs(section, [cap.job])
    on_both = (
        ask.contact(body, of_jobs(section, level.metal_jobs)) > LEAST_CONTACT
        and ask.contact(body, of_jobs(section, [level.first.job])) > LEAST_CONTACT
    )
    found.put("lowk.4.a", "barrier 2 lies on plugs and dielectric 1", cap.at, holds=on_both)
    for at in history.operated("polish", start=cap.at, end=level.ends):
        left = of_jobs(history.after(at), [cap.job])
        if is_there(left) and _only_in(level.vias, left):
            found.put("lowk.4.b", "the polish left barrier 2 over the vias only", at, holds=True)
            return
    found.put("lowk.4.b", "no polish left barrier 2 over the vias only", cap.at, holds=False)


def _levelled(found: Findings, level: PlugLevel) -> None:
    history = found.history
    if level.spun is None:
        found.put("lowk.7.a", "there is no dielectric 2", None, holds=False)
        return
    for at in history.operated(*ETCHES, start=level.spun.at, end=level.ends):
        section = history.after(at)
        caps = _caps(history, level, at)
        spun = of_jobs(section, [level.spun.job])
        bare = sum(1 for each in caps if ask.contact(each, section.ambient) > LEAST_CONTACT)
        on_first = ask.contact(spun, of_jobs(section, [level.first.job])) > LEAST_CONTACT
        if not caps or not is_there(spun) or not on_first:
            continue
        left = min(each.bounds[0] for each in caps)
        right = max(each.bounds[2] for each in caps)
        if bare == len(caps) and ask.planarity(section, left, right) <= FLAT:
            found.put("lowk.7.a", "dielectric 2 is level with the bare barriers", at, holds=True)
            return
    found.put(
        "lowk.7.a",
        "no etch-back levelled dielectric 2 with bare barriers",
        level.spun.at,
        holds=False,
    )


def _caps(history: History, level: PlugLevel, at: int) -> list[BaseGeometry]:
    jobs = [each.job for each in level.capping]
    return list(parts(of_jobs(history.after(at), jobs)))


def _took_mostly(history: History, at: int, body: BaseGeometry) -> bool:
    """Whether an etch was of this body: an etch of another one takes a trace of it at most."""
    gone = history.removed(at)
    taken = gone.intersection(body)
    return bool(is_there(taken) and taken.area > gone.area / 2)


def _only_in(vias: list[BaseGeometry], body: BaseGeometry) -> bool:
    """Whether all of a body lies within the vias' lateral extents."""
    columns = shapely.union_all(
        [shapely.box(via.bounds[0] - 1, -1e6, via.bounds[2] + 1, 1e6) for via in vias]
    )
    return bool(is_there(body) and not is_there(body.difference(columns)))
