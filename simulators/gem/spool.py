"""Spooling: what could not be sent is kept for the host to fetch (S2F43, S6F23)."""

from collections import deque
from collections.abc import Callable

from fabctl.secs.items import B, Item, ItemError, L
from fabctl.secs.read import as_int, as_list
from simulators.gem.outgoing import Handlers, Primary
from simulators.gem.values import numbers_of

CAPACITY = 2000
SPOOLABLE = {5: {1}, 6: {1, 11}, 7: {27}, 10: {1}}
"""The equipment's own primaries, by stream."""
TRANSMIT, PURGE = 0, 1  # RSDC
DONE, NO_DATA = 0, 2  # RSDA
NOT_ALLOWED, NO_STREAM, NO_FUNCTION, SECONDARY = 1, 2, 3, 4  # STRACK


class Spool:
    """Inactive until the link is lost; then it takes what the host has asked it to keep."""

    def __init__(
        self,
        constant: Callable[[str, float], float],
        occur: Callable[[str], None],
        later: Callable[[Callable[[], None]], None],
        clock_text: Callable[[], str],
        resend: Callable[[Primary], None],
    ) -> None:
        self._constant = constant
        self._occur = occur
        self._later = later
        self._clock_text = clock_text
        self._resend = resend
        self._wanted: dict[int, set[int]] = {}
        self._queue: deque[Primary] = deque()
        self.active = False
        self.total = 0
        self.started_at = ""
        self.full_at = ""
        self._sending: Primary | None = None
        self._left = 0

    @property
    def count(self) -> int:
        """How many messages are kept."""
        return len(self._queue)

    def takes(self, primary: Primary) -> bool:
        """Whether a message of this kind goes to the spool while it is active."""
        return self.active and primary.function in self._wanted.get(primary.stream, ())

    def put(self, primary: Primary) -> None:
        """Keep a message; when full, the oldest or the new one is lost by OverWriteSpool."""
        self.total += 1
        if len(self._queue) >= CAPACITY:
            self.full_at = self.full_at or self._clock_text()
            if not self._constant("OverWriteSpool", 1):
                return
            self._queue.popleft()
        self._queue.append(primary)

    def link_lost(self) -> None:
        """Communication failed: start to keep messages, if set up so."""
        if self._sending is not None:
            self._sending = None
            self._occur("SpoolTransmitFailure")
        if self.active or not self._wanted or not self._constant("ConfigSpool", 1):
            return
        self.active, self.total, self.full_at = True, 0, ""
        self.started_at = self._clock_text()
        self._occur("SpoolingActivated")

    def is_sending(self, primary: Primary) -> bool:
        """Whether a message is the one from the spool that waits for its answer."""
        return primary is self._sending

    def concluded(self, primary: Primary, *, delivered: bool) -> None:
        """The host answered a message from the spool, or did not."""
        if not self.is_sending(primary):
            return
        self._sending = None
        if not delivered:
            self._occur("SpoolTransmitFailure")
            return
        if self._queue and self._queue[0] is primary:  # a full spool may have lost it already
            self._queue.popleft()
        self._transmit()

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(2, 43): self._set_up, (6, 23): self._request}

    def _request(self, body: Item | None) -> Item:
        wanted = as_int(body)
        if wanted not in (TRANSMIT, PURGE):
            raise ItemError(f"RSDC is {TRANSMIT} or {PURGE}, not {wanted}")
        if not self.active:
            return B(NO_DATA)
        if wanted == PURGE:
            self._queue.clear()
            self._sending = None
            self._later(self._transmit)
        elif self._sending is None:
            self._left = int(self._constant("MaxSpoolTransmit", 0)) or CAPACITY
            self._later(self._transmit)
        return B(DONE)

    def _transmit(self) -> None:
        if not self._queue:
            self.active = False
            self._occur("SpoolingDeactivated")
        elif self._left:
            self._left -= 1
            self._sending = self._queue[0]
            self._resend(self._sending)

    def _set_up(self, body: Item | None) -> Item:
        wanted: dict[int, set[int]] = {}
        bad = []
        for entry in as_list(body):
            strid, fcnids = as_list(entry, 2)
            stream, functions = as_int(strid), set(numbers_of(fcnids))
            known = SPOOLABLE.get(stream, set())
            if stream == 1:
                bad.append(L(strid, B(NOT_ALLOWED), L()))
            elif not known:
                bad.append(L(strid, B(NO_STREAM), L()))
            elif any(function % 2 == 0 for function in functions):
                bad.append(L(strid, B(SECONDARY), fcnids))
            elif not functions <= known:
                bad.append(L(strid, B(NO_FUNCTION), fcnids))
            else:
                wanted[stream] = functions or known
        if not bad:
            self._wanted = wanted
        return L(B(1 if bad else 0), L(*bad))
