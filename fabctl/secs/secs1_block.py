"""SECS-I blocks (SEMI E4): a length byte, a header of ten bytes, data, and a checksum of two."""

import struct
from collections.abc import Iterator

from msgspec import Struct

from fabctl.secs.message import Message
from fabctl.secs.secs1_settings import MAX_DATA

ENQ, EOT, ACK, NAK = 0x05, 0x04, 0x06, 0x15

MIN_LENGTH = 10
MAX_LENGTH = MIN_LENGTH + MAX_DATA

_HEADER = struct.Struct(">HBBHI")
"""R bit and device ID, W bit and stream, function, E bit and block number, system bytes."""


class Block(Struct, frozen=True):
    """One block that came whole; `header` is its ten bytes as they were."""

    to_host: bool
    wait: bool
    last: bool
    device: int
    stream: int
    function: int
    number: int
    system: int
    header: bytes
    data: bytes

    @property
    def name(self) -> str:
        """``S1F13 block 1``."""
        return f"S{self.stream}F{self.function} block {self.number}"

    def message(self) -> Message:
        """The message that it is a part of, its item not yet read."""
        return Message(self.stream, self.function, self.wait, None, self.system, self.device)


def checksum(content: bytes) -> bytes:
    """The sum of all bytes of header and data, modulo 65536, high byte first."""
    return (sum(content) & 0xFFFF).to_bytes(2, "big")


def blocks(message: Message, body: bytes, *, to_host: bool) -> Iterator[bytes]:
    """A message as blocks to send, each from its length byte to its checksum.

    The body has at most MAX_BLOCKS times MAX_DATA bytes.
    """
    count = max(1, -(-len(body) // MAX_DATA))
    return (_block(message, body, number, count, to_host) for number in range(1, count + 1))


def _block(message: Message, body: bytes, number: int, count: int, to_host: bool) -> bytes:  # noqa: FBT001
    header = _HEADER.pack(
        message.device | (0x8000 if to_host else 0),
        message.stream | (0x80 if message.wait else 0),
        message.function,
        number | (0x8000 if number == count else 0),
        message.system,
    )
    content = header + body[(number - 1) * MAX_DATA : number * MAX_DATA]
    return bytes((len(content),)) + content + checksum(content)


def parse(content: bytes) -> Block:
    """A block from its header and data, whose checksum was right."""
    device, stream, function, number, system = _HEADER.unpack_from(content)
    return Block(
        to_host=device > 0x7FFF,
        wait=stream > 0x7F,
        last=number > 0x7FFF,
        device=device & 0x7FFF,
        stream=stream & 0x7F,
        function=function,
        number=number & 0x7FFF,
        system=system,
        header=content[:10],
        data=content[10:],
    )
