"""The furnace's controller as its line shows it: a Eurotherm 2400's registers over Modbus RTU.

Configured for EI-Bisynch it hears nothing else (`simulators.instruments.bisynch_port`).

A bad CRC and another slave's frame are met with silence. A write of several words that begins in
registers which the model does not have seems to succeed and is thrown away; one that holds a
read-only register is refused from there on, as the handbook says.
"""

from collections.abc import Callable, Mapping

from fabctl.instruments.errors import FrameError
from fabctl.instruments.eurotherm import (
    SEGMENTS,
    ProgramStatus,
    Register,
    Segment,
    SegmentType,
    Summary,
    float_words,
    program_base,
    segment_base,
)
from fabctl.instruments.modbus import (
    FAST_STATUS,
    LOOPBACK,
    READ,
    WRITE_MANY,
    Request,
    decode_request,
    encode_exception,
    encode_reply,
)
from fabctl.tools.desk import Act, Question
from fabctl.tools.faults import Fault
from simulators.instruments.bisynch_port import BisynchPort
from simulators.instruments.tube_furnace import TubeFurnace

PROGRAMS = 4
ILLEGAL_ADDRESS, ILLEGAL_VALUE = 2, 3
POWER_FAIL_S = 60.0
"""How long the mains are gone, in process seconds."""
_STORE = range(program_base(1), segment_base(PROGRAMS, SEGMENTS) + 8)
_PLAIN = frozenset(
    {
        Register.PROGRAM_NUMBER,
        Register.INSTRUMENT_MODE,
        Register.MANUAL,
        Register.CUSTOMER_ID,
        Register.POWER_FAIL,
    }
)
"""Registers that keep what is written to them."""
_LENGTHS = {FAST_STATUS: 4, WRITE_MANY: 9}


