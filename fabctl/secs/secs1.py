"""One SECS-I connection (SEMI E4), free of I/O, for either end of a serial line or a byte stream.

It has the shape of `fabctl.secs.hsms.HsmsConnection`, so a session can run either. Messages don't
go at once but wait for the line, one block at a time::

    connection = Secs1Connection(Secs1Settings(End.HOST))
    events = connection.connected(now)            # Selected: SECS-I has nothing to select
    system, frame = connection.request(1, 1, None, now)
    events = connection.post(frame, now)          # Transmit: ENQ
    events = connection.receive(data, now)
    events = connection.expire(now)               # not later than connection.next_deadline()

A block that is given up after RTY is a communications failure: `Closed`, and every open
transaction ends as `Aborted`, since the peer may have taken the block or not.
"""

from collections import Counter, deque
from collections.abc import Iterator

from fabctl.secs import hsms_frames as frames
from fabctl.secs.codec import CodecError
from fabctl.secs.conversation import Conversation
from fabctl.secs.hsms_events import (
    Carried,
    Closed,
    Concluded,
    Discarded,
    Event,
    Selected,
    Transmit,
)
from fabctl.secs.hsms_settings import End
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import TimedOut
from fabctl.secs.secs1_assembly import Assembly, Begun, Broken, Whole
from fabctl.secs.secs1_block import Block, blocks
from fabctl.secs.secs1_line import Failed, Line, Put, Signal, Spoilt, Took
from fabctl.secs.secs1_settings import MAX_BLOCKS, MAX_DATA, Secs1Settings
from fabctl.secs.secs1_state import LineState

NEVER = float("inf")

_MOST_QUEUED = 32 << 20
"""Bytes that may wait for the line; a line so far behind has failed."""


