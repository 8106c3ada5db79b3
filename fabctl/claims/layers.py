"""What is one layer though it was laid in several coats, and the windows cut into layers."""

from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.structure import predicates as ask
from fabctl.structure.section import SUBSTRATE, Section, parts, polygonal
from fabctl.structure.tolerances import BESIDE, ETCHED, FLAT, LEAST_CONTACT

ETCHES = ("etch", "etch_back")
"""The operations that are etches, whatever they took."""
CLEANS = ("clean", "preclean", "strip")
"""Those that are etches where they took as much."""


def coats(history: History, deposits: Iterable[Deposit]) -> list[Deposit]:
    """Some deposits in order, where those of one material that follow each other are one layer.

    Unless something was etched or polished off the wafer between them.
    """
    laid: list[Deposit] = []
    for each in deposits:
        if laid and laid[-1].material == each.material and not _worked(history, laid[-1], each):
            laid[-1] = each.over(laid[-1])
        else:
            laid.append(each)
    return laid


def _worked(history: History, one: Deposit, other: Deposit) -> bool:
    between = etched(history, *ETCHES, "polish", start=one.at, end=other.at)
    return any(is_there(history.removed(at)) for at in between)


def etched(
    history: History, *operations: str, start: int = -1, end: int | None = None
) -> list[int]:
    """Places after `start` and before `end` of jobs with one of some operations, by default etches.

    Where etches are among them, so is whatever took as much of the wafer, resist apart: acid etches
    also where the recipe is called a clean.
    """
    operations = operations or ETCHES
    if not set(ETCHES) & set(operations):
        return history.operated(*operations, start=start, end=end)
    return [
        at
        for at in history.operated(*ETCHES, *CLEANS, *operations, start=start, end=end)
        if history.done[at].operation not in CLEANS
        or history.done[at].operation in operations
        or depth_of(taken(history, at)) > ETCHED
    ]


def taken(history: History, at: int) -> BaseGeometry:
    """What a job took of the wafer, resist apart."""
    resist = shape(of_class(history, history.before(at), "resist"))
    return polygonal(history.removed(at).difference(resist))


def stays(history: History, deposit: Deposit, at: int | None = None) -> bool:
    """Whether anything of a deposit is left after a job, or in the end; nothing is of a mask."""
    section = history.last if at is None else history.after(at)
    return is_there(of_jobs(section, deposit.jobs, deposit.material))


def as_laid(history: History, deposit: Deposit) -> BaseGeometry:
    """A deposit as it was when each of its coats had just been laid."""
    return shapely.union_all(
        [of_jobs(history.after(at), [history.done[at].job]) for at in history.places(deposit)]
    )


def cut_out(whole: BaseGeometry, left: BaseGeometry, width: float) -> list[BaseGeometry]:
    """The windows by which what is left of a body is less than the whole.

    What was taken off the top all over is no window; nor is what reaches a side of the section,
    since a layout keeps plain field there.
    """
    if left.is_empty:
        return []
    below = shapely.box(0, left.bounds[1], width, left.bounds[3])
    gone = _without_skins(polygonal(whole.difference(left).intersection(below)))
    return [
        part for part in parts(gone) if part.bounds[0] > BESIDE and part.bounds[2] < width - BESIDE
    ]


def _without_skins(gone: BaseGeometry) -> BaseGeometry:
    """What was taken, but for what is so thin all over that the surface still counts as level.

    A top is never quite flat: what a clean takes off it would join the windows to the field.
    """
    core = gone.buffer(-FLAT / 2, join_style="mitre")
    return polygonal(gone.intersection(core.buffer(FLAT, join_style="mitre")))


def windows(history: History, layers: Sequence[Deposit], end: int) -> list[BaseGeometry]:
    """What is cut out of some layers before a job, out of one below the other the same windows."""
    section = history.before(end)
    left = of_jobs(section, [job for each in layers for job in each.jobs])
    whole = shapely.union_all([as_laid(history, each) for each in layers])
    return cut_out(whole, left, section.width)


def depth_of(hollow: BaseGeometry) -> float:
    """How deep (nm) something was etched: its mean over where anything was taken."""
    if not is_there(hollow):
        return 0.0
    left, _, right, _ = hollow.bounds
    return float(hollow.area / (right - left))


def mostly(metal: BaseGeometry, opening: BaseGeometry) -> bool:
    """Whether metal takes more than half of an opening, and has its share of the lower half.

    What a liner has closed below is full, but not of the metal.
    """
    if opening.is_empty:
        return False
    left, low, right, high = opening.bounds
    foot = opening.intersection(shapely.box(left, low, right, low + (high - low) / 2))
    parts_of = ((opening, 1 / 2), (foot, 1 / 4))
    return all(metal.intersection(part).area > share * part.area for part, share in parts_of)


def rests_on(history: History, section: Section, body: BaseGeometry, under: BaseGeometry) -> bool:
    """Whether a body lies on another, or on none but dielectrics and stop layers on that.

    What only stands beside it does not.
    """
    layers = [each.shape for each in of_class(history, section, "dielectric", "stop")]
    pile = [body]
    for upper in pile:
        if ask.lies_on(upper, under) > LEAST_CONTACT:
            return True
        pile += [
            lower
            for lower in layers
            if lower not in pile and ask.lies_on(upper, lower) > LEAST_CONTACT
        ]
    return False


def rests_on_substrate(history: History, section: Section, layer: Deposit) -> bool:
    """Whether a layer so lies on the substrate."""
    substrate = section.named(SUBSTRATE).shape
    return rests_on(history, section, of_jobs(section, layer.jobs), substrate)
