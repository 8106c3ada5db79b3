"""The lithography of a run: coats, and what was done to them: bakes, exposures, developments."""

from dataclasses import dataclass, field

from fabctl.claims.history import Deposit, History, is_there, of_class, shape

ON_THE_LAST = ("soft_bake", "expose")
"""What is done to the last coat; nothing was, where that is not on the wafer any more."""
ON_ANY = ("post_exposure_bake", "develop", "hard_bake")
"""What is done to all resist; nothing was, where none is on the wafer."""


@dataclass(slots=True)
class Lithography:
    """The coats up to the strip that ends them, and the jobs between.

    Coats that lie on the wafer: what was dispensed and left no resist is none, and neither baking
    nor exposing nor developing a wafer without resist is a step of it.
    """

    begins: int
    """The first coat's job, whether or not it left resist."""
    coats: list[Deposit]
    ends: int
    noted: dict[str, list[int]] = field(default_factory=dict)

    def places(self, *operations: str, start: int = -1, end: int | None = None) -> list[int]:
        """Where such steps of it lie, in order, after `start` and before `end`."""
        found = [at for each in operations for at in self.noted.get(each, ())]
        return sorted(at for at in found if start < at and (end is None or at < end))

    @property
    def developments(self) -> list[int]:
        """Every development, in order."""
        return self.places("develop")


def lithography(history: History) -> Lithography | None:
    """The first run of coats in which a second is laid on a first, else the first coats at all."""
    runs: list[Lithography] = []
    run: Lithography | None = None
    for at, done in enumerate(history.done):
        if done.operation == "coat":
            run = run or Lithography(at, [], len(history.done))
            if resist_is_there(history, at, done.job):
                material = history.materials.canonical(done.recipe.get("material"))
                run.coats.append(Deposit(at, done.job, material))
                run.noted.setdefault("coat", []).append(at)
        elif run is not None and done.operation == "strip" and _is_resist(history, at):
            run.ends = at
            runs.append(run)
            run = None
        elif run is not None and run.coats and _does_something(history, run, at):
            run.noted.setdefault(done.operation, []).append(at)
    if run is not None:
        runs.append(run)
    return max(runs, key=lambda each: min(len(each.coats), 2), default=None)


def _does_something(history: History, run: Lithography, at: int) -> bool:
    """Whether there was resist on the wafer for a bake, an exposure or a development."""
    operation = history.done[at].operation
    if operation in ON_THE_LAST:
        return resist_is_there(history, at - 1, run.coats[-1].job)
    return operation not in ON_ANY or resist_is_there(history, at - 1)


def resist_is_there(history: History, at: int, job: str | None = None) -> bool:
    """Whether there is resist on the wafer after a job (of that coat, if one is named)."""
    resists = of_class(history, history.after(at), "resist")
    return is_there(shape([each for each in resists if job is None or each.job == job]))


def _is_resist(history: History, at: int) -> bool:
    return history.class_of(str(history.done[at].recipe.get("material", ""))) == "resist"
