"""CVD01, a cluster of chambers, each with its own heater: deposit, degas, preclean."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.cleaning import CLEANING
from simulators.physics.deposition import PROCESSES, rate
from simulators.physics.lag import WAFER_LAG_S, heating, lagged, settling
from simulators.physics.reaction import ROOM_DEGC
from simulators.physics.uniformity import pattern
from simulators.physics.values import read_table, shipped
from simulators.tools.channels import CHANNELS, Channel, Channels
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Deposit, Effect, Heat, Preclean
from simulators.wafers.store import WaferStore


class _Cluster(Struct, frozen=True):
    """What the chambers have in common."""

    coolant: float
    """degC of the cooling station."""
    heater_noise: float
    """°C, 1σ, of a heater's reading."""
    film_noise: float
    """Å, 1σ, of the tool's own reckoning of the film."""
    run_to_run: float
    """1σ of the mean rate from wafer to wafer, as a fraction."""
    reflected: float
    """Share of the power sent that comes back from a matched plasma."""


HEATERS = read_table(
    shipped("cluster"),
    ("idles", "lag"),
    lambda values: Channel(rest=values.value("idles", "degC"), tau_s=values.value("lag", "s")),
)
"""Chamber → where its heater idles (degC), and how it follows."""
CLUSTER = read_table(
    shipped("cluster-readings"),
    ("coolant", "heater_noise", "film_noise", "run_to_run", "reflected"),
    lambda values: _Cluster(
        values.value("coolant", "degC"),
        values.value("heater_noise", "K"),
        values.value("film_noise", "Å"),
        values.share("run_to_run"),
        values.share("reflected"),
    ),
)["cluster"]
COPPER_BY_PRECLEAN = read_table(
    shipped("precleaning"), ("copper",), lambda values: values.value("copper", "nm")
)
"""Gas → nm of copper that a preclean takes."""

CLEANS_WITH = frozenset({"CLEAN", "STABILISE", "PURGE", "PUMP"})
"""What a program that cleans a chamber may have."""

STABLE_K = 0.1
"""A setting of the simulated cluster: so near (°C) to its set-point a heater is stable."""


