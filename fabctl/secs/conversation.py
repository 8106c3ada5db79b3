"""Transactions between two ends, whatever carries their messages (SEMI E5): no I/O, no framing.

Requests are matched with their replies, what can't be read is answered as E5 says, stream 9 ends
the transaction that it cites. A message to send is told as `Transmit` of its HSMS frame, which
other carriers take apart.
"""

from fabctl.secs import hsms_frames as frames
from fabctl.secs.codec import CodecError, decode, encode
from fabctl.secs.hsms_events import Concluded, Discarded, Event, Primary, Transmit
from fabctl.secs.hsms_settings import End
from fabctl.secs.hsms_transactions import Transactions
from fabctl.secs.items import B, Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Reply, TimedOut

STREAM9 = {
    1: "device ID unknown",
    3: "stream unknown",
    5: "function unknown",
    7: "data illegal",
    11: "too long",
}
"""The functions of stream 9 that end the transaction which they cite."""


class Conversation:
    """One end's transactions. `now` is any clock's monotonic seconds."""

    def __init__(self, end: End, device_id: int) -> None:
        self.transactions = Transactions()
        self._is_equipment = end is End.EQUIPMENT
        self._device_id = device_id
        self._unanswered: dict[int, Message] = {}

    def request(
        self, stream: int, function: int, item: Item | None, now: float, timeout: float
    ) -> tuple[int, bytes]:
        """A primary with W: its system bytes, and its frame. `timeout` runs from now.

        Raises `CodecError` where the item can't be written.
        """
        body = b"" if item is None else encode(item)
        system = self.transactions.begin(stream, function, now, timeout)
        return system, frames.data(self._device_id, stream, function, system, body, wait=True)

    def send(self, stream: int, function: int, item: Item | None) -> bytes:
        """A primary without W: its frame. Raises `CodecError`."""
        body = b"" if item is None else encode(item)
        system = self.transactions.new_system()
        return frames.data(self._device_id, stream, function, system, body, wait=False)

    def reply(self, primary: Message, item: Item | None, function: int | None = None) -> bytes:
        """The reply to the peer's primary (function + 1 unless given; 0 aborts): its frame.

        Empty if that primary awaits no answer: it had no W, was answered, or is forgotten.
        Raises `CodecError`.
        """
        if self._unanswered.get(primary.system) is not primary:
            return b""
        body = b"" if item is None else encode(item)
        del self._unanswered[primary.system]
        answer = primary.function + 1 if function is None else function
        return frames.data(
            self._device_id, primary.stream, answer, primary.system, body, wait=False
        )

    def stream9(self, function: int, header: bytes, events: list[Event]) -> None:
        """Tell the host what was wrong with a message of its own; a host tells nothing."""
        if self._is_equipment:
            events.append(Transmit(self.send(9, function, B(header))))

    def take(self, message: Message, body: bytes, header: bytes, events: list[Event]) -> None:
        """A message for this end came; `message` has no item yet, `header` is for citing."""
        try:
            if body:
                message.item = decode(body)
        except CodecError as error:
            self._unreadable(message, header, str(error), events)
            return
        if message.is_primary:
            if message.stream == 9 and not self._is_equipment:
                self._match_stream9(message, events)
            if message.wait:
                self._unanswered[message.system] = message
            events.append(Primary(message))
        elif not self.transactions.end_with(message):
            events.append(Discarded(f"{message.name} answers nothing that is open", header))
        elif message.function:
            events.append(Concluded(message.system, Reply(message)))
        else:
            why = f"the peer aborted the transaction ({message.name})"
            events.append(Concluded(message.system, Aborted(why, message.name)))

    def broken(
        self, message: Message, header: bytes, why: str, events: list[Event], *, s9: int = 7
    ) -> None:
        """A message came that can't be used: whoever waits for it is told."""
        events.append(Discarded(why, header))
        if message.is_primary:
            self.stream9(s9, header, events)
        elif self.transactions.end_with(message):
            events.append(Concluded(message.system, Aborted(why, "unreadable")))

    def expire(self, now: float, events: list[Event]) -> None:
        """End the transactions whose time is up."""
        for system, ours in self.transactions.end_expired(now):
            name = f"S{ours.stream}F{ours.function}"
            why = f"no reply to {name} within {ours.timeout} s"
            events.append(Concluded(system, TimedOut(why)))
            device = self._device_id
            primary = Message(ours.stream, ours.function, wait=True, system=system, device=device)
            self.stream9(9, primary.header(), events)

    def abort_all(self, why: str, events: list[Event]) -> None:
        """End all: the link is gone. The peer's primaries are forgotten."""
        events += [
            Concluded(system, Aborted(why, "link")) for system in self.transactions.end_all()
        ]
        self._unanswered.clear()

    def _unreadable(self, message: Message, header: bytes, why: str, events: list[Event]) -> None:
        self.broken(message, header, f"{message.name} can't be read: {why}", events)
        if message.is_primary and message.wait and not self._is_equipment:
            self._unanswered[message.system] = message  # a host aborts what a tool would S9F7
            events.append(Transmit(self.reply(message, None, function=0)))

    def _match_stream9(self, message: Message, events: list[Event]) -> None:
        # S9F9 cites the tool's own primary and S9F13 none, so neither ends one of ours.
        if message.function not in STREAM9 or message.item is None:
            return
        header = message.item.value
        system = self.transactions.end_cited(header) if isinstance(header, bytes) else None
        if system is not None:
            why = f"the tool answered {message.name} ({STREAM9[message.function]})"
            events.append(Concluded(system, Aborted(why, message.name)))
