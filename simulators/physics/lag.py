"""First-order lag of flows, pressures, powers and plate temperatures: τ dv/dt = target - v.

τ in s. Numbers and sources: ``sequences/physics``, ``wafer-heating``, ``channels``.
"""

import math

from simulators.physics.values import read_table, shipped

WAFER_LAG_S = read_table(
    shipped("wafer-heating"), ("lag",), lambda values: values.value("lag", "s")
)
"""What a wafer lies on → time constant with which it follows its temperature."""


def lagged(start: float, target: float, tau_s: float, seconds: float) -> float:
    """The value `seconds` after the target changed, from `start`: exact for any step."""
    if tau_s <= 0:
        return target
    return target + (start - target) * math.exp(-seconds / tau_s)


def settling(start: float, target: float, tau_s: float, band: float) -> float:
    """Seconds until the value is within `band` of the target: τ ln(|start - target| / band)."""
    distance = abs(start - target)
    return 0.0 if distance <= band else tau_s * math.log(distance / band)


def heating(
    start: float, target: float, tau_s: float, seconds: float
) -> tuple[tuple[float, float], ...]:
    """A temperature history (seconds, degC) of a lag, in pieces over which it hardly changes.

    Each piece has the temperature of its middle; the pieces double in length from τ/8.
    """
    pieces = []
    done, length = 0.0, tau_s / 8
    while done < seconds:
        length = min(length, seconds - done)
        pieces.append((length, lagged(start, target, tau_s, done + length / 2)))
        done += length
        length *= 2 if done < 4 * tau_s else 1e9
    return tuple(pieces)
