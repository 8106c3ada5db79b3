"""A step as its tool would hold it: the recipe, and both ends of all that may vary, over the wire.

A wire format rounds, and never swaps two values: so the ends of what may be set, as the tool holds
them, are the ends of what it may hold. A value that strays is no setting, but the tool measures and
tells it in the same format.
"""

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction

from msgspec.structs import replace

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.trace import settable
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Place, Step, Window
from fabctl.quantities import Quantity
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import RecipeError
from fabctl.tools.template import decode, encode


def carried(step: Step, dictionary: Dictionary) -> Step:
    """Give the step as the tool would hold it, with a window wherever a value may vary.

    Raises `RecipeError` where the tool can't carry the recipe, or an end of a window.
    """
    recipe = _held(step, step.recipe, dictionary)
    allowed = settable(step)
    windows: dict[str, Window] = {}
    for name in dict.fromkeys((*step.windows, *step.tolerances)):
        held = Interval(
            *(_end(step, name, end, dictionary) for end in (allowed[name].low, allowed[name].high))
        )
        tolerance = step.tolerances.get(name)
        if tolerance is not None:
            strayed = held.strayed(tolerance.by)
            ends = [strayed.low, strayed.high]
            for index, end in enumerate(ends):
                with suppress(RecipeError):  # beyond what may be set, but not what may happen
                    ends[index] = _end(step, name, end, dictionary)
            held = Interval(*ends)
        mark = (step.windows.get(name) or step.tolerances[name]).mark
        windows[name] = Window(_at(recipe, name, held.low), _at(recipe, name, held.high), mark)
    return replace(step, recipe=recipe, windows=windows, tolerances={}, places=apart(step.places))


def apart(places: Mapping[str, Place]) -> dict[str, Place]:
    """Give places whose values follow no sequence parameter: tools round it each in its own way."""
    return {name: replace(place, parameter="") for name, place in places.items()}


def _end(step: Step, name: str, value: Fraction, dictionary: Dictionary) -> Fraction:
    own = step.recipe.parameters
    there = replace(step.recipe, parameters={**own, name: _at(step.recipe, name, value)})
    held = _held(step, there, dictionary).parameters[name]
    assert isinstance(held, Quantity)
    return held.value


def _at(recipe: Recipe, name: str, value: Fraction) -> Quantity:
    own = recipe.parameters[name]
    assert isinstance(own, Quantity)
    return replace(own, value=value)


def _held(step: Step, recipe: Recipe, dictionary: Dictionary) -> Recipe:
    return decode(dictionary, encode(dictionary, step.id, recipe), recipe.operation)
