"""EI-Bisynch messages of Eurotherm controllers, for both ends.

Source: Eurotherm Series 2000 Communications Handbook, HA026230 issue 2. Of its two worked block
checks one is misprinted in the prose (32 hex for SL22.0); its dump, and the sum, say 02.

Characters are 7E1. That is bit for bit what an 8N1 line carries as bytes whose eighth bit is the
even parity of the other seven, and so they stand here: no port has to change its settings.

A block check may be any character, EOT and ETX among them, and a digit that noise has made an ETX
may be followed by what looks like its check. So only silence says where a reply ends: whoever
collects one hands over all that came until then, in however many pieces it did.
"""

from enum import IntEnum
from functools import reduce
from operator import xor

from msgspec import Struct

from fabctl.instruments.errors import FrameError, InstrumentError

STX, ETX, EOT, ENQ, ACK, NAK = 0x02, 0x03, 0x04, 0x05, 0x06, 0x15
ADDRESSES = range(100)
"""Group (tens) and unit of a controller, each a digit that is sent twice."""
_HEADER = 5
"""Bytes of a request up to and with the address."""


class Error(IntEnum):
    """What the mnemonic EE says of the last message."""

    NONE = 0
    BAD_MNEMONIC = 1
    READ_ONLY = 2
    BAD_MESSAGE = 7
    LIMIT = 8


class Request(Struct, frozen=True):
    """What a host asks for or, with a value, sets. A mnemonic may have a channel's digit before."""

    address: int
    mnemonic: str
    value: str = ""

    def encode(self) -> bytes:
        """The message. Raises ValueError for an address or a text that no message can have."""
        if self.address not in ADDRESSES:
            raise ValueError(f"an EI-Bisynch address is 0 to 99, not {self.address}")
        group, unit = divmod(self.address, 10)
        header = bytes([EOT]) + f"{group}{group}{unit}{unit}".encode()
        if self.value:
            return _with_parity(header + _block(self.mnemonic, self.value))
        return _with_parity(header + _printable(self.mnemonic) + bytes([ENQ]))

    def decode_reply(self, came: bytes) -> str:
        """The value asked for; "" of a value that was set. `came` is all until silence.

        Raises `FrameError` where it is not this request's reply or not whole, `InstrumentError`
        where the controller refused.
        """
        told = _without_parity(came)
        if self.value:
            if told == bytes([NAK]):
                raise InstrumentError(f"{self.mnemonic} was not set to {self.value}: see EE")
            if told != bytes([ACK]):
                raise FrameError(f"{told.hex(' ')} is neither ACK nor NAK")
            return ""
        if told == bytes([EOT]):
            raise InstrumentError(f"there is no {self.mnemonic}")
        name = self.mnemonic.encode("ascii")
        text = _unblocked(told)
        if not text.startswith(name) or text == name:
            raise FrameError(f"a reply of {text!r}, expected a value of {self.mnemonic}")
        return text[len(name) :].decode("ascii")


def decode_request(message: bytes) -> Request:
    """What a controller was asked. Raises `FrameError`."""
    said = _without_parity(message)
    address = said[1:_HEADER]
    if said[:1] != bytes([EOT]) or not address.isdigit() or len(address) != _HEADER - 1:
        raise FrameError(f"{said.hex(' ')} is no request")
    if address[0] != address[1] or address[2] != address[3]:
        raise FrameError(f"{address.decode()} is no address said twice")
    number = int(address[::2])
    body = said[_HEADER:]
    if body[:1] == bytes([STX]):
        text = _unblocked(body).decode("ascii")
        end = 3 if text[:1].isdigit() else 2
        if len(text) <= end:
            raise FrameError(f"{text!r} sets nothing")
        return Request(number, text[:end], text[end:])
    if len(body) < 3 or body[-1] != ENQ:
        raise FrameError(f"{said.hex(' ')} asks for nothing")
    return Request(number, _text(body[:-1]).decode("ascii"))


def first_request(seen: bytes) -> tuple[bytes, bytes]:
    """The first request of a stream, b"" where none is whole, and the bytes that are left."""
    eot = _with_parity(bytes([EOT]))
    start = seen.find(eot)
    if start < 0:
        return b"", b""
    seen = seen[seen.rfind(eot, start, start + _HEADER) :]  # one cut short is begun anew
    setting = seen[_HEADER : _HEADER + 1] == _with_parity(bytes([STX]))
    last = _with_parity(bytes([ETX if setting else ENQ]))
    end = seen.find(last, _HEADER) + 1
    if end and setting:
        end += 1
    if not end or len(seen) < end:
        return b"", seen
    return seen[:end], seen[end:]


def encode_value(mnemonic: str, value: str) -> bytes:
    """A controller's answer to a poll. Raises ValueError for a text that no message can have."""
    return _with_parity(_block(mnemonic, value))


def encode_word(character: int) -> bytes:
    """A controller's answer in one character: `ACK`, `NAK`, or `EOT` (no such mnemonic)."""
    return _with_parity(bytes([character]))


def _block(mnemonic: str, value: str) -> bytes:
    text = _printable(mnemonic + value) + bytes([ETX])
    return bytes([STX]) + text + bytes([reduce(xor, text)])


def _unblocked(block: bytes) -> bytes:
    """The text between STX and the ETX before the block check, which is the last."""
    if len(block) < 4 or block[0] != STX or block[-2] != ETX:
        raise FrameError(f"{block.hex(' ')} is no whole block")
    if reduce(xor, block[1:-1]) != block[-1]:
        raise FrameError("the block check does not fit")
    return _text(block[1:-2])


def _text(text: bytes) -> bytes:
    if not text or not all(0x20 <= each < 0x7F for each in text):
        raise FrameError(f"{text.hex(' ')} is no text")
    return text


def _printable(text: str) -> bytes:
    if not text.isascii() or not text.isprintable() or len(text) < 2:
        raise ValueError(f"{text!r} is no mnemonic or value")
    return text.encode("ascii")


def _with_parity(characters: bytes) -> bytes:
    return bytes(each | 0x80 * (each.bit_count() % 2) for each in characters)


def _without_parity(came: bytes) -> bytes:
    for each in came:
        if each.bit_count() % 2:
            raise FrameError(f"a byte {each:02x} has the wrong parity")
    return bytes(each & 0x7F for each in came)
