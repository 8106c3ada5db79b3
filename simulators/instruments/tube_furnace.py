"""A tube furnace with a program controller: segments carried out, heat given to the wafer.

The tube is the middle of `simulators.physics.furnace`; the set-point follows the program as it
does there, rounded into a soak. A power failure resets the program.
"""

from collections.abc import Sequence

from fabctl.instruments.eurotherm import ProgramStatus, Segment, SegmentType
from simulators.physics.furnace import (
    AMBIENT,
    PERIOD_S,
    TUBE,
    WAFER_ZONE,
    Aim,
    FurnaceState,
    step,
)
from simulators.physics.noise import Noise
from simulators.wafers.effects import Heat
from simulators.wafers.store import WaferStore

BROKEN_DEGC = 1300.0
"""What a broken thermocouple reads: the top of its range."""
FREE_RATE = 60.0
"""°C/min that the set-point moves at outside a program."""
PIECE_S = 20.0
"""The wafer is given its heat in pieces of this length."""


class TubeFurnace:
    """The furnace without its registers. Times in process seconds, temperatures in degC."""

    def __init__(
        self, store: WaferStore, noise: Noise, name: str = "tube", *, anti_windup: bool = True
    ) -> None:
        """`name` is the tool's; by it its heats are told apart, since it knows of no jobs."""
        self.status = ProgramStatus.RESET
        self.target = AMBIENT
        """The set-point outside a program."""
        self.segment = 0
        """The segment under way, from 1; 0 where none is."""
        self.sensor_broken = False
        self.powered = True
        self._store = store
        self._noise = noise
        self._anti_windup = anti_windup
        self._segments: tuple[Segment, ...] = ()
        self._left = 0.0
        self._state = FurnaceState.steady(AMBIENT)
        self._at: float | None = None
        self._wafer = ""
        self._felt = (0.0, 0.0)
        """What the wafer has yet to be given: seconds, and the mean temperature (degC) of them."""
        self._name = name
        self._runs = 0
        self._heat = ""
        """The program by which the wafer in the tube was heated, "" where none has run."""

    # What the controller shows.

    def reading(self) -> float:
        """The thermocouple."""
        if self.sensor_broken:
            return BROKEN_DEGC
        noise = self._noise.at("PV", self._at or 0.0)
        return self._state.loads[WAFER_ZONE] + TUBE.noise * noise

    @property
    def setpoint(self) -> float:
        """The working set-point."""
        return self._state.setpoint

    @property
    def power(self) -> float:
        """Output in %."""
        return 100 * self._state.powers[-1][WAFER_ZONE]

    @property
    def seconds_left(self) -> float:
        """Of the dwell under way."""
        return self._left

    # What is done to it.

    def run(self, segments: Sequence[Segment]) -> None:
        """Carry out a program, or go on with the one in hold."""
        if self.status is ProgramStatus.HOLD:
            self.status = ProgramStatus.RUN
        elif self.status is ProgramStatus.RESET and segments:
            self._segments, self.segment = tuple(segments), 0
            self.status = ProgramStatus.RUN
            self._give()
            self._runs += 1
            self._heat = f"{self._name} run {self._runs}"
            self._next()

    def hold(self) -> None:
        """Keep the set-point where it is."""
        if self.status is ProgramStatus.RUN:
            self.status = ProgramStatus.HOLD

    def reset(self) -> None:
        """Leave the program."""
        self.status, self.segment, self._left = ProgramStatus.RESET, 0, 0.0

    def power_off(self) -> None:
        """The mains are gone: no heat, and the program is lost."""
        self.powered = False
        self.reset()

    def power_on(self) -> None:
        """The mains are back; the set-point starts from what is measured."""
        self.powered = True
        self._state = self._state._replace(setpoint=self._state.loads[WAFER_ZONE])

    def load(self, wafer: str) -> None:
        """A wafer comes in."""
        self._store.wafer(wafer).wait(self._at or 0.0)
        self._wafer, self._heat = wafer, ""

    def unload(self) -> None:
        """The wafer comes out."""
        self._give()
        self._wafer = ""

    # Time.

    def live(self, now: float) -> None:
        """Let time pass, in the controller's periods."""
        if self._at is None:
            self._at = now
        if self._resting():
            self._at = max(self._at, now - PERIOD_S)
        while self._at + PERIOD_S <= now:
            self._at += PERIOD_S
            self._state = step(self._state, self._aim(), anti_windup=self._anti_windup)
            if self._wafer:
                self._feel()
            if self.status is ProgramStatus.RUN:
                self._advance()

    def _aim(self) -> Aim:
        if not self.powered or self.sensor_broken:
            return Aim(AMBIENT, FREE_RATE, heaters_on=False)
        if self.status is ProgramStatus.RESET:
            return Aim(max(self.target, AMBIENT), FREE_RATE)
        if self.status is ProgramStatus.RUN and self._now_in.type is SegmentType.RAMP_RATE:
            target = max(float(self._now_in.target), AMBIENT)
            return Aim(target, float(self._now_in.amount))
        return Aim(self._state.setpoint, FREE_RATE)

    @property
    def _now_in(self) -> Segment:
        return self._segments[self.segment - 1]

    def _advance(self) -> None:
        current = self._now_in
        if current.type is SegmentType.RAMP_RATE:
            if self._state.setpoint == max(float(current.target), AMBIENT):
                self._next()
        elif current.type is SegmentType.DWELL:
            self._left -= PERIOD_S
            if self._left <= 0:
                self._next()

    def _next(self) -> None:
        self.segment += 1
        if self.segment > len(self._segments) or self._now_in.type is SegmentType.END:
            self.status, self._left = ProgramStatus.COMPLETE, 0.0
            self._give()
        else:
            self._left = float(self._now_in.amount) if self._now_in.type == SegmentType.DWELL else 0

    def _feel(self) -> None:
        seconds, mean = self._felt
        total = seconds + PERIOD_S
        self._felt = (total, (mean * seconds + self._state.loads[WAFER_ZONE] * PERIOD_S) / total)
        if total >= PIECE_S:
            self._give()

    def _give(self) -> None:
        """Have the wafer feel the heat: whoever looks at it in the tube sees what it has done."""
        if self._wafer and self._felt[0]:
            self._store.wafer(self._wafer).apply(Heat((self._felt,), self._heat))
        self._felt = (0.0, 0.0)

    def _resting(self) -> bool:
        aim = self._aim().target
        return (
            not self._wafer
            and self.status is not ProgramStatus.RUN
            and all(abs(degc - aim) < 0.01 for degc in (*self._state.loads, *self._state.heaters))
        )
