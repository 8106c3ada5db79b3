"""One wafer: it takes effects, lets time pass, and can be looked at."""

from collections.abc import Callable

from simulators.physics.reaction import ROOM_DEGC
from simulators.wafers.effects import Effect, Heat
from simulators.wafers.stack import OPENING_NM, Column, Stack, height
from simulators.wafers.steps import apply

SUBSTRATE = "Si"


class Wafer:
    """A wafer of the simulated fab. Tools hand it effects and never touch what it is made of."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stack = Stack.bare()
        self.lived_to: float | None = None
        """Up to which moment (process seconds) all that happened to it is told."""

    def apply(self, effect: Effect) -> None:
        """Let an effect happen; heat also lets its time pass."""
        self.stack = apply(effect, self.stack)
        if isinstance(effect, Heat) and self.lived_to is not None:
            self.lived_to += sum(seconds for seconds, _ in effect.history)

    def wait(self, until: float) -> None:
        """Lie at room temperature until a moment (process seconds)."""
        if self.lived_to is None:
            self.lived_to = until
        elif until > self.lived_to:
            self.apply(Heat(((until - self.lived_to, ROOM_DEGC),)))

    def seconds_until(
        self,
        effect: Callable[[float], Effect],
        seen: Callable[["Wafer"], bool],
        limit: float,
    ) -> float | None:
        """How long `effect` (made for some seconds) must last until `seen` of the wafer holds.

        None where it does not within `limit` seconds. To 10 ms; `seen` must stay true once it is.
        The wafer itself stays as it is.
        """
        trial = Wafer(self.name)

        def holds(seconds: float) -> bool:
            trial.stack = apply(effect(seconds), self.stack)
            return seen(trial)

        if holds(0.0):
            return 0.0
        if not holds(limit):
            return None
        low, high = 0.0, limit
        while high - low > 0.01:
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        return high

    # What can be seen of it: true values, one a site.

    def thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material at each site.

        In the field, or where the field has none of it anywhere, in the opening; 0 where there is
        none.
        """
        field = tuple(_uppermost(site.field, material) for site in self.stack.sites)
        if any(field):
            return field
        return tuple(_uppermost(site.opening, material) for site in self.stack.sites)

    def line_thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material in the opening, at each site."""
        return tuple(_uppermost(site.opening, material) for site in self.stack.sites)

    def field_thickness(self, material: str) -> tuple[float, ...]:
        """Thickness (nm) of the uppermost layer of a material in the field, at each site."""
        return tuple(_uppermost(site.field, material) for site in self.stack.sites)

    def step_height(self) -> tuple[float, ...]:
        """How far (nm) the opening's top stands out of the field at each site."""
        return tuple(height(site.opening) - height(site.field) for site in self.stack.sites)

    def line_width(self) -> float:
        """Width (nm) of the opening; the stack knows one for all."""
        return OPENING_NM

    def tops(self) -> frozenset[str]:
        """The materials that lie open anywhere; SUBSTRATE where nothing is left on it."""
        return frozenset(_top(column) for column in self.stack.columns())

    def amount(self, material: str) -> float:
        """How much of a material is on the wafer, in nm summed over all places."""
        return sum(
            layer.thickness
            for column in self.stack.columns()
            for layer in column
            if layer.material == material
        )

    def materials(self) -> frozenset[str]:
        """The materials that are anywhere on the wafer."""
        return frozenset(layer.material for column in self.stack.columns() for layer in column)


def _uppermost(column: Column, material: str) -> float:
    for layer in reversed(column):
        if layer.material == material:
            return layer.thickness
    return 0.0


def _top(column: Column) -> str:
    return column[-1].material if column else SUBSTRATE
