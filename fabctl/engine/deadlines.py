"""How long a step may be expected to take, and when its silence becomes a question."""

from fractions import Fraction

from fabctl.process.recipe import TIMES, Recipe
from fabctl.quantities import Dimension, Quantity

_HANDLING_S = {
    "cvd": 300.0,
    "spin_coater": 60.0,
    "stepper": 120.0,
    "etcher": 300.0,
    "cmp": 180.0,
    "furnace": 1800.0,
    "metrology": 120.0,
}
"""Process seconds that a step takes besides the times that its recipe states: pumping, handling,
and the process itself where it runs to a thickness or an end point. Usual figures, unverified; they
only place a deadline, generously."""

_GROWTH_S_PER_NM = {"ald": 100.0}
"""Process seconds for a nanometre of film, in the chambers where it is more than handling: atomic
layers, 0.08 nm in a cycle of 8 s. A usual figure, unverified."""

_ROOM = Fraction(29815, 100)  # K
_COOLING = Fraction(3)  # K/min, a furnace left to itself; unverified


def expected_s(kind: str, recipe: Recipe) -> float:
    """Estimate a step's duration in process seconds, from its recipe and kind of tool."""
    stated = sum(
        value.value * TIMES.get(name, 1)
        for name, value in recipe.parameters.items()
        if isinstance(value, Quantity) and value.dimension is Dimension.TIME
    )
    return _HANDLING_S.get(kind, 600.0) + float(stated) + _heating_s(recipe) + _growth_s(recipe)


def deadline_s(kind: str, recipe: Recipe) -> float:
    """Give the process seconds after which the tool is asked what became of the job."""
    return 3.0 * expected_s(kind, recipe) + 3600.0


def _heating_s(recipe: Recipe) -> float:
    temperature, ramp = recipe.parameters.get("temperature"), recipe.parameters.get("ramp")
    if not isinstance(temperature, Quantity) or not isinstance(ramp, Quantity) or ramp.value <= 0:
        return 0.0
    rise = max(temperature.value - _ROOM, Fraction(0))
    cool = recipe.parameters.get("cool")
    cooling = cool.value if isinstance(cool, Quantity) and cool.value > 0 else _COOLING
    return float(60 * (rise / ramp.value + rise / cooling))  # rates are in K/min


def _growth_s(recipe: Recipe) -> float:
    thickness = recipe.parameters.get("thickness")
    if not isinstance(thickness, Quantity):
        return 0.0
    return _GROWTH_S_PER_NM.get(str(recipe.parameters.get("chamber")), 0.0) * float(thickness.value)
