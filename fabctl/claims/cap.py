"""The protective layer on copper (cap.1 to cap.20), level by level, from what was done."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.cap_conditions import conditions
from fabctl.claims.cap_film import protect
from fabctl.claims.cap_level import (
    Level,
    Made,
    fill,
    levels_of,
    made_of_metal,
    protective_on,
    stops_on,
)
from fabctl.claims.cap_structure import structure
from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_class, of_jobs, shape
from fabctl.claims.layers import ETCHES, etched, mostly, taken
from fabctl.claims.readings import Seen, nm, nm2
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.interlocks.rule import RulePack
from fabctl.structure import predicates as ask
from fabctl.structure.section import Region, parts, polygonal
from fabctl.structure.tolerances import BESIDE, CRUMB, LEAST_CONTACT


def evaluate(history: History, rules: RulePack) -> Findings:
    """The standing of every element of cap.1 to cap.20 that the history decides."""
    found = Findings(history, rules)
    levels = levels_of(history)
    if levels:
        levels[0].made = _first_level(found, levels[0])
    if len(levels) > 1:
        levels[1].made = _second_level(found, levels[0], levels[1])
    if levels:
        structure(found, levels)
    return found


def _first_level(found: Findings, level: Level) -> Made:
    opening = _opening(found, level, "cap.1.a")
    _fill(found, level, opening.opening, "cap.1.b")
    made = protect(found, level, opening, ("cap.1.c", "cap.1.d", "cap.1.e"))
    conditions(found, level, ("cap.2.a", "cap.3.a", "cap.4.a", "cap.5.a", "cap.6.a"))
    _stop(found, level, made, "cap.7.a")
    return made


def _second_level(found: Findings, lower: Level, level: Level) -> Made:
    history = found.history
    protective = protective_on(history, history.after(level.begins), lower)
    _cover(found, level, lower, protective)
    made = _opening(found, level, "")
    _cut_through(found, level, lower, protective, made)
    at = level.filled_at
    section = history.after(at)
    metal, metal_below = of_jobs(section, level.metal_jobs), of_jobs(section, lower.metal_jobs)
    conductors = [each.shape for each in section.regions if history.conducts(each.material)]
    full = ask.filled(made.opening, fill(history, section, level)) and mostly(metal, made.opening)
    kept = _is_kept(history, level, made.opening)
    joined = is_there(metal) and ask.conducts(metal, metal_below, conductors)
    gone = "" if kept or not full else ", but is not there any more at the end"
    found.put(
        "cap.8.c",
        f"metal 2 {'fills' if full else 'does not fill'} opening 2 and "
        f"{'conducts to metal 1' if joined else 'has no conductive path to metal 1'}{gone}",
        level.ends - 1 if gone else at,
        holds=full and joined and kept,
        by=history.places(*level.metals),
        **_filling(history, level, made.opening, level.ends - 1 if gone else at),
    )
    made = protect(found, level, made, ("cap.8.d", "cap.8.e", "cap.8.f"))
    conditions(found, level, ("cap.9.a", "cap.10.a", "cap.11.a", "cap.12.a", "cap.13.a"))
    _stop(found, level, made, "cap.14.a")
    return made


def _cover(found: Findings, level: Level, lower: Level, protective: BaseGeometry) -> None:
    history = found.history
    span = {"start": level.begins, "end": level.etched_until}
    laid = history.deposits("dielectric", **span) or history.deposits("stop", **span)
    if not laid:
        found.put("cap.8.a", "no second dielectric was deposited", holds=False)
        return
    at = laid[0].at
    section = history.after(at)
    covered = (
        is_there(protective)
        and ask.contact(protective, section.ambient) <= LEAST_CONTACT
        and is_there(lower.made.dielectric(section))
    )
    removed = [] if lower.made.removal is None else [lower.made.removal]
    reacted = [] if lower.made.reaction is None else [lower.made.reaction]
    since = max(reacted, default=-1)
    after_removal = all(
        in_order(each, at, removed, since=since) if each.since else in_order(each, at, reacted)
        for each in found.demands("cap.8.a", Order)
    )
    found.put(
        "cap.8.a",
        f"dielectric 2 {'covers' if covered else 'does not cover'} protective layer 1, "
        f"{'after' if after_removal else 'not after'} the unreacted film's removal",
        at,
        holds=covered and after_removal,
        by=history.places(*laid),
        not_covered=nm(ask.contact(protective, section.ambient)),
    )


def _cut_through(
    found: Findings, level: Level, lower: Level, protective: BaseGeometry, made: Made
) -> None:
    history = found.history
    first = level.etched_until
    for at in etched(history, *ETCHES, "preclean", start=level.begins, end=first):
        section = history.after(at)
        metal = of_jobs(section, lower.metal_jobs)
        bare = ask.exposes(section, metal)
        cut = is_there(history.removed(at).intersection(protective))
        if bare > LEAST_CONTACT and (cut or not is_there(protective)):
            found.put(
                "cap.8.b",
                f"opening 2 lays {bare:.0f} nm of metal 1 bare "
                + ("through protective layer 1" if cut else "where no protective layer is")
                + ("" if made.dielectrics else ", but dielectric 2 has no opening"),
                at,
                holds=is_there(protective) and cut and bool(made.dielectrics),
                by=_cutting(history, level, protective, made),
                laid_bare=nm(bare),
            )
            return
    found.put(
        "cap.8.b", "no etch laid metal 1 bare through protective layer 1", first - 1, holds=False
    )


def _cutting(history: History, level: Level, protective: BaseGeometry, made: Made) -> Iterator[int]:
    """The jobs that made the opening in the dielectric and in the layer below it."""
    yield from made.etches
    for at in etched(history, *ETCHES, "preclean", start=level.begins, end=level.etched_until):
        if history.took(at, protective):
            yield at


def _opening(found: Findings, level: Level, element: str) -> Made:
    history = found.history
    opening: BaseGeometry = shapely.Polygon()
    cuts: list[tuple[int, Region, float]] = []
    for at in etched(history, start=level.begins, end=level.etched_until):
        gone = _patterned(history, at, opening)
        opening = opening.union(gone)
        for region in of_class(history, history.before(at), "dielectric", "stop"):
            area = gone.intersection(region.shape).area
            begun = cuts[0][0] if cuts else at
            # what is laid into the opening lines it
            if area > CRUMB and all(laid < begun for laid in history.places_of([region.job])):
                cuts.append((at, region, area))
    dielectrics = _dielectrics(history, level, [region for _, region, _ in cuts])
    cut = sum(area for _, region, area in cuts if region.name in dielectrics)
    etches = [at for at, region, _ in cuts if region.name in dielectrics]
    opening = _below_rim(history, level, opening)
    if element:
        found.put(
            element,
            f"an opening of {cut:.0f} nm² was etched into the dielectric"
            if cut
            else "no opening was etched into a dielectric before the metal",
            max(etches, default=None),
            holds=bool(cut),
            by=etches,
            opening=nm2(cut),
        )
    return Made(opening, dielectrics, etches=etches)


def _dielectrics(history: History, level: Level, cut: list[Region]) -> dict[str, str]:
    """The regions that an opening is in, stop layers apart, each with its job.

    A level that has no dielectric but what stops etches has the lowest such layer for one: nitride
    insulates too. One that has none at all has its opening in that of the level below.
    """
    own = [each for each in cut if level.is_of(history, each)]
    laid = of_class(history, history.before(level.etched_until), "dielectric")
    stops = [] if any(level.is_of(history, each) for each in laid) else own
    for among, sort in ((own, "dielectric"), (stops, "stop"), (cut, "dielectric")):
        found = [each for each in among if history.class_of(each.material) == sort]
        if sort == "stop" and found:
            lowest = min(found, key=lambda each: float(each.shape.bounds[1])).material
            found = [each for each in found if each.material == lowest]
        if found:
            return {each.name: each.job for each in found}
    return {}


def _below_rim(history: History, level: Level, opening: BaseGeometry) -> BaseGeometry:
    """An opening without what its etches took of a mask, which is gone when it is filled."""
    section = history.before(level.etched_until)
    laid = of_class(history, section, "dielectric", "stop")
    left = shape([each for each in laid if level.is_of(history, each)])
    if left.is_empty:
        return opening
    rim = shapely.box(0, section.floor, section.width, left.bounds[3])
    return polygonal(opening.intersection(rim))


def _patterned(history: History, at: int, opened: BaseGeometry) -> BaseGeometry:
    """What an etch removed of the wafer itself inside the pattern: not resist, not the field.

    A layout keeps plain field at both sides of the section, so what reaches a side is field. An
    etch without resist makes what was opened before deeper, and opens nothing beside it.
    """
    before = history.before(at)
    gone = taken(history, at)
    if is_there(opened) and not is_there(shape(of_class(history, before, "resist"))):
        below = [
            shapely.box(each.bounds[0], before.floor, each.bounds[2], before.ceiling)
            for each in parts(opened)
        ]
        gone = polygonal(gone.intersection(shapely.union_all(below)))
    inside = [
        part
        for part in parts(gone)
        if part.bounds[0] > BESIDE and part.bounds[2] < before.width - BESIDE
    ]
    return polygonal(shapely.union_all(inside))


def _fill(found: Findings, level: Level, opening: BaseGeometry, element: str) -> None:
    history = found.history
    at = level.filled_at
    section = history.after(at)
    metal = of_jobs(section, level.metal_jobs)
    full = is_there(opening) and ask.filled(opening, fill(history, section, level))
    own = mostly(metal, opening)
    kept = _is_kept(history, level, opening)
    told_at = at if kept or not (full and own) else level.ends - 1
    found.put(
        element,
        "the opening is not full"
        if not full
        else "the opening is full, but not of the metal"
        if not own
        else "the metal fills the opening"
        if kept
        else "the metal filled the opening, but is not there any more at the level's end",
        told_at,
        holds=full and own and kept,
        by=history.places(*level.metals),
        **_filling(history, level, opening, told_at),
    )


def _filling(history: History, level: Level, opening: BaseGeometry, at: int) -> dict[str, Seen]:
    """What an opening takes after a job, and the metal in it."""
    metal = of_jobs(history.after(at), level.metal_jobs)
    return {"opening": nm2(opening), "metal_in_opening": nm2(metal.intersection(opening))}


def _is_kept(history: History, level: Level, opening: BaseGeometry) -> bool:
    """Whether the metal, or what it has reacted to, still takes the opening at the level's end."""
    section = history.after(level.ends - 1)
    return mostly(made_of_metal(history, section, level), opening)


def _stop(found: Findings, level: Level, made: Made, element: str) -> None:
    history = found.history
    first = min(made.etches, default=level.etched_until)
    laid = history.deposits("stop", start=level.begins, end=level.etched_until)
    laid = [each for each in laid if each.job not in made.dielectrics.values()]
    if not laid:
        found.put(element, "there is no stop layer", holds=False)
        return
    counting = in_order(found.demand(element, Order), first, [each.at for each in laid])
    at = counting[-1] if counting else laid[-1].at
    section = history.after(at)
    on = stops_on(history, section, made)
    found.put(
        element,
        "the stop layer came after the opening"
        if not counting
        else "no dielectric has an opening that a stop layer could lie beside"
        if not made.dielectrics
        else "the stop layer lies on the dielectric before the opening is etched"
        if on
        else "the stop layer does not lie on the dielectric that has the opening",
        at,
        holds=bool(counting and on),
        by=history.places(*laid),
    )
