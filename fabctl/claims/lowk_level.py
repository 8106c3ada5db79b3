"""A level of enclosed copper plugs between low-k dielectrics: which jobs belong to it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, is_there, of_jobs
from fabctl.claims.layers import as_laid, coats, etched, mostly, stays, windows
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT, REACH


@dataclass(slots=True)
class PlugLevel:
    """The jobs of one level, in the order in which an element needs what an earlier one made."""

    first: Deposit
    """The dielectric that the vias are etched into (dielectric 1 or 3)."""
    metals: list[Deposit]
    lining: list[Deposit]
    """Barriers that lie in the vias when the metal comes; without any, those laid before it."""
    spacers: list[Deposit]
    """What else lies in the vias then, and keeps no copper in."""
    capping: list[Deposit]
    """Barriers laid on the plugs, each with its coats; without any metal, all but the first."""
    spun: Deposit | None
    """The dielectric in the trench (2 or 4)."""
    ends: int
    openings: list[BaseGeometry] = field(default_factory=list)
    """All that was etched into it before the lining, whatever it is good for."""
    vias: list[BaseGeometry] = field(default_factory=list)
    """Of more than two, those of which the claim's words hold: it is open to others beside them."""

    @property
    def metal_jobs(self) -> list[str]:
        """The jobs that deposited the plugs' metal."""
        return [each.job for each in self.metals]

    @property
    def barriers(self) -> list[Deposit]:
        """The barriers of the vias, then those over the plugs."""
        return [*self.lining, *self.capping]

    @property
    def vias_end(self) -> int:
        """Where the vias' own story ends: at what is laid into them, else at the level's end."""
        laid = [*self.lining, *self.spacers, *self.metals]
        return min((each.at for each in laid), default=self.ends)

    @property
    def filled_at(self) -> int:
        """The last job that filled the vias, else the last before what would have."""
        return max((each.at for each in [*self.lining, *self.metals]), default=self.vias_end - 1)


def levels_of(history: History) -> list[PlugLevel]:
    """One level for each dielectric, or pile of them, that is laid before there is metal in it.

    What is spun on later in a level is its second dielectric; the next one that is deposited, and
    stays, begins the next level.
    """
    begins: list[int] = []
    for each in history.deposits("dielectric"):
        spun = history.done[each.at].operation == "spin_on"
        if not begins or (
            not spun
            and _filled(history, begins[-1], each.at)
            and stays(history, each)
            and not _lines_a_trench(history, begins[-1], each)
        ):
            begins.append(each.at)
    found: list[PlugLevel] = []
    for begin, end in itertools.pairwise([*begins, len(history.done)]):
        found.append(_level(history, begin - 1, end, found[-1] if found else None))
    return found


def _lines_a_trench(history: History, start: int, laid: Deposit) -> bool:
    """Whether a level's second dielectric is spun on another, with no plug in between.

    What is laid on the second dielectric itself begins the next level, whatever is spun on it.
    """
    sorts = ("dielectric", "barrier", "metal")
    plugs = history.deposits("barrier", "metal", start=start, end=laid.at)
    between = history.deposits("dielectric", start=plugs[-1].at if plugs else start, end=laid.at)
    later = history.deposits(*sorts, start=laid.at)[:1]
    spun, spun_on = (
        any(history.done[each.at].operation == "spin_on" for each in some)
        for some in (between, later)
    )
    return spun_on and not spun


def _filled(history: History, start: int, end: int) -> bool:
    """Whether a level has got metal, or a barrier that is no mask: one is taken off again."""
    return any(
        history.class_of(each.material) == "metal" or stays(history, each)
        for each in history.deposits("metal", "barrier", start=start, end=end)
    )


def _level(history: History, start: int, ends: int, lower: PlugLevel | None) -> PlugLevel:
    metals = history.deposits("metal", start=start, end=ends)
    barriers = history.deposits("barrier", start=start, end=ends)
    # without metal it is the first barrier that is laid into the vias
    filled = metals[0].at if metals else barriers[0].at + 1 if barriers else ends
    laid, spacers = _apart(history, history.deposits(*_LAYERS, start=start, end=filled), filled)
    hollow = shapely.union_all(windows(history, laid, filled))
    # what lies above the level is none of its plugs, and a mask of its etches no lining
    metals = [each for each in metals if _lies_in(history, each, each.at, hollow)] or metals
    before = [each for each in barriers if each.at < filled]
    before += [each for each in spacers if _keeps_copper(history, each)]
    before.sort(key=lambda each: each.at)
    lining = [each for each in before if _lies_in(history, each, filled - 1, hollow)] or before
    level = PlugLevel(
        _holding(history, laid, hollow),
        metals,
        lining,
        [each for each in spacers if not _keeps_copper(history, each)],
        [],
        None,
        ends,
    )
    level.spun = _spun(history, level)
    # what is laid on the second dielectric too is no barrier under it
    last = history.places(level.spun)[0] if level.spun else ends
    if metals:
        over = history.deposits("barrier", "stop", start=metals[-1].at, end=ends)
        under = [each for each in over if each.at < last or last < level.filled_at]
        level.capping = _capping(history, metals, under)
    else:
        level.capping = [each for each in barriers if each.at < last or last < level.filled_at][1:]
    level.openings = windows(history, laid, level.vias_end)
    level.vias = _claimed(history, level, lower)
    return level


