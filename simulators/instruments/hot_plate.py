"""A hot plate with NAMUR lines: a plate that lags, a watchdog, and a wafer that follows it."""

from decimal import Decimal, InvalidOperation

from fabctl.instruments.errors import FrameError
from fabctl.instruments.lines import LineSplitter
from fabctl.instruments.namur import LONGEST, WATCHDOG_SECONDS, Command
from fabctl.tools.desk import Act, Question
from fabctl.tools.faults import Fault
from simulators.physics.lag import WAFER_LAG_S, heating, lagged
from simulators.physics.noise import Noise
from simulators.physics.reaction import ROOM_DEGC
from simulators.physics.values import read_table, shipped
from simulators.wafers.effects import Heat
from simulators.wafers.store import WaferStore

HEATING_S, COOLING_S, NOISE_K = read_table(
    shipped("hot-plate"),
    ("heats", "cools", "noise"),
    lambda values: (
        values.value("heats", "s"),
        values.value("cools", "s"),
        values.value("noise", "K"),
    ),
)["plate"]
"""Time constants of the plate, heated by its controller and left alone; 1σ of its reading."""
HOTTEST = Decimal(310)
"""A setting of the simulated plate: the highest target (degC) that it takes."""
UNKNOWN_COMMAND, BAD_VALUE = b"-84\r\n", b"-86\r\n"


class NamurPlate:
    """Implements `simulators.instruments.instrument.Instrument`."""

    def __init__(self, store: WaferStore, noise: Noise, name: str) -> None:
        self.heating = False
        self.tripped = False
        """Whether the watchdog has switched the heater off."""
        self._store = store
        self._noise = noise
        self._name = name
        self._lines = LineSplitter(LONGEST)
        self._now = 0.0
        self._target = Decimal(20)
        self._then, self._changed_at = ROOM_DEGC, 0.0
        self._watchdog: float | None = None
        self._heard = 0.0
        self._broken = False
        self._laid: tuple[str, float, str] | None = None
        """The wafer on the plate, since when, in which job."""

    # Its life.

    @property
    def wake_at(self) -> float | None:
        """When the watchdog bites."""
        return None if self._watchdog is None else self._heard + self._watchdog

    @property
    def busy(self) -> bool:
        """Whether the heater is on."""
        return self.heating

    def wake(self, now: float) -> list[bytes]:
        """Live up to now; a silent host costs the heat."""
        if self._watchdog is not None and now >= self._heard + self._watchdog:
            self._now = self._heard + self._watchdog
            self._heat(on=False)
            self.tripped, self._watchdog = True, None
        self._now = now
        return []

    @property
    def celsius(self) -> float:
        """The plate."""
        target = max(float(self._target), ROOM_DEGC) if self.heating else ROOM_DEGC
        tau = HEATING_S if self.heating else COOLING_S
        return lagged(self._then, target, tau, self._now - self._changed_at)

    def befall(self, fault: Fault, now: float) -> list[bytes]:
        """Lose the mains: the heater is off, and the watchdog forgotten; or the sensor."""
        self.wake(now)
        if fault.name in ("restart", "power-fail"):
            self._heat(on=False)
            self._watchdog = None
        elif fault.name == "sensor-break":
            self._broken = True
        return []

    def by_hand(self, question: Question, now: float) -> None:
        """The wafer is laid on the plate and lifted off."""
        self.wake(now)
        match question.act:
            case Act.BRING:
                self._store.wafer(question.wafer).wait(now)
            case Act.LAY:
                self._store.wafer(question.wafer).wait(now)
                self._laid = (question.wafer, now, question.job)
            case Act.LIFT | Act.TAKE:
                self._lift()

    def _lift(self) -> None:
        if self._laid is not None:
            name, since, job = self._laid
            history = heating(ROOM_DEGC, self.celsius, WAFER_LAG_S["hot-plate"], self._now - since)
            self._store.wafer(name).apply(Heat(history, job))
            self._laid = None

    # Its line.

    def receive(self, data: bytes, now: float, *, after_gap: bool) -> list[bytes]:
        """Answer whole lines."""
        del after_gap  # lines end by CR LF, whatever the pauses
        self.wake(now)
        self._heard = now
        replies = []
        try:
            lines = self._lines.feed(data)
        except FrameError:
            return [UNKNOWN_COMMAND]
        for line in lines:
            try:
                replies.append(self._answer(Command.decode(line)))
            except FrameError:
                replies.append(UNKNOWN_COMMAND)
        return [reply for reply in replies if reply]

    def spoilt(self, reply: bytes, fault: str) -> bytes:
        """A refusal, or a reply that was garbled on its way (NAMUR has no check sum)."""
        return b"-85\r\n" if fault == "nak" else b"#" + reply

    def _answer(self, command: Command) -> bytes:
        match command.word:
            case "IN_NAME":
                return f"{self._name}\r\n".encode("ascii")
            case "IN_PV_2":
                shown = 0.1 * round(
                    10 * (self.celsius + NOISE_K * self._noise.at("plate", self._now))
                )
                return b"-99 2\r\n" if self._broken else f"{shown:.1f} 2\r\n".encode("ascii")
            case "IN_SP_1":
                return f"{self._target:.1f} 1\r\n".encode("ascii")
            case "STATUS":
                return b"S0\r\n"
            case "OUT_SP_1":
                return self._aim(command.value)
            case "START_1" | "STOP_1":
                self._heat(on=command.word == "START_1")
                return b""
            case "RESET":
                self._heat(on=False)
                return b""
        if command.watchdog:
            return self._guard(command.word)
        return UNKNOWN_COMMAND

    def _aim(self, value: str) -> bytes:
        try:
            target = Decimal(value)
        except InvalidOperation:
            return BAD_VALUE
        if not 0 <= target <= HOTTEST:
            return BAD_VALUE
        self._then, self._changed_at = self.celsius, self._now
        self._target = target
        return b""

    def _heat(self, *, on: bool) -> None:
        self._then, self._changed_at = self.celsius, self._now
        self.heating = on and not self._broken

    def _guard(self, word: str) -> bytes:
        _, _, value = word.partition("@")
        if not value.isdigit() or (int(value) and int(value) not in WATCHDOG_SECONDS):
            return BAD_VALUE
        self._watchdog = float(value) or None
        return f"{value}\r\n".encode("ascii")
