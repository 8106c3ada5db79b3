"""CVD01, a cluster of chambers, each with its own heater: deposit, degas, preclean."""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.deposition import PROCESSES, rate
from simulators.physics.lag import WAFER_LAG_S, heating, lagged, settling
from simulators.physics.reaction import ROOM_DEGC
from simulators.physics.uniformity import pattern
from simulators.physics.values import read_table, shipped
from simulators.tools.channels import Channel, Channels
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Deposit, Effect, Heat, Preclean
from simulators.wafers.store import WaferStore

HEATERS = {
    "degas": 250.0,
    "preclean": 25.0,
    "pecvd": 350.0,
    "ald": 300.0,
    "mocvd-cu": 200.0,
    "film": 25.0,
    "film-si": 110.0,
    "film-pb": 25.0,
}
"""Chamber → degC at which its heater idles."""
HEATER_TAU_S = 40.0
COOLANT_DEGC = 12.0
READING_SIGMA = 0.05
"""°C of noise on a heater's reading."""
FILM_SIGMA = 0.02
"""Å of noise on the tool's own reckoning of the film."""
RUN_TO_RUN = 0.003
"""1σ of the mean rate from wafer to wafer, as a fraction."""
COPPER_BY_PRECLEAN = read_table(
    shipped("precleaning"), ("copper",), lambda values: values.value("copper", "nm")
)
"""Gas → nm of copper that a preclean takes."""


