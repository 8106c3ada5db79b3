"""FUR01, a batch furnace: PUSH, PURGE, RAMP, SOAK, COOL, PULL.

Most blocks last until their own condition is met, so the furnace is computed ahead to the end of
the block and then lived through sample by sample; whatever interrupts it finds the sample of the
moment. The wafer feels the heat as long as the boat is in, whatever the job does.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from msgspec import Struct

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.controllers import has_anti_windup
from simulators.machine import Input, Loaded, Unloaded, Value
from simulators.physics import oxygen
from simulators.physics.furnace import (
    AMBIENT,
    PERIOD_S,
    TUBE,
    WAFER_ZONE,
    ZONES,
    Aim,
    FurnaceState,
    boat_in,
    step,
)
from simulators.physics.values import read_table, shipped
from simulators.tools.channels import CHANNELS
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Heat
from simulators.wafers.store import WaferStore
from simulators.wafers.wafer import Wafer

ZONE_NAMES = tuple(f"Zone{number + 1}Temp" for number in range(len(ZONES)))
LONGEST_S = 6 * 3600.0
"""A block that has not met its condition by then has failed."""
ABORT_SLM = 20.0
"""A setting of the simulated furnace: nitrogen (slm) after an abort."""
PIECE_S = 20.0
"""The wafer's temperature history is kept in pieces of this length."""

Condition = Callable[[FurnaceState], bool]


class _Boat(Struct, frozen=True):
    """Way of the boat (mm), band before it goes in (°C), standby ramp (°C/min), trip (degC)."""

    travel: float
    band: float
    standby: float
    trips_at: float
    oxygen_noise: float
    """1σ of the oxygen reading, as a fraction."""
    charges_s: float
    """How long a wafer takes into the boat, or out of it."""
    speed: float
    """How fast (mm/min) the remote commands move the boat."""


BOAT = read_table(
    shipped("boat"),
    ("travel", "band", "standby", "trips_at", "oxygen_noise", "charges", "speed"),
    lambda values: _Boat(
        values.value("travel", "mm"),
        values.value("band", "K"),
        values.value("standby", "K/min"),
        values.value("trips_at", "degC"),
        values.share("oxygen_noise"),
        values.value("charges", "s"),
        values.value("speed", "mm/min"),
    ),
)["furnace"]


