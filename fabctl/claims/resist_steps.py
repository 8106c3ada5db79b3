"""The lithography of a run: coats, their exposures and bakes, the developments."""

from dataclasses import dataclass, field

from fabctl.claims.history import History


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
    """The coats up to the strip that ends them, and the hard bakes between."""

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
    coats: list[Coat] = []
    bakes: list[int] = []
    for at, done in enumerate(history.done):
        if done.operation == "coat":
            coats.append(Coat(at, history.materials.canonical(done.recipe.get("material"))))
        elif not coats:
            continue
        elif done.operation == "soft_bake" and coats[-1].exposure is None:
            coats[-1].soft_bake = at
        elif done.operation == "expose" and coats[-1].exposure is None:
            coats[-1].exposure = at
        elif done.operation == "develop":
            coats[-1].developments.append(at)
        elif done.operation == "hard_bake":
            bakes.append(at)
        elif done.operation == "strip" and _is_resist(history, at):
            runs.append(Lithography(coats, bakes, at))
            coats, bakes = [], []
    if coats:
        runs.append(Lithography(coats, bakes, len(history.done)))
    return next((run for run in runs if len(run.coats) >= 2), runs[0] if runs else None)


def _is_resist(history: History, at: int) -> bool:
    return history.class_of(str(history.done[at].recipe.get("material", ""))) == "resist"