class EurothermController:
    """Implements `simulators.instruments.instrument.Instrument`."""

    def __init__(self, furnace: TubeFurnace, slave: int, identity: int, decimals: int) -> None:
        self.furnace = furnace
        self._slave = slave
        self._scale: int = 10**decimals
        self._decimals = decimals
        self._words: dict[int, int] = dict.fromkeys(_STORE, 0)
        self._words |= dict.fromkeys(_PLAIN, 0)
        self._words[Register.CUSTOMER_ID] = identity
        self._words[Register.PROGRAM_NUMBER] = 1
        self._buffer = b""
        self._power_back: float | None = None
        self._bisynch: BisynchPort | None = None
        """What answers while Modbus is not spoken."""
        self._shown: Mapping[int, Callable[[], float]] = {
            Register.PV: furnace.reading,
            Register.TARGET_SP: lambda: furnace.target,
            Register.OUTPUT: lambda: furnace.power,
            Register.WORKING_SP: lambda: furnace.setpoint,
            Register.PROGRAMMER_SP: lambda: furnace.setpoint,
        }
        self._told: Mapping[int, Callable[[], int]] = {
            Register.PROGRAM_STATUS: lambda: furnace.status,
            Register.SEGMENT_TYPE: self._segment_type,
            Register.SEGMENT_SECONDS_LEFT: lambda: int(furnace.seconds_left),
            Register.SEGMENT_NUMBER: lambda: furnace.segment,
            Register.PROGRAM_TIME_LEFT: lambda: int(furnace.seconds_left),
            Register.SUMMARY_STATUS: self._summary,
            Register.SENSOR_BREAK: lambda: int(furnace.sensor_broken),
            Register.LOOP_BREAK: lambda: 0,
        }

    # Its life.

    @property
    def wake_at(self) -> float | None:
        """When the mains are back; the furnace itself is computed when it is looked at."""
        return self._power_back

    @property
    def busy(self) -> bool:
        """Whether a program is under way."""
        return self.furnace.status in (ProgramStatus.RUN, ProgramStatus.HOLD)

    def wake(self, now: float) -> list[bytes]:
        """Live up to now."""
        if self._power_back is not None and self._power_back <= now:
            self.furnace.live(self._power_back)
            self._power_back = None
            self.furnace.power_on()
            self._words[Register.POWER_FAIL] = 1
        self.furnace.live(now)
        return []

    def befall(self, fault: Fault, now: float) -> list[bytes]:
        """Lose the mains, or the thermocouple, or its Modbus."""
        self.wake(now)
        if fault.name in ("power-fail", "restart"):
            self.furnace.power_off()
            self._power_back = now + POWER_FAIL_S
        elif fault.name == "sensor-break":
            self.furnace.sensor_broken = True
        elif fault.name == "ei-bisynch":
            self._bisynch = BisynchPort(self.furnace, self._slave, self._decimals)
        return []

    def by_hand(self, question: Question, now: float) -> None:
        """A wafer comes into the tube, or out of it."""
        self.wake(now)
        if question.act is Act.BRING:
            self.furnace.load(question.wafer)
        elif question.act is Act.TAKE:
            self.furnace.unload()

    # Its line.

    def receive(self, data: bytes, now: float, *, after_gap: bool) -> list[bytes]:
        """Answer the frames that are whole."""
        self.wake(now)
        self._buffer = data if after_gap else self._buffer + data
        if self._bisynch:
            replies, self._buffer = self._bisynch.receive(self._buffer)
            return replies if self.furnace.powered else []
        replies = []
        while len(self._buffer) >= (length := self._length()):
            frame, self._buffer = self._buffer[:length], self._buffer[length:]
            reply = self._answer(frame)
            if reply:
                replies.append(reply)
        return replies if self.furnace.powered else []

    def spoilt(self, reply: bytes, fault: str) -> bytes:
        """A reply with a bad CRC, from another slave, or a refusal."""
        if fault == "bad-crc":
            return reply[:-1] + bytes([reply[-1] ^ 0xFF])
        if self._bisynch:
            return self._bisynch.spoilt(reply, fault)
        request = Request(reply[0], reply[1] & 0x7F)
        if fault == "wrong-slave":
            request = Request(reply[0] % 247 + 1, reply[1] & 0x7F)
        return encode_exception(request, ILLEGAL_VALUE)

    def _length(self) -> int:
        function = self._buffer[1] if len(self._buffer) > 1 else READ
        length = _LENGTHS.get(function, 8)
        if function == WRITE_MANY and len(self._buffer) > 6:
            length += self._buffer[6]
        return length

    def _answer(self, frame: bytes) -> bytes:
        try:
            request = decode_request(frame)
        except FrameError:
            self._buffer = b""
            return b""
        if request.slave not in (self._slave, 0):
            return b""
        reply = self._carry_out(request)
        return reply if request.slave else b""  # a broadcast has no answer

    def _carry_out(self, request: Request) -> bytes:
        if request.function == LOOPBACK:
            return encode_reply(request, request.words)
        if request.function == FAST_STATUS:
            return encode_reply(request, (self._summary() & 0xFF,))
        if request.function == READ:
            words = self._read(request.address, request.count)
            if words is None:
                return encode_exception(request, ILLEGAL_ADDRESS)
            return encode_reply(request, words)
        return self._write(request)

    def _read(self, address: int, count: int) -> list[int] | None:
        if address >= 0x8000:
            return self._floats(address, count)
        words = [self._word(address + place) for place in range(count)]
        known = [word for word in words if word is not None]
        return [word or 0 for word in words] if known else None

    def _floats(self, address: int, count: int) -> list[int] | None:
        if address % 2 or count % 2:
            return None
        words: list[int] = []
        for register in range((address - 0x8000) // 2, (address - 0x8000 + count) // 2):
            word = self._word(register)
            shown = self._shown.get(register)
            if word is None:
                return None
            words += float_words(shown() if shown else float(word))
        return words

    def _word(self, register: int) -> int | None:
        if register in self._shown:
            return round(self._shown[register]() * self._scale) & 0xFFFF
        told = self._told.get(register)
        return told() if told else self._words.get(register)

    def _write(self, request: Request) -> bytes:
        for place, word in enumerate(request.words):
            register = request.address + place
            if register == Register.PROGRAM_STATUS:
                if not self._command(word):
                    return encode_exception(request, ILLEGAL_VALUE)
            elif register == Register.TARGET_SP:
                self.furnace.target = (word - 0x10000 if word >= 0x8000 else word) / self._scale
            elif register in self._shown or register in self._told:
                return encode_exception(request, ILLEGAL_ADDRESS)
            elif register in self._words:
                self._words[register] = word
            elif len(request.words) == 1:
                return encode_exception(request, ILLEGAL_ADDRESS)
        return encode_reply(request)

    def _command(self, word: int) -> bool:
        match word:
            case ProgramStatus.RUN:
                self.furnace.run(self._program())
            case ProgramStatus.HOLD:
                self.furnace.hold()
            case ProgramStatus.RESET:
                self.furnace.reset()
            case _:
                return False
        return True

    def _program(self) -> list[Segment]:
        number = self._words[Register.PROGRAM_NUMBER]
        segments = []
        for place in range(1, SEGMENTS + 1):
            base = segment_base(number, place)
            words = [self._words.get(base + word, 0) for word in range(6)]
            segments.append(Segment.of(words, self._decimals))
            if segments[-1].type is SegmentType.END:
                break
        return segments

    def _segment_type(self) -> int:
        if not self.furnace.segment:
            return SegmentType.END
        base = segment_base(self._words[Register.PROGRAM_NUMBER], self.furnace.segment)
        return self._words.get(base, 0)

    def _summary(self) -> int:
        complete = self.furnace.status is ProgramStatus.COMPLETE
        summary = Summary.PROGRAM_COMPLETE if complete else Summary(0)
        if self.furnace.sensor_broken:
            summary |= Summary.SENSOR_BREAK
        return summary
