"""The transactions that this end has opened and that are not concluded yet."""

from collections.abc import Iterator

from msgspec import Struct

from fabctl.secs.message import Message

NEVER = float("inf")


class Transaction(Struct):
    """A primary with W that was sent and awaits its reply until `deadline`."""

    stream: int
    function: int
    deadline: float
    timeout: float


class Transactions:
    """Open transactions by their system bytes, which are unique among them.

    The peer counts its own system bytes: a primary of the peer's with the same value is no reply,
    so a match needs the stream and function too.
    """

    def __init__(self) -> None:
        self._open: dict[int, Transaction] = {}
        self._last = 0
        self._soonest = NEVER

    def new_system(self) -> int:
        """System bytes that no open transaction has."""
        system = self._last % 0xFFFFFFFF + 1
        while system in self._open:
            system = system % 0xFFFFFFFF + 1
        self._last = system
        return system

    def begin(self, stream: int, function: int, now: float, timeout: float) -> int:
        """Open a transaction; returns its system bytes."""
        system = self.new_system()
        deadline = now + timeout
        self._soonest = min(self.soonest, deadline)
        self._open[system] = Transaction(stream, function, deadline, timeout)
        return system

    def start(self, system: int, now: float) -> None:
        """The time to reply starts anew: only now has the whole primary gone out (SECS-I)."""
        ours = self._open.get(system)
        if ours is not None:
            ours.deadline = now + ours.timeout
            self._soonest = min(self._soonest, ours.deadline)

    def hold(self, reply: Message) -> None:
        """The reply has begun to come in: what ends it now is its end, or T4 (SECS-I)."""
        ours = self._answered_by(reply)
        if ours is not None:
            ours.deadline = NEVER

    def end_with(self, reply: Message) -> bool:
        """End the transaction that `reply` answers (function + 1, or 0); False if none is."""
        if self._answered_by(reply) is None:
            return False
        del self._open[reply.system]
        return True

    def _answered_by(self, reply: Message) -> Transaction | None:
        ours = self._open.get(reply.system)
        if ours is None or ours.stream != reply.stream:
            return None
        return ours if reply.function in (ours.function + 1, 0) else None

    def end_cited(self, header: bytes) -> int | None:
        """End the transaction whose primary's header an S9Fx cites; its system bytes, or None."""
        if len(header) != 10:
            return None
        system = int.from_bytes(header[6:], "big")
        ours = self._open.get(system)
        if ours is None or (ours.stream, ours.function) != (header[2] & 0x7F, header[3]):
            return None
        del self._open[system]
        return system

    def end(self, system: int) -> Transaction | None:
        """End the transaction with these system bytes, whatever it was; None if none is open."""
        return self._open.pop(system, None)

    def end_expired(self, now: float) -> Iterator[tuple[int, Transaction]]:
        """End those whose time is up."""
        if now < self._soonest:
            return
        late = [(system, ours) for system, ours in self._open.items() if ours.deadline <= now]
        for system, _ours in late:
            del self._open[system]
        self._soonest = min((ours.deadline for ours in self._open.values()), default=NEVER)
        yield from late

    def end_all(self) -> list[int]:
        """End all; their system bytes."""
        systems = list(self._open)
        self._open.clear()
        self._soonest = NEVER
        return systems

    @property
    def soonest(self) -> float:
        """No transaction expires before this (it may be earlier than the first that does)."""
        return self._soonest if self._open else NEVER

    def __len__(self) -> int:
        return len(self._open)
