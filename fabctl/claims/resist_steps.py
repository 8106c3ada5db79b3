"""The lithography of a run: coats, their exposures and bakes, the developments."""

from dataclasses import dataclass, field

from fabctl.claims.history import History, is_there, of_class, shape


@dataclass(slots=True)
class Coat:
    """One coat of resist and what was done before the next one."""

    at: int
    material: str
    soft_bake: int | None = None
    exposure: int | None = None
    developments: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Lithography:
    """The coats up to the strip that ends them, and the hard bakes between.

    Coats that lie on the wafer: what was dispensed and left no resist is none, and neither baking
    nor exposing nor developing a wafer without resist is a step of it.
    """

    begins: int
    """The first coat's job, whether or not it left resist."""
    coats: list[Coat]
    hard_bakes: list[int]
    ends: int

    @property
    def developments(self) -> list[int]:
        """Every development, in order."""
        return [at for coat in self.coats for at in coat.developments]


def lithography(history: History) -> Lithography | None:
    """The first run of coats in which a second is laid on a first, else the first coats at all."""
    runs: list[Lithography] = []
    run: Lithography | None = None
    for at, done in enumerate(history.done):
        if done.operation == "coat":
            run = run or Lithography(at, [], [], len(history.done))
            if _resist(history, at, done.job):
                material = history.materials.canonical(done.recipe.get("material"))
                run.coats.append(Coat(at, material))
        elif run is not None and done.operation == "strip" and _is_resist(history, at):
            run.ends = at
            runs.append(run)
            run = None
        elif run is not None and run.coats:
            _note(history, run, at)
    if run is not None:
        runs.append(run)
    return max(runs, key=lambda each: min(len(each.coats), 2), default=None)


def _note(history: History, run: Lithography, at: int) -> None:
    """Note a bake, an exposure or a development, if there is resist for it on the wafer."""
    operation, coat = history.done[at].operation, run.coats[-1]
    if not _resist(history, at - 1):
        return
    last_is_there = _resist(history, at - 1, history.done[coat.at].job)
    if operation == "soft_bake" and coat.exposure is None and last_is_there:
        coat.soft_bake = at
    elif operation == "expose" and coat.exposure is None and last_is_there:
        coat.exposure = at
    elif operation == "develop":
        coat.developments.append(at)
    elif operation == "hard_bake":
        run.hard_bakes.append(at)


def _resist(history: History, at: int, job: str | None = None) -> bool:
    """Whether there is resist on the wafer after a job (of that coat, if one is named)."""
    resists = of_class(history, history.after(at), "resist")
    return is_there(shape([each for each in resists if job is None or each.job == job]))


def _is_resist(history: History, at: int) -> bool:
    return history.class_of(str(history.done[at].recipe.get("material", ""))) == "resist"
