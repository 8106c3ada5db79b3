"""A level of enclosed copper plugs between low-k dielectrics: which jobs belong to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings, Reading
from fabctl.claims.history import Deposit, History, is_there, of_jobs
from fabctl.interlocks.demand import Limit, Relation
from fabctl.interlocks.verdict import Verdict
from fabctl.structure import predicates as ask
from fabctl.structure.section import parts, polygonal
from fabctl.structure.tolerances import BESIDE

ETCHES = ("etch", "etch_back")


@dataclass(slots=True)
class PlugLevel:
    """The jobs of one level, in the order in which an element needs what an earlier one made."""

    begins: int
    first: Deposit
    """The dielectric that the vias are etched into (dielectric 1 or 3)."""
    metals: list[Deposit]
    barriers: list[Deposit]
    """Barrier of the vias, then the barriers over the plugs."""
    spun: Deposit | None
    """The dielectric in the trench (2 or 4)."""
    ends: int
    vias: list[BaseGeometry] = field(default_factory=list)

    @property
    def metal_jobs(self) -> list[str]:
        """The jobs that deposited the plugs' metal."""
        return [each.job for each in self.metals]

    @property
    def lining(self) -> list[Deposit]:
        """Barriers laid before the metal; without any, the first barrier."""
        if not self.metals:
            return self.barriers[:1]
        return [each for each in self.barriers if each.at < self.metals[0].at]

    @property
    def capping(self) -> list[Deposit]:
        """Barriers laid after the metal; without any, all but the first."""
        if not self.metals:
            return self.barriers[1:]
        return [each for each in self.barriers if each.at > self.metals[-1].at]

    @property
    def vias_end(self) -> int:
        """Where the vias' own story ends: at what is laid into them, else at the level's end."""
        return min((each.at for each in [*self.lining, *self.metals]), default=self.ends)

    @property
    def filled_at(self) -> int:
        """The last job that filled the vias, else the last before what would have."""
        return max((each.at for each in [*self.lining, *self.metals]), default=self.vias_end - 1)


def levels_of(history: History) -> list[PlugLevel]:
    """One level for each dielectric, or pile of them, that is laid down before anything is etched.

    What is spun on later in a level is its second dielectric; the next one that is deposited begins
    the next level.
    """
    dielectrics = history.deposits("dielectric")
    etches = history.operated(*ETCHES)
    firsts: list[Deposit] = []
    for each in dielectrics:
        if not firsts:
            firsts.append(each)
        elif history.done[each.at].operation == "spin_on":
            continue
        elif any(firsts[-1].at < at < each.at for at in etches):
            firsts.append(each)
        else:
            firsts[-1] = each.over(firsts[-1])
    begins = -1
    found: list[PlugLevel] = []
    for number, first in enumerate(firsts):
        ends = firsts[number + 1].at if number + 1 < len(firsts) else len(history.done)
        spun = [
            each
            for each in dielectrics
            if first.at < each.at < ends and history.done[each.at].operation == "spin_on"
        ]
        level = PlugLevel(
            begins,
            first,
            history.deposits("metal", start=first.at, end=ends),
            history.deposits("barrier", start=first.at, end=ends),
            spun[0] if spun else None,
            ends,
        )
        level.vias = _vias(history, level)
        found.append(level)
        begins = ends - 1
    return found


def _vias(history: History, level: PlugLevel) -> list[BaseGeometry]:
    """What the etches took out of the level's dielectric before it was lined or filled."""
    end = level.vias_end
    whole = of_jobs(history.after(level.first.at), level.first.jobs)
    left = of_jobs(history.before(end), level.first.jobs)
    if left.is_empty:
        return []
    # what a blanket etch took off the top is no via
    below = shapely.box(0, left.bounds[1], history.last.width, left.bounds[3])
    gone = polygonal(whole.difference(left).intersection(below))
    width = history.last.width
    return [
        part for part in parts(gone) if part.bounds[0] > BESIDE and part.bounds[2] < width - BESIDE
    ]


