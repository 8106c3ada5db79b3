"""Which steps a rule binds. Narrow on purpose: 400 °C binds the reaction anneal, not every oven."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import force_setattr

from fabctl.interlocks.wafer_state import Act, Has
from fabctl.process.material import Material, Materials


class Selector(Struct, frozen=True):
    """Selects a step by what it does, to what, on a wafer in which state; "" and () ask nothing.

    No name of a step or a layer is ever asked: a reaction anneal is an anneal while an unreacted
    film lies on the wafer, whatever the file calls it.
    """

    operations: tuple[str, ...] = ()
    material_class: tuple[str, ...] = ()
    conductive: str = ""
    tone: str = ""
    materials: tuple[str, ...] = ()
    wafer_has: tuple[Has, ...] = ()
    wafer_lacks: tuple[Has, ...] = ()
    film_of: tuple[str, ...] = ()
    level: int | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _asks_material: bool = False

    def __post_init__(self) -> None:
        asks = bool(self.material_class or self.conductive or self.tone or self.materials)
        force_setattr(self, "_asks_material", asks)

    def selects(self, act: Act, materials: Materials) -> bool:
        """Tell whether a step is bound."""
        recipe = act.recipe
        if self.operations and recipe.operation not in self.operations:
            return False
        if self.level is not None and act.level != self.level:
            return False
        if self.wafer_has and not act.has.issuperset(self.wafer_has):
            return False
        if self.wafer_lacks and not (act.has - act.doubted).isdisjoint(self.wafer_lacks):
            return False
        if self.film_of and not any(each in self.film_of for each in act.films):
            return False
        if self._asks_material and not self._made_of(material_of(act, materials)):
            return False
        return not self.words or all(
            recipe.parameters.get(name) in words for name, words in self.words.items()
        )

    def hangs_on(self, doubted: frozenset[Has]) -> bool:
        """Tell whether it hangs on something of the wafer that may be gone."""
        asked = {*self.wafer_has, *self.wafer_lacks, *((Has.FILM,) if self.film_of else ())}
        return not doubted.isdisjoint(asked)

    def last(self, acts: Sequence[Act], materials: Materials) -> int:
        """Find the last of the steps that is bound; -1 where none is."""
        wanted, index = self.operations, len(acts)
        for act in reversed(acts):
            index -= 1
            if wanted and act.recipe.operation not in wanted:
                continue
            if self.selects(act, materials):
                return index
        return -1

    def _made_of(self, material: Material | None) -> bool:
        """Tell whether it is a material of this sort; that it is known at all is another rule."""
        return (
            material is not None
            and (not self.material_class or material.material_class in self.material_class)
            and self.conductive in ("", material.conductive.value)
            and self.tone in ("", material.tone)
            and (not self.materials or material.name in self.materials)
        )


def material_of(act: Act, materials: Materials) -> Material | None:
    """Find the material of a step; None where it names none, or one that the table lacks."""
    word = act.recipe.parameters.get("material")
    return materials.find(word) if isinstance(word, str) else None
