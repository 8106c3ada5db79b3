"""Two HSMS connections and a wire between them, without I/O or time."""

from dataclasses import dataclass, field

from fabctl.secs.hsms import HsmsConnection
from fabctl.secs.hsms_events import Closed, Event, Transmit
from fabctl.secs.hsms_frames import FRAME
from fabctl.secs.hsms_settings import End, HsmsSettings, Role


def host(**settings) -> HsmsConnection:
    """The active host's end."""
    return HsmsConnection(HsmsSettings(Role.ACTIVE, End.HOST, **settings))


def tool(**settings) -> HsmsConnection:
    """The passive tool's end."""
    return HsmsConnection(HsmsSettings(Role.PASSIVE, End.EQUIPMENT, **settings))


def sent(events: list[Event]) -> bytes:
    """All bytes to transmit."""
    return b"".join(event.data for event in events if isinstance(event, Transmit))


def others(events: list[Event]) -> list[Event]:
    """All but the bytes to transmit."""
    return [event for event in events if not isinstance(event, Transmit)]


def closed(events: list[Event]) -> str:
    """Why it closed; fails the test if it did not."""
    found = [event.why for event in events if isinstance(event, Closed)]
    assert len(found) == 1
    return found[0]


def frame(
    stype: int = 0, system: int = 1, *, session: int = 0xFFFF, byte2: int = 0, byte3: int = 0,
    ptype: int = 0, body: bytes = b"",
) -> bytes:  # fmt: skip
    """Any frame, right or wrong."""
    return FRAME.pack(10 + len(body), session, byte2, byte3, ptype, stype, system) + body


def selected_tool(now: float = 0.0, **settings) -> HsmsConnection:
    """A tool that was selected at `now`."""
    end = tool(**settings)
    end.connected(now)
    end.receive(frame(1, 0x1000), now)
    return end


def selected_host(now: float = 0.0, **settings) -> HsmsConnection:
    """A host that selected at `now`; its system bytes go on from 2."""
    end = host(**settings)
    end.connected(now)
    end.receive(frame(2, 1), now)
    return end


@dataclass
class Pair:
    """Both ends, connected; `exchange` carries bytes until nobody has any."""

    host: HsmsConnection = field(default_factory=host)
    tool: HsmsConnection = field(default_factory=tool)
    host_events: list[Event] = field(default_factory=list)
    tool_events: list[Event] = field(default_factory=list)

    def connect(self) -> None:
        """TCP is up."""
        self.tool_events += self.tool.connected(0.0)
        self.exchange(self.host.connected(0.0))

    def exchange(self, from_host: list[Event] = (), from_tool: list[Event] = ()) -> None:
        """Carry bytes both ways."""
        to_tool, to_host = sent(from_host), sent(from_tool)
        self.host_events += others(from_host)
        self.tool_events += others(from_tool)
        while to_tool or to_host:
            at_tool = self.tool.receive(to_tool, 0.0) if to_tool else []
            at_host = self.host.receive(to_host, 0.0) if to_host else []
            self.tool_events += others(at_tool)
            self.host_events += others(at_host)
            to_host, to_tool = sent(at_tool), sent(at_host)
