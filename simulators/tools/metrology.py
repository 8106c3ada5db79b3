"""MET01, metrology: what the wafer truly is, at some sites, with the instrument's own error."""

import random
import statistics
from collections.abc import Mapping, Sequence

from fabctl.process.material import Conductive, materials
from fabctl.structure.section import Section
from fabctl.structure.snapshot import to_json
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from simulators.machine import Value
from simulators.physics.measuring import uncertainty
from simulators.physics.uniformity import SITES
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.store import WaferStore

FIRST_S = 20.0
"""A setting of the simulated cluster: to align the wafer, before the first site."""

QUANTITIES = {
    "film_thickness": ("SiteThickness", "ThicknessUncertainty"),
    "step_height": ("SiteStepHeight", "StepHeightUncertainty"),
    "sheet_resistance": ("SiteSheetResistance", "SheetResistanceUncertainty"),
    "line_width": ("SiteLineWidth", "LineWidthUncertainty"),
    "dielectric_constant": ("SiteDielectricConstant", "DielectricConstantUncertainty"),
}
"""Quantity → the variables of its values and its uncertainty."""


class Metrology(ProgramMachine):
    """The metrology cluster. It takes nothing from the wafer and adds nothing."""

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._layer = ""
        self._results: dict[str, tuple[float, ...] | float] = {}
        self._sites = 0
        self._sectioned = ("", "")
        self._seen: Section | None = None

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """Look at a wafer in section, wherever it is: what only a simulated tool can."""
        if rcmd == "SECTION":
            name = str(parameters["SUBSTID"])
            self.store.ensure(name)
            wafer = self.store.wafer(name)
            wafer.wait(self.now)
            if wafer.section is not self._seen:  # else its text is the same too
                self._seen = wafer.section
                self._sectioned = (name, to_json(wafer.section))
            self.raise_event("SectionMeasured")

    def measured(self, name: str) -> Value:
        """The last job's results; empty where it measured something else."""
        if name in self._results:
            return self._results[name]
        if any(name in pair for pair in QUANTITIES.values()):
            return ()
        match name:
            case "MeasuredLayer":
                return self._layer
            case "SiteCount":
                return self._sites
            case "SitesDone":
                return self._done()
            case "SectionedWafer":
                return self._sectioned[0]
            case "Section":
                return self._sectioned[1]
        raise KeyError(name)

    def plan(self, block: NamedBlock) -> Phase:
        """Measure, site after site; or cut, which takes its time and tells nothing yet."""
        if block.name == "CUT":
            return Phase(block.name, block.number("StepTime"))
        quantity, material = block.text("Quantity"), block.text("Material")
        self._sites = int(block.number("Sites"))
        seconds = FIRST_S + self._sites * self.constant("SiteTime")
        found = self._measure(quantity, material)
        if not found:
            return Phase(block.name, seconds, alarm="NoSignal", fails=True)
        values, uncertainty = found

        def keep(lasted: float) -> tuple[()]:
            if lasted >= seconds - 1e-6:
                names = QUANTITIES[quantity]
                self._results = {names[0]: values, names[1]: uncertainty}
                self._layer = material
            return ()

        return Phase(block.name, seconds, keep)

    def on_start(self) -> None:
        """Nothing measured yet."""
        self._results, self._layer = {}, ""

    def _measure(self, quantity: str, material: str) -> tuple[tuple[float, ...], float] | None:
        """Values in the unit of the quantity's variable, and their uncertainty; None: no signal."""
        true = self._true(quantity, material)[: self._sites]
        if not true:
            return None
        dice = self.dice("measure")
        error = uncertainty(quantity, statistics.fmean(true))
        return tuple(_read(value, error, dice) for value in true), error

    def _true(self, quantity: str, material: str) -> tuple[float, ...]:
        """The true value at every site; empty where there is nothing to measure."""
        wafer = self.wafer
        match quantity:
            case "film_thickness":  # Å
                return tuple(10 * nm for nm in wafer.thickness(material))
            case "step_height":
                return wafer.step_height()
            case "sheet_resistance":  # mΩ/sq = 10⁴ × µΩ·cm / nm
                nm = wafer.conductor_thickness(material)
                known = materials().find(material)
                if known is None or known.resistivity is None:
                    return ()
                if known.conductive is not Conductive.YES:
                    return ()
                rho = float(known.resistivity.in_unit("uohm.cm"))
                return tuple(1e4 * rho / t for t in nm)
            case "line_width":
                return wafer.line_width()
            case _:
                known = materials().find(material)
                if known is None or known.k is None:
                    return ()
                k = wafer.dielectric_constant(material, float(known.k))
                return (k,) * len(SITES) if k else ()

    def _done(self) -> int:
        running = self.running
        if running is None or running.phase is None:
            return self._sites if self._results else 0
        since = self.now - running.phase_began - FIRST_S
        return max(0, min(self._sites, int(since / self.constant("SiteTime"))))


def _read(true: float, uncertainty: float, dice: random.Random) -> float:
    """One reading: off by a third of the uncertainty (1σ), never by more than all of it."""
    return true + max(-uncertainty, min(uncertainty, dice.gauss(0, uncertainty / 3)))
