"""STP01, an i-line stepper. Its program is text; dose and focus come with START."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from fabctl.tools.port import Program
from simulators.machine import Value
from simulators.physics.values import read_table, shipped
from simulators.tools.channels import CHANNELS
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Expose
from simulators.wafers.store import WaferStore


class _Stepping(Struct, frozen=True):
    """How the wafer is stepped: fields, s to settle, mW/cm², overlay in nm (3σ) and its spread.

    And what the lens can do: the least and the greatest NA and σ of the light's coherence.
    """

    fields: int
    settles_s: float
    intensity: float
    overlay: float
    overlay_sigma: float
    lens: tuple[tuple[str, float, float], ...]


STEPPING = read_table(
    shipped("stepping"),
    (
        *("fields", "settles", "intensity_mw_cm2", "overlay", "overlay_sigma"),
        *("na_from", "na_to", "sigma_from", "sigma_to"),
    ),
    lambda values: _Stepping(
        values.whole("fields"),
        values.value("settles", "s"),
        values.bare("intensity_mw_cm2"),
        values.value("overlay", "nm"),
        values.value("overlay_sigma", "nm"),
        (
            ("NA", values.bare("na_from"), values.bare("na_to")),
            ("SIGMA", values.bare("sigma_from"), values.bare("sigma_to")),
        ),
    ),
)["i-line"]
LOADS_S, LOADED_S, ALIGNS_S = 30.0, 2.0, 12.0
"""Settings of the simulated stepper: to fetch a reticle, to find it there, to align a wafer."""
LAMP_H = 600.0
"""How old the simulated stepper's lamp is at first."""
HEADER = "STEPPER JOB 1"


class Stepper(ProgramMachine):
    """The stepper; it takes reticles from its own library."""

    CHANNELS = CHANNELS["stepper"]

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._reticle = ""
        self._dose = self._focus = 0.0
        self._overlay: tuple[float, float] | None = None
        self._exposed_s = 0.0

    def measured(self, name: str) -> Value:
        """Reticle, dose, focus, overlay, fields."""
        match name:
            case "ReticleID":
                return self._reticle
            case "Dose":
                return self._dose
            case "FocusOffset":
                return self._focus
            case "OverlayX3S":
                return self._overlay[0] if self._overlay else ()
            case "OverlayY3S":
                return self._overlay[1] if self._overlay else ()
            case "FieldsExposed":
                return self._fields()
            case "LampHours":
                return LAMP_H + self._exposed_s / 3600
        raise KeyError(name)

    def blocks(
        self, program: Program, parameters: Mapping[str, float | int | str]
    ) -> tuple[NamedBlock, ...]:
        """The text's settings, and what it makes the stepper do."""
        values = _settings(program)
        values.update(parameters)
        names = ["LOAD", "ALIGN", "EXPOSE"]
        return tuple(NamedBlock(name, values) for name in names)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """Optics within what the lens can do."""
        values = blocks[0].values
        problems = [
            f"no {key}" for key in ("RETICLE", "ALIGN-TO", "NA", "SIGMA") if key not in values
        ]
        for key, low, high in STEPPING.lens:
            if key in values and not low <= float(values[key]) <= high:
                problems.append(f"{key} {values[key]} is outside {low:g} to {high:g}")
        return problems

    def plan(self, block: NamedBlock) -> Phase:
        """What a part of the job becomes."""
        match block.name:
            case "LOAD":
                changed = self._reticle != block.text("RETICLE")
                self._reticle = block.text("RETICLE")
                return Phase("LOAD", LOADS_S if changed else LOADED_S, ends="ReticleLoaded")
            case "ALIGN":
                dice = self.dice("align")
                spread = (STEPPING.overlay, STEPPING.overlay_sigma)
                self._overlay = (abs(dice.gauss(*spread)), abs(dice.gauss(*spread)))
                bad = max(self._overlay) > self.constant("OverlayMax")
                alarm = "AlignmentFailed" if bad else ""
                return Phase("ALIGN", ALIGNS_S, ends="AlignmentCompleted", alarm=alarm, fails=bad)
            case _:
                return self._expose(block)

    def on_start(self) -> None:
        """Dose and focus of this job."""
        assert self.running is not None
        first = self.running.blocks[0]
        self._dose = float(first.values.get("DOSE", 0.0))
        self._focus = float(first.values.get("FOCUS", 0.0))
        self._overlay = None

    def why_not(self, rcmd: str) -> str:
        """Nothing can be taken off an empty reticle stage."""
        return "no reticle is loaded" if rcmd == "UNLOAD-RETICLE" and not self._reticle else ""

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """Reticles out of their library onto the stage, and back."""
        if rcmd == "LOAD-RETICLE":
            self._reticle_comes(str(parameters["RETICLEID"]), "ReticleLoaded")
        elif rcmd == "UNLOAD-RETICLE":
            self._reticle_comes("", "ReticleUnloaded")

    def _reticle_comes(self, reticle: str, event: str) -> None:
        def done() -> None:
            self._reticle = reticle
            self.raise_event(event)

        self.errand(LOADS_S, done)

    def _expose(self, block: NamedBlock) -> Phase:
        reticle, dose, focus = block.text("RETICLE"), self._dose, self._focus
        aperture = block.number("NA")
        seconds = STEPPING.fields * self._field_s()

        def effects(lasted: float) -> tuple[Expose, ...]:
            self._exposed_s += lasted
            # a wafer exposed in part is taken for unexposed: it must be reworked anyway
            done = lasted >= seconds - 1e-6
            return (Expose(reticle, dose, focus, aperture, self.job),) if done else ()

        return Phase("EXPOSE", seconds, effects, ends="WaferExposed")

    def _field_s(self) -> float:
        return STEPPING.settles_s + self._dose / STEPPING.intensity

    def _fields(self) -> int:
        running = self.running
        if running is None or running.phase is None or running.phase.name != "EXPOSE":
            return STEPPING.fields if self._overlay and running is None else 0
        return min(STEPPING.fields, int((self.now - running.phase_began) / self._field_s()))


def _settings(program: Program) -> dict[str, float | int | str]:
    """The lines ``KEY value`` of the text. Raises ValueError where it is no stepper job."""
    if not isinstance(program.body, bytes):
        raise ValueError("the program is formatted")  # noqa: TRY004 -- a fault of the program
    lines = program.body.decode("ascii", "strict").splitlines()
    if not lines or lines[0] != HEADER:
        raise ValueError(f"the program does not begin with {HEADER!r}")
    settings: dict[str, float | int | str] = {}
    for line in lines[1:]:
        key, _, value = line.partition(" ")
        settings[key] = value
    if "END" not in settings:
        raise ValueError("the program has no END")
    return settings