class Cvd(ProgramMachine):
    """The cluster."""

    CHANNELS: ClassVar[Mapping[str, Channel]] = {
        "ChamberPressure": Channel(rest=0.005, tau_s=3, sigma=0.002),
        "Gap": Channel(rest=400, tau_s=2),
        "RF_HF_Fwd": Channel(tau_s=1, sigma=0.4),
        "RF_HF_Refl": Channel(tau_s=1, sigma=0.1),
        "RF_LF_Fwd": Channel(tau_s=1),
        "FlowTEOS": Channel(tau_s=3),
        "FlowO2": Channel(tau_s=2, sigma=0.3),
        "FlowHe": Channel(tau_s=2, sigma=1.0),
        "FlowNF3": Channel(tau_s=2),
        "ThrottlePos": Channel(rest=100, tau_s=3, sigma=0.1),
        "PrecursorFlow": Channel(tau_s=4, sigma=0.5),
        "FlowNH3": Channel(tau_s=2, sigma=0.2),
        "FlowSiH4": Channel(tau_s=2, sigma=0.1),
        "FlowN2": Channel(tau_s=2, sigma=1.0),
        "Flow3MS": Channel(tau_s=2, sigma=0.2),
    }
    FOLLOWS: ClassVar[Mapping[str, str]] = {
        "Pressure": "ChamberPressure",
        "RF_HF": "RF_HF_Fwd",
        "PrecursorFlow": "PrecursorFlow",
        "Flow3MS": "Flow3MS",
        "FlowSiH4": "FlowSiH4",
        "FlowNH3": "FlowNH3",
        "FlowN2": "FlowN2",
        "FlowO2": "FlowO2",
        "FlowHe": "FlowHe",
        "Gap": "Gap",
    }
    CLOSING = frozenset({"PURGE", "PUMP", "COOL"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        rests = {name: Channel(rest=degc, tau_s=HEATER_TAU_S) for name, degc in HEATERS.items()}
        self._heaters = Channels(rests, self.noise)
        self._chamber = "pecvd"
        self._wafer_degc = ROOM_DEGC
        self._peak = 0.0
        self._film = 0.0
        """nm deposited by this job's finished phases, as the tool reckons."""
        self._growing = 0.0
        """nm/s that the present phase adds to it."""
        self._cycle_s = 0.0
        self._since_clean = 0.0

    def measured(self, name: str) -> Value:
        """Heater, film, cycles, chamber."""
        match name:
            case "HeaterTemp":
                degc = self._heaters.true(self._chamber, self.now)
                reading = degc + READING_SIGMA * self.noise.at(name, self.now)
                self._peak = max(self._peak, reading)
                return reading
            case "PeakTemp":
                return self._peak or ()
            case "FilmThickness":
                film = 10 * (self._film + self._growing * self._elapsed())
                return abs(film + FILM_SIGMA * self.noise.at(name, self.now))
            case "CyclesDone":
                return int(self._elapsed() / self._cycle_s) if self._cycle_s else 0
            case "FilmSinceClean":
                return self._since_clean / 1000
            case "Chamber":
                return self._chamber
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """Chamber first; then only materials and temperatures that suit it."""
        if blocks[0].name != "STABILISE":
            return ["a program begins with STABILISE"]
        chamber, degc = blocks[0].text("Chamber"), blocks[0].number("Temp")
        problems = []
        for block in blocks:
            if block.name != "DEPOSIT":
                continue
            material = block.text("Material")
            if material not in self.dictionary.chambers.get(chamber, ()):
                problems.append(f"chamber {chamber} does not deposit {material}")
            process = PROCESSES[material]
            if not process.low_degc <= degc <= process.high_degc:
                problems.append(
                    f"{material} is deposited at {process.low_degc:g} to"
                    f" {process.high_degc:g} degC, not {degc:g}"
                )
        return problems

    def on_start(self) -> None:
        """A cold wafer, no film yet."""
        blocks = self.running.blocks if self.running else ()
        self._chamber = (
            blocks[0].text("Chamber") if "Chamber" in blocks[0].values else self._chamber
        )
        self._wafer_degc = ROOM_DEGC
        self._film = self._growing = self._cycle_s = 0.0
        self._peak = self._heaters.true(self._chamber, self.now)

    def on_end(self) -> None:
        """Heaters back to where they idle."""
        self._heaters.rest(self.now)
        self._growing = 0.0

    def on_command(self, rcmd: str, _parameters: Mapping[str, float | int | str]) -> None:
        """CLEAN takes all film off the chamber's walls."""
        if rcmd == "CLEAN":
            self._since_clean = 0.0
            self.raise_event("CleanCompleted")

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        match block.name:
            case "STABILISE":
                self._chamber = block.text("Chamber")
                return self._heat_up(block)
            case "DEPOSIT":
                return self._deposit(block)
            case "PRECLEAN":
                preclean = Preclean(
                    block.text("Gas"), COPPER_BY_PRECLEAN[block.text("Gas")], self.job
                )
                return self._warm(block.name, block.number("StepTime"), (preclean,))
            case "COOL":
                target = max(block.number("TargetTemp"), COOLANT_DEGC + 1)
                seconds = WAFER_LAG_S["cooling-station"] * max(
                    0.0, _log_ratio(self._wafer_degc - COOLANT_DEGC, target - COOLANT_DEGC)
                )
                return self._warm(
                    block.name, seconds, (), COOLANT_DEGC, WAFER_LAG_S["cooling-station"]
                )
            case "PURGE" | "PUMP":
                return Phase(block.name, block.number("StepTime"), targets=_quiet())
            case _:
                return self._warm(block.name, block.number("StepTime"), ())

    def _heat_up(self, block: NamedBlock) -> Phase:
        degc = block.number("Temp")
        start = self._heaters.true(self._chamber, self.now)
        self._heaters.aim({self._chamber: degc}, self.now)
        self._peak = max(start, degc)
        needed = settling(start, degc, HEATER_TAU_S, 0.1)
        return self._warm(block.name, max(needed, block.number("StepTime")), ())

    def _deposit(self, block: NamedBlock) -> Phase:
        material, target = block.text("Material"), block.number("Thickness") / 10
        process = PROCESSES[material]
        per_s = rate(material, self._heaters.true(self._chamber, self.now)) / 60
        dice = self.dice(f"deposit {self.running.place if self.running else 0}")
        true_per_s = per_s * self.true_rate(material) * (1 + RUN_TO_RUN * dice.gauss(0, 1))
        factors = pattern(process.sigma, dice)
        self._growing, self._cycle_s = per_s, process.cycle_s
        warm = self._warm(block.name, target / per_s, ())

        def grow(seconds: float) -> tuple[Effect, ...]:
            self._film += per_s * seconds
            self._since_clean += per_s * seconds
            self._growing = 0.0
            if self._since_clean / 1000 > self.constant("CleanThreshold"):
                self.set_alarm("CleanDue")
            nm = true_per_s * seconds
            film = Deposit(material, nm, factors, process.coverage, self.job)
            return (film, *warm.effects(seconds))

        return Phase(block.name, warm.seconds, grow, {"RF_HF_Refl": block.number("RF_HF") / 200})

    def _warm(
        self,
        name: str,
        seconds: float,
        first: tuple[Effect, ...],
        degc: float | None = None,
        tau_s: float = WAFER_LAG_S["susceptor"],
    ) -> Phase:
        """A phase in which the wafer follows its heater, or what cools it."""
        start = self._wafer_degc
        target = self._heaters.true(self._chamber, self.now + seconds) if degc is None else degc

        def warm(lasted: float) -> tuple[Effect, ...]:
            self._wafer_degc = lagged(start, target, tau_s, lasted)
            return (*first, Heat(heating(start, target, tau_s, lasted), self.job))

        return Phase(name, seconds, warm)

    def _elapsed(self) -> float:
        running = self.running
        return 0.0 if running is None or running.phase is None else self.now - running.phase_began


def _quiet() -> dict[str, float]:
    names = ("RF_HF_Fwd", "RF_HF_Refl", "PrecursorFlow", "Flow3MS", "FlowSiH4", "FlowNH3", "FlowN2")
    return {**dict.fromkeys(names, 0.0), "FlowO2": 0.0, "ChamberPressure": 0.005}


def _log_ratio(over: float, under: float) -> float:
    return math.log(over / under) if over > 0 else 0.0
