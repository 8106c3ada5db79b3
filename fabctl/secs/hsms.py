"""One HSMS-SS connection (SEMI E37, E37.1), free of I/O, for either role and either end.

Bytes and the time go in, events and bytes come out::

    connection = HsmsConnection(HsmsSettings(Role.ACTIVE, End.HOST))
    events = connection.connected(now)            # TCP is up: Select.req to transmit
    events = connection.receive(data, now)        # any chunk of bytes, whole frames or not
    events = connection.expire(now)               # not later than connection.next_deadline()
    system, data = connection.request(1, 1, None, now)
    data = connection.send(6, 11, item, now)      # no reply wanted
    data = connection.reply(primary, item)
    events = connection.separate(); connection.disconnected("why")

`now` is any clock's monotonic seconds. What a request came to is told by `Concluded` with its
system bytes. State changes go by the table in `fabctl.secs.hsms_state`; all else is plain code,
since every message of every tool goes through it.
"""

from collections.abc import Mapping

from fabctl.secs.conversation import Conversation
from fabctl.secs.hsms_events import (
    Closed,
    Concluded,
    Deselected,
    Discarded,
    Event,
    Selected,
    Transmit,
)
from fabctl.secs.hsms_frames import (
    HEADER,
    DeselectStatus,
    RejectReason,
    SelectStatus,
    SType,
    control,
)
from fabctl.secs.hsms_reader import FrameReader
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.hsms_state import HsmsModel, HsmsState
from fabctl.secs.hsms_timers import NEVER, HsmsTimers
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import Rejected

_SELECTED = HsmsState.SELECTED
_KNOWN_STYPES = frozenset(SType)
_WHY_NOT_SELECTED: Mapping[int, str] = {
    SelectStatus.ALREADY_ACTIVE: ", it is selected already",
    SelectStatus.NOT_READY: ", it is not ready to communicate",
    SelectStatus.EXHAUSTED: ", another host is connected to it",
}


