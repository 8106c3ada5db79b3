"""The unreacted protective film on a wafer: what was deposited of it, and what was taken off.

A removal that states a depth, or a time in a bath whose rate the materials table tells, takes as
much; one of which nothing is known takes anything from nothing to all. So a film has two
thicknesses, with as little and with as much taken as may be, and a rule holds if it holds for both.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.interval import NOTHING, Interval
from fabctl.process.material import Material, MaterialClass
from fabctl.process.recipe import Recipe
from fabctl.process.vocabulary import MODULES
from fabctl.quantities import less

if TYPE_CHECKING:
    from fabctl.tools.port import Measurement


class Coat(Struct, frozen=True, gc=False):
    """One deposition of film; `thickness` is None where its recipe does not tell."""

    step: str
    material: str
    thickness: Interval | None


class Removed(Struct, frozen=True, gc=False):
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

    It may be as thin as `thin`, with as much taken off as may be, and as thick as `thick`, each for
    all that values allow; None where a recipe does not tell. `doubted` is the removal that may have
    taken all of it, "" where some is there for sure. `measured_by` is the last step that measures
    it, "" where none did since the last change; `measurements` is all that the host received since
    then (never anything in an audit).
    """

    layers: tuple[Coat | Removed, ...] = ()
    materials: tuple[str, ...] = ()
    thin: Interval | None = NOTHING
    thick: Interval | None = NOTHING
    doubted: str = ""
    measured_by: str = ""
    measurements: "tuple[Measurement, ...]" = ()

    @property
    def coats(self) -> tuple[Coat, ...]:
        """What was deposited."""
        return tuple([each for each in self.layers if isinstance(each, Coat)])

    @property
    def removed(self) -> tuple[Removed, ...]:
        """What was taken off since, some of the film being left."""
        return tuple([each for each in self.layers if isinstance(each, Removed)])

    @property
    def thickness(self) -> Interval | None:
        """Every thickness that it may have; None where a recipe does not tell."""
        if self.thin is None or self.thick is None:
            return None
        return Interval(self.thin.low, self.thick.high)

    def coated(self, coat: Coat) -> "Film":
        """Give it with one coat more; what was measured was another film."""
        thin = _more(self.thin, coat.thickness)
        thick = thin if self.thick is self.thin else _more(self.thick, coat.thickness)
        known = coat.material in self.materials
        materials = self.materials if known else (*self.materials, coat.material)
        return Film((*self.layers, coat), materials, thin, thick)

    def without(
        self, removed: Removed | None, material: str, *, leaves: bool | None
    ) -> "Film | None":
        """Give what a removal of a material leaves; None where nothing is left for sure.

        `removed` is None where it ends with the material gone, and `leaves` what is assumed of it.
        A coat that another one covers can't be got at.
        """
        others = [at for at, each in enumerate(self.layers) if _is_other(each, material)]
        if others:
            below, upper = self.layers[: others[-1] + 1], self.layers[others[-1] + 1 :]
            if removed is not None and not _gone(_film(upper).less(removed)):
                return self.less(removed)
            return _film(below) if upper else self
        if leaves is False or removed is None:
            return None
        thick = _less(self.thick, removed, removed.least)
        if leaves is None and thick is not None and thick.high.numerator <= 0:
            return None
        left = self._left(removed, thick)
        some = left.thin is not None and left.thin.low.numerator > 0
        sure = some or removed.stops or (leaves is True and removed.by_depth)
        return left if sure else replace(left, doubted=removed.step)

    def less(self, removed: Removed) -> "Film":
        """Give it with something taken off; what was measured was another film."""
        return self._left(removed, _less(self.thick, removed, removed.least))

    def _left(self, removed: Removed, thick: Interval | None) -> "Film":
        thin = _less(self.thin, removed, removed.most)
        return Film((*self.layers, removed), self.materials, thin, thick)


def _more(was: Interval | None, by: Interval | None) -> Interval | None:
    if was is NOTHING:
        return by
    return None if was is None or by is None else was + by


def _film(layers: tuple[Coat | Removed, ...]) -> Film:
    film = Film()
    for each in layers:
        film = film.coated(each) if isinstance(each, Coat) else film.less(each)
    return film


def _less(was: Interval | None, removed: Removed, by: Interval | None) -> Interval | None:
    if was is None:
        return None
    if removed.left is not None:
        return Interval(min(was.low, removed.left.low), min(was.high, removed.left.high))
    if by is None:
        return NOTHING
    left = was - by
    low = _some(left.low)
    return Interval(low, low if left.low is left.high else _some(left.high))


def _some(left: Fraction) -> Fraction:
    """Give what is left: never less than nothing. A sign is asked in no time, a comparison not."""
    return left if left.numerator > 0 else NOTHING.low


def _gone(film: Film) -> bool:
    """Tell whether nothing is left though as little was taken as may be."""
    return film.thick is not None and film.thick.high <= 0


def _is_other(layer: Coat | Removed, material: str) -> bool:
    return isinstance(layer, Coat) and layer.material != material


def takes(
    step: str, recipe: Recipe, material: Material | None, span: Callable[[str], Interval | None]
) -> Removed | None:
    """Say what a removal takes of a film; None where it ends with the material gone.

    `span` gives the values that a quantity of the recipe may have.
    """
    told = recipe.parameters
    if "endpoint" in told:
        return None
    if "first_seen" in told:  # where the layer below is lower, some is left
        return Removed(step, stops=True)
    if "remaining" in told and (remaining := span("remaining")) is not None:
        return Removed(step, left=remaining, stops=True) if remaining.high > 0 else None
    if "depth" in told and (depth := span("depth")) is not None:
        over = span("over_etch")
        more = 1 if over is None else 1 + over.high
        most = Interval(depth.low, depth.high * more)
        return Removed(step, depth, most, by_depth=more == 1)
    return _in_time(step, recipe, material, span)


_STOPS = frozenset({"endpoint", "first_seen", "remaining", "depth"})
"""What ends a removal by what it has taken."""


def untold(recipe: Recipe, material: Material | None) -> str:
    """Name the bath, chamber or platen of a removal of film that is not known to take any.

    "" where the materials table tells how fast it does, or where the recipe says how much it takes.
    """
    if material is None or material.material_class is not MaterialClass.FILM:
        return ""
    if not recipe.parameters.keys().isdisjoint(_STOPS):
        return ""
    module = _module(recipe)
    return "" if module in material.removed_in else module


def _module(recipe: Recipe) -> str:
    told = recipe.parameters
    return next((str(told[name]) for name in MODULES if name in told), "")


def _in_time(
    step: str, recipe: Recipe, material: Material | None, span: Callable[[str], Interval | None]
) -> Removed:
    """Go by the rate of the bath at its own temperature: warmer it takes more, colder less."""
    time, heat = span("time"), span("temperature")
    rate = material.removed_in.get(_module(recipe)) if material is not None else None
    if time is None or rate is None:
        return Removed(step)
    slow, fast = rate.per_second
    least = time.times(slow)
    if heat is not None and less(heat.low, rate.at.value):
        least = NOTHING
    if heat is not None and less(rate.at.value, heat.high):
        return Removed(step, least)
    return Removed(step, least, time.times(fast))
