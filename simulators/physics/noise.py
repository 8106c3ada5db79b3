"""Measurement noise that depends on nothing but the seed, the channel and the moment.

So it does not matter how often, or in which order, a host asks. √3 (u1 + u2 + u3 + u4 - 2), each u
even from 0 to 1, has mean 0 and σ 1; how much of it a variable has, in its own unit, is with the
variable.
"""

import math
import zlib

_MASK = (1 << 64) - 1


class Noise:
    """Noise of one tool. Same seed, same channel, same moment: same value."""

    def __init__(self, seed: int, tool: str) -> None:
        self._key = zlib.crc32(f"{seed}/{tool}".encode()) << 32 ^ seed & _MASK
        self._channels: dict[str, int] = {}

    def at(self, channel: str, now: float) -> float:
        """About normally distributed, mean 0 and σ 1, never beyond ±3.5 (sum of 4 uniforms)."""
        key = self._channels.get(channel)
        if key is None:
            key = self._channels[channel] = self._key ^ zlib.crc32(channel.encode())
        bits = _mix(key ^ _mix(round(now * 1e6) & _MASK))
        parts = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
        # four uniforms have mean 2 and variance 4/12
        return (parts / 65536 - 2) * math.sqrt(3)


def _mix(x: int) -> int:
    """Scramble 64 bits (the finaliser of splitmix64, public domain)."""
    x = (x + 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & _MASK
    return x ^ x >> 31
