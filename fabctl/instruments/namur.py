"""NAMUR lines of IKA hot plates: upper-case ASCII, parameters after one blank, CR LF.

A set command is not acknowledged, so whoever sends one reads the value back.
"""

import re
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from fabctl.instruments.errors import FrameError, InstrumentError

LONGEST = 80
ERRORS = {
    -83: "parity error",
    -84: "unknown command",
    -85: "wrong sequence of commands",
    -86: "value out of range",
    -87: "not enough memory",
}
PLATE = 2
"""Channel of the plate's sensor (1: the external one, 4: the motor)."""
WATCHDOG_SECONDS = range(20, 1501)
_READS = re.compile(r"IN_(NAME|(?:PV|SP)_[1-4])")
_VALUE = re.compile(r"(-?\d+(?:\.\d+)?)(?: ([1-4]))?")


class Command(Struct, frozen=True):
    """What the host says: a word and perhaps a value."""

    word: str
    value: str = ""

    def encode(self) -> bytes:
        """The line. Raises ValueError where it is longer than the plate reads."""
        text = f"{self.word} {self.value}" if self.value else self.word
        if len(text) + 2 > LONGEST:
            raise ValueError(f"a line of {len(text) + 2} bytes, at most {LONGEST}")
        return text.encode("ascii") + b"\r\n"

    @property
    def answered(self) -> bool:
        """Whether a reply follows: only reads and STATUS have one."""
        return bool(_READS.fullmatch(self.word)) or self.word == "STATUS" or self.watchdog

    @property
    def watchdog(self) -> bool:
        """Whether it arms or clears the watchdog."""
        return self.word.startswith("OUT_WD")

    @classmethod
    def decode(cls, line: str) -> "Command":
        """What the host said (the plate's end). Raises `FrameError`."""
        word, _, value = line.strip().partition(" ")
        if not re.fullmatch(r"[A-Z_0-9@]+", word):
            raise FrameError(f"{line!r} is no command")
        return cls(word, value)


def set_point(celsius: Decimal) -> Command:
    """Set the plate's target."""
    return Command("OUT_SP_1", str(celsius))


def watchdog(seconds: int) -> Command:
    """Arm the dead-man: heating goes off after that many seconds of silence (20 to 1500)."""
    if seconds not in WATCHDOG_SECONDS:
        raise ValueError(f"the watchdog takes 20 to 1500 s, not {seconds}")
    return Command(f"OUT_WD1@{seconds}")


def decode_value(line: str, channel: int) -> Decimal:
    """The number of a reply to IN_PV_x or IN_SP_x.

    Raises `FrameError` where it is no number or another channel's, `InstrumentError` for an error.
    """
    text = line.strip()
    if text.lstrip("-").isdigit() and int(text) in ERRORS:
        raise InstrumentError(ERRORS[int(text)])
    found = _VALUE.fullmatch(text)
    if not found:
        raise FrameError(f"{line!r} is no value")
    if found[2] and int(found[2]) != channel:
        raise FrameError(f"{line!r} is channel {found[2]}'s, expected {channel}")
    try:
        return Decimal(found[1])
    except InvalidOperation as error:
        raise FrameError(f"{line!r} is no value") from error
