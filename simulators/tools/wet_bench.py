"""WET01, a wet bench: one bath or spray at a time, rinse, dry."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.etching import SIGNALS, WET, Bath, wet_rates
from simulators.physics.uniformity import pattern
from simulators.section.endpoint import BathCurve
from simulators.tools.channels import CHANNELS
from simulators.tools.endpoint_signal import EndpointSignal
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.tools.removing import Until, main_seconds
from simulators.wafers.effects import Effect, Etch, Heat
from simulators.wafers.store import WaferStore

SHORTEST_S = 1.0
"""A setting of the simulated bench: its robot dips no wafer for less."""


class WetBench(ProgramMachine):
    """The wet bench."""

    CHANNELS = CHANNELS["wet-bench"]
    FOLLOWS: ClassVar[Mapping[str, str]] = {
        "Temp": "BathTemp",
        "FlowDI": "FlowDI",
        "Speed": "SpinSpeed",
    }
    CLOSING = frozenset({"RINSE", "DRY"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._treat = NamedBlock("TREAT", {})
        self._main_s = 0.0
        self._wafers = 0
        self._signal = EndpointSignal(SIGNALS["wet-bench"], BathCurve)

    def measured(self, name: str) -> Value:
        """Bath, its wafers, end-point signal."""
        match name:
            case "Bath":
                return self._treat.text("Bath") if self._treat.values else ""
            case "BathWafers":
                return self._wafers
            case "EndpointSignal":
                return self._signal.shown(self, name)
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """A bath that takes the material, and one way to end."""
        if blocks[0].name != "TREAT":
            return ["a program begins with TREAT"]
        problems = []
        for block in blocks:
            if block.name != "TREAT":
                continue
            name, material = block.text("Bath"), block.text("Material")
            if name not in WET or name not in self.dictionary.chambers:
                problems.append(f"there is no bath {name}")
                continue
            if material not in ("none", *self.dictionary.chambers[name]):
                problems.append(f"bath {name} does not take {material}")
            until = _until(block)
            if (until.seconds > 0) + (until.depth > 0) + bool(until.endpoint) != 1:
                problems.append("TREAT needs a time, a depth or an end point, and one only")
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        self._signal.follow(None)
        match block.name:
            case "TREAT":
                self._treat, self._wafers = block, self._wafers + 1
                return self._main(block)
            case "OVER-TREAT":
                seconds = self._main_s * block.number("Percent") / 100
                return self._phase(block.name, seconds)
            case _:
                return Phase(block.name, block.number("StepTime"))

    def on_end(self) -> None:
        """No wafer in the bath, no signal."""
        self._signal.follow(None)

    def on_command(self, rcmd: str, _parameters: Mapping[str, float | int | str]) -> None:
        """Somebody has changed the bath."""
        if rcmd == "BATH-CHANGED":
            self._wafers = 0
            self.raise_event("BathChanged")

    def _main(self, block: NamedBlock) -> Phase:
        until, make = _until(block), self._maker()
        asked = WET[self._treat.text("Bath")]
        believed = {name: rate / 60 for name, rate in self._rates(asked).items()}
        timeout = self.constant("EndpointTimeout")
        seconds = main_seconds(until, believed, make, self.wafer, timeout)
        missing = seconds is None
        self._main_s = timeout if seconds is None else max(SHORTEST_S, seconds)
        return self._phase(
            block.name,
            self._main_s,
            ends="EndpointDetected" if until.endpoint and not missing else "",
            alarm="EndpointNotFound" if missing else "",
        )

    def _bath(self) -> Bath:
        """What is really in the tank."""
        asked = self._treat.text("Bath")
        for fault in self.faults:
            if fault.name == "wrong-bath" and fault.text("bath") == asked:
                asked = fault.text("filled")
        return WET[asked]

    def _rates(self, bath: Bath) -> dict[str, float]:
        return wet_rates(bath, self._treat.number("Temp"))

    def _maker(self) -> Callable[[float], Etch]:
        material = self._treat.text("Material")
        rates = {
            name: rate / 60 * (self.true_rate(name) if name == material else 1.0)
            for name, rate in self._rates(self._bath()).items()
        }
        factors = pattern(self._bath().sigma, self.dice("treat"))
        return lambda seconds: Etch(rates, seconds, factors, directional=False, job=self.job)

    def _phase(self, name: str, seconds: float, *, ends: str = "", alarm: str = "") -> Phase:
        make, degc = self._maker(), self._treat.number("Temp")
        self._signal.follow(make(seconds))

        def effects(lasted: float) -> tuple[Effect, ...]:
            return Heat(((lasted, degc),), self.job), make(lasted)

        return Phase(name, seconds, effects, ends=ends, alarm=alarm, fails=bool(alarm))


def _until(block: NamedBlock) -> Until:
    endpoint = block.text("Endpoint")
    return Until(
        block.text("Material"),
        block.number("StepTime"),
        block.number("Depth"),
        "" if endpoint == "none" else endpoint,
    )
