"""What an end-point detector sees of an etch or of a bath: S = Σ exposed share × rate, from above.

It counts the width that lies open, not the length of the open surface: side walls
grow with depth and would hide the moment when a layer clears.
"""

from bisect import bisect_right
from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from fabctl.structure.section import Section
from simulators.section.columns import columns
from simulators.section.isotropic import etch_all_round
from simulators.section.rates import rate_of


class EndpointCurve(Struct, frozen=True):
    """S over the time of an etch straight down: constant from each of `seconds` to the next."""

    seconds: tuple[float, ...]
    levels: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """The signal after some seconds, in the unit of the rates."""
        return self.levels[max(0, bisect_right(self.seconds, seconds) - 1)]


def endpoint_curve(section: Section, rates: Mapping[str, float]) -> EndpointCurve:
    """The curve of an etch at `rates` (nm/s) that begins on this section."""
    cut = columns(section)
    speed = cut.per_layer([rate_of(region, rates) for region in section.regions])
    share = cut.widths / section.width
    spent, open_still = np.zeros(len(share)), np.ones(len(share), dtype=bool)
    moments, changes = [np.zeros(1)], [np.zeros(1)]
    for top, bottom, rate in zip(cut.tops, cut.bottoms, speed, strict=True):
        open_still &= rate > 0
        thick = (top - bottom).mean(axis=1)
        lasts = np.divide(thick, rate, out=np.zeros_like(thick), where=open_still)
        shown = (share * rate)[open_still]
        moments += [spent[open_still], (spent + lasts)[open_still]]
        changes += [shown, -shown]
        spent += lasts
    seconds, place = np.unique(np.concatenate(moments), return_inverse=True)
    levels = np.cumsum(np.bincount(place, np.concatenate(changes)))
    return EndpointCurve(tuple(seconds.tolist()), tuple(levels.tolist()))


class BathCurve:
    """S over the time of an etch from every open surface, moment after moment."""

    def __init__(self, section: Section, rates: Mapping[str, float]) -> None:
        self._section, self._rates = section, rates
        self._seconds = 0.0

    def at(self, seconds: float) -> float:
        """The signal after some seconds, in the unit of the rates; never asked for an earlier."""
        if seconds > self._seconds:
            since = seconds - self._seconds
            self._section = etch_all_round(self._section, self._rates, since, "")
            self._seconds = seconds
        cut = columns(self._section)
        speed = cut.per_layer([rate_of(region, self._rates) for region in self._section.regions])
        return float(cut.widths @ speed[0]) / self._section.width
