"""What fills the windows (resist.1.e, 1.f and the fills beside): the liner and the conductor."""

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, of_class, of_jobs, shape
from fabctl.claims.layers import etched, mostly, stays
from fabctl.claims.resist_steps import Lithography
from fabctl.claims.resist_windows import Under
from fabctl.structure import predicates as ask
from fabctl.structure.section import polygonal

LINERS = ("barrier", "stop", "dielectric")
"""What may line the windows: the claims name no material, and ask for no contact below."""


class Fill(Struct, frozen=True):
    """The liner's and the conductor's coats of one level, in order, and what they lie in."""

    under: Under
    linings: list[Deposit]
    metals: list[Deposit]
    ends: int
    """The place of the next level's first deposit, or one past the last job."""

    @property
    def begins(self) -> int:
        """The place of the first of them, else one past the last job: windows are whole before."""
        return next((each.at for each in (*self.linings, *self.metals)), self.ends)

    def metal(self, history: History, window: BaseGeometry, at: int) -> BaseGeometry:
        """What of a window the conductor takes after a job, with what it has reacted to."""
        section = history.after(at)
        metal = of_jobs(section, [each.job for each in self.metals])
        return metal.union(shape(of_class(history, section, "compound"))).intersection(window)

    def laid(self, history: History, window: BaseGeometry) -> BaseGeometry:
        """The same once the last of it is laid."""
        if not self.metals:
            return shapely.Polygon()
        return self.metal(history, window, self.metals[-1].at)

    def full(self, history: History, window: BaseGeometry) -> bool:
        """Whether the conductor, with its liner, fills a window once the last of it is laid."""
        if not self.metals:
            return False
        section = history.after(self.metals[-1].at)
        jobs = [each.job for each in (*self.linings, *self.metals)]
        between = shape(of_class(history, section, "barrier"))
        return ask.filled(window, of_jobs(section, jobs).union(between)) and mostly(
            self.laid(history, window), window
        )

    def lost_at(self, history: History, window: BaseGeometry) -> int | None:
        """The job after which most of what it took of a window is gone.

        None where most of it is there when the level ends. A polish that takes the dielectric with
        it makes the window shallower, and leaves it as full.
        """
        laid = self.laid(history, window)

        def kept(at: int) -> bool:
            section = history.after(at)
            dielectric = self.under.body(section)
            top = section.floor if dielectric.is_empty else dielectric.bounds[3]
            left = laid.intersection(shapely.box(0, section.floor, section.width, top))
            return mostly(self.metal(history, window, at), polygonal(left))

        if kept(self.ends - 1):
            return None
        return next(at for at in range(self.metals[-1].at, self.ends) if not kept(at))


def fill_of(history: History, steps: Lithography, under: Under) -> Fill:
    """What was laid into the windows that a lithography is for."""
    metals = _conductors(history, steps)
    ends = _next_level(history, metals[0]) if metals else len(history.done)
    filled = metals[0].at if metals else ends
    return Fill(
        under,
        history.deposits(*LINERS, start=steps.begins, end=filled),
        [each for each in metals if each.at < ends],
        ends,
    )


def _conductors(history: History, steps: Lithography) -> list[Deposit]:
    """What may fill the windows: metal, else whatever else conducts and is no liner."""
    films = history.deposits("film", start=steps.begins)
    conduct = [each for each in films if history.conducts(each.material)]
    return history.deposits("metal", start=steps.begins) or conduct


def _next_level(history: History, metal: Deposit) -> int:
    """The place where a dielectric is laid that something is etched into, and that is no mask."""
    for each in history.deposits("dielectric", "stop", start=metal.at):
        opened = any(
            history.took(at, of_jobs(history.before(at), [each.job]))
            for at in etched(history, start=each.at)
        )
        if opened and stays(history, each):
            return each.at
    return len(history.done)
