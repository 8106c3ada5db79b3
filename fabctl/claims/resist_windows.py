"""Windows in a dielectric: which were etched, and of which sort each is."""

from enum import StrEnum

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, of_class, of_jobs, shape
from fabctl.structure import predicates as ask
from fabctl.structure.section import parts, polygonal
from fabctl.structure.tolerances import BESIDE, CRUMB, LEAST_CONTACT, RIM

ETCHES = ("etch", "etch_back")


class Sort(StrEnum):
    """What a window is good for."""

    STEPPED = "stepped window"
    """Narrow below, wide above, right through: for a dual damascene contact."""
    PLUG = "plug window"
    """A plain hole right through."""
    TRENCH = "trench"
    """It ends in the dielectric: for a line."""


class Window(Struct, frozen=True):
    """One window: its shape and sort, and the etches that made it."""

    shape: BaseGeometry
    sort: Sort
    by: tuple[int, ...]

    @property
    def at(self) -> int:
        """The last of them."""
        return self.by[-1]


def windows_in(history: History, dielectric: Deposit, end: int) -> list[Window]:
    """The windows that etches made in a dielectric before a job."""
    whole = of_jobs(history.after(dielectric.at), dielectric.jobs)
    section = history.before(end)
    left = of_jobs(section, dielectric.jobs)
    if left.is_empty:
        return []
    gone = polygonal(whole.difference(left))
    etches = history.operated(*ETCHES, start=dielectric.at, end=end)
    found = []
    for part in parts(gone):
        if part.bounds[0] < BESIDE or part.bounds[2] > section.width - BESIDE:
            continue  # field, not a window
        by = [at for at in etches if history.removed(at).intersection(part).area > CRUMB]
        if by:
            found.append(Window(part, _sort(part, left), tuple(by)))
    return found


def _sort(part: BaseGeometry, dielectric: BaseGeometry) -> Sort:
    low = part.bounds[1]
    if low > dielectric.bounds[1] + BESIDE:
        return Sort.TRENCH
    return Sort.STEPPED if ask.stepped(part) else Sort.PLUG


def resist_windows(history: History, at: int) -> list[BaseGeometry]:
    """The openings in the resist after a job, whether or not they reach the dielectric.

    The air between the resist's bodies, from the dielectric's surface to nearly the resist's top.
    """
    section = history.after(at)
    resists = shape(of_class(history, section, "resist"))
    if resists.is_empty:
        return []
    _, low, _, top = resists.bounds
    layer = shapely.box(0, low, section.width, top - RIM)
    air = polygonal(layer.intersection(section.ambient))
    return list(parts(air))


def reaching(
    history: History, at: int, windows: list[BaseGeometry], dielectric: Deposit
) -> list[BaseGeometry]:
    """Those windows at whose bottom the dielectric lies bare."""
    surface = of_jobs(history.after(at), dielectric.jobs)
    return [each for each in windows if ask.contact(each, surface) > LEAST_CONTACT]


def bare(history: History, at: int, dielectric: Deposit) -> float:
    """Length (nm) of the dielectric's surface that lies bare after a job."""
    section = history.after(at)
    return ask.exposes(section, of_jobs(section, dielectric.jobs))
