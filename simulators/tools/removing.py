"""How long an etch lasts: for a time, to a depth at the calibrated rate, or to an end point."""

from collections.abc import Callable

from msgspec import Struct

from simulators.section.cut import CENTRE
from simulators.wafers.effects import Etch
from simulators.wafers.wafer import Wafer

SEEN_S = 0.01
"""s that a material lies open before the end point is called."""


class Until(Struct, frozen=True):
    """What ends an etch. Of `seconds`, `depth` and `endpoint` exactly one says something."""

    material: str
    seconds: float
    depth: float
    """nm; 0 for none."""
    endpoint: str
    """The material whose appearance ends it; "" for none."""


def main_seconds(
    until: Until,
    believed: dict[str, float],
    true: Callable[[float], Etch],
    wafer: Wafer,
    timeout: float,
) -> float | None:
    """How long the main etch lasts, in s; None where its end point does not come in time.

    `believed` are the rates (nm/s) that the tool reckons with, `true` makes the etch that really
    happens. Raises ValueError for a material that the tool does not etch.
    """
    if until.seconds > 0:
        return until.seconds
    if until.depth > 0:
        rate = believed.get(until.material, 0.0)
        if rate <= 0:
            raise ValueError(f"{until.material} is not etched here")
        return until.depth / rate
    etch = true(0.0)
    if etch.directional:
        seconds = wafer.seconds_to_show(etch, until.endpoint)
        return seconds + SEEN_S if seconds is not None and seconds <= timeout else None
    before = wafer.amount(until.endpoint)

    def seen(trial: Wafer) -> bool:
        shows = until.endpoint in trial.tops()
        return shows or trial.amount(until.endpoint) < before - 1e-6  # it showed, and is etched

    rate = etch.rates.get(until.material, 0.0) * etch.factors[CENTRE]
    guess = wafer.thickness_over(until.endpoint) / rate if rate > 0 else 0.0
    return wafer.seconds_until(true, seen, timeout, guess)