class Cvd(ProgramMachine):
    """The cluster."""

    CHANNELS = CHANNELS["cvd"]
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
        "FlowNF3": "FlowNF3",
        "Gap": "Gap",
    }
    CLOSING = frozenset({"PURGE", "PUMP", "COOL"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._heaters = Channels(HEATERS, self.noise)
        self._chamber = "pecvd"
        self._wafer_degc = ROOM_DEGC
        self._cooling = False
        """Whether the wafer lies on the cooling station, and no more on the susceptor."""
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
                reading = degc + CLUSTER.heater_noise * self.noise.at(name, self.now)
                self._peak = max(self._peak, reading)
                return reading
            case "PeakTemp":
                return self._peak or ()
            case "FilmThickness":
                film = 10 * (self._film + self._growing * self._elapsed())
                return abs(film + CLUSTER.film_noise * self.noise.at(name, self.now))
            case "CyclesDone":
                return int(self._elapsed() / self._cycle_s) if self._cycle_s else 0
            case "FilmSinceClean":
                return self._since_clean / 1000
            case "Chamber":
                return 1 + list(self.dictionary.chambers).index(self._chamber)
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """Chamber first; then only materials and temperatures that suit it."""
        if blocks[0].name != "STABILISE":
            return ["a program begins with STABILISE"]
        chamber, degc = blocks[0].text("Chamber"), blocks[0].number("Temp")
        problems = []
        names = {block.name for block in blocks}
        if "CLEAN" in names and not names <= CLEANS_WITH:
            problems.append("a program with CLEAN is for no wafer: only STABILISE, PURGE and PUMP")
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
            problems.extend(_starved(material, block))
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

    def wants_no_wafer(self, blocks: tuple[NamedBlock, ...]) -> bool:
        """A clean would take the film off the wafer as well."""
        return any(block.name == "CLEAN" for block in blocks)

    def why_not(self, rcmd: str) -> str:
        """No clean over a wafer."""
        return f"{self.held} is in the tool" if rcmd == "CLEAN" and self.held else ""

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """CLEAN takes the film off the chamber's walls."""
        if rcmd == "CLEAN":
            seconds = 60 * float(parameters["MINUTES"])
            flow, power = CLEANING.flow_sccm, CLEANING.power_w

            def done() -> None:
                self._cleaned(seconds, flow, power)
                self.raise_event("CleanCompleted")

            self.errand(seconds, done, {"FlowNF3": flow, "RF_HF_Fwd": power})

    def _cleaned(self, seconds: float, sccm: float, watts: float) -> None:
        self._since_clean = max(0.0, self._since_clean - seconds * CLEANING.rate(sccm, watts))
        if self._since_clean / 1000 <= self.constant("CleanThreshold"):
            self.clear_alarm("CleanDue")

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        match block.name:
            case "STABILISE":
                self._chamber, self._cooling = block.text("Chamber"), False
                return self._heat_up(block)
            case "DEPOSIT":
                return self._deposit(block)
            case "CLEAN":
                return self._clean(block)
            case "PRECLEAN":
                preclean = Preclean(COPPER_BY_PRECLEAN[block.text("Gas")], self.job)
                return self._warm(block.name, block.number("StepTime"), (preclean,))
            case "COOL":
                self._cooling = True
                target = max(block.number("TargetTemp"), CLUSTER.coolant + 1)
                seconds = WAFER_LAG_S["cooling-station"] * max(
                    0.0, _log_ratio(self._wafer_degc - CLUSTER.coolant, target - CLUSTER.coolant)
                )
                return self._warm(block.name, seconds, ())
            case "PURGE" | "PUMP":  # the wafer lies where it lay
                warm = self._warm(block.name, block.number("StepTime"), ())
                return replace(warm, targets=_quiet())
            case _:
                return self._warm(block.name, block.number("StepTime"), ())

    def _clean(self, block: NamedBlock) -> Phase:
        flow, power = block.number("FlowNF3"), block.number("RF_HF")

        def cleans(seconds: float) -> tuple[()]:
            self._cleaned(seconds, flow, power)
            return ()

        reflected = {"RF_HF_Refl": CLUSTER.reflected * power}
        seconds = block.number("StepTime")
        return Phase(block.name, seconds, cleans, reflected, ends="CleanCompleted")

    def _heat_up(self, block: NamedBlock) -> Phase:
        degc = block.number("Temp")
        start = self._heaters.true(self._chamber, self.now)
        self._heaters.aim({self._chamber: degc}, self.now)
        self._peak = max(start, degc)
        needed = settling(start, degc, HEATERS[self._chamber].tau_s, STABLE_K)
        return self._warm(block.name, max(needed, block.number("StepTime")), ())

    def _deposit(self, block: NamedBlock) -> Phase:
        material, target = block.text("Material"), block.number("Thickness") / 10
        process = PROCESSES[material]
        per_s = rate(material, self._heaters.true(self._chamber, self.now)) / 60
        dice = self.dice(f"deposit {self.running.place if self.running else 0}")
        true_per_s = per_s * self.true_rate(material) * (1 + CLUSTER.run_to_run * dice.gauss(0, 1))
        factors = pattern(process.sigma, dice)
        self._growing, self._cycle_s = per_s, process.cycle_s
        warm = self._warm(block.name, target / per_s, ())

        def grow(seconds: float) -> tuple[Effect, ...]:
            self._film += per_s * seconds
            self._since_clean += per_s * seconds
            self._growing = 0.0
            if self._since_clean / 1000 > self.constant("CleanThreshold"):
                self.set_alarm("CleanDue", "CleanRequired")
            nm = true_per_s * seconds
            film = Deposit(material, nm, factors, process.coverage, self.job)
            return (film, *warm.effects(seconds))

        return Phase(
            block.name,
            warm.seconds,
            grow,
            {"RF_HF_Refl": CLUSTER.reflected * block.number("RF_HF")},
        )

    def _warm(self, name: str, seconds: float, first: tuple[Effect, ...]) -> Phase:
        """A phase in which the wafer follows what it lies on: its heater, or what cools it."""
        start = self._wafer_degc
        if self._cooling:
            target, tau_s = CLUSTER.coolant, WAFER_LAG_S["cooling-station"]
        else:
            target = self._heaters.true(self._chamber, self.now + seconds)
            tau_s = WAFER_LAG_S["susceptor"]

        def warm(lasted: float) -> tuple[Effect, ...]:
            self._wafer_degc = lagged(start, target, tau_s, lasted)
            return (*first, Heat(heating(start, target, tau_s, lasted), self.job))

        return Phase(name, seconds, warm)

    def _elapsed(self) -> float:
        running = self.running
        return 0.0 if running is None or running.phase is None else self.now - running.phase_began


def _starved(material: str, block: NamedBlock) -> Iterator[str]:
    """What is wrong with how much precursor there is, and how much oxygen for it."""
    process, oxygen = PROCESSES[material], block.number("FlowO2")
    if process.precursor_sccm <= 0:
        return
    flow = process.precursor(block.number("Flow3MS"), block.number("PrecursorFlow"))
    if flow < process.precursor_sccm:
        yield f"{material} needs {process.precursor_sccm:g} sccm of precursor, not {flow:g}"
    if oxygen > flow:
        yield f"{material} takes at most the precursor's {flow:g} sccm of O2, not {oxygen:g}"


def _quiet() -> dict[str, float]:
    off = ("RF_HF_Fwd", "RF_HF_Refl", "PrecursorFlow", "Flow3MS", "FlowSiH4", "FlowNH3", "FlowN2")
    rest = ("FlowO2", "FlowNF3", "ChamberPressure")
    return {name: CHANNELS["cvd"][name].rest for name in (*off, *rest)}


def _log_ratio(over: float, under: float) -> float:
    return math.log(over / under) if over > 0 else 0.0
