"""The plugs of a level, how they came apart, and what lies over them."""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, is_there, of_jobs
from fabctl.claims.layers import etched
from fabctl.claims.lowk_level import PlugLevel, via_filled, via_kept
from fabctl.structure import predicates as ask
from fabctl.structure.section import parts
from fabctl.structure.tolerances import LEAST_CONTACT, THINNEST


def via_etches(history: History, level: PlugLevel) -> list[int]:
    """The etches that made the vias."""
    vias = shapely.union_all(level.vias)
    return [
        at
        for at in etched(history, start=level.first.at, end=level.vias_end)
        if is_there(
            history.removed(at)
            .intersection(of_jobs(history.before(at), level.first.jobs))
            .intersection(vias)
        )
    ]


def plugs_end(history: History, level: PlugLevel) -> int:
    """Where the plugs' own story ends: at the barrier over them, else at the trench's etch."""
    if level.capping:
        return level.capping[0].at
    jobs = [*level.metal_jobs, *(each.job for each in level.lining)]
    for at in etched(history, start=level.filled_at, end=level.ends):
        gone, before = history.removed(at), history.before(at)
        dielectric = gone.intersection(of_jobs(before, level.first.jobs)).area
        if dielectric > gone.intersection(of_jobs(before, jobs)).area:
            return at
    return level.spun.at if level.spun else level.ends


def metal_of(level: PlugLevel) -> str:
    """What the plugs are made of, in words."""
    return " and ".join(sorted({each.material for each in level.metals}))


def vias_filled(history: History, level: PlugLevel) -> bool:
    """Whether they fill every via."""
    return bool(level.vias) and all(via_filled(history, level, via) for via in level.vias)


def lost_at(history: History, level: PlugLevel) -> int | None:
    """The job after which they took most of every via no more; None: they do at the level's end."""

    def kept(at: int) -> bool:
        return all(via_kept(history, level, via, at) for via in level.vias)

    last = level.ends - 1
    return (
        None if kept(last) else next(at for at in range(level.filled_at, last + 1) if not kept(at))
    )


def plugs_of(history: History, level: PlugLevel, at: int) -> list[BaseGeometry]:
    """The separate bodies of the level's metal in its vias after a job."""
    bodies = list(parts(of_jobs(history.after(at), level.metal_jobs)))
    vias = shapely.union_all(level.vias)
    return [each for each in bodies if is_there(each.intersection(vias))]


def one_in_each(plugs: Sequence[BaseGeometry], vias: Sequence[BaseGeometry]) -> bool:
    """Whether there are two plugs or more, and each of some vias has its own."""
    held = [{n for n, via in enumerate(vias) if is_there(each.intersection(via))} for each in plugs]
    return (
        len(plugs) >= 2 and all(len(of) == 1 for of in held) and len(set.union(*held)) == len(vias)
    )


def capped(history: History, level: PlugLevel, at: int) -> list[BaseGeometry]:
    """The bodies of the barrier over the plugs after a job; none where it leaves a plug bare.

    What an over-polish leaves in a corner, or as a breath on the copper, is no layer.
    """
    section = history.after(at)
    body = of_jobs(section, [job for each in level.capping for job in each.jobs])
    bare = ask.exposes(section, shapely.union_all(plugs_of(history, level, at)))
    if bare > LEAST_CONTACT or ask.mean_thickness(body) < THINNEST:
        return []
    return list(parts(body))


def present(history: History, deposit: Deposit | None, at: int) -> BaseGeometry:
    """What is left of a deposit after a job."""
    if deposit is None:
        return shapely.Polygon()
    return of_jobs(history.after(at), deposit.jobs, deposit.material)