class Secs1Connection:
    """One end of one link after the other; see the module's own words for its use.

    `refuse`: close every link at once, which is how a second host on TCP is turned away.
    """

    _waiting: deque[bytes]
    _queued: int
    _current: bytes
    _sending: Iterator[bytes]
    _last_header: bytes
    _heard: float
    _probe: int | None

    def __init__(self, settings: Secs1Settings, *, refuse: bool = False) -> None:
        self.settings = settings
        self.counts: Counter[str] = Counter()
        """Since it was made: ``spoilt`` blocks (answered with NAK), ``duplicate`` blocks."""
        self._refuse = refuse
        self._is_equipment = settings.end is End.EQUIPMENT
        self._conversation = Conversation(settings.end, settings.device_id)
        self._connected = False
        self._silence = settings.linktest
        self._forget(0.0)

    @property
    def state(self) -> HsmsState:
        """In HSMS's words: SELECTED while there is a link, else NOT CONNECTED."""
        return HsmsState.SELECTED if self._connected else HsmsState.NOT_CONNECTED

    @property
    def line(self) -> LineState:
        """Where the block transfer stands."""
        return self._line.state

    @property
    def open_transactions(self) -> int:
        """How many of our primaries await their replies."""
        return len(self._conversation.transactions)

    # What the owner sends.

    def request(
        self,
        stream: int,
        function: int,
        item: Item | None,
        now: float,
        timeout: float | None = None,
    ) -> tuple[int, bytes]:
        """A primary with W: its system bytes, and the frame to `post`. T3 starts once it is sent.

        Only while connected. Raises `CodecError` where the item can't be written or carried.
        """
        del now
        timeout = self.settings.t3 if timeout is None else timeout
        system, frame = self._conversation.request(stream, function, item, NEVER, timeout)
        try:
            return system, _fitting(frame)
        except CodecError:
            self._conversation.transactions.end(system)
            raise

    def send(self, stream: int, function: int, item: Item | None) -> bytes:
        """A primary without W: the frame to `post`. Only while connected."""
        return _fitting(self._conversation.send(stream, function, item))

    def reply(self, primary: Message, item: Item | None, function: int | None = None) -> bytes:
        """The reply to the peer's primary (function + 1 unless given; 0 aborts): the frame.

        Empty if that primary awaits no answer, as in `HsmsConnection`.
        """
        return _fitting(self._conversation.reply(primary, item, function))

    def post(self, frame: bytes, now: float) -> list[Event]:
        """Queue a message, and bid for the line if it is idle."""
        events: list[Event] = []
        self._queue(frame)
        self._advance(now, events)
        return events

    def tolerate_silence(self, seconds: float) -> None:
        """From now on ask a peer silent for so long whether it is there; 0 = never."""
        self._silence = seconds

    def separate(self) -> list[Event]:
        """End the link; SECS-I has no word for it."""
        return self.disconnected("closed by this end")

    # What happens to it.

    def connected(self, now: float) -> list[Event]:
        """The line is open."""
        if self._refuse:
            return [Closed("the line is taken by another host", was_selected=False)]
        self._forget(now)
        self._connected = True
        return [Selected()]

    def disconnected(self, why: str) -> list[Event]:
        """The line is gone."""
        events: list[Event] = []
        self._close(why, events)
        return events

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Bytes came, however cut. Never raises for what is in them."""
        if not self._connected:
            return []
        self._heard = now
        signals: list[Signal] = []
        self._line.receive(data, now, signals)
        return self._act(signals, now)

    def next_deadline(self) -> float:
        """When `expire` must be called at the latest; it may be called earlier. inf = never."""
        if not self._connected:
            return NEVER
        return min(
            self._line.deadline,
            self._conversation.transactions.soonest,
            # While a block comes in it may be the one that is waited for.
            NEVER if self.line is LineState.RECEIVE else self._assembly.next_deadline(),
            self._linktest_due(),
        )

    def expire(self, now: float) -> list[Event]:
        """Do what is due by now."""
        if not self._connected:
            return []
        told: list[Event] = []
        if self.line is not LineState.RECEIVE:
            for broken in self._assembly.expire(now):
                self._broken(broken, told)
        self._conversation.expire(now, told)
        if now >= self._linktest_due():
            self._probe, frame = self._conversation.request(1, 1, None, NEVER, self.settings.t3)
            self._queue(frame)
        events: list[Event] = []
        self._sort(told, events)
        signals: list[Signal] = []
        self._line.expire(now, signals)
        return events + self._act(signals, now)

    # Blocks.

    def _act(self, signals: list[Signal], now: float) -> list[Event]:
        events: list[Event] = []
        for signal in signals:
            match signal:
                case Put(data):
                    events.append(Transmit(data))
                case Took(block):
                    told: list[Event] = []
                    self._took(block, now, told)
                    self._sort(told, events)
                case Spoilt(why):
                    self.counts["spoilt"] += 1
                    events.append(Discarded(why, b""))
                case Failed(why):
                    self._close(f"SECS-I send failure: {why}", events)
                    return events
        self._advance(now, events)
        return events

    def _took(self, block: Block, now: float, told: list[Event]) -> None:
        if block.header == self._last_header:
            self.counts["duplicate"] += 1
            told.append(Discarded(f"{block.name} came again: our ACK was lost", block.header))
            return
        self._last_header = block.header
        if block.to_host == self._is_equipment:
            told.append(Discarded(f"{block.name} goes the other way", block.header))
        elif block.device != self.settings.device_id and (block.stream != 9 or self._is_equipment):
            told.append(Discarded(f"device ID {block.device} is not ours", block.header))
            if block.number <= 1:
                self._conversation.stream9(1, block.header, told)
        else:
            match self._assembly.take(block, now):
                case Whole(first, body):
                    self._whole(first, body, told)
                case Begun(first):
                    self._conversation.transactions.hold(first.message())
                case Broken() as broken:
                    self._broken(broken, told)

    def _whole(self, first: Block, body: bytes, told: list[Event]) -> None:
        message = first.message()
        frame = frames.data(
            message.device, message.stream, message.function, message.system, body,
            wait=message.wait,
        )  # fmt: skip
        told.append(Carried(frame, outward=False))
        self._conversation.take(message, body, first.header, told)

    def _broken(self, broken: Broken, told: list[Event]) -> None:
        self._conversation.broken(
            broken.block.message(),
            broken.block.header,
            broken.why,
            told,
            s9=11 if broken.too_long else 7,
        )

    def _sort(self, told: list[Event], events: list[Event]) -> None:
        """Queue what is to be sent, keep the linktest to ourselves, pass on the rest."""
        for event in told:
            match event:
                case Transmit(frame):
                    self._queue(frame)
                case Concluded(self._probe, outcome):
                    self._probe = None
                    if isinstance(outcome, TimedOut):
                        self._close(f"the peer is silent: {outcome.why}", events)
                case _:
                    events.append(event)

    def _queue(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self._queued += len(frame)

    def _advance(self, now: float, events: list[Event]) -> None:
        """Give the line its next block, if it is free and there is one."""
        if self._queued > _MOST_QUEUED:
            self._close(f"{self._queued} bytes wait for the line", events)
        if not self._connected or not self._line.is_free:
            return
        block = next(self._sending, None)
        if block is None and self._current:
            self._sent(now, events)
        if block is None and self._waiting:
            self._current = self._waiting.popleft()
            self._sending = self._cut(self._current)
            block = next(self._sending)
        if block is not None:
            signals: list[Signal] = []
            self._line.send(block, now, signals)
            events += [Transmit(signal.data) for signal in signals if isinstance(signal, Put)]

    def _sent(self, now: float, events: list[Event]) -> None:
        """The last block of the current message was acknowledged."""
        frame, self._current = self._current, b""
        self._queued -= len(frame)
        self._conversation.transactions.start(int.from_bytes(frame[10:14], "big"), now)
        events.append(Carried(frame, outward=True))

    def _cut(self, frame: bytes) -> Iterator[bytes]:
        _, device, byte2, function, _, _, system = frames.FRAME.unpack_from(frame)
        message = Message(byte2 & 0x7F, function, byte2 > 0x7F, None, system, device)
        return blocks(message, frame[frames.FRAME.size :], to_host=self._is_equipment)

    # Timers and ends.

    def _linktest_due(self) -> float:
        if self._is_equipment or not self._silence or self._probe is not None:
            return NEVER
        return self._heard + self._silence

    def _close(self, why: str, events: list[Event]) -> None:
        if not self._connected:
            return
        self._connected = False
        told: list[Event] = []
        self._conversation.abort_all(why, told)
        events += [
            event
            for event in told
            if not (isinstance(event, Concluded) and event.system == self._probe)
        ]
        self._forget(0.0)
        events.append(Closed(why, was_selected=True))

    def _forget(self, now: float) -> None:
        """Begin anew; only the count of system bytes goes on."""
        self._line = Line(self.settings, is_master=self._is_equipment)
        self._assembly = Assembly(self.settings)
        self._last_header = b""
        self._waiting = deque()
        self._queued = 0
        self._current = b""
        self._sending = iter(())
        self._heard = now
        self._probe = None


def _fitting(frame: bytes) -> bytes:
    length = len(frame) - frames.FRAME.size
    if length > MAX_BLOCKS * MAX_DATA:
        raise CodecError(f"SECS-I carries {MAX_BLOCKS * MAX_DATA} bytes at most, not {length}")
    return frame
