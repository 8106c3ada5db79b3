"""A PID controller with derivative on the measurement, feed-forward and optional anti-windup.

u = feed-forward + Kp (e - Td · slope) + I, limited to 0..1. With anti-windup the integral stands
still while the output is at its limit; without, it goes on growing, and the controlled value must
overshoot to shrink it again.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
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
    wanted = feed_forward + tuning.gain * (error - tuning.derivative_s * slope) + integral
    power = min(1.0, max(0.0, wanted))
    if power == wanted or not anti_windup:
        integral += tuning.gain * error * period_s / tuning.integral_s
    return power, integral
