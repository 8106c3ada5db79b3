"""The unreacted protective film on a wafer: what was deposited of it, and what was taken off.

A removal that states a depth, or a time in a bath whose rate the materials table tells, takes as
much; one of which nothing is known takes anything from nothing to all. So a film has two
thicknesses, with as little and with as much taken as may be, and a rule holds if it holds for both.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.interval import NOTHING, Interval
from fabctl.process.material import Material
from fabctl.process.recipe import Recipe
from fabctl.process.vocabulary import MODULES

if TYPE_CHECKING:
    from fabctl.tools.port import Measurement


class Coat(Struct, frozen=True):
    """One deposition of film; `thickness` is None where its recipe does not tell."""

    step: str
    material: str
    thickness: Interval | None


class Removed(Struct, frozen=True):
    """What a removal takes off: `least` at the least, `most` at the most; None is all there is.

    With `left` it stops when as much is left; `stops` says that it does with some left. `by_depth`
    says that it takes its recipe's depth, no more and no less.
    """

    step: str
    least: Interval = NOTHING
    most: Interval | None = None
    left: Interval | None = None
    stops: bool = False
    by_depth: bool = False


class Film(Struct, frozen=True):
    """What lies on the wafer; coats add up.

    `doubted` is the removal that may have taken all of it, "" where some is there for sure.
    `measured_by` is the step that measures it, "" where none did since the last change;
    `measurements` is what the host received from there (never anything in an audit).
    """

    layers: tuple[Coat | Removed, ...]
    doubted: str = ""
    measured_by: str = ""
    measurements: "tuple[Measurement, ...]" = ()

    @property
    def coats(self) -> tuple[Coat, ...]:
        """What was deposited."""
        return tuple([each for each in self.layers if isinstance(each, Coat)])

    @property
    def taken(self) -> tuple[Removed, ...]:
        """What was taken off since, some of the film being left."""
        return tuple([each for each in self.layers if isinstance(each, Removed)])

    @property
    def materials(self) -> tuple[str, ...]:
        """What it is made of."""
        return tuple(dict.fromkeys(coat.material for coat in self.coats))

    @property
    def thickness(self) -> Interval | None:
        """Every thickness that it may have; None where a recipe does not tell."""
        thin, thick = self.if_taken(most=True), self.if_taken(most=False)
        return Interval(thin.low, thick.high) if thin is not None and thick is not None else None

    def if_taken(self, *, most: bool) -> Interval | None:
        """Give every thickness that values allow if removals take as much, or little, as may be."""
        total = NOTHING
        for each in self.layers:
            if isinstance(each, Coat):
                if each.thickness is None:
                    return None
                total += each.thickness
            elif each.left is not None:
                total = Interval(min(total.low, each.left.low), min(total.high, each.left.high))
            elif (by := each.most if most else each.least) is None:
                total = NOTHING
            else:
                left = total - by
                total = Interval(max(left.low, NOTHING.low), max(left.high, NOTHING.low))
        return total

    def coated(self, coat: Coat) -> "Film":
        """Give it with one coat more; what was measured was another film."""
        return Film((*self.layers, coat))

    def without(
        self, taken: Removed | None, material: str, *, leaves: bool | None
    ) -> "Film | None":
        """Give what a removal of a material leaves; None where nothing is left for sure.

        `taken` is None where it ends with the material gone, and `leaves` what is assumed of it.
        A coat that another one covers can't be got at.
        """
        others = [at for at, each in enumerate(self.layers) if _is_other(each, material)]
        if others:
            below = self.layers[: others[-1] + 1]
            if taken is None or _clears(self.layers[len(below) :], taken):
                return Film(below) if len(below) < len(self.layers) else self
            return Film((*self.layers, taken))
        if leaves is False or taken is None:
            return None
        left = Film((*self.layers, taken))
        thick, thin = left.if_taken(most=False), left.if_taken(most=True)
        if leaves is None and thick is not None and thick.high <= 0:
            return None
        some = thin is not None and thin.low > 0
        sure = some or taken.stops or (leaves is True and taken.by_depth)
        return left if sure else replace(left, doubted=taken.step)


def _is_other(layer: Coat | Removed, material: str) -> bool:
    return isinstance(layer, Coat) and layer.material != material


def _clears(layers: tuple[Coat | Removed, ...], taken: Removed) -> bool:
    left = Film((*layers, taken)).if_taken(most=False)
    return left is not None and left.high <= 0


def takes(
    step: str, recipe: Recipe, material: Material | None, span: Callable[[str], Interval | None]
) -> Removed | None:
    """Say what a removal takes of a film; None where it ends with the material gone.

    `span` gives the values that a quantity of the recipe may have.
    """
    if "endpoint" in recipe.parameters:
        return None
    if "first_seen" in recipe.parameters:  # where the layer below is lower, some is left
        return Removed(step, stops=True)
    remaining = span("remaining")
    if remaining is not None:
        return Removed(step, left=remaining, stops=True) if remaining.high > 0 else None
    depth = span("depth")
    if depth is not None:
        over = span("over_etch")
        more = 1 if over is None else 1 + over.high
        most = Interval(depth.low, depth.high * more)
        return Removed(step, depth, most, by_depth=more == 1)
    return _in_time(step, recipe, material, span)


def _in_time(
    step: str, recipe: Recipe, material: Material | None, span: Callable[[str], Interval | None]
) -> Removed:
    """Go by the rate of the bath at its own temperature: warmer it takes more, colder less."""
    time, heat = span("time"), span("temperature")
    module = next((recipe.parameters[name] for name in MODULES if name in recipe.parameters), "")
    rate = material.removed_in.get(str(module)) if material is not None else None
    if time is None or rate is None:
        return Removed(step)
    slow, fast = (each.value / 60 for each in (rate.at_least, rate.at_most))
    least = Interval(time.low * slow, time.high * slow)
    if heat is not None and heat.low < rate.at.value:
        least = NOTHING
    if heat is not None and heat.high > rate.at.value:
        return Removed(step, least)
    return Removed(step, least, Interval(time.low * fast, time.high * fast))