class HsmsConnection:
    """One end of one connection after the other; see the module's own words for its use.

    `refuse`: a status other than OK makes a passive end answer every Select.req with it and
    close, which is how a second host is turned away.
    """

    def __init__(self, settings: HsmsSettings, *, refuse: SelectStatus = SelectStatus.OK) -> None:
        self.settings = settings
        self._refuse = refuse
        self._model = HsmsModel()
        self._conversation = Conversation(settings.end, settings.device_id)
        self._transactions = self._conversation.transactions
        self._is_equipment = settings.end is End.EQUIPMENT
        self._silence = settings.linktest
        self._forget(0.0)

    @property
    def state(self) -> HsmsState:
        """Where the connection stands."""
        return self._model.state

    @property
    def open_transactions(self) -> int:
        """How many of our primaries await their replies."""
        return len(self._transactions)

    # What the owner sends.

    def request(
        self,
        stream: int,
        function: int,
        item: Item | None,
        now: float,
        timeout: float | None = None,
    ) -> tuple[int, bytes]:
        """A primary with W: its system bytes, and the frame to transmit. T3 starts now.

        Only while SELECTED. Raises `CodecError` where the item can't be written.
        """
        return self._conversation.request(
            stream, function, item, now, self.settings.t3 if timeout is None else timeout
        )

    def send(self, stream: int, function: int, item: Item | None) -> bytes:
        """A primary without W: the frame to transmit. Only while SELECTED."""
        return self._conversation.send(stream, function, item)

    def reply(self, primary: Message, item: Item | None, function: int | None = None) -> bytes:
        """The reply to the peer's primary (function + 1 unless given; 0 aborts): the frame.

        Empty if that primary awaits no answer: it had no W, was answered, or came over a
        connection that is gone.
        """
        return self._conversation.reply(primary, item, function)

    def linktest(self, now: float) -> list[Event]:
        """Ask whether the peer is there; no answer within T6 is a communication failure."""
        return [self._ask(SType.LINKTEST_REQ, now)]

    def tolerate_silence(self, seconds: float) -> None:
        """From now on ask a peer silent for so long whether it is there; 0 = never."""
        self._silence = self._timers.silence = seconds

    def deselect(self, now: float) -> list[Event]:
        """End the session but keep the connection (generic E37; HSMS-SS separates instead)."""
        return [self._ask(SType.DESELECT_REQ, now)]

    def separate(self) -> list[Event]:
        """End the session and the connection."""
        events: list[Event] = []
        if self.state is _SELECTED:
            events.append(Transmit(control(SType.SEPARATE_REQ, self._transactions.new_system())))
        self._close("separated by this end", events)
        return events

    # What happens to it.

    def connected(self, now: float) -> list[Event]:
        """TCP is up."""
        self._forget(now)
        self._model.move("link_up")
        if self.settings.role is Role.PASSIVE:
            self._timers.connected(now)
            return []
        return [self._ask(SType.SELECT_REQ, now)]

    def disconnected(self, why: str) -> list[Event]:
        """TCP is gone."""
        events: list[Event] = []
        self._close(why, events)
        return events

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Bytes came, however cut. Never raises for what is in them."""
        events: list[Event] = []
        reader = self._reader
        for frame in reader.feed(data):
            session, byte2, byte3, ptype, stype, system = HEADER.unpack_from(frame)
            if stype == 0 and ptype == 0 and self._model.state is _SELECTED:
                self._data(frame, session, byte2, byte3, system, events)
            elif self._model.state is not HsmsState.NOT_CONNECTED:
                self._control(frame, byte3, ptype, stype, system, now, events)
        if reader.broken and self._model.state is not HsmsState.NOT_CONNECTED:
            if reader.broken_header and self.state is _SELECTED:
                self._conversation.stream9(11, reader.broken_header, events)
            self._close(reader.broken, events)
        self._timers.heard(now, partial=reader.partial)
        return events

    def next_deadline(self) -> float:
        """When `expire` must be called at the latest; it may be called earlier. inf = never."""
        if self._model.state is HsmsState.NOT_CONNECTED:
            return NEVER
        timer, reply = self._timers.soonest, self._transactions.soonest
        return min(reply, timer)

    def expire(self, now: float) -> list[Event]:
        """Do what is due by now."""
        events: list[Event] = []
        if self._model.state is HsmsState.NOT_CONNECTED:
            return events
        self._conversation.expire(now, events)
        why = self._timers.overdue(now)
        if why:
            self._close(why, events)
        elif self._timers.linktest_is_due(now):
            events.append(self._ask(SType.LINKTEST_REQ, now))
        return events

    # Data.

    def _data(
        self, frame: bytes, session: int, byte2: int, function: int, system: int,
        events: list[Event],
    ) -> None:  # fmt: skip
        stream = byte2 & 0x7F
        if session != self.settings.device_id and (stream != 9 or self._is_equipment):
            self._conversation.stream9(1, frame[:10], events)
            events.append(Discarded(f"device ID {session} is not ours", frame[:10]))
            return
        message = Message(stream, function, byte2 > 0x7F, None, system, session)
        self._conversation.take(message, frame[10:], frame[:10], events)

    # Control messages.

    def _control(
        self, frame: bytes, byte3: int, ptype: int, stype: int, system: int, now: float,
        events: list[Event],
    ) -> None:  # fmt: skip
        was_selected = self.state is _SELECTED
        if ptype:
            events.append(Transmit(_reject(RejectReason.PTYPE, ptype, system)))
        elif stype not in _KNOWN_STYPES:
            events.append(Transmit(_reject(RejectReason.STYPE, stype, system)))
        elif stype == SType.DATA:
            events.append(Transmit(_reject(RejectReason.NOT_SELECTED, stype, system)))
        elif len(frame) != 10:
            self._close(f"{SType(stype).name} is {len(frame)} bytes long, not 10", events)
            return
        elif stype == SType.SEPARATE_REQ:
            if was_selected:
                self._close("separated by the peer", events)
            return
        elif stype == SType.SELECT_REQ:
            self._select_req(system, events)
            return
        elif stype == SType.REJECT_REQ:
            self._rejected(byte3, frame[:10], system, events)
        elif stype == SType.LINKTEST_REQ:
            events.append(Transmit(control(SType.LINKTEST_RSP, system)))
        elif stype == SType.DESELECT_REQ:
            self._deselect_req(system, now, events)
            return
        else:
            self._answered(stype, byte3, system, now, events)
        if not was_selected and self.settings.role is Role.PASSIVE:
            self._close(f"the peer sent SType {stype} before it selected", events)

    def _select_req(self, system: int, events: list[Event]) -> None:
        status = self._refuse
        if self.state is _SELECTED:
            status = SelectStatus.ALREADY_ACTIVE
        elif self.settings.role is Role.ACTIVE:
            status = SelectStatus.NOT_READY
        events.append(Transmit(control(SType.SELECT_RSP, system, byte3=status)))
        if status is SelectStatus.OK:
            self._selected(events)
        elif self._refuse:
            self._close(f"the peer was turned away: {status.name}", events)

    def _selected(self, events: list[Event]) -> None:
        self._timers.selected()
        self._model.move("select")
        events.append(Selected())

    def _deselect_req(self, system: int, now: float, events: list[Event]) -> None:
        was_selected = self.state is _SELECTED
        status = DeselectStatus.OK if was_selected else DeselectStatus.NOT_ESTABLISHED
        events.append(Transmit(control(SType.DESELECT_RSP, system, byte3=status)))
        if was_selected:
            self._deselected("deselected by the peer", now, events)

    def _deselected(self, why: str, now: float, events: list[Event]) -> None:
        self._conversation.abort_all(why, events)
        self._model.move("deselect")
        self._timers.connected(now)
        events.append(Deselected(why))

    def _answered(
        self, stype: int, status: int, system: int, now: float, events: list[Event]
    ) -> None:
        if not self._timers.answered(stype, system):
            events.append(Transmit(_reject(RejectReason.NOT_OPEN, stype, system)))
        elif stype == SType.DESELECT_RSP:
            if status == DeselectStatus.OK and self.state is _SELECTED:
                self._deselected("deselected by this end", now, events)
        elif stype == SType.SELECT_RSP:
            if status != SelectStatus.OK:
                why = _WHY_NOT_SELECTED.get(status, "")
                self._close(f"the peer refused to be selected: status {status}{why}", events)
            elif self.state is HsmsState.NOT_SELECTED:
                self._selected(events)

    def _rejected(self, reason: int, header: bytes, system: int, events: list[Event]) -> None:
        known = reason in RejectReason.__members__.values()
        why = f"Reject.req, reason {reason}" + (f" {RejectReason(reason).name}" if known else "")
        asked = self._timers.rejected(system)
        if self._transactions.end(system) is not None:
            events.append(Concluded(system, Rejected(why)))
        elif asked == SType.SELECT_REQ:
            self._close(f"the peer refused to be selected: {why}", events)
        else:
            events.append(Discarded(why, header))

    # Timers and ends.

    def _ask(self, stype: SType, now: float) -> Transmit:
        system = self._transactions.new_system()
        self._timers.asked(stype, system, now)
        return Transmit(control(stype, system))

    def _close(self, why: str, events: list[Event]) -> None:
        if self.state is HsmsState.NOT_CONNECTED:
            return
        was_selected = self.state is _SELECTED
        self._conversation.abort_all(why, events)
        self._model.move("link_down")
        self._forget(0.0)
        events.append(Closed(why, was_selected))

    def _forget(self, now: float) -> None:
        """Begin anew; only the count of system bytes goes on."""
        self._reader = FrameReader(self.settings.max_length)
        self._timers = HsmsTimers(self.settings, now, self._silence)


def _reject(reason: RejectReason, culprit: int, system: int) -> bytes:
    return control(SType.REJECT_REQ, system, byte2=culprit, byte3=reason)
