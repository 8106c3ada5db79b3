"""Models that the trajectory rules ask: how far a signal goes, without any tool being simulated.

Implements `fabctl.tools.prediction.PeakModel`; each is an entry point of ``fabctl.models``.
"""

from collections.abc import Mapping

from fabctl.process.recipe import Recipe, Value
from fabctl.quantities import Quantity, QuantityError, exact
from simulators.physics.furnace import AMBIENT
from simulators.physics.furnace_peak import Anneal, peak

_NEEDED = {"temperature": "degC", "ramp": "degC/min", "hold": "s", "cool": "degC/min"}
"""What must be told, by the recipe or else by the settings, and in which unit."""


def pid_furnace(recipe: Recipe, settings: Mapping[str, Value]) -> Quantity:
    """The highest temperature of an anneal in a furnace with a PID controller a zone.

    The settings say what a recipe may leave out (``boat_in``, ``cool``, ``unload_below``), within
    which ``soak_band`` of the target the soak begins (without one: with the set-point's arrival)
    and whether the controller has ``anti_windup`` (``yes`` or ``no``). Raises `ValueError`.
    """
    told = {**settings, **recipe.parameters}
    anti_windup = {"yes": True, "no": False}.get(str(told.get("anti_windup")))
    if anti_windup is None:
        raise ValueError("whether its controller has anti_windup, yes or no, is not stated")
    target, rate, hold, cool = (_number(told, name, unit) for name, unit in _NEEDED.items())
    band = _number(told, "soak_band", "delta_degC") if "soak_band" in told else None
    start = _number(told, "boat_in", "degC") if "boat_in" in told else AMBIENT
    cool_to = _number(told, "unload_below", "degC") if "unload_below" in told else AMBIENT
    cool_to = min(cool_to, target)  # what may be unloaded at once is not heated for it
    if min(rate, cool) <= 0:
        raise ValueError("a ramp of nothing per minute never arrives")
    anneal = Anneal(start, target, rate, hold, cool_to, cool, band)
    return Quantity.of(exact(peak(anneal, anti_windup=anti_windup), 8), "degC")


def _number(told: Mapping[str, Value], name: str, unit: str) -> float:
    value = told.get(name)
    if not isinstance(value, Quantity):
        raise ValueError(f"its {name.replace('_', ' ')} is not stated")  # noqa: TRY004 -- its value
    try:
        return float(value.in_unit(unit))
    except QuantityError as error:
        raise ValueError(f"{name}: {error}") from None