def via_etches(history: History, level: PlugLevel) -> list[int]:
    """The etches that made the vias."""
    vias = shapely.union_all(level.vias)
    return [
        at
        for at in history.operated(*ETCHES, start=level.first.at, end=level.vias_end)
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
    for at in history.operated(*ETCHES, start=level.filled_at, end=level.ends):
        gone, before = history.removed(at), history.before(at)
        dielectric = gone.intersection(of_jobs(before, level.first.jobs)).area
        if dielectric > gone.intersection(of_jobs(before, jobs)).area:
            return at
    return level.spun.at if level.spun else level.ends


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
                middle = sum(measured.values) / len(measured.values)
                found = Reading(middle, measured.uncertainty, at, measured)
    return found


def gap_between(vias: list[BaseGeometry], section_width: float) -> BaseGeometry:
    """The lateral gap between two vias, over all heights; empty where there are not two."""
    if len(vias) != 2:
        return shapely.Polygon()
    left, right = sorted(vias, key=lambda via: float(via.bounds[0]))
    if left.bounds[2] >= right.bounds[0] or section_width <= 0:
        return shapely.Polygon()
    return shapely.box(left.bounds[2], -1e6, right.bounds[0], 1e6)


def metal_of(level: PlugLevel) -> str:
    """What the plugs are made of, in words."""
    return " and ".join(sorted({each.material for each in level.metals}))


def judge_second_k(found: Findings, element: str, level: PlugLevel) -> None:
    """Put how the spun dielectric's k stands to the first one's, and that it is low at all."""
    assert level.spun is not None
    history = found.history
    upper, lower = k_of(history, level.spun), k_of(history, level.first)
    at, by = level.spun.at, history.places(level.spun)
    same = level.spun.material == level.first.material
    wanted = found.demand(element, Relation).compare.words
    stands = found.compared(element, upper, lower, same=same)
    if same:
        why = f"both dielectrics are {level.spun.material}"
        found.put(element, why, at, holds=stands is Verdict.LEGAL)
    elif upper is None or lower is None:
        found.not_shown(element, "k was not measured on both dielectrics", at, by)
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


def vias_filled(history: History, level: PlugLevel) -> bool:
    """Whether metal and lining fill every via once the last metal is laid."""
    fill = of_jobs(
        history.after(level.metals[-1].at),
        level.metal_jobs + [each.job for each in level.lining],
    )
    return bool(level.vias) and all(ask.filled(via, fill) for via in level.vias)


def trench_etches(history: History, level: PlugLevel) -> dict[int, BaseGeometry]:
    """What each etch took of the first dielectric between the vias.

    After barrier 2 and before the spun dielectric; anywhere, if there are not two vias.
    """
    gap = gap_between(level.vias, history.last.width)
    start = level.capping[-1].at if level.capping else level.filled_at
    end = level.spun.at if level.spun else level.ends
    taken = {}
    for at in history.operated(*ETCHES, start=start, end=end):
        body = of_jobs(history.before(at), level.first.jobs)
        part = history.removed(at).intersection(body)
        between = part if gap.is_empty else part.intersection(gap)
        if is_there(between):
            taken[at] = between
    return taken


def depth(taken: Iterable[BaseGeometry]) -> float:
    """How deep (nm) a hollow is that some etches made: its mean over where anything was taken."""
    whole = shapely.union_all(list(taken))
    return float(whole.area / (whole.bounds[2] - whole.bounds[0])) if is_there(whole) else 0.0


def plugs_of(history: History, level: PlugLevel, at: int) -> list[BaseGeometry]:
    """The separate bodies of the level's metal after a job."""
    return list(parts(of_jobs(history.after(at), level.metal_jobs)))


def present(history: History, deposit: Deposit | None, at: int) -> BaseGeometry:
    """What is left of a deposit after a job."""
    if deposit is None:
        return shapely.Polygon()
    return of_jobs(history.after(at), [deposit.job], deposit.material)
