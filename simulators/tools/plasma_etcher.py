"""ETC01, a plasma etcher: dielectric etch, argon sputter, downstream ash."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.etching import DRY, SIGNALS, Chemistry
from simulators.physics.lag import WAFER_LAG_S, heating
from simulators.physics.reaction import ROOM_DEGC
from simulators.physics.uniformity import pattern
from simulators.physics.values import read_table, shipped
from simulators.section.endpoint import endpoint_curve
from simulators.tools.channels import CHANNELS
from simulators.tools.endpoint_signal import EndpointSignal
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.tools.removing import Until, main_seconds
from simulators.wafers.effects import Effect, Etch, Heat
from simulators.wafers.store import WaferStore

CLAMPED = read_table(
    shipped("clamping"),
    ("backside_torr", "leak_sccm"),
    lambda values: {"HeBackside": values.bare("backside_torr"), "HeLeak": values.bare("leak_sccm")},
)["plasma-etcher"]
"""Channel → its value while the wafer is clamped."""
CLEANING = {"SourceFwd": 1000.0, "FlowO2": 400.0, "ChamberPressure": 100.0}
"""A setting of the simulated etcher: channel → its value during a clean without a wafer."""


class PlasmaEtcher(ProgramMachine):
    """The etcher. What the plasma does follows from chamber and gases, as on a real one."""

    CHANNELS = CHANNELS["plasma-etcher"]
    FOLLOWS: ClassVar[Mapping[str, str]] = {
        "Pressure": "ChamberPressure",
        "Source": "SourceFwd",
        "Bias": "BiasFwd",
        "FlowC4F8": "FlowC4F8",
        "FlowCHF3": "FlowCHF3",
        "FlowCF4": "FlowCF4",
        "FlowO2": "FlowO2",
        "FlowN2": "FlowN2",
        "FlowAr": "FlowAr",
        "FlowH2": "FlowH2",
        "FlowHe": "FlowHe",
        "ChuckTemp": "ChuckTemp",
    }
    CLOSING = frozenset({"DECHUCK", "PUMP"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._setting = NamedBlock("STABILISE", {})
        self._main_s = 0.0
        self._material = ""
        self._signal = EndpointSignal(SIGNALS["plasma-etcher"], endpoint_curve)

    def measured(self, name: str) -> Value:
        """Chamber and end-point signal."""
        match name:
            case "Chamber":
                return self._setting.text("Chamber") if self._setting.values else ""
            case "EndpointSignal":
                return self._signal.shown(self, name)
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """A chamber that etches the material, and one way to end."""
        if blocks[0].name != "STABILISE":
            return ["a program begins with STABILISE"]
        chamber = blocks[0].text("Chamber")
        problems = []
        chemistry = DRY[chemistry_of(blocks[0].values)]
        for block in blocks:
            if block.name not in ("MAIN-ETCH", "ASH"):
                continue
            material = block.text("Material")
            if material not in self.dictionary.chambers[chamber]:
                problems.append(f"chamber {chamber} does not take {material}")
            if block.name == "MAIN-ETCH" and ends(block) != 1:
                problems.append("MAIN-ETCH needs a time, a depth or an end point, and one only")
            deep = block.name == "MAIN-ETCH" and block.number("Depth") > 0
            if deep and not chemistry.rates.get(material):
                problems.append(f"{material} is not etched by these gases")
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        match block.name:
            case "STABILISE":
                self._setting = block
                return self._phase(block.name, block.number("StepTime"), None, CLAMPED)
            case "MAIN-ETCH":
                return self._main_etch(block)
            case "OVER-ETCH":
                seconds = self._main_s * block.number("Percent") / 100
                return self._phase(block.name, seconds, DRY[self._chemistry()])
            case "ASH":
                off = {"BiasFwd": 0.0}
                oxygen = block.text("Gas") == "O2"
                self._material = block.text("Material")
                return self._phase(
                    block.name, block.number("StepTime"), DRY["ash-o2" if oxygen else "ash"], off
                )
            case "DECHUCK":
                off = {"SourceFwd": 0.0, "BiasFwd": 0.0, "HeBackside": 0.0}
                return Phase(
                    block.name, block.number("StepTime"), targets=off, ends="DechuckCompleted"
                )
            case "PUMP":
                return Phase(block.name, block.number("StepTime"), targets={"SourceFwd": 0.0})
            case _:
                return Phase(block.name, block.number("StepTime"))

    def on_end(self) -> None:
        """No plasma, no signal."""
        self._signal.follow(None)

    def why_not(self, rcmd: str) -> str:
        """No clean over a wafer."""
        return f"{self.held} is in the tool" if rcmd == "WAFERLESS-CLEAN" and self.held else ""

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """A clean without a wafer."""
        if rcmd == "WAFERLESS-CLEAN":
            done = partial(self.raise_event, "WaferlessCleanDone")
            self.errand(float(parameters["SECONDS"]), done, CLEANING)

    def _chemistry(self) -> str:
        return chemistry_of(self._setting.values)

    def _main_etch(self, block: NamedBlock) -> Phase:
        chemistry = DRY[self._chemistry()]
        self._material = block.text("Material")
        until = until_of(block)
        timeout = self.constant("EndpointTimeout")
        believed = {material: rate / 60 for material, rate in chemistry.rates.items()}
        seconds = main_seconds(until, believed, self._maker(chemistry), self.wafer, timeout)
        missing = seconds is None
        self._main_s = timeout if seconds is None else seconds
        return self._phase(
            block.name,
            self._main_s,
            chemistry,
            ends="EndpointDetected" if until.endpoint and not missing else "",
            alarm="EndpointNotFound" if missing else "",
        )

    def _maker(self, chemistry: Chemistry) -> Callable[[float], Etch]:
        material = self._material
        rates = {
            name: rate / 60 * (self.true_rate(name) if name == material else 1.0)
            for name, rate in chemistry.rates.items()
        }
        factors = pattern(chemistry.sigma, self.dice("etch"))
        return lambda seconds: Etch(
            rates, seconds, factors, chemistry.directional, self.job, chemistry.oxidises
        )

    def _phase(
        self,
        name: str,
        seconds: float,
        chemistry: Chemistry | None,
        targets: Mapping[str, float] | None = None,
        *,
        ends: str = "",
        alarm: str = "",
    ) -> Phase:
        degc = self._setting.number("ChuckTemp")
        make = self._maker(chemistry) if chemistry else None
        self._signal.follow(make(seconds) if make else None)
        first = name == "STABILISE"

        def effects(lasted: float) -> tuple[Effect, ...]:
            history = heating(
                ROOM_DEGC if first else degc, degc, WAFER_LAG_S["plasma-chuck"], lasted
            )
            warm = Heat(history, self.job)
            if chemistry is None or make is None:
                return (warm,)
            return warm, make(lasted)

        return Phase(
            name, seconds, effects, targets or {}, ends=ends, alarm=alarm, fails=bool(alarm)
        )


def chemistry_of(values: Mapping[str, float | int | str]) -> str:
    """Which chemistry a chamber's gases make."""
    chamber = str(values["Chamber"])
    flow = {name: float(values[f"Flow{name}"]) for name in ("C4F8", "CHF3", "CF4", "O2", "N2")}
    if chamber == "sputter":
        return "sputter"
    if chamber == "ash":
        return "ash-o2" if flow["O2"] > 0 else "trim" if float(values["Pressure"]) < 200 else "ash"
    if flow["C4F8"] > 0:
        return "dielectric"
    if flow["CHF3"] > 0:
        return "stop"
    return "back" if flow["O2"] > 0 else "barrier"


def until_of(block: NamedBlock) -> Until:
    """What ends the etch that a block asks for."""
    endpoint = block.text("Endpoint")
    return Until(
        block.text("Material"),
        block.number("StepTime"),
        block.number("Depth"),
        "" if endpoint == "none" else endpoint,
    )


def ends(block: NamedBlock) -> int:
    """In how many ways a block says when to end."""
    until = until_of(block)
    return (until.seconds > 0) + (until.depth > 0) + bool(until.endpoint)
