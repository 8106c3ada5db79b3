"""A PID controller with derivative on the measurement, feed-forward and optional anti-windup.

u = feed-forward + Kp (e - Td · slope) + I, limited to 0..1. With anti-windup the integral stands
still while the output is at its limit; without, it goes on growing, and the controlled value must
overshoot to shrink it again. Powers as a share of the full, temperatures in °C, times in s; the
tunings are with what is controlled.
"""

from typing import NamedTuple


class Tuning(NamedTuple):
    """Gain in 1/°C (of full power), integral and derivative time in s."""

    gain: float
    integral_s: float
    derivative_s: float


def control(
    tuning: Tuning,
    integral: float,
    error: float,
    slope: float,
    feed_forward: float,
    period_s: float,
    *,
    anti_windup: bool,
) -> tuple[float, float]:
    """Power (0 to 1) and the new integral, for one period.

    `error` is set-point less measured value (°C); `slope` is how much faster (°C/s) the measured
    value rises than the set-point does.
    """
    gain, integral_s, derivative_s = tuning
    power = wanted = feed_forward + gain * (error - derivative_s * slope) + integral
    if not 0.0 <= wanted <= 1.0:
        power = 0.0 if wanted < 0.0 else 1.0
        if anti_windup:
            return power, integral
    return power, integral + gain * error * period_s / integral_s
