"""A job's monitors together: a sample that is nothing new to any of them costs one look.

Nearly every sample is good to every monitor. So once each of them has judged one of a channel, and
none has anything the matter there, the next ones are compared with the narrowest range that is good
to all. What they were is told to the monitors before anybody asks these.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fabctl.interlocks.monitor import Monitor
from fabctl.interlocks.trip import Trip
from fabctl.tools.port import Reading


@dataclass(slots=True)
class _Quiet:
    """A channel with which nothing is the matter, and its samples of which no monitor knows yet.

    `patience` is how long its value may stand still.
    """

    monitors: tuple[Monitor, ...]
    unit: str
    low: float
    high: float
    patience: float
    value: float
    at: float
    since: float
    repeats: int

    def takes(self, reading: Reading) -> bool:
        """Take a sample that is good to every monitor; False for one that they have to judge."""
        value, at = reading.value, reading.at
        if not self.low <= value <= self.high or reading.unit != self.unit or reading.bad:
            return False
        if value != self.value:
            self.value, self.since, self.repeats = value, at, 0
        elif at - self.since > self.patience:
            return False
        else:
            self.repeats += 1
        self.at = at
        return True

    def tell(self, channel: str) -> None:
        """Tell the monitors what was taken."""
        for each in self.monitors:
            each.catch_up(channel, self.value, self.at, self.since, self.repeats)


class Panel:
    """Feeds samples to monitors that were armed together, each as if it were fed alone."""

    def __init__(self, monitors: Iterable[Monitor] = ()) -> None:
        self._monitors = list(monitors)
        self._quiet: dict[tuple[str, str], _Quiet] = {}

    @property
    def monitors(self) -> list[Monitor]:
        """The monitors, up to date; whoever asks may change them, so they judge the next sample."""
        self._catch_up()
        return self._monitors

    def feed(self, reading: Reading) -> Iterable[Trip]:
        """Judge one sample; gives the trips that it causes, each as soon as it is known."""
        quiet = self._quiet.get((reading.signal, reading.channel))
        if quiet is not None and quiet.takes(reading):
            return ()
        return self._judge(reading)

    def _catch_up(self) -> None:
        for (_, channel), quiet in self._quiet.items():
            quiet.tell(channel)
        self._quiet.clear()

    def _judge(self, reading: Reading) -> Iterator[Trip]:
        key = (reading.signal, reading.channel)
        quiet = self._quiet.pop(key, None)
        if quiet is not None:
            quiet.tell(reading.channel)
        concerned = tuple([each for each in self._monitors if each.live.signal == reading.signal])
        for monitor in concerned:
            trip = monitor.feed(reading)
            if trip is not None:
                yield trip
                self._catch_up()  # what tripped takes no more samples
        quiet = _quiet(concerned, reading)
        if quiet is not None:
            self._quiet[key] = quiet


def _quiet(monitors: tuple[Monitor, ...], reading: Reading) -> _Quiet | None:
    """Find what is good to every monitor on a channel, after a sample; None if anything is not."""
    low, high, patience = -math.inf, math.inf, math.inf
    since, repeats = reading.at, 0
    for number, monitor in enumerate(monitors):
        calm = monitor.calm(reading)
        if calm is None or (number and (calm.since, calm.repeats) != (since, repeats)):
            return None
        low, high = max(low, calm.low), min(high, calm.high)
        patience = min(patience, calm.patience)
        since, repeats = calm.since, calm.repeats
    return _Quiet(
        monitors, reading.unit, low, high, patience, reading.value, reading.at, since, repeats
    )
