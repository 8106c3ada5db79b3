"""A five-zone batch furnace: heaters, load, dead time, and the ramp that its controller follows.

Heater of a zone: τ dTh/dt = Ta + K u - Th, plus exchange with its neighbours; the load (what the
profile thermocouples near the wafers read) follows, τL dT/dt = Th - T; the power acts after a dead
time. The first two are the textbook's wafer heater (Seborg, Edgar, Mellichamp: K 400 °C/kW, τ 2.885
min there); gains and times of a low-temperature furnace lie in ``sequences/physics``.
Each zone has a PID controller with derivative on the measurement, u = feed-forward + Kp (e - Td de)
+ I, limited to 0..1. The set-point rounds the corner into a soak; anti-windup, for which the
integral stands still while the output is at its limit, and feed-forward keep the overshoot below
3 °C. Without anti-windup the lag winds the integral up, and the zones run 20 °C and more past
a set-point near 400 °C.
"""

from typing import NamedTuple

from simulators.physics.values import Values, read_table, shipped

PERIOD_S = 3.0
"""A setting of the simulated controller: its period, which is the step of the integration too."""
ARRIVED_K = 0.05
"""A setting of the simulated controller: so near (°C) to its target a set-point has arrived."""
WAFER_ZONE = 2
"""The index of the zone in which a single wafer stands."""


class Tuning(NamedTuple):
    """Gain in 1/°C (of full power), integral and derivative time in s."""

    gain: float
    integral_s: float
    derivative_s: float


class Zone(NamedTuple):
    """`gain`: °C above ambient at full power; lags of heater and load in s."""

    gain: float
    heater_s: float
    load_s: float


class Tube(NamedTuple):
    """What the zones have in common; `cold_boat` is a share of the way to ambient."""

    ambient: float
    exchange: float
    """1/s: heat exchange with a neighbouring zone."""
    dead_periods: int
    """Dead time between power and heater, in periods."""
    tuning: Tuning
    corner_s: float
    """The set-point's time constant into a corner."""
    cold_boat: float
    noise: float
    """°C of noise on a thermocouple's reading, 1σ."""
    wrong_by: float
    """°C that a thermocouple may be off the wafer's true temperature."""


def _tube(values: Values) -> Tube:
    return Tube(
        values.value("ambient", "degC"),
        values.bare("exchange_1_s"),
        round(values.value("dead_time", "s") / PERIOD_S),
        Tuning(
            values.bare("gain_1_k"), values.value("integral", "s"), values.value("derivative", "s")
        ),
        values.value("corner", "s"),
        values.share("cold_boat"),
        values.value("noise", "K"),
        values.value("wrong_by", "K"),
    )


_COMMON = (
    "ambient",
    "exchange_1_s",
    "dead_time",
    "gain_1_k",
    "integral",
    "derivative",
    "corner",
    "cold_boat",
    "noise",
    "wrong_by",
)
TUBE = read_table(shipped("furnace"), _COMMON, _tube)["tube"]
AMBIENT = TUBE.ambient
"""degC around the furnace, and of a boat before it goes in."""
ZONES = tuple(
    read_table(
        shipped("furnace-zones"),
        ("gain", "heater", "load"),
        lambda zone: Zone(
            zone.value("gain", "K"), zone.value("heater", "s"), zone.value("load", "s")
        ),
    ).values()
)


class Aim(NamedTuple):
    """What the controller is told: a target in degC, reached at no more than a rate in °C/min."""

    target: float
    rate: float
    heaters_on: bool = True


class FurnaceState(NamedTuple):
    """All there is to know of the furnace at one moment. Temperatures in degC, powers 0 to 1."""

    setpoint: float
    heaters: tuple[float, ...]
    loads: tuple[float, ...]
    slopes: tuple[float, ...]
    integrals: tuple[float, ...]
    powers: tuple[tuple[float, ...], ...]
    """The powers on their way, oldest first."""

    @classmethod
    def steady(cls, degc: float) -> "FurnaceState":
        """The furnace after a long time at one temperature."""
        each = (degc,) * len(ZONES)
        power = tuple((degc - AMBIENT) / zone.gain for zone in ZONES)
        nought = (0.0,) * len(ZONES)
        return cls(degc, each, each, nought, nought, (power,) * TUBE.dead_periods)


def step(state: FurnaceState, aim: Aim, *, anti_windup: bool = True) -> FurnaceState:
    """The furnace one PERIOD_S later."""
    setpoint, rise = _next_setpoint(state.setpoint, aim)
    # the feed-forward knows one zone only: the integral makes up for the others
    feed_forward = (setpoint - AMBIENT + rise * ZONES[0].heater_s) / ZONES[0].gain
    gain, integral_s, derivative_s = TUBE.tuning
    exchange = PERIOD_S * TUBE.exchange
    _, old, loads, slopes, integrals, powers = state
    controlled, left, rights, acting = aim.heaters_on, old[0], (*old[1:], old[-1]), powers[0]
    warmed, warmer, climbs, totals, told = [], [], [], [], []
    # indexed lists: hours of this are most of what a furnace costs in a dry run
    for zone, (heats, heater_s, load_s) in enumerate(ZONES):
        heater, load = old[zone], loads[zone]
        power = total = 0.0
        if controlled:
            error = setpoint - load
            total = integrals[zone]
            power = feed_forward + gain * (error - derivative_s * (slopes[zone] - rise)) + total
            limited = not 0.0 <= power <= 1.0
            if limited:
                power = 0.0 if power < 0.0 else 1.0
            if not (limited and anti_windup):
                total += gain * error * PERIOD_S / integral_s
        climb = (heater - load) / load_s
        warmed.append(
            heater
            + PERIOD_S * (AMBIENT + heats * acting[zone] - heater) / heater_s
            + exchange * (left + rights[zone] - 2 * heater)
        )
        warmer.append(load + PERIOD_S * climb)
        climbs.append(climb)
        totals.append(total)
        told.append(power)
        left = heater
    return FurnaceState(
        setpoint,
        tuple(warmed),
        tuple(warmer),
        tuple(climbs),
        tuple(totals),
        (*powers[1:], tuple(told)),
    )


def boat_in(state: FurnaceState) -> FurnaceState:
    """The furnace as a cold boat goes in."""
    return state._replace(
        loads=tuple(load - TUBE.cold_boat * (load - AMBIENT) for load in state.loads)
    )


def _next_setpoint(setpoint: float, aim: Aim) -> tuple[float, float]:
    """The set-point one period later, and how fast (°C/s) it moves."""
    left = aim.target - setpoint
    if -ARRIVED_K < left < ARRIVED_K:
        return aim.target, 0.0
    limit = aim.rate / 60
    rise = min(limit, max(-limit, left / TUBE.corner_s))
    return setpoint + rise * PERIOD_S, rise
