"""What a live monitor knows of one channel, and its limits in the floats that a signal carries."""

import math
from dataclasses import dataclass, field

from msgspec import Struct


@dataclass(slots=True)
class Channel:
    """What is known of one channel. `since` is when its present value was first seen."""

    due: float
    spoke: bool = False
    value: float = math.nan
    at: float = -math.inf
    near: bool = False
    since: float = 0.0
    repeats: int = 0


@dataclass(slots=True)
class Floats:
    """The rule's limits in one unit: what is legal, plausible, calm, and all of that (good)."""

    low: float
    high: float
    plausible_low: float
    plausible_high: float
    calm_low: float
    calm_high: float
    good_low: float = field(init=False)
    good_high: float = field(init=False)

    def __post_init__(self) -> None:
        self.good_low = max(self.low, self.plausible_low, self.calm_low)
        self.good_high = min(self.high, self.plausible_high, self.calm_high)


class Calm(Struct, frozen=True):
    """The values of a channel that are nothing new to a monitor, and how long one may stand still.

    `since` is when its present value was first seen, and `repeats` how often since.
    """

    low: float
    high: float
    patience: float
    since: float
    repeats: int
