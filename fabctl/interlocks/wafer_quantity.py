"""What a rule may ask of a wafer as a quantity that several steps add up to."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from fabctl.interlocks.interval import NOTHING, Interval
from fabctl.interlocks.wafer_state import WaferState
from fabctl.quantities import Dimension


class WaferQuantity(Struct, frozen=True):
    """`parameter` is the one of a step that adds to it; `of` gives None where it is not told."""

    words: str
    parameter: str
    dimension: Dimension
    of: Callable[[WaferState], Interval | None]


def _film_thickness(state: WaferState) -> Interval | None:
    return state.film.thickness if state.film else NOTHING


WAFER_QUANTITIES: Mapping[str, WaferQuantity] = MappingProxyType(
    {
        "film_thickness": WaferQuantity(
            "the whole film's thickness", "thickness", Dimension.LENGTH, _film_thickness
        ),
    }
)
"""Every such quantity by the word that rules use."""