_LAYERS = ("dielectric", "stop")


def _keeps_copper(history: History, deposit: Deposit) -> bool:
    """Whether it is a barrier to copper: what the table calls one, or a stop layer, of nitride."""
    return history.class_of(deposit.material) in ("barrier", "stop")


def _apart(
    history: History, laid: list[Deposit], filled: int
) -> tuple[list[Deposit], list[Deposit]]:
    """The layers that a level is made of, and those that were laid into its vias and are there."""
    layers: list[Deposit] = []
    spacers: list[Deposit] = []
    for each in laid:
        etches = etched(history, start=layers[-1].at, end=each.at) if layers else []
        hollow = shapely.union_all(windows(history, layers, each.at) if etches else [])
        (spacers if _lies_in(history, each, filled - 1, hollow) else layers).append(each)
    return layers, spacers


def _lies_in(history: History, deposit: Deposit, at: int, hollow: BaseGeometry) -> bool:
    return is_there(of_jobs(history.after(at), [deposit.job]).intersection(hollow))


def _holding(history: History, laid: list[Deposit], hollow: BaseGeometry) -> Deposit:
    """The dielectric that most of some windows are cut into; of none, the thickest."""

    def share(deposit: Deposit) -> tuple[float, float]:
        body = as_laid(history, deposit)
        return float(body.intersection(hollow).area), float(body.area)

    dielectrics = [each for each in laid if history.class_of(each.material) == "dielectric"]
    return max(coats(history, dielectrics), key=share)


def _capping(history: History, metals: list[Deposit], barriers: list[Deposit]) -> list[Deposit]:
    """The barriers that lay on the metal when they were laid, and coats laid on such a one."""
    jobs = [each.job for each in metals]
    found: list[Deposit] = []
    for each in coats(history, barriers):
        section = history.after(each.at)
        if ask.contact(of_jobs(section, each.jobs), of_jobs(section, jobs)) > LEAST_CONTACT:
            found.append(each)
    return found


def _spun(history: History, level: PlugLevel) -> Deposit | None:
    """The dielectric spun on over the plugs that stays, all its coats, etched between or not."""
    spun = [
        each
        for each in history.deposits("dielectric", start=level.first.at, end=level.ends)
        if history.done[each.at].operation == "spin_on"
    ]
    spun = [each for each in spun if each.at > level.filled_at] or spun
    kept = next((each for each in spun if stays(history, each, level.ends - 1)), None)
    found = kept or next(iter(spun), None)
    for each in spun:
        if found is not None and each.at > found.at and each.material == found.material:
            found = each.over(found)
    return found


def _claimed(history: History, level: PlugLevel, lower: PlugLevel | None) -> list[BaseGeometry]:
    """Of more than two openings those that are stepped, lay bare what is below, and are filled."""
    sorts: list[Callable[[BaseGeometry], bool]] = [
        ask.stepped,
        lambda via: lies_bare(history, level, via, lower),
        lambda via: via_filled(history, level, via),
    ]
    vias = level.openings
    for holds in sorts:
        kept = [via for via in vias if holds(via)] if len(vias) > 2 else vias
        vias = kept if len(kept) >= 2 else vias
    return vias


def below(history: History, lower: PlugLevel | None, at: int) -> BaseGeometry:
    """What a level's vias lead down to: the substrate, or the lower level's plugs."""
    section = history.after(at)
    if lower is None:
        return section.named("substrate").shape
    return of_jobs(section, lower.metal_jobs)


def lies_bare(
    history: History, level: PlugLevel, via: BaseGeometry, lower: PlugLevel | None
) -> bool:
    """Whether what is below lies bare at a via's bottom before anything is laid into it."""
    at = level.vias_end - 1
    under = below(history, lower, at).intersection(via.buffer(REACH).envelope)
    return ask.contact(under, history.after(at).ambient) > LEAST_CONTACT


def via_filled(history: History, level: PlugLevel, via: BaseGeometry) -> bool:
    """Whether metal, lining and spacers fill a via once the last metal is laid."""
    jobs = level.metal_jobs + [each.job for each in (*level.lining, *level.spacers)]
    section = history.after(level.filled_at)
    return ask.filled(via, of_jobs(section, jobs)) and mostly(
        of_jobs(section, level.metal_jobs), via
    )
