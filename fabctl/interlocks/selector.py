"""Which steps a rule binds. Narrow on purpose: 400 °C binds the reaction anneal, not every oven."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Selector:
    """Selects a step by what it does, to what, on a wafer in which state; "" and {} ask nothing.

    No name of a step or a layer is ever asked: a reaction anneal is an anneal while an unreacted
    film lies on the wafer, whatever the file calls it.
    """

    operations: tuple[str, ...] = ()
    material_class: str = ""
    wafer_has: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def selects(self, recipe: Recipe, before: WaferState, materials: Materials) -> bool:
        """Tell whether a step with this recipe, on a wafer in this state, is bound."""
        if self.operations and recipe.operation not in self.operations:
            return False
        if self.material_class and (
            materials.class_of(recipe.parameters.get("material")) != self.material_class
        ):
            return False
        if self.wafer_has == "film" and before.film is None:
            return False
        return all(recipe.parameters.get(name) in words for name, words in self.words.items())
