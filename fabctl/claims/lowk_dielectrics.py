"""The two dielectrics of a level: the trench etched into the first, and how their k compare."""

import itertools
from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, is_there, of_jobs
from fabctl.claims.layers import depth_of, etched
from fabctl.claims.lowk_level import PlugLevel
from fabctl.claims.readings import Reading
from fabctl.interlocks.demand import Limit, Relation
from fabctl.interlocks.verdict import Verdict
from fabctl.structure.section import Section
from fabctl.structure.tolerances import ALTERED, BESIDE


def k_of(history: History, deposit: Deposit) -> Reading | None:
    """A dielectric's k and its uncertainty, as last measured before more of its material came.

    None where it was not: what was measured of another deposit says nothing of this one.
    """
    found = None
    same = [
        each.at
        for each in history.deposits("dielectric", start=deposit.at)
        if each.material == deposit.material
    ]
    for at in history.span(deposit.at - 1, same[0] if same else None):
        for measured in history.done[at].measured:
            if measured.quantity == "dielectric_constant" and measured.material == deposit.material:
                found = Reading.mean(measured, at)
    return found


def k_left(history: History, deposit: Deposit) -> tuple[Reading | None, str]:
    """K of a dielectric as it is in the end; without one, what there is of it in words.

    What was measured before the dielectric was changed says nothing of what is left.
    """
    k = k_of(history, deposit)
    if k is None:
        return None, f"k of {deposit.material} was not measured"
    at = _changed_at(history, deposit, k.at)
    if at is None:
        return k, ""
    return None, f"k of {deposit.material} was measured before {history.done[at].step} changed it"


def _changed_at(history: History, deposit: Deposit, since: int) -> int | None:
    """The job that made a dielectric another one than it was after one before; None: it is as then.

    Told by what is damaged of what is left of it, or not cured yet; and in the field, where nothing
    is etched but the whole surface, by what was damaged and is taken away. Of what is left in such
    a state heat changes more than shows.
    """
    last = len(history.done) - 1
    left = of_jobs(history.last, deposit.jobs, deposit.material)
    field = shapely.box(0, history.last.floor, BESIDE, history.last.ceiling)

    def differs(at: int) -> bool:
        for where in (left, field):
            then, now = (_states(history.after(each), deposit, where) for each in (since, at))
            if any(abs(then.get(each, 0) - now.get(each, 0)) > ALTERED for each in {*then, *now}):
                return True
        return False

    if differs(last):
        return next(at for at in range(last, since, -1) if not differs(at - 1))
    heated = history.operated("anneal", "cure", start=since)
    altered = any(each > ALTERED for each in _states(history.last, deposit, left).values())
    return heated[0] if heated and altered else None


def _states(section: Section, deposit: Deposit, where: BaseGeometry) -> dict[str, float]:
    """Which share of a dielectric somewhere bears which tag: damaged, full of porogen."""
    shares: dict[str, float] = {}
    whole = of_jobs(section, deposit.jobs, deposit.material).intersection(where).area
    for each in section.regions:
        if each.tags and each.job in deposit.jobs and each.material == deposit.material:
            area = each.shape.intersection(where).area
            for tag in each.tags if area else ():
                shares[tag] = shares.get(tag, 0.0) + area / whole
    return shares


def gaps_between(vias: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The lateral gaps between neighbouring vias, over all heights."""
    in_order = sorted(vias, key=lambda via: float(via.bounds[0]))
    return [
        shapely.box(left.bounds[2], -1e6, right.bounds[0], 1e6)
        for left, right in itertools.pairwise(in_order)
        if left.bounds[2] < right.bounds[0]
    ]


def judge_second_k(found: Findings, element: str, level: PlugLevel) -> None:
    """Put how the spun dielectric's k stands to the first one's, and that it is low at all."""
    assert level.spun is not None
    history = found.history
    (upper, no_upper), (lower, no_lower) = (
        k_left(history, each) for each in (level.spun, level.first)
    )
    at, by = level.spun.at, history.places(level.spun)
    same = level.spun.material == level.first.material
    wanted = found.demand(element, Relation).compare.words
    stands = found.compared(element, upper, lower, same=same)
    if same:
        why = f"both dielectrics are {level.spun.material}"
        found.put(element, why, at, holds=stands is Verdict.LEGAL)
    elif upper is None or lower is None:
        found.not_shown(element, "; ".join(filter(None, (no_lower, no_upper))), at, by)
    else:
        low = found.demand(element, Limit).limits.judge_measured(upper.reach)
        both = f"k {upper.value:g} and {lower.value:g}"
        if Verdict.ILLEGAL in (stands, low):
            why = (
                f"k {upper.value:g} is not {wanted} k {lower.value:g}"
                if stands is Verdict.ILLEGAL
                else f"k {upper.value:g} is no low-k"
            )
            found.put(element, why, at, holds=False)
        elif Verdict.NOT_SHOWN in (stands, low):
            found.not_shown(element, f"{both} lie within their errors", at, by)
        else:
            why = f"k {upper.value:g} is {wanted} k {lower.value:g}"
            found.put(element, why, at, holds=True, by=[*by, upper.at, lower.at])
    found.cite(element, upper, lower)


def trench_etches(history: History, level: PlugLevel) -> dict[int, BaseGeometry]:
    """What each etch took of the first dielectric between the vias.

    After the plugs and before the spun dielectric; anywhere, if there are not two vias. An etch of
    copper or barrier, before barrier 2 is there, takes a trace of it and is none.
    """
    gap = shapely.union_all(gaps_between(level.vias))
    start = level.filled_at
    capped_at = level.capping[-1].at if level.capping else start
    end = history.places(level.spun)[0] if level.spun else level.ends
    taken = {}
    for at in etched(history, start=start, end=end):
        body = of_jobs(history.before(at), level.first.jobs)
        gone = history.removed(at)
        part = gone.intersection(body)
        between = part if gap.is_empty else part.intersection(gap)
        of_dielectric = at > capped_at or part.area > gone.area / 2
        if is_there(between) and of_dielectric:
            taken[at] = between
    return taken


def depth(level: PlugLevel, taken: Iterable[BaseGeometry]) -> float:
    """How deep (nm) the deepest hollow is that some etches made between two neighbouring vias."""
    whole = shapely.union_all(list(taken))
    hollows = [whole.intersection(gap) for gap in gaps_between(level.vias)] or [whole]
    return max((depth_of(each) for each in hollows if is_there(each)), default=0.0)
