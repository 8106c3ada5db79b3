"""One simulated tool on the air: its equipment, kept alive by the clock, behind a SECS session."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fabctl.clock import Clock
from fabctl.links.link import Link, LinkError, Receiver
from fabctl.links.memory import MemoryWire
from fabctl.links.session import SecsSession
from fabctl.secs.codec import CodecError
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import B, Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import Outcome
from fabctl.tools.session_settings import session_settings
from simulators.faulty_link import FaultyLink
from simulators.gem.dispatch import DATA_ILLEGAL
from simulators.gem.equipment import Equipment
from simulators.gem.outgoing import Answer, Delay, LinkFault, Outgoing, Primary
from simulators.paced_link import PacedLink


class Station:
    """Carries messages between an `Equipment` and whoever dials, and wakes it in time.

    With `secs1` it speaks SECS-I, else HSMS; with a `baudrate` at the pace of such a serial line.
    """

    def __init__(
        self, equipment: Equipment, clock: Clock, *, secs1: bool = False, baudrate: int = 0
    ) -> None:
        """Must be made inside a running event loop."""
        self._baudrate = baudrate
        self.equipment = equipment
        self.wire = MemoryWire(may_fall_silent=bool(equipment.faults))
        self.links: list[FaultyLink] = []
        self.idle_since: float | None = clock.wire()
        """Wire time since when nobody is connected; None while somebody is."""
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._secs1 = secs1
        self._session = SecsSession(
            session_settings(
                equipment.dictionary, End.EQUIPMENT, secs1=secs1, linktest=not clock.virtual
            ),
            clock,
            on_primary=self._primary,
            on_selected=lambda: self._live(equipment.selected),
            on_lost=lambda _why: self._live(equipment.lost),
        )
        self._queue: deque[Outgoing] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._on = False

    def open(self) -> None:
        """Switch the tool on: it lives, and can be dialled on its in-memory wire."""
        self._on = True
        self.wire.listen(self.accept)
        self._live(self.equipment.wake)

    async def close(self) -> None:
        """Switch the tool off."""
        self._on = False
        if self._timer is not None:
            self._timer.cancel()
        await self._session.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def accept(self, link: Link) -> Receiver:
        """Take a link that somebody dialled; a second host is turned away by the session."""
        paced = PacedLink(link, self._baudrate) if self._baudrate else None
        faulty = FaultyLink(paced or link, self._gone)
        self.links.append(faulty)
        self.idle_since = None
        faulty.connect(self._session.accept(faulty))
        if paced is None:
            return faulty
        paced.connect(faulty)
        return paced

    def _gone(self, link: FaultyLink) -> None:
        self.links.remove(link)
        if not self.links:
            self.idle_since = self._clock.wire()

    # The equipment's life.

    def _primary(self, message: Message) -> None:
        self._live(lambda now: self.equipment.receive(message, now))

    def _live(self, what: Callable[[float], list[Outgoing]]) -> None:
        if not self._on:
            return
        self._queue.extend(what(max(self._clock.process(), self.equipment.now)))
        self._flush()
        self._arm()

    def _arm(self) -> None:
        due = self.equipment.wake_at
        if self._timer is not None:
            if due == self._due:
                return
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._due = due
            self._timer = self._clock.call_at_process(due, self._wake, due)

    def _wake(self, due: float) -> None:
        # A timer may ring early by the loop's resolution; what was due then is due all the same.
        self._timer = None
        self._live(lambda now: self.equipment.wake(max(now, due)))

    # What it wants done, in order.

    def _flush(self) -> None:
        while self._queue:
            match self._queue.popleft():
                case Primary(stream, function, item, wait) as primary:
                    if wait:
                        self._session.ask(stream, function, item, partial(self._concluded, primary))
                    else:
                        self._session.send(stream, function, item)
                case Answer(to, function, item):
                    if function:
                        self._reply(to, item)
                    else:
                        self._session.abort(to)
                case Delay(seconds, over):
                    self._loop.call_later(seconds, self._live, over)
                case LinkFault() as fault:
                    self._spoil(fault)

    def _reply(self, to: Message, item: Item | None) -> None:
        try:
            self._session.reply(to, item)
        except CodecError:  # what was asked can't be told again in the tool's own formats
            self._session.send(9, DATA_ILLEGAL, B(to.header()))

    def _concluded(self, primary: Primary, outcome: Outcome) -> None:
        if not self.equipment.heeds(primary):
            return
        self._live(lambda now: self.equipment.concluded(primary, outcome, now))

    def _spoil(self, fault: LinkFault) -> None:
        links = list(self.links)
        match fault.name:
            case "link-drop":
                for link in links:
                    link.abort()
            case "link-stall":
                for link in links:
                    link.stall()
                    self._clock.call_at_process(self._clock.process() + fault.seconds, link.resume)
            case "separate":
                self._spawn(self._session.close())
            case "second-host":
                self._spawn(self._intrude())

    async def _intrude(self) -> None:
        """Another host tries to select this tool."""
        settings = session_settings(
            self.equipment.dictionary, End.HOST, secs1=self._secs1, linktest=False
        )
        host = SecsSession(settings, self._clock)
        with contextlib.suppress(LinkError):
            await host.open(self.wire.dial)
        await host.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
