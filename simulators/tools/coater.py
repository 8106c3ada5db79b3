"""SPN01 and SPN02, spin-coating tracks: prime, coat, bake, develop."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics import baking
from simulators.physics.developing import DEVELOPERS
from simulators.physics.lag import WAFER_LAG_S, heating
from simulators.physics.reaction import ROOM_DEGC
from simulators.physics.spinning import LIQUIDS, cast_thickness
from simulators.physics.uniformity import pattern
from simulators.physics.values import read_table, shipped
from simulators.tools.channels import CHANNELS
from simulators.tools.phases import Effects, NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Develop, Effect, Heat, Prime, SpinOn
from simulators.wafers.store import WaferStore

LOST_1_ML = read_table(
    shipped("dispensing"), ("lost_1_ml",), lambda values: values.bare("lost_1_ml")
)["bottle"]
"""% of the bottle that a ml takes."""
DUMMY_ML = 1.0
"""A setting of the simulated track: what a dummy dispense takes."""
DUMMY_S = 5.0
"""A setting of the simulated track: how long it lasts, the arm's way included."""


class Coater(ProgramMachine):
    """A track."""

    CHANNELS = CHANNELS["coater"]
    FOLLOWS: ClassVar[Mapping[str, str]] = {
        "Speed": "SpinSpeed",
        "Accel": "SpinAccel",
        "Volume": "DispenseVolume",
    }
    CLOSING = frozenset({"CHILL", "RINSE", "DRY", "EBR"})

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._liquid = ""
        self._level = 100.0
        self._arm = 0

    def measured(self, name: str) -> Value:
        """Liquid level and dispense arm."""
        match name:
            case "ResistLevel":
                return self._level
            case "ArmPosition":
                return self._arm
        raise KeyError(name)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """Only liquids that this track holds, and none cast that was not dispensed."""
        problems, dispensed = [], False
        for block in blocks:
            if block.name == "DISPENSE":
                dispensed = True
                if block.text("Material") not in self.dictionary.chambers["track"]:
                    problems.append(f"the track has no {block.text('Material')}")
            elif block.name == "CAST" and not dispensed:
                problems.append("CAST without DISPENSE")
            elif block.name == "PUDDLE" and block.text("Developer") not in DEVELOPERS:
                problems.append(f"there is no developer {block.text('Developer')}")
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """What a block becomes."""
        name = block.name
        seconds = block.number("StepTime")
        match name:
            case "DISPENSE":
                self._liquid, self._arm = block.text("Material"), int(block.number("ArmPos"))
                self._level = max(0.0, self._level - LOST_1_ML * block.number("Volume"))
                if self._level < self.constant("ResistLowLevel"):
                    self.set_alarm("ResistLow")
                return Phase(name, seconds, ends="DispenseDone")
            case "CAST":
                self._arm = 0
                return Phase(name, seconds, self._cast(block.number("Speed")))
            case "BAKE" | "PRIME":
                first = (Prime(self.job),) if name == "PRIME" else ()
                return self._bake(name, seconds, block.number("Temp"), first)
            case "CHILL":
                return Phase(name, seconds, targets={"ChillplateTemp": block.number("Temp")})
            case "PUDDLE":
                developer, degc = block.text("Developer"), block.number("Temp")
                return Phase(
                    name,
                    seconds,
                    lambda s: (Develop(developer, s, degc, self.job),),
                    {"SpinSpeed": 0},
                )
            case _:
                return Phase(name, seconds)

    def on_command(self, rcmd: str, _parameters: Mapping[str, float | int | str]) -> None:
        """A dummy dispense freshens the nozzle."""
        if rcmd == "DUMMY-DISPENSE":

            def done() -> None:
                self._level = max(0.0, self._level - LOST_1_ML * DUMMY_ML)
                self.raise_event("DummyDispenseDone")

            self.errand(DUMMY_S, done, {"DispenseVolume": DUMMY_ML})

    def _cast(self, rpm: float) -> Effects:
        material = self._liquid
        liquid = LIQUIDS[material]
        factors = pattern(liquid.sigma, self.dice("cast"))
        factor = self.true_rate(material)

        def cast(seconds: float) -> tuple[Effect, ...]:
            if seconds <= 0:
                return ()
            dry = cast_thickness(liquid, rpm, seconds) * factor
            return (SpinOn(material, dry, factors, baking.FRESH, self.job),)

        return cast

    def _bake(self, name: str, seconds: float, degc: float, first: tuple[Effect, ...]) -> Phase:
        """The plate is at its temperature before the wafer comes to lie on it."""
        return Phase(
            name,
            seconds,
            lambda s: (
                *first,
                Heat(heating(ROOM_DEGC, degc, WAFER_LAG_S["hot-plate"], s), self.job),
            ),
            {"HotplateTemp": degc},
        )
