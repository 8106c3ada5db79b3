"""What went over the wires of a run: a capture file for Wireshark, and SML for people.

::

    log = WireLog(path, clock)
    session = SecsSession(settings, clock, tap=log.tap("FUR01"))
    ...
    log.close()
    print(sml_of(path))

The file is a pcapng with one interface for each tool. tshark: ``-d tcp.port==5000,hsms``.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fabctl.clock import Clock
from fabctl.links.pcapng import PcapWriter, TcpStream, read, whole_length
from fabctl.secs.codec import CodecError, decode
from fabctl.secs.hsms_frames import HEADER, SType
from fabctl.secs.hsms_reader import FrameReader
from fabctl.secs.message import Message
from fabctl.secs.sml import sml

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WireLog:
    """One capture file for all sessions of a host. Raises `OSError` if it can't be opened.

    A file that is there already is gone on with: a resumed run has one log. Where it can't be
    written any more (the disk is full) it ends, and `on_end` is told why: no run hangs on it.
    """

    def __init__(
        self, path: Path, clock: Clock, on_end: Callable[[OSError], None] = lambda _why: None
    ) -> None:
        self._clock = clock
        self._on_end = on_end
        self._file = path.open("a+b")
        self._file.seek(0)
        self._file.truncate(whole_length(self._file))
        self._writer = PcapWriter(self._file)
        self._tools = 0
        self._connections = 0

    def tap(self, tool: str) -> "WireTap":
        """The tap for the host's session with a tool."""
        self._tools += 1
        return WireTap(self, self._writer.interface(tool), self._tools - 1)

    def stream(self, tool: int) -> TcpStream:
        """Packets for a new link."""
        self._connections += 1
        return TcpStream(tool, self._connections - 1)

    def write(self, interface: int, packets: Iterator[bytes]) -> None:
        """Put packets into the file, with the time that it is."""
        if self._file.closed:
            return
        at = self._clock.utc()
        try:
            for packet in packets:
                self._writer.packet(interface, at, packet)
        except OSError as error:
            with suppress(OSError):
                self._file.close()
            self._on_end(error)

    def close(self) -> None:
        """Finish the file. What still comes is not written."""
        try:
            self._file.close()
        except OSError as error:
            self._on_end(error)


class WireTap:
    """Sees the bytes of the host's session with one tool (`fabctl.links.session.Tap`)."""

    def __init__(self, log: WireLog, interface: int, tool: int) -> None:
        self._log = log
        self._interface = interface
        self._tool = tool
        self._stream = TcpStream(tool, 0)

    def linked(self) -> None:
        """A new link is up."""
        self._stream = self._log.stream(self._tool)
        self._log.write(self._interface, self._stream.opening())

    def sent(self, data: bytes) -> None:
        """The host wrote."""
        self._log.write(self._interface, self._stream.data(data, by_host=True))

    def received(self, data: bytes) -> None:
        """The tool wrote."""
        self._log.write(self._interface, self._stream.data(data, by_host=False))

    def ended(self) -> None:
        """The link is over."""
        self._log.write(self._interface, self._stream.closing())


def sml_of(path: Path) -> str:
    """The messages of a capture file that `WireLog` wrote, as SML with item names."""
    return "\n".join(f"{head}  {text}\n" for head, text in _entries(path))


def messages_of(path: Path) -> Iterator[tuple[str, bool, Message]]:
    """(tool, sent by the host, message) for each data message of a capture file, in order.

    Raises `CodecError` for a message that can't be read.
    """
    for tool, by_host, _, frame in _frames(path):
        if frame[5] == SType.DATA and not frame[4]:
            yield tool, by_host, _message(frame)


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    for tool, by_host, micros, frame in _frames(path):
        at = (_EPOCH + timedelta(microseconds=micros)).strftime("%H:%M:%S.%f")[:-3]
        yield f"{at} {'host → ' + tool if by_host else tool + ' → host'}", _shown(frame)


def _shown(frame: bytes) -> str:
    _session, byte2, byte3, ptype, stype, system = HEADER.unpack_from(frame)
    if ptype or stype not in set(SType):
        return f"PType {ptype} SType {stype}, system {system}"
    if stype != SType.DATA:
        detail = f", {byte2} {byte3}" if byte2 or byte3 else ""
        return f"{SType(stype).name.replace('_', '.').capitalize()}, system {system}{detail}"
    try:
        return f"[{system}] " + sml(_message(frame))
    except CodecError as error:
        return f"[{system}] S{byte2 & 0x7F}F{byte3}: {error}"


def _message(frame: bytes) -> Message:
    session, byte2, function, _, _, system = HEADER.unpack_from(frame)
    item = decode(frame[10:]) if len(frame) > 10 else None
    return Message(byte2 & 0x7F, function, byte2 > 0x7F, item, system, session)


def _frames(path: Path) -> Iterator[tuple[str, bool, int, bytes]]:
    """Tool, direction, time and frame of every HSMS message."""
    readers: dict[tuple[str, int, bool], FrameReader] = {}
    with path.open("rb") as file:
        for segment in read(file):
            key = (segment.interface, segment.connection, segment.by_host)
            if segment.is_first or key not in readers:
                readers[key] = FrameReader(0xFFFFFFFF)
            for frame in readers[key].feed(segment.data):
                yield segment.interface, segment.by_host, segment.micros, frame
