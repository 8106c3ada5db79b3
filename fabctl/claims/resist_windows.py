"""Windows in a dielectric: which were etched, and of which sort each is."""

from enum import StrEnum

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import History, of_class, shape
from fabctl.claims.layers import cut_out, etched
from fabctl.structure import predicates as ask
from fabctl.structure.section import Section, parts, polygonal
from fabctl.structure.tolerances import BESIDE, CRUMB, LEAST_CONTACT, RIM


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


class Under(Struct, frozen=True):
    """The dielectric under the resist: all its layers, stop layers too, and what lies below them.

    `names` are their regions'; `at` the place of the last job before the resist.
    """

    names: frozenset[str]
    laid: tuple[int, ...]
    below: frozenset[str]
    at: int

    def body(self, section: Section) -> BaseGeometry:
        """What a section has of it."""
        return shape([each for each in section.regions if each.name in self.names])

    def support(self, section: Section) -> BaseGeometry:
        """What a section has of what is below: the substrate, and what it was brought in with."""
        return shape([each for each in section.regions if each.name in self.below])


def under_resist(history: History, begins: int) -> Under:
    """The dielectrics and stop layers laid before a coat, over the last metal below them.

    Metal that came after them is in them, as in a plug that was made before.
    """
    section = history.before(begins)
    laid = history.deposits("dielectric", "stop", end=begins)
    below = history.deposits("metal", end=laid[-1].at) if laid else []
    laid = [each for each in laid if not below or each.at > below[-1].at]
    jobs = {each.job for each in laid}
    if not below and not of_class(history, history.after(-1), "metal"):
        jobs.add("")  # what the wafer was brought in with
    names = {
        each.name for each in of_class(history, section, "dielectric", "stop") if each.job in jobs
    }
    others = {each.name for each in section.regions if each.name not in names}
    return Under(frozenset(names), tuple(history.places(*laid)), frozenset(others), begins - 1)


def windows_in(history: History, under: Under, end: int) -> list[Window]:
    """The windows that etches made in a dielectric before a job."""
    left = under.body(history.before(end))
    etches = etched(history, start=under.at, end=end)
    found = []
    for part in cut_out(under.body(history.after(under.at)), left, history.last.width):
        by = [at for at in etches if history.removed(at).intersection(part).area > CRUMB]
        if by:
            found.append(Window(part, _sort(part, left), tuple(by)))
    return found


def _sort(part: BaseGeometry, dielectric: BaseGeometry) -> Sort:
    low = part.bounds[1]
    if low > dielectric.bounds[1] + BESIDE:
        return Sort.TRENCH
    return Sort.STEPPED if ask.stepped(part) else Sort.PLUG


class Pattern(Struct, frozen=True):
    """The openings in a developed resist."""

    openings: tuple[BaseGeometry, ...] = ()
    """All of them, whether or not they reach the dielectric."""
    through: tuple[BaseGeometry, ...] = ()
    """Those at whose bottom what is under the resist lies bare, or is etched already."""


def pattern(history: History, at: int, under: Under) -> Pattern:
    """The openings in the resist after a job.

    The air between the resist's bodies, from the dielectric's surface to nearly the resist's top:
    of a hole in the dielectric that is etched already nothing is the resist's.
    """
    section = history.after(at)
    resists = of_class(history, section, "resist")
    if not resists:
        return Pattern()
    body = shape(resists)
    foot, top = _foot(section, body, under), body.bounds[3]
    layer = shapely.box(0, foot, section.width, max(foot, top - RIM))
    openings = tuple(parts(polygonal(layer.intersection(section.ambient))))
    others = [each.shape for each in section.regions if each not in resists]
    below = shapely.box(0, section.floor, section.width, foot).intersection(section.ambient)
    beyond = shapely.union_all([*others, polygonal(below)])
    through = [each for each in openings if ask.contact(each, beyond) > LEAST_CONTACT]
    return Pattern(openings, tuple(through))


def _foot(section: Section, resists: BaseGeometry, under: Under) -> float:
    """The height at which resist begins: that of the dielectric, in whose holes it may lie too."""
    low, body = resists.bounds[1], under.body(section)
    return float(low if body.is_empty else max(low, body.bounds[3]))


def bare(history: History, at: int, under: Under) -> float:
    """Length (nm) of the dielectric's surface that lies bare after a job."""
    section = history.after(at)
    return ask.exposes(section, under.body(section))
