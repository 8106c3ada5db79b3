"""STP01, an i-line stepper. Its program is text; dose and focus come with START."""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from fabctl.process.layout import Layout
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from fabctl.tools.port import Program
from simulators.machine import Value
from simulators.physics.values import read_table, shipped
from simulators.section.lithography import reticles
from simulators.tools.channels import CHANNELS
from simulators.tools.phases import NamedBlock, Phase
from simulators.tools.program_machine import ProgramMachine
from simulators.wafers.effects import Expose
from simulators.wafers.store import WaferStore


class _Stepping(Struct, frozen=True):
    """How the wafer is stepped: s to settle, mW/cm², overlay in nm (3σ) and its spread.

    And the least and the greatest side of a field in mm.
    """

    settles_s: float
    intensity: float
    overlay: float
    overlay_sigma: float
    field_from: float
    field_to: float


STEPPING = read_table(
    shipped("stepping"),
    (
        *("settles", "intensity_mw_cm2", "overlay", "overlay_sigma"),
        *("field_from", "field_to"),
    ),
    lambda values: _Stepping(
        values.value("settles", "s"),
        values.bare("intensity_mw_cm2"),
        values.value("overlay", "nm"),
        values.value("overlay_sigma", "nm"),
        values.value("field_from", "mm"),
        values.value("field_to", "mm"),
    ),
)["i-line"]
LOADS_S, LOADED_S, ALIGNS_S = 30.0, 2.0, 12.0
"""Settings of the simulated stepper: to fetch a reticle, to find it there, to align a wafer."""
LAMP_H = 600.0
"""How old the simulated stepper's lamp is at first."""
HEADER = "STEPPER JOB 1"
RANGES: Mapping[str, str] = {"NA": "NA", "SIGMA": "Sigma", "OVERLAY-MAX-NM": "OverlayMax"}
"""A setting of the program, and the variable of the dictionary that has its range."""


class Stepper(ProgramMachine):
    """The stepper; it takes reticles from its own library."""

    CHANNELS = CHANNELS["stepper"]

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        super().__init__(dictionary, store, seed, faults)
        self._reticle = ""
        self._dose = self._focus = 0.0
        self._fields_in_all = 0
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
        """Optics within what the lens can do, and fields that lie side by side on the wafer."""
        values = blocks[0].values
        problems = [f"no {key}" for key in ("RETICLE", "ALIGN-TO") if key not in values]
        reticle = str(values.get("RETICLE", ""))
        if reticle and self._own(reticle) is None and reticle not in reticles():
            problems.append(f"the library has no reticle {reticle}")
        for key, (count, low, high) in self._ranges().items():
            numbers = _numbers(str(values.get(key, "")))
            if len(numbers) != count or not all(low <= number <= high for number in numbers):
                said = f"{key} {values[key]}" if key in values else f"no {key}"
                what = "a number" if count == 1 else "two numbers"
                problems.append(f"{said}: {what} from {low:g} to {high:g}")
        if not problems and any(
            pitch < side for side, pitch in zip(*_layout(blocks[0]), strict=True)
        ):
            problems.append("PITCH-MM is less than FIELD-MM: the fields would overlap")
        return problems

    def _ranges(self) -> dict[str, tuple[int, float, float]]:
        """How many numbers a setting is, and their least and greatest."""
        ranges = {}
        for key, name in RANGES.items():
            variable = self.dictionary.variables_by_name[name]
            assert variable.minimum is not None
            assert variable.maximum is not None
            ranges[key] = (1, float(variable.minimum), float(variable.maximum))
        least = STEPPING.field_from
        return ranges | {
            "FIELD-MM": (2, least, STEPPING.field_to),
            "PITCH-MM": (2, least, self.dictionary.wafer_mm / 2),
        }

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
                most = min(self.constant("OverlayMax"), block.number("OVERLAY-MAX-NM"))
                bad = max(self._overlay) > most
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
        self._fields_in_all = whole_fields(self.dictionary.wafer_mm, *_layout(first))

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
        seconds = self._fields_in_all * self._field_s()

        def effects(lasted: float) -> tuple[Expose, ...]:
            self._exposed_s += lasted
            # a wafer exposed in part is taken for unexposed: it must be reworked anyway
            done = lasted >= seconds - 1e-6
            light = Expose(reticle, dose, focus, aperture, self.job, self._own(reticle))
            return (light,) if done else ()

        return Phase("EXPOSE", seconds, effects, ends="WaferExposed")

    def _own(self, reticle: str) -> Layout | None:
        """The layout that the fab was given for its wafers, if the reticle is of that."""
        layout = self.store.layout
        return layout if layout and reticle in layout.masks else None

    def _field_s(self) -> float:
        return STEPPING.settles_s + self._dose / STEPPING.intensity

    def _fields(self) -> int:
        running = self.running
        if running is None or running.phase is None or running.phase.name != "EXPOSE":
            return self._fields_in_all if self._overlay and running is None else 0
        return min(self._fields_in_all, int((self.now - running.phase_began) / self._field_s()))


def whole_fields(wafer_mm: float, field: tuple[float, float], pitch: tuple[float, float]) -> int:
    """How many fields lie whole on a wafer, four of them around its centre.

    `field` and `pitch` in mm, x and y.
    """
    quarter = 0
    for column in range(math.ceil(wafer_mm / 2 / pitch[0])):
        x = (column + 0.5) * pitch[0] + field[0] / 2
        height = math.sqrt(max((wafer_mm / 2) ** 2 - x**2, 0.0))
        quarter += max(int((height - field[1] / 2) / pitch[1] + 0.5 + 1e-9), 0)
    return 4 * quarter


def _layout(block: NamedBlock) -> tuple[tuple[float, float], tuple[float, float]]:
    """Field and pitch in mm, of a program that was checked."""
    (width, height), (across, along) = (
        _numbers(block.text(key)) for key in ("FIELD-MM", "PITCH-MM")
    )
    return (width, height), (across, along)


def _numbers(text: str) -> list[float]:
    """The numbers of a setting; none where one of them is no number."""
    try:
        return [float(part) for part in text.split()]
    except ValueError:
        return []


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
