"""What was done to a wafer, job by job, as far as it was measured."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from fabctl.process.material import Conductive, Materials
from fabctl.process.recipe import Value
from fabctl.structure.section import Region, Section, polygonal, united
from fabctl.structure.tolerances import AREA_FLOOR


class Measured(Struct, frozen=True):
    """One measured quantity: a value a site, each ± `uncertainty`, all in `unit`."""

    quantity: str
    material: str
    values: tuple[float, ...]
    uncertainty: float
    unit: str


class Done(Struct, frozen=True):
    """One concluded job: what the tool was told, and the wafer afterwards (None: not measured)."""

    step: str
    job: str
    tool: str
    operation: str
    recipe: Mapping[str, Value]
    section: Section | None
    measured: tuple[Measured, ...] = ()
    peaks: Mapping[str, tuple[float, float | None]] = field(default_factory=dict)
    """Signal → (highest value since the job's start, uncertainty), by the tool's own record.

    An uncertainty of None is one that nobody knows.
    """


class Deposit(Struct, frozen=True):
    """A job that left material on the wafer, or the last of several coats of one material."""

    at: int
    job: str
    material: str
    below: tuple[str, ...] = ()
    """The jobs of the coats under this one."""

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs that deposited it, in order."""
        return (*self.below, self.job)

    def over(self, other: "Deposit") -> "Deposit":
        """This deposit laid on another: one with it where both are of one material."""
        return replace(self, below=other.jobs) if self.material == other.material else self


class History:
    """The jobs in order, and what each did to the wafer. Indices are places in `done`.

    Materials are spelt as the table spells them, however a tool told them.
    """

    def __init__(self, bare: Section | None, done: Sequence[Done], materials: Materials) -> None:
        known = [each.section for each in done if each.section is not None]
        width = known[-1].width if known else 0.0
        # a section gets its layout's width with the first exposure; earlier ones are compared so
        self.materials = materials
        self.done = tuple(
            replace(
                each,
                section=self._spelt(each.section.as_wide(width)) if each.section else None,
                measured=tuple(
                    replace(one, material=materials.canonical(one.material))
                    for one in each.measured
                ),
            )
            for each in done
        )
        self._bare = bare.as_wide(width) if bare is not None and width else bare
        self._removed: dict[int, BaseGeometry] = {}
        self._places = {each.job: at for at, each in enumerate(self.done)}
        self.shown = bare is not None and all(each.section is not None for each in done)
        """Whether the wafer's section is known after every job."""

    def _spelt(self, section: Section) -> Section:
        name = self.materials.canonical
        if all(each.material == name(each.material) for each in section.regions):
            return section
        spelt = tuple(replace(each, material=name(each.material)) for each in section.regions)
        return replace(section, regions=spelt)

    def after(self, at: int) -> Section:
        """The section after a job (-1: before the first)."""
        section = self.done[at].section if at >= 0 else self._bare
        assert section is not None
        return section

    def before(self, at: int) -> Section:
        """The section before a job."""
        return self.after(at - 1)

    @property
    def last(self) -> Section:
        """The finished wafer."""
        return self.after(len(self.done) - 1)

    def class_of(self, material: str) -> str:
        """The material's class; "" where the table lacks it."""
        return self.materials.class_of(material)

    def conducts(self, material: str) -> bool:
        """Whether a material is known to conduct."""
        known = self.materials.find(material)
        return known is not None and known.conductive is Conductive.YES

    def deposits(self, *classes: str, start: int = -1, end: int | None = None) -> list[Deposit]:
        """Jobs after `start` and before `end` that added material of one of the classes."""
        found = []
        for at in self.span(start, end):
            done = self.done[at]
            made = {
                region.material
                for region in self.after(at).regions
                if region.job == done.job and self.class_of(region.material) in classes
            }
            found += [Deposit(at, done.job, material) for material in sorted(made)]
        return found

    def span(self, start: int, end: int | None = None) -> Iterator[int]:
        """The places after `start` and before `end`."""
        return iter(range(start + 1, len(self.done) if end is None else end))

    def removed(self, at: int) -> BaseGeometry:
        """What a job took away: solid before it, ambient after it."""
        if at not in self._removed:
            gone = self.after(at).ambient.intersection(self.before(at).solids())
            self._removed[at] = polygonal(gone)
        return self._removed[at]

    def places(self, *deposits: Deposit) -> list[int]:
        """The places of the jobs that laid some deposits."""
        return self.places_of([job for each in deposits for job in each.jobs])

    def places_of(self, jobs: Sequence[str]) -> list[int]:
        """The places of some jobs; what was brought in has none."""
        return [self._places[job] for job in jobs if job in self._places]

    def step_of(self, job: str) -> str:
        """The step of a job; "" of what was brought in."""
        return self.done[self._places[job]].step if job in self._places else ""

    def took(self, at: int, body: BaseGeometry) -> bool:
        """Whether a job took away more than a crumb of a body."""
        return is_there(self.removed(at).intersection(body))

    def operated(self, *operations: str, start: int = -1, end: int | None = None) -> list[int]:
        """Places after `start` and before `end` of jobs with one of the operations."""
        return [at for at in self.span(start, end) if self.done[at].operation in operations]


def of_jobs(section: Section, jobs: Sequence[str], *materials: str) -> BaseGeometry:
    """What a section has from some jobs (of some materials, if any are named)."""
    return united(
        [
            region.shape
            for region in section.regions
            if region.job and region.job in jobs and (not materials or region.material in materials)
        ]
    )


def of_class(history: History, section: Section, *classes: str) -> list[Region]:
    """A section's regions whose material is of one of the classes."""
    return [each for each in section.regions if history.class_of(each.material) in classes]


def shape(regions: Sequence[Region]) -> BaseGeometry:
    """The union of some regions."""
    return united([region.shape for region in regions])


def is_there(geometry: BaseGeometry) -> bool:
    """Whether a body is more than a crumb."""
    return bool(geometry.area > AREA_FLOOR)
