"""A tool's measured values that follow their set-points: flows, pressures, powers, speeds."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.physics.lag import lagged
from simulators.physics.noise import Noise
from simulators.physics.values import Values, read_table, shipped


@dataclass(frozen=True)
class Channel:
    """How a variable rests, follows (τ in s) and flickers (σ, in its unit)."""

    rest: float = 0.0
    tau_s: float = 2.0
    sigma: float = 0.0


def _channel(values: Values) -> Channel:
    lag = values.value("lag", "s") if values.has("lag") else Channel.tau_s
    return Channel(values.bare("rest", 0.0), lag, values.bare("noise", 0.0))


CHANNELS: Mapping[str, Mapping[str, Channel]] = read_table(
    shipped("channels"),
    ("channels",),
    lambda tool: {
        name.text: _channel(Values(node, name.text, ("rest", "lag", "noise")))
        for name, node in tool.pairs("channels")
    },
)
"""Tool → its following variables."""


class Channels:
    """All following variables of one tool."""

    def __init__(self, channels: Mapping[str, Channel], noise: Noise) -> None:
        self._channels = channels
        self._noise = noise
        self._begun = dict.fromkeys(channels, 0.0)
        self._start = {name: channel.rest for name, channel in channels.items()}
        self._target = dict(self._start)

    def aim(self, targets: Mapping[str, float], now: float) -> None:
        """New set-points; every channel that is not named stays where it was sent."""
        for name, target in targets.items():
            if target != self._target[name]:
                self._start[name] = self.true(name, now)
                self._begun[name] = now
                self._target[name] = target

    def rest(self, now: float, *, but: frozenset[str] = frozenset()) -> None:
        """Everything back to rest."""
        self.aim({n: c.rest for n, c in self._channels.items() if n not in but}, now)

    def true(self, name: str, now: float) -> float:
        """The value without noise. Raises KeyError."""
        channel = self._channels[name]
        return lagged(self._start[name], self._target[name], channel.tau_s, now - self._begun[name])

    def read(self, name: str, now: float) -> float:
        """The value as measured. Raises KeyError."""
        return self.true(name, now) + self._channels[name].sigma * self._noise.at(name, now)
