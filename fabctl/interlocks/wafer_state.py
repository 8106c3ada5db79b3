"""What the rules must know of a wafer: a fold over the steps so far.

The audit folds over the steps of a file, the engine over the steps that it has concluded; both
ask the same questions of the result. So what a step *is* follows from the wafer, not from a name:
an anneal is a reaction anneal if an unreacted protective film lies on the wafer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fabctl.interlocks.interval import NOTHING, Interval
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.port import Measurement

FILM = "film"
"""The class of materials that a protective film is made of."""

_REMOVALS = ("strip", "etch", "etch_back", "polish")


@dataclass(frozen=True, slots=True)
class Coat:
    """One deposition of film; `thickness` is None where its recipe does not tell."""

    step: str
    material: str
    thickness: Interval | None


@dataclass(frozen=True, slots=True)
class Film:
    """The unreacted protective film on the wafer; coats add up.

    `measured_by` is the step that measures it, "" where none did; `measurements` is what the host
    received from there (never anything in an audit).
    """

    coats: tuple[Coat, ...]
    measured_by: str = ""
    measurements: tuple[Measurement, ...] = ()

    @property
    def thickness(self) -> Interval | None:
        """All that was deposited, as the recipes have it; None where one does not tell."""
        total = NOTHING
        for coat in self.coats:
            if coat.thickness is None:
                return None
            total += coat.thickness
        return total

    @property
    def materials(self) -> tuple[str, ...]:
        """What it is made of."""
        return tuple(dict.fromkeys(coat.material for coat in self.coats))


@dataclass(frozen=True, slots=True)
class WaferState:
    """A wafer between two steps; a bare one at first."""

    film: Film | None = None

    def after(
        self,
        step: str,
        recipe: Recipe,
        materials: Materials,
        *,
        allowed: Mapping[str, Interval] | None = None,
        measurements: Sequence[Measurement] = (),
    ) -> "WaferState":
        """Give the wafer's state after a step that was completed as commanded.

        `allowed` are the values that each parameter may have (default: the recipe's own),
        `measurements` what a `measure` step really found.
        """
        material = materials.canonical(recipe.parameters.get("material"))
        if recipe.operation == "deposit" and materials.class_of(material) == FILM:
            coat = Coat(step, material, _interval(recipe, "thickness", allowed))
            before = self.film.coats if self.film else ()
            return replace(self, film=Film((*before, coat)))
        if self.film is None or material not in self.film.materials:
            return self
        if recipe.operation in _REMOVALS and not _leaves_some(recipe, self.film):
            return replace(self, film=None)
        if recipe.operation == "measure" and recipe.parameters.get("quantity") == "film_thickness":
            measured = replace(self.film, measured_by=step, measurements=tuple(measurements))
            return replace(self, film=measured)
        return self


BARE = WaferState()
"""A wafer that nothing was done to."""


def _interval(recipe: Recipe, name: str, allowed: Mapping[str, Interval] | None) -> Interval | None:
    if allowed is not None and name in allowed:
        return allowed[name]
    value = recipe.parameters.get(name)
    return Interval.point(value.value) if isinstance(value, Quantity) else None


def _leaves_some(recipe: Recipe, film: Film) -> bool:
    """Tell whether an etch is stated to end before the film is through, or may do so."""
    depth = recipe.parameters.get("depth")
    remaining = recipe.parameters.get("remaining")
    if isinstance(remaining, Quantity) and remaining.value > 0:
        return True
    if not isinstance(depth, Quantity):
        return False
    thickness = film.thickness
    return thickness is None or thickness.high > depth.value
