"""Modbus RTU frames for both ends; framing and CRC are pymodbus's.

A reply counts only if slave address, function, length and CRC fit the request: a late reply to an
earlier poll must never be read as this one's.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct
from pymodbus.framer import FramerRTU

from fabctl.instruments.errors import FrameError, InstrumentError

READ, WRITE_ONE, FAST_STATUS, LOOPBACK, WRITE_MANY = 3, 6, 7, 8, 16
EXCEPTIONS = {
    1: "function not known",
    2: "illegal address",
    3: "illegal value",
    4: "device failure",
}
MAX_WORDS = 125


class Request(Struct, frozen=True):
    """What a master asks of a slave. `words` are those to write, `count` those to read."""

    slave: int
    function: int
    address: int = 0
    count: int = 0
    words: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The frame on the line."""
        return _framed(self.slave, self._body())

    def _body(self) -> bytes:
        if self.function == READ:
            return struct.pack(">BHH", READ, self.address, self.count)
        if self.function == WRITE_ONE:
            return struct.pack(">BHH", WRITE_ONE, self.address, self.words[0])
        if self.function == WRITE_MANY:
            head = struct.pack(
                ">BHHB", WRITE_MANY, self.address, len(self.words), 2 * len(self.words)
            )
            return head + struct.pack(f">{len(self.words)}H", *self.words)
        if self.function == LOOPBACK:
            return struct.pack(">BHH", LOOPBACK, 0, self.words[0])
        return bytes([self.function])

    def reply_length(self) -> int:
        """Bytes of a good reply's frame."""
        return {READ: 5 + 2 * self.count, FAST_STATUS: 5}.get(self.function, 8)

    def decode_reply(self, frame: bytes) -> tuple[int, ...]:
        """The words of a reply (of a write: none).

        Raises `FrameError` where it is not this request's reply, `InstrumentError` where the
        slave refused.
        """
        body = _unframed(frame, self.slave)
        if body[0] == self.function | 0x80 and len(body) == 2:
            why = EXCEPTIONS.get(body[1], f"exception {body[1]}")
            raise InstrumentError(f"function {self.function} at {self.address}: {why}")
        if body[0] != self.function:
            raise FrameError(f"a reply to function {body[0]}, expected {self.function}")
        if len(frame) != self.reply_length():
            raise FrameError(f"a reply of {len(frame)} bytes, expected {self.reply_length()}")
        if self.function == READ:
            if body[1] != 2 * self.count:
                raise FrameError(f"{body[1]} data bytes, expected {2 * self.count}")
            return struct.unpack(f">{self.count}H", body[2:])
        if self.function == FAST_STATUS:
            return (body[1],)
        if body[1:5] != self._body()[1:5]:
            raise FrameError(f"the echo {body[1:5].hex(' ')} is not what was written")
        return ()


def read(slave: int, address: int, count: int = 1) -> Request:
    """Read `count` words (1 to 125)."""
    if not 1 <= count <= MAX_WORDS:
        raise ValueError(f"a request reads 1 to {MAX_WORDS} words, not {count}")
    return Request(slave, READ, address, count)


def write(slave: int, address: int, *words: int) -> Request:
    """Write one word (function 6) or several (function 16)."""
    if any(not 0 <= word <= 0xFFFF for word in words) or not words:
        raise ValueError(f"words must be 0 to 65535: {words}")
    return Request(slave, WRITE_ONE if len(words) == 1 else WRITE_MANY, address, 0, words)


def decode_request(frame: bytes) -> Request:
    """What a slave was asked. Raises `FrameError`: a bad CRC is then met with silence."""
    if len(frame) < 4:
        raise FrameError(f"{len(frame)} bytes are no frame")
    slave = frame[0]
    body = _unframed(frame, slave)
    function, data = body[0], body[1:]
    if function == READ and len(data) == 4:
        address, count = struct.unpack(">HH", data)
        return Request(slave, READ, address, count)
    if function == WRITE_ONE and len(data) == 4:
        address, word = struct.unpack(">HH", data)
        return Request(slave, WRITE_ONE, address, 0, (word,))
    if function == LOOPBACK and len(data) == 4:
        return Request(slave, LOOPBACK, 0, 0, struct.unpack(">HH", data)[1:])
    if function == FAST_STATUS and not data:
        return Request(slave, FAST_STATUS)
    if function == WRITE_MANY and len(data) >= 5:
        address, count, size = struct.unpack(">HHB", data[:5])
        if size != 2 * count or len(data) != 5 + size:
            raise FrameError(f"{len(data) - 5} data bytes for {count} words")
        return Request(slave, WRITE_MANY, address, 0, struct.unpack(f">{count}H", data[5:]))
    raise FrameError(f"function {function} with {len(data)} bytes is not one of this slave's")


def encode_reply(request: Request, words: Sequence[int] = ()) -> bytes:
    """A slave's good reply."""
    if request.function == READ:
        body = struct.pack(f">BB{len(words)}H", READ, 2 * len(words), *words)
    elif request.function == FAST_STATUS:
        body = bytes([FAST_STATUS, words[0]])
    elif request.function == WRITE_MANY:
        body = struct.pack(">BHH", WRITE_MANY, request.address, len(request.words))
    else:
        body = struct.pack(">BHH", request.function, request.address, request.words[0])
    return _framed(request.slave, body)


def encode_exception(request: Request, code: int) -> bytes:
    """A slave's refusal; Eurotherm's 2400 knows only 2 (address) and 3 (value)."""
    return _framed(request.slave, bytes([request.function | 0x80, code]))


def _framed(slave: int, body: bytes) -> bytes:
    frame = bytes([slave]) + body
    return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def _unframed(frame: bytes, slave: int) -> bytes:
    if len(frame) < 4:
        raise FrameError(f"{len(frame)} bytes are no frame")
    if FramerRTU.compute_CRC(frame[:-2]) != int.from_bytes(frame[-2:], "big"):
        raise FrameError("the CRC does not fit")
    if frame[0] != slave:
        raise FrameError(f"slave {frame[0]} spoke, expected {slave}")
    return frame[1:-2]
