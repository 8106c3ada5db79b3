"""Two SECS-I connections and a line between them that may lose or spoil bytes, in virtual time."""

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

from fabctl.secs.hsms_events import Closed, Concluded, Discarded, Event, Primary, Transmit
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.secs.secs1 import Secs1Connection
from fabctl.secs.secs1_settings import Secs1Settings

BYTE = 0.001
"""Seconds that a byte takes on the line: about 9600 Bd."""

DROP = -1


def connection(end: End, **settings) -> Secs1Connection:
    """One end, not connected; without linktest unless asked for."""
    return Secs1Connection(Secs1Settings(end, **{"linktest": 0.0, **settings}))


def sent(events: list[Event]) -> bytes:
    """All bytes to transmit."""
    return b"".join(event.data for event in events if isinstance(event, Transmit))


def only(kind: type, events: list[Event]) -> list:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


@dataclass
class Side:
    """One end, and what it told."""

    connection: Secs1Connection
    faults: dict[int, int] = field(default_factory=dict)
    """Which byte that it sends (0, 1, ...) is spoilt: to be what value, or DROP."""
    noise: dict[int, int] = field(default_factory=dict)
    """Before which byte that it sends another one is on the line."""
    events: list[Event] = field(default_factory=list)
    echoes: bool = True
    """Whether a primary with W is answered by its own item."""
    count: int = 0
    free_at: float = 0.0

    @property
    def primaries(self) -> list[Message]:
        """The peer's primaries that came."""
        return [event.message for event in only(Primary, self.events)]

    @property
    def concluded(self) -> dict[int, list[str]]:
        """What became of our requests: system bytes → names of outcomes."""
        outcomes = defaultdict(list)
        for event in only(Concluded, self.events):
            outcomes[event.system].append(type(event.outcome).__name__)
        return outcomes

    @property
    def closed(self) -> list[str]:
        """Why it closed."""
        return [event.why for event in only(Closed, self.events)]

    @property
    def discarded(self) -> list[str]:
        """Why things were discarded."""
        return [event.why for event in only(Discarded, self.events)]


class Wire:
    """A line between a host and a tool; each byte takes `BYTE` seconds."""

    def __init__(self, **settings) -> None:
        self.host = Side(connection(End.HOST, **settings))
        self.tool = Side(connection(End.EQUIPMENT, **settings))
        self.now = 0.0
        self._bytes: list[tuple[float, int, Side, bytes]] = []
        self._order = 0
        for side in (self.host, self.tool):
            side.connection.connected(0.0)

    def request(self, side: Side, item: Item | None = None, stream: int = 99) -> int:
        """Ask; its system bytes."""
        system, frame = side.connection.request(stream, 1, item, self.now)
        self._take(side, side.connection.post(frame, self.now))
        return system

    def send(self, side: Side, item: Item | None = None) -> None:
        """Send a primary without W."""
        self._take(side, side.connection.post(side.connection.send(99, 3, item), self.now))

    def run(self, until: float = 100_000.0) -> None:
        """Let time pass until nothing more happens, or until then."""
        while True:
            rings = [(side.connection.next_deadline(), side) for side in (self.host, self.tool)]
            ring, side = min(rings, key=lambda each: each[0])
            if self._bytes and self._bytes[0][0] <= ring:
                self.now, _, to, data = heapq.heappop(self._bytes)
                self._take(to, to.connection.receive(data, self.now))
            elif ring <= until:
                self.now = max(self.now, ring)
                self._take(side, side.connection.expire(self.now))
            else:
                return

    def _take(self, side: Side, events: list[Event]) -> None:
        side.events += events
        for event in events:
            match event:
                case Transmit(data):
                    self._write(side, data)
                case Primary(message) if message.wait and side.echoes:
                    frame = side.connection.reply(message, message.item)
                    self._take(side, side.connection.post(frame, self.now))

    def _write(self, side: Side, data: bytes) -> None:
        to = self.tool if side is self.host else self.host
        for byte in data:
            if side.count in side.noise:
                self._put(side, to, side.noise[side.count])
            value = side.faults.get(side.count, byte)
            side.count += 1
            self._put(side, to, value)

    def _put(self, side: Side, to: Side, value: int) -> None:
        side.free_at = max(side.free_at, self.now) + BYTE
        if value != DROP:
            self._order += 1
            heapq.heappush(self._bytes, (side.free_at, self._order, to, bytes((value,))))
