"""What a rule may ask of a wafer as a quantity that several steps add up to."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from fabctl.interlocks.interval import NOTHING, Interval
from fabctl.interlocks.wafer_state import WaferState
from fabctl.quantities import Dimension


class WaferQuantity(Struct, frozen=True):
    """`parameter` is the one of a step that adds to it; `of` gives None where it is not told.

    `range_of` gives two ranges: with as much taken off as removals may have, and with as little.
    """

    words: str
    parameter: str
    dimension: Dimension
    range_of: Callable[[WaferState], tuple[Interval, Interval] | None]

    def of(self, state: WaferState) -> Interval | None:
        """Give every value that it may have."""
        ends = self.range_of(state)
        return Interval(ends[0].low, ends[1].high) if ends else None


def _film_thickness(state: WaferState) -> tuple[Interval, Interval] | None:
    film = state.film
    if film is None:
        return NOTHING, NOTHING
    return None if film.thin is None or film.thick is None else (film.thin, film.thick)


WAFER_QUANTITIES: Mapping[str, WaferQuantity] = MappingProxyType(
    {
        "film_thickness": WaferQuantity(
            "the whole film's thickness", "thickness", Dimension.LENGTH, _film_thickness
        ),
    }
)
"""Every such quantity by the word that rules use."""
