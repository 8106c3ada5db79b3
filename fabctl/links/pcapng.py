"""Capture files that Wireshark opens (pcapng), of TCP streams that may never have been TCP.

Each stream is an interface of its own, named after the tool; each link on it is a TCP connection
from the host (10.0.0.1) to the tool (10.0.1.n, port 5000) with the handshake, sequence numbers and
checksums that a dissector expects.
"""

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from msgspec import Struct

HOST = bytes((10, 0, 0, 1))
TOOL_PORT = 5000
FIRST_HOST_PORT = 49152
SEGMENT = 32_768
"""The most bytes put into one packet; an IPv4 packet holds less than 64 KiB."""

_RAW_IP = 101
_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_NAME_OPTION, _RESOLUTION_OPTION = 2, 9
_U32 = 0xFFFFFFFF
_TCP = struct.Struct(">HHIIBBHHH")
_FIN, _SYN, _PUSH, _ACK = 1, 2, 8, 16


class PcapWriter:
    """Writes a section to a binary file; the caller opens and closes it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._interfaces = 0
        self._write(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))

    def interface(self, name: str) -> int:
        """Begin an interface; returns its number."""
        options = _option(_NAME_OPTION, name.encode()) + _option(_RESOLUTION_OPTION, b"\x06")
        self._write(_INTERFACE, struct.pack("<HHI", _RAW_IP, 0, 0) + options + bytes(4))
        self._interfaces += 1
        return self._interfaces - 1

    def packet(self, interface: int, at: datetime, data: bytes) -> None:
        """One packet, seen at a time (to the microsecond)."""
        micros = round(at.timestamp() * 1_000_000)
        head = struct.pack(
            "<IIIII", interface, micros >> 32, micros & 0xFFFFFFFF, len(data), len(data)
        )
        self._write(_PACKET, head + _padded(data))

    def _write(self, kind: int, body: bytes) -> None:
        length = struct.pack("<I", 12 + len(body))
        self._file.write(struct.pack("<I", kind) + length + body + length)


class TcpStream:
    """The packets of one TCP connection between the host and tool number `tool`."""

    def __init__(self, tool: int, connection: int) -> None:
        self._address = bytes((10, 0, 1 + tool // 250, 1 + tool % 250))
        self._host_port = FIRST_HOST_PORT + connection % (65536 - FIRST_HOST_PORT)
        self._sequence = {True: 1000, False: 2000}

    def opening(self) -> Iterator[bytes]:
        """SYN, SYN-ACK, ACK."""
        yield self._packet(_SYN, by_host=True)
        yield self._packet(_SYN | _ACK, by_host=False)
        yield self._packet(_ACK, by_host=True)

    def data(self, data: bytes, *, by_host: bool) -> Iterator[bytes]:
        """Bytes that one side sent."""
        for start in range(0, len(data), SEGMENT):
            part = data[start : start + SEGMENT]
            yield self._packet(_PUSH | _ACK, part, by_host=by_host)

    def closing(self) -> Iterator[bytes]:
        """FIN both ways."""
        yield self._packet(_FIN | _ACK, by_host=True)
        yield self._packet(_FIN | _ACK, by_host=False)
        yield self._packet(_ACK, by_host=True)

    def _packet(self, flags: int, data: bytes = b"", *, by_host: bool) -> bytes:
        source, target = (HOST, self._address) if by_host else (self._address, HOST)
        ports = (self._host_port, TOOL_PORT) if by_host else (TOOL_PORT, self._host_port)
        sequence = self._sequence[by_host]
        acknowledged = self._sequence[not by_host] if flags & _ACK else 0
        self._sequence[by_host] += len(data) + bool(flags & (_SYN | _FIN))
        tcp = bytearray(
            _TCP.pack(*ports, sequence & _U32, acknowledged & _U32, 5 << 4, flags, 65535, 0, 0)
        )
        pseudo = source + target + struct.pack(">HH", 6, len(tcp) + len(data))
        tcp[16:18] = _checksum(pseudo + tcp + data)
        ip = bytearray(
            struct.pack(">BBHIBBH", 0x45, 0, 20 + len(tcp) + len(data), 0, 64, 6, 0)
            + source
            + target
        )
        ip[10:12] = _checksum(ip)
        return bytes(ip + tcp) + data


class Segment(Struct, frozen=True):
    """One packet's payload as read back; `connection` tells links of one interface apart."""

    interface: str
    micros: int
    connection: int
    by_host: bool
    is_first: bool
    data: bytes


def read(file: BinaryIO) -> Iterator[Segment]:
    """The packets of a file that `PcapWriter` wrote. A file cut short ends where it was cut."""
    names: list[str] = []
    for kind, body in _blocks(file):
        if kind == _SECTION:
            names.clear()
        elif kind == _INTERFACE:
            (size,) = struct.unpack_from("<H", body, 10)
            names.append(body[12 : 12 + size].decode())
        elif kind == _PACKET:
            number, high, low, size = struct.unpack_from("<IIII", body)
            yield _segment(names[number], high << 32 | low, body[20 : 20 + size])


def whole_length(file: BinaryIO) -> int:
    """How long the file is without a last block that was cut short (its writer was killed)."""
    return sum(len(body) + 8 for _, body in _blocks(file))


def _blocks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<II", head)
        if length < 12:
            return
        body = file.read(length - 8)
        if len(body) < length - 8:
            return
        yield kind, body


def _segment(name: str, micros: int, packet: bytes) -> Segment:
    by_host = packet[12:16] == HOST
    source_port, target_port = struct.unpack_from(">HH", packet, 20)
    return Segment(
        interface=name,
        micros=micros,
        connection=source_port if by_host else target_port,
        by_host=by_host,
        is_first=bool(packet[33] & _SYN),
        data=packet[40:],
    )


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _checksum(data: bytes | bytearray) -> bytes:
    """The internet checksum (RFC 1071)."""
    if len(data) % 2:
        data = bytes(data) + b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)
