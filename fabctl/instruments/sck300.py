"""Lines of the SCK-300 spin coater's MiM controller: ``Name[,value][:CRC]`` CR LF.

CRC-8 with polynomial 07, initial value 0, over the text before the colon, as two upper-case hex
digits (facts read from the maker's published firmware, ns96/MiM, and its client).
"""

import re

from msgspec import Struct

from fabctl.instruments.errors import FrameError, InstrumentError

LONGEST = 64
STATUS = {1: "not recognised", 2: "bad parameter", 3: "bad CRC", 4: "not in this state"}
_REPLY = re.compile(r"(OK|ERR),([^:]*)(?::([0-9A-F]{2}))?")
_COMMAND = re.compile(r"([A-Za-z]+)(?:,([^:,]*))?(?::([0-9A-F]{2}))?")
_BANNER = re.compile(r"MiM|SCK-300", re.IGNORECASE)


def crc8(text: str) -> str:
    """CRC-8 of a line's text, two upper-case hex digits."""
    crc = 0
    for byte in text.encode("ascii"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1) ^ 0x07 if crc & 0x80 else crc << 1
            crc &= 0xFF
    return f"{crc:02X}"


class Command(Struct, frozen=True):
    """What the host says."""

    name: str
    value: str = ""

    def encode(self) -> bytes:
        """The line with its CRC. Raises ValueError where it is longer than the tool reads."""
        text = f"{self.name},{self.value}" if self.value else self.name
        line = f"{text}:{crc8(text)}\r\n".encode("ascii")
        if len(line) > LONGEST:
            raise ValueError(f"a line of {len(line)} bytes, at most {LONGEST}")
        return line

    @classmethod
    def decode(cls, line: str) -> "Command":
        """What the host said (the tool's end; a CRC may be left out). Raises `FrameError`."""
        found = _COMMAND.fullmatch(line)
        if not found:
            raise FrameError(f"{line!r} is no command")
        _check(line, found[3])
        return cls(found[1], found[2] or "")


class Unsolicited(Struct, frozen=True):
    """A line that answers nothing. `reset`: the banner that the tool prints when it starts."""

    text: str
    reset: bool


def decode_line(line: str) -> str | Unsolicited:
    """The value of a reply, or the unsolicited line.

    Raises `FrameError` for a bad or missing CRC, `InstrumentError` where the tool declined.
    """
    found = _REPLY.fullmatch(line)
    if not found:
        return Unsolicited(line, reset=bool(_BANNER.search(line)))
    if found[3] is None:
        raise FrameError(f"{line!r} has no CRC")
    _check(line, found[3])
    if found[1] == "ERR":
        status = int(found[2]) if found[2].isdigit() else -1
        raise InstrumentError(STATUS.get(status, f"status {found[2]}"))
    return found[2]


def encode_reply(value: str, *, status: int = 0) -> bytes:
    """The tool's end: ``OK,value`` or ``ERR,status``, with CRC."""
    text = f"ERR,{status}" if status else f"OK,{value}"
    return f"{text}:{crc8(text)}\r\n".encode("ascii")


def _check(line: str, crc: str | None) -> None:
    if crc is not None and crc8(line.rsplit(":", 1)[0]) != crc:
        raise FrameError(f"{line!r}: the CRC is not {crc8(line.rsplit(':', 1)[0])}")
