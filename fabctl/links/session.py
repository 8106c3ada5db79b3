"""A SECS session over a link: the asyncio glue around `HsmsConnection` or `Secs1Connection`.

Host (active, dials)::

    session = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST), clock, on_primary=...)
    await session.open(tcp_dial("127.0.0.1", 5000), reconnect=True)   # raises LinkError
    outcome = await session.request(1, 1)          # Reply | TimedOut | Aborted | Rejected
    await session.close()

Equipment (passive, is dialled)::

    session = SecsSession(HsmsSettings(Role.PASSIVE, End.EQUIPMENT), clock, on_primary=...)
    listener = await listen_tcp("127.0.0.1", 5000, session.accept)    # or wire.listen(...)

With `Secs1Settings` it is a SECS-I session: either end may dial or accept (a serial port is dialled
by both), it counts as selected while there is a link, and whole messages are tapped as HSMS frames.

`on_primary(message)`, `on_selected()` and `on_lost(why)` are plain functions, called in the order
in which things happened on the wire; they must not wait. To answer a primary, call `reply`, then
or later. Each `on_selected` is followed by one `on_lost`.
"""

import asyncio
import contextlib
from collections.abc import Callable

from fabctl.clock import Clock
from fabctl.links.link import Dial, Link, LinkError, Receiver
from fabctl.links.tap import Tap
from fabctl.secs.hsms import HsmsConnection
from fabctl.secs.hsms_events import (
    Carried,
    Closed,
    Concluded,
    Deselected,
    Discarded,
    Event,
    Primary,
    Selected,
    Transmit,
)
from fabctl.secs.hsms_frames import SelectStatus
from fabctl.secs.hsms_settings import HsmsSettings, Role
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Outcome
from fabctl.secs.secs1 import Secs1Connection
from fabctl.secs.secs1_settings import Secs1Settings

NEVER = float("inf")

_LARGE = 1 << 16
"""A request longer than this waits until the link has taken most of it."""


def _nothing(*_: object) -> None:
    pass


