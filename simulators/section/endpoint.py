"""What an end-point detector sees of an etch: S = Σ exposed share × rate, from above.

It counts the width that lies open to the plasma, not the length of the open surface: side walls
grow with depth and would hide the moment when a layer clears.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from fabctl.structure.section import Section
from simulators.section.etching import rate_of, slabs


@dataclass(frozen=True, slots=True)
class EndpointCurve:
    """S over the time of an etch straight down: constant from each of `seconds` to the next."""

    seconds: tuple[float, ...]
    levels: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """The signal after some seconds, in the unit of the rates."""
        return self.levels[max(0, bisect_right(self.seconds, seconds) - 1)]


def endpoint_curve(section: Section, rates: Mapping[str, float]) -> EndpointCurve:
    """The curve of an etch at `rates` (nm/s) that begins on this section."""
    changes: dict[float, float] = {0.0: 0.0}
    for slab in slabs(section):
        share, seconds = (slab.right - slab.left) / section.width, 0.0
        for layer in slab.layers:
            assert layer.region is not None
            rate = rate_of(layer.region, rates)
            if rate <= 0:
                break
            changes[seconds] = changes.get(seconds, 0.0) + share * rate
            seconds += (sum(layer.top) - sum(layer.bottom)) / 2 / rate
            changes[seconds] = changes.get(seconds, 0.0) - share * rate
    level, levels = 0.0, []
    for _, change in sorted(changes.items()):
        level += change
        levels.append(level)
    return EndpointCurve(tuple(sorted(changes)), tuple(levels))
