"""What the rules must know of a wafer: a fold over the steps so far.

The audit folds over the steps of a file, the engine over the steps that it has concluded; both
ask the same questions of the result. So what a step *is* follows from the wafer, not from a name:
an anneal is a reaction anneal if an unreacted protective film lies on the wafer.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.film import Coat, Film, takes
from fabctl.interlocks.interval import Interval
from fabctl.process.material import CLEAN, CONTAMINATION, Material, MaterialClass, Materials
from fabctl.process.recipe import Recipe
from fabctl.process.stock import Deposited, PolishedTo, Stock
from fabctl.quantities import Quantity

if TYPE_CHECKING:
    from fabctl.tools.port import Measurement

REMOVALS = ("strip", "etch", "etch_back", "polish")
"""The operations that may take a film away."""


LAYS = ("deposit", "spin_on")
"""The operations that may lay down a dielectric."""
_FILLS = (MaterialClass.BARRIER, MaterialClass.METAL)
"""What vias are lined and filled with."""


class Has(StrEnum):
    """What a rule may ask whether a wafer has it."""

    FILM = "film"
    """A protective film that has not reacted."""
    LAYER = "layer"
    """A protective layer: a film has reacted on it."""
    METAL = "metal"
    """Copper, or another metal of the wiring."""
    RESIST = "resist"
    SOFT_RESIST = "soft_resist"
    """Resist that no bake has hardened since its development: the next coat may dissolve it."""
    UNEXPOSED_RESIST = "unexposed_resist"
    """The uppermost coat of resist was not exposed yet."""
    EXPOSED_RESIST = "exposed_resist"
    """The uppermost coat of resist was exposed."""
    UNDEVELOPED_RESIST = "undeveloped_resist"
    """The uppermost coat of resist was not developed yet: it covers the wafer."""
    DEVELOPED_RESIST = "developed_resist"
    """The uppermost coat of resist was developed."""
    LEAD = "lead"
    """It was in touch with lead; nothing takes that back."""


ALL_RESIST = frozenset(each for each in Has if "resist" in each.value)
_EXPOSED, _DEVELOPED = frozenset({Has.EXPOSED_RESIST}), frozenset({Has.DEVELOPED_RESIST})
_EXPOSURE = frozenset({Has.UNEXPOSED_RESIST, *_EXPOSED})
_DEVELOPMENT = frozenset({Has.UNDEVELOPED_RESIST, *_DEVELOPED})
_SOFT, _METAL, _LAYER = (frozenset({each}) for each in (Has.SOFT_RESIST, Has.METAL, Has.LAYER))
_NEW_COAT = frozenset({Has.RESIST, Has.SOFT_RESIST, Has.UNEXPOSED_RESIST, Has.UNDEVELOPED_RESIST})


ELSEWHERE = "as brought in"
"""Stands for the step of what was done before the run; no step of a file is called so."""


_NOTHING: frozenset[Has] = frozenset()
_FILM = frozenset({Has.FILM})
_LEAD_FILM = frozenset({Has.FILM, Has.LEAD})
_NO_FILM = Film()


class Act(Struct, frozen=True, gc=False):
    """A step as a selector sees it: what is done, on a wafer that `has` what, at which level.

    `material` is the step's own as the table spells it, "" for none; `films` are the materials of
    the film on the wafer that has not reacted. What of `has` is `doubted` may be gone.
    """

    step: str
    recipe: Recipe
    has: frozenset[Has]
    level: int
    material: str = ""
    films: tuple[str, ...] = ()
    doubted: frozenset[Has] = frozenset()

    def span(self, name: str) -> Interval | None:
        """The one value of a quantity; None where the recipe has no such one."""
        return span_of(self.recipe, name)


def span_of(recipe: Recipe, name: str) -> Interval | None:
    """Give the one value of a quantity; None where the recipe has no such one."""
    value = recipe.parameters.get(name)
    return Interval.point(value.value) if isinstance(value, Quantity) else None


class WaferState(Struct, frozen=True):
    """A wafer between two steps; a bare one at first, or as it was brought in.

    `level` counts the wiring levels: a dielectric deposited once the level below has its metal
    begins the next. One that is spun on may fill the gaps of the same level; it begins the next all
    the same where vias in it are lined or filled, and `done` is told so then. `done` are all steps
    so far; the first of them, `elsewhere` in number, are what was done before the wafer was brought
    in. `contamination` is its class, the dirtiest of
    all that was deposited; `unlisted` says that a step named a material that the table lacks.
    """

    film: Film | None = None
    has: frozenset[Has] = frozenset()
    level: int = 0
    level_has_metal: bool = False
    done: tuple[Act, ...] = ()
    contamination: str = CLEAN
    elsewhere: int = 0
    unlisted: bool = False

    @property
    def done_here(self) -> tuple[Act, ...]:
        """The steps of this run."""
        return self.done[self.elsewhere :] if self.elsewhere else self.done

    def act(self, step: str, recipe: Recipe, materials: Materials) -> Act:
        """See a step on this wafer as a selector does."""
        word = recipe.parameters.get("material")
        laid = materials.find(word) if isinstance(word, str) else None
        film = self.film
        return Act(
            step,
            recipe,
            self.has,
            self.level + 1 if laid and self._begins_level(recipe, laid, materials) else self.level,
            laid.name if laid else word if isinstance(word, str) else "",
            film.materials if film else (),
            _FILM if film and film.doubted else _NOTHING,
        )

    def after(
        self,
        step: str,
        recipe: Recipe,
        materials: Materials,
        *,
        allowed: Mapping[str, Interval] | None = None,
        measurements: "Sequence[Measurement]" = (),
        leaves: bool | None = None,
    ) -> "WaferState":
        """Give the wafer's state after a step that was completed as commanded.

        `allowed` are the values that each parameter may have (default: the recipe's own),
        `measurements` what a `measure` step really found. `leaves` says whether a removal leaves
        some of the film (default: if it may).
        """
        act = self.act(step, recipe, materials)
        material, operation = act.material, recipe.operation
        film, has = self.film, self.has
        has_metal = self.level_has_metal and act.level == self.level
        unlisted, dirt = self.unlisted, self.contamination
        laid = materials.find(material) if material else None
        if laid is None:
            unlisted = unlisted or material != ""
        elif operation == "deposit":
            dirt = max(dirt, laid.contaminates, key=CONTAMINATION.index)
            if laid.material_class == MaterialClass.FILM:
                coat = Coat(step, material, _interval(recipe, allowed, "thickness"))
                film = (film or _NO_FILM).coated(coat)
                has |= _LEAD_FILM if "Pb" in material else _FILM
            elif laid.material_class == MaterialClass.METAL:
                has_metal = True
                has |= _METAL
        elif operation == "strip" and laid.material_class == MaterialClass.RESIST:
            has -= ALL_RESIST
        elif film is not None and material in film.materials:
            if operation in REMOVALS:
                removed = takes(step, recipe, laid, partial(_interval, recipe, allowed))
                film = film.without(removed, material, leaves=leaves)
                has = has if film else has - _FILM
            elif recipe.parameters.get("quantity") == "film_thickness":
                found = (*film.measurements, *measurements)
                film = replace(film, measured_by=step, measurements=found)
        match operation:
            case "coat":
                has = has - ALL_RESIST | _NEW_COAT
            case "expose" if not has.isdisjoint(ALL_RESIST):
                has = has - _EXPOSURE | _EXPOSED
            case "develop" if not has.isdisjoint(ALL_RESIST):
                has = has - _DEVELOPMENT | _DEVELOPED
            case "hard_bake" if self._developed():
                has -= _SOFT
            case "anneal" | "cure" if film is not None:
                has |= _LAYER
        done = (*self._leveled(act, materials), act)
        return WaferState(film, has, act.level, has_metal, done, dirt, self.elsewhere, unlisted)

    def _developed(self) -> bool:
        """Tell whether the last coat of resist was developed."""
        since = [act.recipe.operation for act in self.done]
        return (
            "develop" in since[len(since) - since[::-1].index("coat") :]
            if "coat" in since
            else False
        )

    def _begins_level(self, recipe: Recipe, laid: Material, materials: Materials) -> bool:
        operation = recipe.operation
        if laid.material_class in _FILLS and operation == "deposit" and self.level_has_metal:
            return self._holds_vias(materials) is not None
        if laid.material_class != MaterialClass.DIELECTRIC or operation not in LAYS:
            return False
        if operation == "spin_on" and self.level_has_metal:
            return not self._dielectric_is_etched(materials)
        return self.level == 0 or self.level_has_metal

    def _holds_vias(self, materials: Materials) -> int | None:
        """Find where the dielectric was spun on that was etched under resist since; else None.

        What was spun on first since the last barrier or metal fills the level's own gaps.
        """
        etched, found, apart = "", None, False
        for at in range(len(self.done) - 1, self.elsewhere - 1, -1):
            act = self.done[at]
            of, operation = materials.class_of(act.material), act.recipe.operation
            if of in _FILLS and operation == "deposit":
                break
            apart = apart or (found is not None and operation in REMOVALS)
            if of == MaterialClass.DIELECTRIC and operation in LAYS:
                if apart:
                    return found
                if operation != "spin_on" or act.material != etched:
                    break
                found = at
            elif of == MaterialClass.DIELECTRIC and operation in ("etch", "etch_back"):
                etched = etched or (act.material if Has.DEVELOPED_RESIST in act.has else "")
        return None

    def _leveled(self, act: Act, materials: Materials) -> tuple[Act, ...]:
        """Give what was done, where a step begins a level with that of what was spun on for it."""
        begins = act.level != self.level and act.recipe.operation == "deposit"
        start = self._holds_vias(materials) if begins else None
        if start is None or materials.class_of(act.material) not in _FILLS:
            return self.done
        raised = (replace(each, level=act.level) for each in self.done[start:])
        return (*self.done[:start], *raised)

    def _dielectric_is_etched(self, materials: Materials) -> bool:
        """Tell whether one was since the level has its metal: what is spun on fills its gaps."""
        for act in reversed(self.done):
            of, operation = materials.class_of(act.material), act.recipe.operation
            if operation == "deposit" and of == MaterialClass.METAL:
                return False
            if operation in ("etch", "etch_back") and of == MaterialClass.DIELECTRIC:
                return True
        return False


BARE = WaferState()
"""A wafer that nothing was done to."""


def brought_in(stock: Stock | None, materials: Materials) -> WaferState:
    """Give a wafer before the first step; None is a bare one.

    What the stock's file says was laid down and polished counts as done, at a time that nobody
    knows. Openings do not: what was etched elsewhere was cleaned there.
    """
    if stock is None:
        return BARE
    state = BARE
    for made in stock.made:
        match made:
            case Deposited(material, thickness):
                done = [Recipe("deposit", {"material": material, "thickness": thickness})]
            case PolishedTo(off=off):
                done = [Recipe("polish", {"material": material}) for material in off]
            case _:
                done = []
        for recipe in done:
            state = state.after(ELSEWHERE, recipe, materials)
    return replace(state, elsewhere=len(state.done))


def _interval(recipe: Recipe, allowed: Mapping[str, Interval] | None, name: str) -> Interval | None:
    if allowed is not None and name in allowed:
        return allowed[name]
    return span_of(recipe, name)