class SecsSession:
    """One end of an HSMS-SS or SECS-I session, over one link after the other.

    Must be made inside a running event loop. `tap` sees all bytes; `on_discarded(why)` is told of
    what the rules say to drop; `refuse` as in `HsmsConnection`.
    """

    def __init__(
        self,
        settings: HsmsSettings | Secs1Settings,
        clock: Clock,
        *,
        on_primary: Callable[[Message], object] = _nothing,
        on_selected: Callable[[], object] = _nothing,
        on_lost: Callable[[str], object] = _nothing,
        on_discarded: Callable[[str], object] = _nothing,
        tap: Tap | None = None,
        refuse: SelectStatus = SelectStatus.OK,
    ) -> None:
        self.settings = settings
        self.on_primary = on_primary
        self.on_selected = on_selected
        self.on_lost = on_lost
        self.on_discarded = on_discarded
        self._clock = clock
        self._tap = tap
        self._loop = asyncio.get_running_loop()
        self._connection: HsmsConnection | Secs1Connection
        if isinstance(settings, Secs1Settings):
            self._connection = self._line = Secs1Connection(settings, refuse=bool(refuse))
            self._post: Callable[[bytes], bool] = self._queue
            self._byte_tap = None
            self._grace = settings.t2
        else:
            self._connection = HsmsConnection(settings, refuse=refuse)
            self._post = self._write
            self._byte_tap = tap
            self._grace = settings.t6
        self._attachment: _Attachment | None = None
        self._waiting: dict[int, Callable[[Outcome], object]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due = NEVER
        self._silence = settings.linktest
        self._reconnecting: asyncio.Task[None] | None = None

    @property
    def state(self) -> HsmsState:
        """Where the connection stands; that of SECS-I is SELECTED or NOT CONNECTED."""
        return self._connection.state

    @property
    def selected(self) -> bool:
        """Whether data may be sent."""
        return self._connection.state is HsmsState.SELECTED

    # Opening and closing.

    async def open(self, dial: Dial, *, reconnect: bool = False) -> None:
        """Dial and select. Raises `LinkError` where that fails, `ValueError` if passive.

        With `reconnect`, a link lost later is dialled again every T5, until `close`.
        """
        if isinstance(self.settings, HsmsSettings) and self.settings.role is not Role.ACTIVE:
            raise ValueError("a passive session is dialled: give `accept` to a listener")
        attachment = await self._dial(dial)
        if reconnect:
            self._reconnecting = self._loop.create_task(self._keep_open(dial, attachment))

    def accept(self, link: Link) -> Receiver:
        """Take a link that the peer dialled. While there is one, a second is turned away."""
        if self._attachment is not None:
            second = SecsSession(self.settings, self._clock, refuse=SelectStatus.EXHAUSTED)
            return second.accept(link)
        attachment = _Attachment(self)
        self._attach(attachment, link)
        return attachment

    async def close(self) -> None:
        """Separate, end the link, dial no more; returns once the link is gone."""
        if self._reconnecting is not None:
            self._reconnecting.cancel()
            await asyncio.gather(self._reconnecting, return_exceptions=True)
            self._reconnecting = None
        attachment = self._attachment
        if attachment is not None:
            self._handle(self._connection.separate())
            await attachment.gone.wait()

    # Talking.

    async def request(
        self,
        stream: int,
        function: int,
        item: Item | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 -- T3 is the protocol's, not the caller's
    ) -> Outcome:
        """Send a primary with W and wait for what becomes of it, at most `timeout` or T3 seconds.

        Raises `CodecError` where the item can't be written; nothing was sent then. If the caller
        is cancelled, the request stays sent.
        """
        future: asyncio.Future[Outcome] = self._loop.create_future()

        def conclude(outcome: Outcome) -> None:
            if not future.done():
                future.set_result(outcome)

        length = self.ask(stream, function, item, conclude, timeout)
        if length > _LARGE and self._attachment is not None:
            await self._attachment.link.drain()
        return await future

    def ask(
        self,
        stream: int,
        function: int,
        item: Item | None,
        conclude: Callable[[Outcome], object],
        timeout: float | None = None,
    ) -> int:
        """Send a primary with W and have `conclude` called later, once, with what becomes of it.

        Gives the length of the message: 0 where no session is selected and nothing was sent.
        Raises `CodecError` where the item can't be written; nothing was sent then.
        """
        if self._attachment is None or self._connection.state is not HsmsState.SELECTED:
            self._loop.call_soon(conclude, Aborted("no SECS session is selected", "link"))
            return 0
        now = self._clock.wire()
        system, data = self._connection.request(stream, function, item, now, timeout)
        self._waiting[system] = conclude
        self._post(data)
        self._schedule(now)
        return len(data)

    def send(self, stream: int, function: int, item: Item | None = None) -> bool:
        """Send a primary without W; False if no session is selected. Raises `CodecError`."""
        if self._connection.state is not HsmsState.SELECTED:
            return False
        return self._post(self._connection.send(stream, function, item))

    def reply(self, primary: Message, item: Item | None = None) -> bool:
        """Answer a primary with function + 1.

        False, and nothing is sent, if it awaits no answer: it had no W, was answered, or came over
        a link that is gone. Raises `CodecError`.
        """
        return self._post(self._connection.reply(primary, item))

    def abort(self, primary: Message) -> bool:
        """Answer a primary with function 0: it was not processed. False as in `reply`."""
        return self._post(self._connection.reply(primary, None, function=0))

    def tolerate_silence(self, seconds: float) -> None:
        """Ask a peer silent for so many wire seconds whether it is there; 0 = never."""
        self._silence = seconds
        if self._attachment is None or self._attachment.link.may_fall_silent:
            self._connection.tolerate_silence(seconds)
            self._schedule(self._clock.wire())

    # Links.

    async def _dial(self, dial: Dial) -> "_Attachment":
        attachment = _Attachment(self)
        link = await dial(attachment)
        if attachment.gone.is_set():
            raise LinkError(f"no SECS session: {attachment.why}")
        self._attach(attachment, link)
        try:
            why = await attachment.selection
        except asyncio.CancelledError:
            self._handle(self._connection.separate())
            raise
        if why:
            raise LinkError(f"no SECS session: {why}")
        return attachment

    async def _keep_open(self, dial: Dial, attachment: "_Attachment") -> None:
        while True:
            await attachment.gone.wait()
            await self._clock.sleep(self.settings.t5)
            with contextlib.suppress(LinkError):
                attachment = await self._dial(dial)

    def _attach(self, attachment: "_Attachment", link: Link) -> None:
        attachment.link = link
        self._attachment = attachment
        if self._tap is not None:
            self._tap.linked()
        now = self._clock.wire()
        self._connection.tolerate_silence(self._silence if link.may_fall_silent else 0.0)
        self._handle(self._connection.connected(now))
        self._schedule(now)
        attachment.begin()

    def _received(self, data: bytes) -> None:
        if self._byte_tap is not None:
            self._byte_tap.received(data)
        now = self._clock.wire()
        self._handle(self._connection.receive(data, now))
        self._schedule(now)

    def _write(self, data: bytes) -> bool:
        if not data or self._attachment is None:
            return False
        if self._byte_tap is not None:
            self._byte_tap.sent(data)
        self._attachment.link.write(data)
        return True

    def _queue(self, frame: bytes) -> bool:
        """Hand a message to the SECS-I line, which sends it as soon as it may."""
        if not frame or self._attachment is None:
            return False
        now = self._clock.wire()
        self._handle(self._line.post(frame, now))
        self._schedule(now)
        return True

    # Events and timers.

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Primary(message):
                    self._tell(self.on_primary, message)
                case Concluded(system, outcome):
                    self._tell(self._waiting.pop(system), outcome)
                case Transmit(data):
                    self._write(data)
                case Selected():
                    assert self._attachment is not None
                    self._attachment.selected()
                    self._tell(self.on_selected)
                case Carried(frame, outward):
                    self._tap_message(frame, outward=outward)
                case Discarded(why, _):
                    self._tell(self.on_discarded, why)
                case Deselected(why):
                    self._tell(self.on_lost, why)
                case Closed(why, was_selected):
                    self._detach(why)
                    if was_selected:
                        self._tell(self.on_lost, why)

    def _tap_message(self, frame: bytes, *, outward: bool) -> None:
        if self._tap is not None:
            (self._tap.sent if outward else self._tap.received)(frame)

    def _tell(self, listener: Callable[..., object], *args: object) -> None:
        """Call a listener; what it raises is reported and costs no other message."""
        try:
            listener(*args)
        except Exception as error:  # noqa: BLE001 -- anything may come from outside
            self._loop.call_exception_handler(
                {"message": f"{listener!r} raised", "exception": error}
            )

    def _detach(self, why: str) -> None:
        attachment = self._attachment
        assert attachment is not None
        self._attachment = None
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._due = None, NEVER
        attachment.detach(why, self._grace)
        if self._tap is not None:
            self._tap.ended()

    def _schedule(self, now: float) -> None:
        """Have the timer ring no later than the connection's next deadline."""
        deadline = self._connection.next_deadline()
        if deadline < self._due:
            if self._timer is not None:
                self._timer.cancel()
            self._due = deadline
            self._timer = self._loop.call_later(deadline - now, self._ring)

    def _ring(self) -> None:
        # The loop may ring a little early by its own resolution; a deadline that never quite
        # comes would be rung for ever.
        now = max(self._clock.wire(), self._due)
        self._timer, self._due = None, NEVER
        self._handle(self._connection.expire(now))
        self._schedule(now)


class _Attachment:
    """One link of a session: keeps the bytes of a former link from a later one."""

    link: Link

    def __init__(self, session: SecsSession) -> None:
        self._session = session
        self._abort: asyncio.TimerHandle | None = None
        self.selection: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Once decided: "" if selected, else why not."""
        self.gone = asyncio.Event()
        self.why = ""
        """Why the link is over."""
        self._early: bytearray | None = bytearray()
        """What came before the link was the session's, as TCP's first bytes may; None since."""

    def begin(self) -> None:
        """The link is the session's now, and what came before is heard."""
        early, self._early = self._early, None
        if early:
            self.received(bytes(early))

    def received(self, data: bytes) -> None:
        """Bytes came."""
        if self._early is not None:
            self._early += data
        elif self._session._attachment is self:  # noqa: SLF001 -- they are one
            self._session._received(data)  # noqa: SLF001

    def lost(self, reason: str) -> None:
        """The link is over."""
        self.why = reason
        if self._abort is not None:
            self._abort.cancel()
        self.gone.set()
        session = self._session
        if session._attachment is self:  # noqa: SLF001
            session._handle(session._connection.disconnected(reason))  # noqa: SLF001

    def selected(self) -> None:
        """The session is selected over this link."""
        if not self.selection.done():
            self.selection.set_result("")

    def detach(self, why: str, grace: float) -> None:
        """Close the link in order; after `grace` seconds not in order."""
        if not self.selection.done():
            self.selection.set_result(why)
        if not self.gone.is_set():
            self.link.close()
            self._abort = asyncio.get_running_loop().call_later(grace, self.link.abort)
