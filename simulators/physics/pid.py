"""A PID controller with derivative on the measurement, feed-forward and optional anti-windup.

u = feed-forward + Kp (e - Td · slope) + I, limited to 0..1. With anti-windup the integral stands
still while the output is at its limit; without, it goes on growing, and the controlled value must
overshoot to shrink it again. Powers as a share of the full, temperatures in °C, times in s; the
tunings are with what is controlled.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Tuning(NamedTuple):
    """Gain in 1/°C (of full power), integral and derivative time in s."""

    gain: float
    integral_s: float
    derivative_s: float


def control(
    tuning: Tuning,
    measured: Iterable[tuple[float, float, float]],
    feed_forward: float,
    period_s: float,
    *,
    anti_windup: bool,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Powers (0 to 1) and new integrals of controllers that are tuned alike, for one period.

    `measured` has of each its integral, its error, which is set-point less measured value (°C), and
    its slope: how much faster (°C/s) the measured value rises than the set-point does.
    """
    gain, integral_s, derivative_s = tuning
    powers, integrals = [], []
    for integral, error, slope in measured:
        power = feed_forward + gain * (error - derivative_s * slope) + integral
        if 0.0 <= power <= 1.0:
            limited = False
        else:
            limited, power = True, 0.0 if power < 0.0 else 1.0
        if not (limited and anti_windup):
            integral += gain * error * period_s / integral_s  # noqa: PLW2901 -- its next value
        powers.append(power)
        integrals.append(integral)
    return tuple(powers), tuple(integrals)
