"""A level of metal with its protective layer: which jobs belong to it, what it left behind."""

import shapely
from msgspec import Struct, field
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.claims.layers import etched, stays
from fabctl.structure import predicates as ask
from fabctl.structure.section import Region, Section
from fabctl.structure.tolerances import BESIDE, CRUMB, LEAST_CONTACT


class Made(Struct):
    """What a level's story found, for the structure claims and the level above."""

    opening: BaseGeometry = field(default_factory=shapely.Polygon)
    dielectrics: dict[str, str] = field(default_factory=dict)
    """The regions that it is in, stop layers apart, each with its job, "" if brought in."""
    film_jobs: list[str] = field(default_factory=list)
    removal: int | None = None
    reaction: int | None = None
    etches: list[int] = field(default_factory=list)
    """The jobs that made the opening."""

    def dielectric(self, section: Section) -> BaseGeometry:
        """What a section has of the dielectric that the opening is in."""
        return shape([each for each in section.regions if each.name in self.dielectrics])


class Level(Struct):
    """One level of metal: where its story begins, and the jobs that the claim speaks of."""

    number: int
    begins: int
    metals: list[Deposit]
    ends: int
    """The place of the next level's first deposit, or one past the last job."""
    made: Made = field(default_factory=Made)

    def is_of(self, history: History, region: Region) -> bool:
        """Whether a region was laid in this level; what was brought in is the first one's."""
        if not region.job:
            return self.number == 1
        return any(self.begins < at < self.ends for at in history.places_of([region.job]))

    @property
    def filled_at(self) -> int:
        """The last job that filled the opening, else the level's last."""
        return self.metals[-1].at if self.metals else self.ends - 1

    @property
    def etched_until(self) -> int:
        """Where the opening's own story ends: at the metal, else at the level's end."""
        return self.metals[0].at if self.metals else self.ends

    @property
    def metal_jobs(self) -> list[str]:
        """The jobs that deposited this level's metal."""
        return [each.job for each in self.metals]


def levels_of(history: History) -> list[Level]:
    """A level's metal, liner or film is followed by the next level's dielectric or stop layer.

    Where there is neither, the next level is told by what fills its opening after the film. A mask,
    or what covered the film while it was hot, is taken off again and begins none.
    """
    if not history.deposits("dielectric", "metal", "film"):
        return []
    begins = [-1]
    had: set[str] = set()
    for each in history.deposits("dielectric", "stop", "metal", "barrier", "film"):
        sort = history.class_of(each.material)
        if sort not in ("metal", "film") and not stays(history, each):
            continue
        if sort in ("dielectric", "stop"):
            next_one = bool(had) and not _is_besides(history, each, had)
        else:
            next_one = sort in ("metal", "barrier") and "film" in had
        if next_one:
            begins.append(each.at - 1)
            had = set()
        if sort not in ("dielectric", "stop"):
            had.add(sort)
    ends = [*(at + 1 for at in begins[1:]), len(history.done)]
    return [
        Level(number, start, history.deposits("metal", start=start, end=end), end)
        for number, (start, end) in enumerate(zip(begins, ends, strict=True), start=1)
    ]


def _is_besides(history: History, laid: Deposit, had: set[str]) -> bool:
    """Whether what insulates lies in a level that had some layers, and is not the next one's.

    Nothing is etched into it then, and it lies under the metal, under the film, or on the film.
    """
    follows = history.deposits("metal", "barrier", "film", start=laid.at)[:1]
    if etched(history, start=laid.at, end=follows[0].at if follows else None):
        return False
    sort = history.class_of(follows[0].material) if follows else ""
    if had == {"barrier"}:
        return sort == "metal"
    film = shape(of_class(history, history.after(laid.at), "film"))
    return sort == "film" or film.area > CRUMB


def layer_on(history: History, section: Section, level: Level) -> list[Region]:
    """What a level's metal has reacted to with a film, where it touches that metal."""
    metal = of_jobs(section, level.metal_jobs)
    return [
        each
        for each in of_class(history, section, "compound")
        if ask.contact(metal, each.shape) > LEAST_CONTACT
    ]


def protective_on(history: History, section: Section, level: Level) -> BaseGeometry:
    """The shape of that layer."""
    return shape(layer_on(history, section, level))


def made_of_metal(history: History, section: Section, level: Level) -> BaseGeometry:
    """A level's metal, with what it has reacted to on its surface."""
    return of_jobs(section, level.metal_jobs).union(protective_on(history, section, level))


def fill(history: History, section: Section, level: Level) -> BaseGeometry:
    """What may fill a level's opening: metal, what it has reacted to, and what lay there before."""
    found = of_class(history, section, "metal", "barrier", "compound")
    for each in of_class(history, section, "dielectric", "stop"):
        if all(at < level.etched_until for at in history.places_of([each.job])):
            found.append(each)
    return shape(found)


def stops_on(history: History, section: Section, made: Made) -> list[Region]:
    """The stop layers that lie on top of the dielectric with the opening, and came before that."""
    dielectric = made.dielectric(section)
    if not is_there(dielectric):
        return []
    return [
        each
        for each in of_class(history, section, "stop")
        if each.name not in made.dielectrics
        and all(at < min(made.etches, default=at) for at in history.places_of([each.job]))
        and ask.contact(each.shape, dielectric) > LEAST_CONTACT
        and each.shape.bounds[3] > dielectric.bounds[3] - BESIDE
    ]
