"""Register map of Eurotherm 2400 controllers with a programmer (Modbus).

Source: Eurotherm Series 2000 Communications Handbook, HA026230 issue 2. Its worked example for
"program 4" uses program 5's base; the formula below is the table's.
"""

import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum, IntFlag
from fractions import Fraction

from msgspec import Struct


class Register(IntEnum):
    """Words of the controller itself."""

    PV = 1
    TARGET_SP = 2
    OUTPUT = 3
    WORKING_SP = 5
    PROGRAM_NUMBER = 22
    PROGRAM_STATUS = 23
    SEGMENT_TYPE = 29
    SEGMENT_SECONDS_LEFT = 36
    SEGMENT_NUMBER = 56
    PROGRAM_TIME_LEFT = 58
    FAST_STATUS = 74
    SUMMARY_STATUS = 75
    PROGRAMMER_SP = 163
    INSTRUMENT_MODE = 199
    SENSOR_BREAK = 258
    POWER_FAIL = 259
    LOOP_BREAK = 263
    MANUAL = 273
    CUSTOMER_ID = 629
    """What its owner had set to tell it from others (unverified: check the model's list)."""


NEVER_WRITTEN = frozenset({Register.INSTRUMENT_MODE})
"""Other than 0 and 1 there may spoil the calibration: no recipe writes it."""


class ProgramStatus(IntEnum):
    """Register 23."""

    RESET = 1
    RUN = 2
    HOLD = 4
    HOLDBACK = 8
    COMPLETE = 16


class Summary(IntFlag):
    """Bits of register 75."""

    ALARM_1 = 1
    ALARM_2 = 2
    ALARM_3 = 4
    ALARM_4 = 8
    MANUAL = 16
    SENSOR_BREAK = 32
    LOOP_BREAK = 64
    HEATER_FAIL = 128
    TUNING = 256
    PROGRAM_COMPLETE = 512
    PV_OUT_OF_RANGE = 1024
    MODULE_FAULT = 2048


class SegmentType(IntEnum):
    """What a program segment does."""

    END = 0
    RAMP_RATE = 1
    RAMP_TIME = 2
    DWELL = 3
    STEP = 4
    CALL = 5


SEGMENTS = 16
"""Segments of one program."""
_BASE, _PROGRAM, _SEGMENT = 8328, 136, 8
_WORDS_OF_A_SEGMENT = 6


def program_base(program: int) -> int:
    """Address of a program's general block. Programs count from 1."""
    if program < 1:
        raise ValueError(f"programs count from 1, not {program}")
    return _BASE + _PROGRAM * (program - 1)


def segment_base(program: int, segment: int) -> int:
    """Address of a segment's first word (its type). Segments count from 1."""
    if not 1 <= segment <= SEGMENTS:
        raise ValueError(f"a program has segments 1 to {SEGMENTS}, not {segment}")
    return program_base(program) + _SEGMENT * segment


class Segment(Struct, frozen=True):
    """One segment: target in °C; a ramp's rate in °C/min, a dwell's duration in s.

    `outputs` are the programmer's logic outputs while it lasts, one bit each: gas valves, for one.
    """

    type: SegmentType
    target: Fraction = Fraction(0)
    amount: Fraction = Fraction(0)
    outputs: int = 0

    def words(self, decimals: int) -> tuple[int, ...]:
        """The segment's words. Raises ValueError where the display can't hold a number exactly."""
        rate = self.type is SegmentType.RAMP_RATE
        return (
            self.type,
            scaled(self.target, decimals),
            scaled(self.amount, decimals if rate else 0),
            0,
            self.outputs,
            0,
        )

    @classmethod
    def of(cls, words: Sequence[int], decimals: int) -> "Segment":
        """The segment that the words describe. Raises ValueError for an unknown type."""
        kind = SegmentType(words[0])
        rate = kind is SegmentType.RAMP_RATE
        amount = unscaled(words[2], decimals if rate else 0)
        return cls(kind, unscaled(words[1], decimals), amount, words[4])


GENERAL = (0, 0, 1, 0, 1)
"""A program's general block: holdback type and value, ramps per minute, dwells in s, one cycle."""


def program_words(
    program: int, segments: Sequence[Segment], decimals: int
) -> Mapping[int, tuple[int, ...]]:
    """Address → words of a whole program.

    The general block (no holdback, rates per minute, dwells in s, one cycle) and its segments,
    closed by an end where the last is none.
    """
    closed = list(segments)
    if not closed or closed[-1].type is not SegmentType.END:
        closed.append(Segment(SegmentType.END))
    if len(closed) > SEGMENTS:
        raise ValueError(f"{len(segments)} segments and an end do not fit into {SEGMENTS}")
    general = {program_base(program): GENERAL}
    return general | {
        segment_base(program, number): segment.words(decimals)
        for number, segment in enumerate(closed, start=1)
    }


def float_address(register: int) -> int:
    """Where a register stands in the float area: two words, high word first."""
    return 0x8000 + 2 * register


def float_of(words: Sequence[int]) -> float:
    """The number that two words of the float area hold."""
    number: float = struct.unpack(">f", struct.pack(">HH", *words))[0]
    return number


def float_words(value: float) -> tuple[int, int]:
    """A number as two words of the float area."""
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return high, low


def scaled(value: Fraction, decimals: int) -> int:
    """A number as the controller's scaled integer, two's complement.

    Raises ValueError where the display's decimals can't show it, or 16 bits can't hold it: a
    rounded set-point would be another recipe.
    """
    number = value * 10**decimals
    if number.denominator != 1:
        raise ValueError(f"{float(value):g} needs more than {decimals} decimals")
    if not -0x8000 <= number <= 0x7FFF:
        raise ValueError(f"{float(value):g} with {decimals} decimals is beyond 16 bits")
    return int(number) & 0xFFFF


def unscaled(word: int, decimals: int) -> Fraction:
    """The number that a scaled integer stands for."""
    signed = word - 0x10000 if word >= 0x8000 else word
    return Fraction(signed, 10**decimals)
