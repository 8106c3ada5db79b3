"""A level of metal with its protective layer: which jobs belong to it, what it left behind."""

from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, of_class, of_jobs, shape
from fabctl.structure import predicates as ask
from fabctl.structure.section import Section
from fabctl.structure.tolerances import LEAST_CONTACT


@dataclass(slots=True)
class Made:
    """What a level's story found, for the structure claims and the level above."""

    opening: BaseGeometry = field(default_factory=shapely.Polygon)
    dielectric_job: str = ""
    film_jobs: list[str] = field(default_factory=list)
    removal: int | None = None


@dataclass(slots=True)
class Level:
    """One level of metal: where its story begins, and the jobs that the claim speaks of."""

    number: int
    begins: int
    metals: list[Deposit]
    ends: int
    """The place of the next level's first dielectric, or one past the last job."""
    made: Made = field(default_factory=Made)

    @property
    def metal_jobs(self) -> list[str]:
        """The jobs that deposited this level's metal."""
        return [each.job for each in self.metals]


def levels_of(history: History) -> list[Level]:
    """Levels are told apart by the removal of the film that lay on the metal below."""
    metals = history.deposits("metal")
    films = history.deposits("film")
    levels: list[Level] = []
    begins = -1
    while True:
        mine = [each for each in metals if each.at > begins]
        if not mine:
            return levels
        film = next((each.at for each in films if each.at > mine[0].at), len(history.done))
        mine = [each for each in mine if each.at < film]
        ends = next(
            (
                each.at
                for each in history.deposits("dielectric", start=max(film, mine[-1].at))
                if film < len(history.done)
            ),
            len(history.done),
        )
        levels.append(Level(len(levels) + 1, begins, mine, ends))
        begins = ends - 1
        if ends >= len(history.done):
            return levels


def protective_on(history: History, section: Section, level: Level) -> BaseGeometry:
    """What a level's metal has reacted to with a film, where it touches that metal."""
    metal = of_jobs(section, level.metal_jobs)
    return shape(
        [
            each
            for each in of_class(history, section, "compound")
            if ask.contact(metal, each.shape) > LEAST_CONTACT
        ]
    )


def fill(history: History, section: Section) -> BaseGeometry:
    """What may fill an opening: metal, its barriers, and what the metal reacted to."""
    return shape(of_class(history, section, "metal", "barrier", "compound"))
