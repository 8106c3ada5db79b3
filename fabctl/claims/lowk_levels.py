"""Which jobs belong to which level of copper plugs, by what they laid and etched."""

import itertools
from collections.abc import Callable

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.claims.layers import as_laid, coats, depth_of, etched, stays, taken, windows
from fabctl.claims.lowk_level import PlugLevel, lies_bare, via_filled, via_kept
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import ETCHED, LEAST_CONTACT

LAYERS = ("dielectric", "stop")
"""What a level is made of, its plugs apart."""


def levels_of(history: History) -> list[PlugLevel]:
    """One level for each dielectric, or pile of them, that is laid before there is metal in it.

    What is spun on later in a level is its second dielectric, unless the next vias are in it; the
    next one that is deposited, and stays, begins the next level.
    """
    begins: list[int] = []
    for each in history.deposits("dielectric"):
        spun = history.done[each.at].operation == "spin_on"
        if not begins or (
            _filled(history, begins[-1], each.at)
            and stays(history, each)
            and (
                not _fills_gaps(history, begins[-1], each) and _holds_vias(history, each)
                if spun
                else not _is_besides(history, begins[-1], each)
            )
        ):
            begins.append(each.at)
    found: list[PlugLevel] = []
    for begin, end in itertools.pairwise([*begins, len(history.done)]):
        found.append(_level(history, begin - 1, end, found[-1] if found else None))
    return found


def _fills_gaps(history: History, start: int, laid: Deposit) -> bool:
    """Whether what is spun on is the first since a level's last barrier or metal that stays.

    It fills what was etched into that level, whatever is etched into it later.
    """
    fills = history.deposits("barrier", "metal", start=start, end=laid.at)
    last = max((each.at for each in fills if stays(history, each)), default=start)
    between = history.deposits("dielectric", start=last, end=laid.at)
    return not between and any(
        is_there(taken(history, at)) for at in etched(history, start=last, end=laid.at)
    )


def _holds_vias(history: History, laid: Deposit) -> bool:
    """Whether of the dielectrics from this one on it is the one that the next vias are etched into.

    Under resist: what an etch-back leaves uneven has no vias.
    """
    fills = history.deposits("barrier", "metal", start=laid.at)
    end = next((each.at for each in fills if stays(history, each)), laid.at)
    if not any(
        is_there(shape(of_class(history, history.before(at), "resist")))
        and history.took(at, of_jobs(history.before(at), laid.jobs))
        for at in etched(history, start=laid.at, end=end)
    ):
        return False
    pile = history.deposits("dielectric", start=laid.at - 1, end=end)
    hollow = shapely.union_all(windows(history, pile, end))
    return is_there(hollow) and laid.job in _holding(history, pile, hollow).jobs


def _is_besides(history: History, start: int, laid: Deposit) -> bool:
    """Whether what insulates lies in a level, and is not the next one's.

    The second dielectric is spun on it, or nothing is etched into it before there is a barrier or
    metal. What is laid on the second dielectric itself begins the next level, whatever follows.
    """
    sorts = ("dielectric", "barrier", "metal")
    plugs = history.deposits("barrier", "metal", start=start, end=laid.at)
    between = history.deposits("dielectric", start=plugs[-1].at if plugs else start, end=laid.at)
    later = history.deposits(*sorts, start=laid.at)[:1]
    if not later or any(history.done[each.at].operation == "spin_on" for each in between):
        return False
    spun_on = history.done[later[0].at].operation == "spin_on"
    filled = history.class_of(later[0].material) != "dielectric"
    return spun_on or (filled and not etched(history, start=laid.at, end=later[0].at))


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
    laid, spacers = _apart(history, history.deposits(*LAYERS, start=start, end=filled), filled)
    hollow = shapely.union_all(windows(history, laid, filled))
    # what lies above the level is none of its plugs, and a mask of its etches no lining
    metals = [each for each in metals if _lies_in(history, each, each.at, hollow)] or metals
    before = [each for each in barriers if each.at < filled]
    # a stop layer keeps copper in as well, where it has to
    lining = (
        [each for each in before if _lies_in(history, each, filled - 1, hollow)]
        or [each for each in spacers if history.class_of(each.material) == "stop"]
        or before
    )
    level = PlugLevel(
        _holding(history, laid, hollow),
        metals,
        lining,
        [each for each in spacers if each not in lining],
        [],
        None,
        ends,
    )
    level.spun = _spun(history, level)
    # what is laid on the second dielectric too is no barrier under it
    last = history.places(level.spun)[0] if level.spun else ends
    stops = history.deposits("stop", start=start, end=ends)
    under, nitride = (
        [each for each in some if each.at < last or last < level.filled_at]
        for some in (barriers, stops)
    )
    level.capping = (
        _capping(history, metals, under) or _capping(history, metals, nitride)
        if metals
        else under[1:]
    )
    level.openings = windows(history, laid, level.vias_end)
    level.vias = _claimed(history, level, lower)
    return level


def _apart(
    history: History, laid: list[Deposit], filled: int
) -> tuple[list[Deposit], list[Deposit]]:
    """The layers that a level is made of, and those that were laid into its vias and are there."""
    layers: list[Deposit] = []
    spacers: list[Deposit] = []
    for each in laid:
        etches = etched(history, start=layers[-1].at, end=each.at) if layers else []
        hollow = shapely.union_all(windows(history, layers, each.at) if etches else [])
        lines = _lies_in(history, each, filled - 1, hollow)
        (spacers if lines and not _widened(history, layers, each.at, filled) else layers).append(
            each
        )
    return layers, spacers


def _widened(history: History, layers: list[Deposit], start: int, end: int) -> bool:
    """Whether some layers were etched once more between two jobs."""
    jobs = [job for each in layers for job in each.jobs]
    return any(
        depth_of(history.removed(at).intersection(of_jobs(history.before(at), jobs))) > ETCHED
        for at in etched(history, start=start, end=end)
    )


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
    for each in coats(history, [each for each in barriers if each.at > metals[-1].at]):
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
    """Of more than two openings those that are stepped, lay bare what is below, and stay filled."""
    sorts: list[Callable[[BaseGeometry], bool]] = [
        ask.stepped,
        lambda via: lies_bare(history, level, via, lower),
        lambda via: via_filled(history, level, via),
        lambda via: via_kept(history, level, via, level.ends - 1),
    ]
    vias = level.openings
    for holds in sorts:
        kept = [via for via in vias if holds(via)] if len(vias) > 2 else vias
        vias = kept if len(kept) >= 2 else vias
    return vias
