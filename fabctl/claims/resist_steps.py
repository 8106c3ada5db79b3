"""The lithography of a run: coats, and what was done to them: bakes, exposures, developments."""

from collections.abc import Sequence

from msgspec import Struct, field

from fabctl.claims.history import Deposit, History, is_there, of_class, shape
from fabctl.claims.layers import CLEANS, ETCHES, depth_of, taken
from fabctl.structure.tolerances import ETCHED

ON_THE_LAST = ("soft_bake", "expose")
"""What is done to the last coat; nothing was, where that is not on the wafer any more."""
ON_ANY = ("post_exposure_bake", "develop", "hard_bake")
"""What is done to all resist; nothing was, where none is on the wafer."""


class Lithography(Struct):
    """The coats up to the strip that ends them, and the jobs between.

    Coats that lie on the wafer: what was dispensed and left no resist is none, and neither baking
    nor exposing nor developing a wafer without resist is a step of it.
    """

    begins: int
    """The first coat's job, whether or not it left resist."""
    coats: list[Deposit]
    """Of one material that was neither exposed nor developed between, several are one."""
    ends: int
    noted: dict[str, list[int]] = field(default_factory=dict)
    etches: list[int] = field(default_factory=list)
    """Those that took something of what lies under the resist: a descum does not."""

    @property
    def etched(self) -> int:
        """The first etch that all its coats are for, else where it ends."""
        last = self.coats[-1].at if self.coats else self.begins
        return next((at for at in self.etches if at > last), self.ends)

    def places(self, *operations: str, start: int = -1, end: int | None = None) -> list[int]:
        """Where such steps of it lie, in order, after `start` and before `end` and its etch."""
        found = [at for each in operations for at in self.noted.get(each, ())]
        end = self.etched if end is None else min(end, self.etched)
        return sorted(at for at in found if start < at < end)

    def patterning(self, history: History) -> list[int]:
        """The coats, exposures and developments that made the resist's pattern."""
        took = [
            at
            for at in self.developments
            if history.took(at, shape(of_class(history, history.before(at), "resist")))
        ]
        return [*self.places("coat", "expose"), *took]

    @property
    def developments(self) -> list[int]:
        """Every development, in order."""
        return self.places("develop")


def lithographies(history: History) -> list[Lithography]:
    """Every run of coats, in order."""
    runs: list[Lithography] = []
    run: Lithography | None = None
    for at, done in enumerate(history.done):
        if done.operation == "coat":
            run = run or Lithography(at, [], len(history.done))
            if resist_is_there(history, at, done.job):
                _coat(history, run, at)
        elif run is not None:
            _note(history, run, at)
            if _ends(history, run, at):
                run.ends = at
                runs.append(run)
                run = None
    if run is not None:
        runs.append(run)
    return runs


def claimed(runs: Sequence[Lithography]) -> Lithography | None:
    """The last run of coats that an etch used and that has two, as far as there is one.

    What was stripped and done again before its etch counts no more.
    """
    # of several the last
    return max(
        reversed(runs), key=lambda each: (bool(each.etches), len(each.coats) >= 2), default=None
    )


def _coat(history: History, run: Lithography, at: int) -> None:
    done = history.done[at]
    coat = Deposit(at, done.job, history.materials.canonical(done.recipe.get("material")))
    if run.coats and not run.places("expose", "develop", start=run.coats[-1].at):
        laid = coat.over(run.coats[-1])
        if len(laid.jobs) > 1:
            run.coats.pop()
        coat = laid
    run.coats.append(coat)
    run.noted.setdefault("coat", []).append(at)


def _ends(history: History, run: Lithography, at: int) -> bool:
    """Whether a job took the resist off, or would have if there were any."""
    done = history.done[at]
    if done.operation == "strip" and history.class_of(str(done.recipe.get("material"))) == "resist":
        return True
    return (
        bool(run.coats)
        and done.operation in (*ETCHES, *CLEANS)
        and not resist_is_there(history, at)
    )


def _note(history: History, run: Lithography, at: int) -> None:
    operation = history.done[at].operation
    if not run.coats:
        return
    if operation in ETCHES or (operation in CLEANS and operation != "strip"):
        if depth_of(taken(history, at)) > ETCHED:
            run.etches.append(at)
    elif operation in ON_THE_LAST:
        if resist_is_there(history, at - 1, run.coats[-1].job):
            run.noted.setdefault(operation, []).append(at)
    elif operation in ON_ANY and resist_is_there(history, at - 1):
        run.noted.setdefault(operation, []).append(at)


def resist_is_there(history: History, at: int, job: str | None = None) -> bool:
    """Whether there is resist on the wafer after a job (of that coat, if one is named)."""
    resists = of_class(history, history.after(at), "resist")
    return is_there(shape([each for each in resists if job is None or each.job == job]))