class Furnace(ProgramMachine):
    """The furnace; its wafer stands in the middle zone."""

    CHANNELS = CHANNELS["furnace"]
    FOLLOWS: ClassVar[Mapping[str, str]] = {"FlowN2": "FlowN2", "FlowFormingGas": "FlowFormingGas"}
    CLOSING = frozenset({"COOL", "PULL"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._anti_windup = has_anti_windup(dictionary, faults)
        self._state = FurnaceState.steady(self.constant("StandbyTemp"))
        self._aim = Aim(self.constant("StandbyTemp"), BOAT.standby)
        self._at: float | None = None
        """The moment of `_state`."""
        self._ahead: deque[FurnaceState] = deque()
        self._boat_in = False
        self._boat_wafers = 0
        """Wafers that LOAD-BOAT has put into the boat."""
        self._way: tuple[float, float, bool] | None = None
        """The boat's last way: when it ends (process seconds), mm/s, whether into the tube."""
        self._history: list[tuple[float, float]] = []
        self._peak = 0.0
        self._oxygen = (0.0, oxygen.TUBE.supply_ppm, 0.0)
        """Since when, from how much (ppm), at what flow of nitrogen (slm) the tube is purged."""
        self._error = TUBE.wrong_by * self.noise.at("sensor", 0.0) / 3.5

    def measured(self, name: str) -> Value:
        """Zones, set-point, power, oxygen, boat."""
        if name in ZONE_NAMES:
            return self._reading(ZONE_NAMES.index(name))
        match name:
            case "TempSetpoint":
                return self._state.setpoint
            case "PeakTemp":
                return self._peak or ()
            case "HeaterPower":
                return 100 * sum(self._state.powers[-1]) / len(ZONES)
            case "O2Residual":
                since, start, flow = self._oxygen
                return oxygen.residual(start, flow, self.now - since) * (
                    1 + BOAT.oxygen_noise * self.noise.at(name, self.now)
                )
            case "BoatPosition":
                return self._position()
            case "BoatWafers":
                return self._boat_wafers
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """The order of the blocks, and the furnace's own limits."""
        problems = []
        names = [block.name for block in blocks]
        if names[0] != "PUSH" or names[-1] != "PULL":
            problems.append("a program begins with PUSH and ends with PULL")
        limits = (
            ("PUSH", "Temp", "BoatInTempMax"),
            ("RAMP", "Rate", "RampUpMax"),
            ("COOL", "Rate", "RampDownMax"),
            ("COOL", "TargetTemp", "UnloadTempMax"),
            ("PURGE", "O2Limit", "O2LimitBeforeRamp"),
        )
        for block in blocks:
            for name, parameter, constant in limits:
                if block.name == name and block.number(parameter) > self.constant(constant):
                    problems.append(
                        f"{name}.{parameter} {block.number(parameter):g} is above {constant}"
                        f" {self.constant(constant):g}"
                    )
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """Look ahead to the end of the block."""
        match block.name:
            case "PUSH":
                self._aim = Aim(block.number("Temp"), BOAT.standby)
                met = self._look_ahead(self._within(block.number("Temp"), BOAT.band))
                if not self._boat_wafers:  # else LOAD-BOAT has brought it in
                    self._push(block.number("Speed"))
                return self._phase(block, met=met, ends="BoatLoaded")
            case "PURGE":
                flow = block.number("FlowN2")
                self._oxygen = (self.now, oxygen.TUBE.after_push_ppm, flow)
                needed = oxygen.time_to(oxygen.TUBE.after_push_ppm, block.number("O2Limit"), flow)
                self._run_ahead(max(block.number("StepTime"), needed))
                return self._phase(block)
            case "RAMP":
                target = block.number("TargetTemp")
                self._aim = Aim(target, block.number("Rate"))
                band = self.constant("SoakBand")
                near = self._within(target, band)
                met = self._look_ahead(lambda state: state.setpoint == target and near(state))
                return self._phase(block, met=met, begins="RampStarted")
            case "SOAK":
                self._aim = Aim(block.number("Temp"), self._aim.rate)
                self._run_ahead(block.number("StepTime"))
                return self._phase(block, begins="SoakStarted", ends="SoakCompleted")
            case "COOL":
                target = block.number("TargetTemp")
                self._aim = self._cooling(target, block.number("Rate"))
                met = self._look_ahead(lambda state: max(state.loads) <= target)
                return self._phase(block, met=met)
            case _:
                self._move_boat(block.number("Speed"), inwards=False)
                return self._phase(block, ends="BoatUnloaded")

    def refuses(self, asked: Input) -> str:
        """No robot reaches a boat that LOAD-BOAT has put into the tube."""
        if isinstance(asked, Loaded | Unloaded) and self._boat_wafers:
            return "the boat is in the tube"
        return super().refuses(asked)

    def why_not(self, rcmd: str) -> str:
        """A boat goes into a tube that is empty and cool enough, and comes out of one."""
        if rcmd == "UNLOAD-BOAT":
            return "" if self._boat_in else "the boat is out of the tube"
        if rcmd == "LOAD-BOAT":
            if self._boat_in:
                return "the boat is in the tube"
            limit = self.constant("BoatInTempMax")
            return f"the tube is above {limit:g} degC" if max(self._state.loads) > limit else ""
        return ""

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """The boat in, charged with so many wafers; or out, once they are cool."""
        if rcmd == "LOAD-BOAT":
            count = int(parameters["COUNT"])
            self.errand(BOAT.charges_s * count, partial(self._bring_in, count))
        elif rcmd == "UNLOAD-BOAT":
            limit = self.constant("UnloadTempMax")
            self._aim = self._cooling(limit, self.constant("RampDownMax"))
            cool = self._look_ahead(lambda state: max(state.loads) <= limit)
            if not cool:
                self.set_alarm("ZoneDeviation")
            else:
                self._move_boat(BOAT.speed, inwards=False)
            self.errand(self._ahead_s(), self._bring_out if cool else self._stand_by)

    def _bring_in(self, count: int) -> None:
        self._boat_wafers = count
        self._push(BOAT.speed)
        self.errand(self._ahead_s(), partial(self.raise_event, "BoatLoaded"))

    def _bring_out(self) -> None:
        self._boat_in = False
        self._stand_by()
        count, self._boat_wafers = self._boat_wafers, 0
        self.errand(BOAT.charges_s * count, partial(self.raise_event, "BoatUnloaded"))

    def _stand_by(self) -> None:
        self._ahead.clear()
        self._aim = Aim(self.constant("StandbyTemp"), BOAT.standby)

    def _push(self, speed: float) -> None:
        if not self._boat_in:
            self._ahead.append(boat_in(self._ahead[-1] if self._ahead else self._state))
        self._boat_in = True
        self._move_boat(speed, inwards=True)

    def _move_boat(self, speed: float, *, inwards: bool) -> None:
        """Let the boat go its way at the end of what is computed ahead; `speed` in mm/min."""
        self._run_ahead(BOAT.travel / speed * 60)
        self._way = (self.now + self._ahead_s(), speed / 60, inwards)

    def _cooling(self, target: float, rate: float) -> Aim:
        """Aimed a little lower, or the last degree would take for ever."""
        return Aim(target - 3, rate)

    def on_start(self) -> None:
        """The peak is counted from here."""
        self._peak = max(self._state.loads)

    def on_end(self) -> None:
        """Back to standby; after an abort the heaters stay off, and the boat where it is."""
        assert self.running is not None
        self._ahead.clear()
        self._way = None
        finished = self.running.place >= len(self.running.blocks)
        if finished:
            self._boat_in, self._boat_wafers = False, 0
        self._aim = Aim(self.constant("StandbyTemp"), BOAT.standby, heaters_on=finished)

    def on_abort(self) -> None:
        """Heaters off at once, nitrogen on."""
        self._ahead.clear()
        self._way = None
        self._aim = Aim(AMBIENT, BOAT.standby, heaters_on=False)
        self.channels.aim({"FlowN2": ABORT_SLM}, self.now)

    def settle(self, wafer: Wafer) -> None:
        """A wafer in the tube has felt what the middle zone was at."""
        if self._history:
            wafer.apply(Heat(tuple(self._history), self.running.job if self.running else ""))
            self._history.clear()
        wafer.wait(self.now)

    def on_time(self, now: float) -> None:
        """Live through the samples up to now."""
        if self._at is None:
            self._at = now
        if not self._ahead and self._resting(self._state):
            self._at = max(self._at, now - PERIOD_S)
        held = self.running is not None or self._boat_in
        while self._at + PERIOD_S <= now:
            self._state = self._ahead.popleft() if self._ahead else self._stepped(self._state)
            self._at += PERIOD_S
            if held:
                self._watch()

    def _watch(self) -> None:
        """What is kept of each sample while a wafer is in the furnace."""
        hottest = max(self._state.loads)
        if self.running is not None:
            self._peak = max(self._peak, hottest)
        if self._boat_in and (self.running is not None or self.held):
            degc = self._state.loads[WAFER_ZONE] + self._error
            if self._history and self._history[-1][0] < PIECE_S:
                seconds, mean = self._history[-1]
                total = seconds + PERIOD_S
                self._history[-1] = (total, (mean * seconds + degc * PERIOD_S) / total)
            else:
                self._history.append((PERIOD_S, degc))
        if hottest > BOAT.trips_at:
            self.set_alarm("OverTemperatureTrip")
        phase = self.running.phase if self.running else None
        if phase is not None and phase.name == "SOAK":
            widest = 3 * self.constant("SoakBand")
            target = self._aim.target
            if hottest - target > widest or target - min(self._state.loads) > widest:
                self.set_alarm("ZoneDeviation")

    def _stepped(self, state: FurnaceState) -> FurnaceState:
        return step(state, self._aim, anti_windup=self._anti_windup)

    def _resting(self, state: FurnaceState) -> bool:
        aim = self._aim.target if self._aim.heaters_on else AMBIENT
        return not self._boat_in and all(
            abs(degc - aim) < 0.01 for degc in (*state.loads, *state.heaters)
        )

    def _within(self, degc: float, band: float) -> Condition:
        return lambda state: all(abs(load - degc) <= band for load in state.loads)

    def _look_ahead(self, met: Condition) -> bool:
        """Compute the furnace ahead until a condition is met; False if it never is."""
        state = self._state
        for _ in range(int(LONGEST_S / PERIOD_S)):
            if met(state):
                return True
            state = self._stepped(state)
            self._ahead.append(state)
        return False

    def _run_ahead(self, seconds: float) -> None:
        """Compute the furnace ahead for a time."""
        state = self._ahead[-1] if self._ahead else self._state
        for _ in range(round(seconds / PERIOD_S)):
            state = self._stepped(state)
            self._ahead.append(state)

    def _phase(
        self, block: NamedBlock, *, met: bool = True, begins: str = "", ends: str = ""
    ) -> Phase:
        return Phase(
            block.name,
            self._ahead_s(),
            begins=begins,
            ends=ends,
            alarm="" if met else "ZoneDeviation",
            fails=not met,
        )

    def _ahead_s(self) -> float:
        """How long (s) what is computed ahead lasts."""
        assert self._at is not None
        return max(0.0, self._at + len(self._ahead) * PERIOD_S - self.now)

    def _reading(self, zone: int) -> float:
        name = ZONE_NAMES[zone]
        reading = self._state.loads[zone] + TUBE.noise * self.noise.at(name, self.now)
        if self.running is not None:
            self._peak = max(self._peak, reading)
        return reading

    def _position(self) -> float:
        if self._way is None or self._way[0] <= self.now:
            return BOAT.travel if self._boat_in else 0.0
        ends, speed, inwards = self._way
        moved = max(0.0, BOAT.travel - (ends - self.now) * speed)
        return moved if inwards else BOAT.travel - moved
