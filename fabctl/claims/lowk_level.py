"""A level of enclosed copper plugs between low-k dielectrics: its jobs, and its vias."""

from msgspec import Struct, field
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, of_jobs
from fabctl.claims.layers import mostly
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT, REACH


class PlugLevel(Struct):
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
    full = ask.filled(via, of_jobs(section, jobs))
    return full and via_kept(history, level, via, level.filled_at)


def via_kept(history: History, level: PlugLevel, via: BaseGeometry, at: int) -> bool:
    """Whether metal takes most of a via after a job."""
    return mostly(of_jobs(history.after(at), level.metal_jobs), via)
