"""Blanket monitor wafers that go along with a wafer: on them k is read, never in its pattern."""

from fabctl.process.material import materials
from fabctl.structure.tolerances import CONTACT
from simulators.physics import lowk
from simulators.section.cut import FIELD_NM, Cut
from simulators.section.steps import apply
from simulators.wafers.effects import Deposit, Effect, Etch, Heat, SpinOn


class Monitor:
    """A bare wafer beside another one while a job lays a film on both, and from then on.

    It goes along into all heat, and into every bath and plasma that comes to the film on the wafer
    from all sides. No reticle, no etch straight down and no pad comes near it.
    """

    def __init__(self, film: Deposit | SpinOn) -> None:
        self.film = film
        self._to_come: list[Effect] = [film]
        self._cut = Cut.bare()

    def go_along(self, effect: Effect, wafer: Cut) -> None:
        """Be there when an effect happens to the wafer, if it is one that the monitor takes."""
        if isinstance(effect, Heat) or (
            isinstance(effect, Etch) and not effect.directional and self._lies_open(wafer)
        ):
            self._to_come.append(effect)

    def _lies_open(self, wafer: Cut) -> bool:
        section = wafer.section
        return any(
            each.shape.dwithin(section.ambient, CONTACT)
            for each in section.of_material(self.film.material)
            if each.job == self.film.job
        )

    def dielectric_constant(self, sound: float) -> float | None:
        """K of its film; None: none of it is left. `sound` is k of what nothing has changed."""
        for effect in self._to_come:
            self._cut = apply(effect, self._cut)
        self._to_come = []
        material, cut = self.film.material, self._cut
        half_lives = cut.converted.get((self.film.job, material), 0.0)
        stack = [
            (nm, lowk.k_of(material, region.tags, sound, half_lives))
            for nm, region in cut.uppermost_coats(material, FIELD_NM)
        ]
        return lowk.k_of_stack(stack) if stack else None


class Monitors:
    """Those of one wafer: for each dielectric the one with the film that was laid down last."""

    def __init__(self) -> None:
        self._monitors: dict[str, Monitor] = {}

    def go_along(self, effect: Effect, wafer: Cut) -> None:
        """Be there when an effect happens to the wafer, which is not yet changed by it."""
        for each in self._monitors.values():
            each.go_along(effect, wafer)
        if isinstance(effect, Deposit | SpinOn):
            known = materials().find(effect.material)
            if known is not None and known.k is not None:
                self._monitors[effect.material] = Monitor(effect)

    def of(self, material: str) -> Monitor | None:
        """The monitor with a material's last film; None: no tool here has laid one down."""
        return self._monitors.get(material)
