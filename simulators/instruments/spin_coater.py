"""A bench spin coater behind the SCK-300's MiM controller: one speed, no program, no memory."""

import random
from collections.abc import Mapping

from fabctl.instruments.errors import FrameError
from fabctl.instruments.lines import LineSplitter
from fabctl.instruments.sck300 import LONGEST, Command, encode_reply
from fabctl.process.recipe import Value
from fabctl.tools.desk import Act, Question
from fabctl.tools.faults import Fault
from simulators.physics import baking
from simulators.physics.lag import lagged
from simulators.physics.noise import Noise
from simulators.physics.spinning import LIQUIDS, cast_thickness
from simulators.physics.uniformity import pattern
from simulators.physics.values import read_table, shipped
from simulators.wafers.effects import SpinOn
from simulators.wafers.store import WaferStore

BANNER = b"MiM Nano Motor Controller V1.4\r\n"
MOTOR_S, CASTS_FROM, FLICKER = read_table(
    shipped("spin-motor"),
    ("follows", "casts_from", "flicker"),
    lambda values: (
        values.value("follows", "s"),
        values.value("casts_from", "rpm"),
        values.share("flicker"),
    ),
)["motor"]
"""Time constant of the motor, the rpm from which a liquid is thinned, 1σ of the speed's reading."""
NOT_RECOGNISED, BAD_PARAMETER, BAD_CRC, NOT_NOW = 1, 2, 3, 4
HIGHEST_RPM = 8000


class MimController:
    """Implements `simulators.instruments.instrument.Instrument`."""

    def __init__(self, store: WaferStore, noise: Noise, serial_number: str, seed: int) -> None:
        self._store = store
        self._noise = noise
        self._serial = serial_number
        self._seed = seed
        self._lines = LineSplitter(LONGEST)
        self._now = 0.0
        self._on = False
        self._broken = False
        """Whether the tachometer reads nothing."""
        self._set = 0.0
        self._speed_then = 0.0
        self._changed_at = 0.0
        self._wafer = ""
        self._liquid = ""
        self._job = ""
        self._coats = 0
        """What was cast so far: the dice hang on it, and on no name."""
        self._cast: tuple[float, float] = (0.0, 0.0)
        """The highest speed since the liquid was dispensed (rpm), and how long it lasted (s)."""

    @property
    def wake_at(self) -> float | None:
        """Never: it does nothing by itself."""
        return None

    @property
    def busy(self) -> bool:
        """Whether the motor is on."""
        return self._on

    def wake(self, now: float) -> list[bytes]:
        """Live up to now."""
        self._now = now
        return []

    @property
    def rpm(self) -> float:
        """The true speed."""
        target = self._set if self._on else 0.0
        return lagged(self._speed_then, target, MOTOR_S, self._now - self._changed_at)

    def befall(self, fault: Fault, now: float) -> list[bytes]:
        """Start anew: the motor is off, and the board prints its banner; or lose the tachometer."""
        self.wake(now)
        if fault.name in ("restart", "power-fail"):
            self._drive(on=False, rpm=0.0)
            return [BANNER]
        if fault.name == "sensor-break":
            self._broken = True
        return []

    def by_hand(self, question: Question, now: float) -> None:
        """The wafer comes and goes; a liquid is poured on it."""
        self.wake(now)
        match question.act:
            case Act.BRING:
                self._store.wafer(question.wafer).wait(now)
                self._wafer = question.wafer
            case Act.DISPENSE:
                values: Mapping[str, Value] = question.recipe.parameters if question.recipe else {}
                self._liquid, self._job = str(values.get("material", "")), question.job
                self._cast = (0.0, 0.0)
            case Act.TAKE:
                self._settle()
                self._wafer = ""

    # Its line.

    def receive(self, data: bytes, now: float, *, after_gap: bool) -> list[bytes]:
        """Answer whole lines."""
        del after_gap  # lines end by CR LF, whatever the pauses
        self.wake(now)
        try:
            return [self._answer(line) for line in self._lines.feed(data)]
        except FrameError:
            return [encode_reply("", status=NOT_RECOGNISED)]

    def spoilt(self, reply: bytes, fault: str) -> bytes:
        """A refusal, or a reply whose CRC does not fit."""
        if fault == "nak":
            return encode_reply("", status=NOT_NOW)
        return reply[:-3] + (b"0" if reply[-3:-2] != b"0" else b"1") + reply[-2:]

    def _answer(self, line: str) -> bytes:
        try:
            command = Command.decode(line)
        except FrameError:
            return encode_reply("", status=BAD_CRC)
        match command.name:
            case "GetSerial":
                return encode_reply(self._serial)
            case "GetVersion":
                return encode_reply("V1.4")
            case "GetRPM":
                flicker = 1 + FLICKER * self._noise.at("rpm", self._now)
                return encode_reply("0" if self._broken else f"{self.rpm * flicker:.0f}")
            case "SetRPM":
                return self._set_rpm(command.value)
            case "BLDCon" | "BLDCoff":
                self._drive(on=command.name == "BLDCon", rpm=self._set)
                return encode_reply("0")
        return encode_reply("", status=NOT_RECOGNISED)

    def _set_rpm(self, value: str) -> bytes:
        if not value.isdigit() or int(value) > HIGHEST_RPM:
            return encode_reply("", status=BAD_PARAMETER)
        self._drive(on=self._on, rpm=float(value))
        return encode_reply("0")

    # Its motor.

    def _drive(self, *, on: bool, rpm: float) -> None:
        self._note_cast()
        self._speed_then, self._changed_at = self.rpm, self._now
        self._on, self._set = on, rpm
        if not on:
            self._settle()

    def _note_cast(self) -> None:
        """The speed that now ends counts, if it was the highest so far."""
        speed = self._set if self._on else 0.0
        if self._liquid and speed >= max(CASTS_FROM, self._cast[0]):
            self._cast = (speed, self._now - self._changed_at)

    def _settle(self) -> None:
        """What was dispensed lies on the wafer as the spinning has left it."""
        rpm, seconds = self._cast
        liquid = LIQUIDS.get(self._liquid)
        if liquid is None or not self._wafer:
            return
        self._coats += 1
        dice = random.Random(f"{self._seed}/{self._coats}")  # noqa: S311
        dry = cast_thickness(liquid, max(rpm, CASTS_FROM), seconds)
        factors = pattern(liquid.sigma, dice)
        coat = SpinOn(self._liquid, dry, factors, baking.FRESH, self._job)
        wafer = self._store.wafer(self._wafer)
        wafer.apply(coat)
        wafer.wait(self._now)
        self._liquid = ""
