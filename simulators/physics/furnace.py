"""A five-zone batch furnace: heaters, load, dead time, and the ramp that its controller follows.

Heater of a zone: τ dTh/dt = Ta + K u - Th, plus exchange with its neighbours; the load (what the
profile thermocouples near the wafers read) follows, τL dT/dt = Th - T; the power acts after a dead
time. The first two are the textbook's wafer heater (Seborg, Edgar, Mellichamp: K 400 °C/kW, τ 2.885
min there); gains and times here are a low-temperature furnace's, unverified: full power is good
for 470 °C, so that a ramp of 5 °C/min runs out of power above about 275 °C and lags from there on.
The set-point rounds the corner into a soak; anti-windup and feed-forward keep the overshoot below
3 °C. Without anti-windup the lag winds the integral up, and the zones run 20 °C and more past
a set-point near 400 °C.
"""

from dataclasses import dataclass, replace

from simulators.physics.pid import Tuning, control

AMBIENT = 25.0
"""degC around the furnace, and of a boat before it goes in."""
PERIOD_S = 2.0
"""The controller's period, and the step of the integration."""


@dataclass(frozen=True, slots=True)
class Zone:
    """`gain`: °C above ambient at full power; lags of heater and load in s."""

    gain: float
    heater_s: float
    load_s: float


ZONES = (
    Zone(445, 2300, 62),
    Zone(449, 2400, 58),
    Zone(453, 2450, 55),
    Zone(449, 2400, 59),
    Zone(441, 2250, 65),
)
WAFER_ZONE = 2
"""The index of the zone in which a single wafer stands."""
EXCHANGE = 2e-4
"""1/s: heat exchange with a neighbouring zone."""
DEAD_PERIODS = 3
"""Dead time between power and heater, in periods."""
TUNING = Tuning(gain=0.05, integral_s=300, derivative_s=30)
CORNER_S = 210.0
"""The set-point's time constant into a corner."""
COLD_BOAT = 0.12
"""How far (as a share of the way to ambient) a cold boat draws the load down."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What the controller is told: a target in degC, reached at no more than a rate in °C/min."""

    target: float
    rate: float
    heaters_on: bool = True


@dataclass(frozen=True, slots=True)
class FurnaceState:
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
        return cls(degc, each, each, nought, nought, (power,) * DEAD_PERIODS)


def step(state: FurnaceState, aim: Aim, *, anti_windup: bool = True) -> FurnaceState:
    """The furnace one PERIOD_S later."""
    setpoint, rise = _next_setpoint(state.setpoint, aim)
    powers, integrals = [], []
    for i in range(len(ZONES)):
        if aim.heaters_on:
            # the feed-forward knows one zone only: the integral makes up for the others
            holding = (setpoint - AMBIENT) / ZONES[0].gain
            climbing = rise * ZONES[0].heater_s / ZONES[0].gain
            power, integral = control(
                TUNING,
                state.integrals[i],
                setpoint - state.loads[i],
                state.slopes[i] - rise,
                holding + climbing,
                PERIOD_S,
                anti_windup=anti_windup,
            )
        else:
            power, integral = 0.0, 0.0
        powers.append(power)
        integrals.append(integral)
    acting = state.powers[0]
    heaters, loads = [], []
    for i, zone in enumerate(ZONES):
        heater = state.heaters[i]
        left = state.heaters[i - 1] if i else heater
        right = state.heaters[i + 1] if i + 1 < len(ZONES) else heater
        exchanged = PERIOD_S * EXCHANGE * (left + right - 2 * heater)
        heaters.append(heated(zone, heater, AMBIENT, acting[i]) + exchanged)
        loads.append(state.loads[i] + PERIOD_S * (heater - state.loads[i]) / zone.load_s)
    slopes = tuple((new - old) / PERIOD_S for new, old in zip(loads, state.loads, strict=True))
    return FurnaceState(
        setpoint,
        tuple(heaters),
        tuple(loads),
        slopes,
        tuple(integrals),
        (*state.powers[1:], tuple(powers)),
    )


def heated(zone: Zone, heater: float, ambient: float, power: float) -> float:
    """A heater alone, one period later."""
    return heater + PERIOD_S * (ambient + zone.gain * power - heater) / zone.heater_s


def boat_in(state: FurnaceState) -> FurnaceState:
    """The furnace as a cold boat goes in."""
    return replace(state, loads=tuple(load - COLD_BOAT * (load - AMBIENT) for load in state.loads))


def _next_setpoint(setpoint: float, aim: Aim) -> tuple[float, float]:
    """The set-point one period later, and how fast (°C/s) it moves."""
    left = aim.target - setpoint
    if abs(left) < 0.05:
        return aim.target, 0.0
    limit = aim.rate / 60
    rise = min(limit, max(-limit, left / CORNER_S))
    return setpoint + rise * PERIOD_S, rise
