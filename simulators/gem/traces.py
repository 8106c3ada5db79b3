"""Traces: S2F23 sets one up, S6F1 sends its samples."""

from collections.abc import Callable

from msgspec import Struct, field

from fabctl.secs.items import A, B, Item, L
from fabctl.secs.read import as_int, as_list, as_text
from fabctl.tools.dictionary import Role
from simulators.gem.outgoing import Handlers
from simulators.gem.values import id_of, numbers_of
from simulators.gem.variables import Variables

ACCEPTED, TOO_MANY, NO_MORE, BAD_PERIOD, VARIABLE_UNKNOWN, BAD_GROUP = range(6)
MAX_VARIABLES, MAX_TRACES = 200, 20


class Trace(Struct):
    """One trace that runs: times in process seconds."""

    number: int
    period: float
    total: int
    group: int
    vids: list[int]
    start: float
    taken: int = 0
    pending: list[Item] = field(default_factory=list)

    @property
    def due(self) -> float:
        """When the next sample is to be taken; no drift, however late the last one was."""
        return self.start + (self.taken + 1) * self.period


class Traces:
    """The traces under way, by TRID. They outlive the link, like all set-up."""

    def __init__(
        self,
        variables: Variables,
        now: Callable[[], float],
        clock_text: Callable[[], str],
        send: Callable[[Item], None],
    ) -> None:
        """`send` takes the item of an S6F1."""
        self._variables = variables
        self._now = now
        self._clock_text = clock_text
        self._send = send
        self._traces: dict[int, Trace] = {}

    @property
    def due(self) -> float | None:
        """When the next sample of any trace is to be taken (process seconds)."""
        if not self._traces:
            return None
        return min([trace.due for trace in self._traces.values()])

    def sample(self) -> None:
        """Take the samples that are due now."""
        if not self._traces:
            return
        for trace in sorted(self._traces.values(), key=lambda each: each.number):
            if trace.due > self._now() + 1e-9:
                continue
            trace.taken += 1
            trace.pending.extend(self._variables.item(vid) for vid in trace.vids)
            last = trace.taken == trace.total
            if last or trace.taken % trace.group == 0:
                stamp, samples = A(self._clock_text()), L(*trace.pending)
                trace.pending.clear()
                number = self._variables.id
                self._send(L(number(trace.number), number(trace.taken), stamp, samples))
            if last:
                del self._traces[trace.number]

    def forget(self) -> None:
        """End all traces."""
        self._traces.clear()

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(2, 23): self._set}

    def _set(self, body: Item | None) -> Item:
        trid, dsper, totsmp, repgsz, svids = as_list(body, 5)
        number, total, group = id_of(trid), as_int(totsmp), as_int(repgsz)
        if total == 0:
            self._traces.pop(number, None)
            return B(ACCEPTED)
        vids = numbers_of(svids)
        period = seconds(as_text(dsper).strip())
        if len(vids) > MAX_VARIABLES:
            code = TOO_MANY
        elif number not in self._traces and len(self._traces) >= MAX_TRACES:
            code = NO_MORE
        elif period <= 0:
            code = BAD_PERIOD
        elif not vids or any(not self._status(vid) for vid in vids):
            code = VARIABLE_UNKNOWN
        elif not 1 <= group <= total:
            code = BAD_GROUP
        else:
            code = ACCEPTED
            self._traces[number] = Trace(number, period, total, group, vids, self._now())
        return B(code)

    def _status(self, vid: int) -> bool:
        variable = self._variables.by_id.get(vid)
        return variable is not None and variable.role is Role.SV


def seconds(text: str) -> float:
    """A DSPER of ``hhmmss`` or ``hhmmsscc`` in seconds; 0 where it is neither."""
    if not text.isascii() or not text.isdecimal() or len(text) not in (6, 8):
        return 0.0
    hours, minutes, whole = int(text[:2]), int(text[2:4]), int(text[4:6])
    if minutes > 59 or whole > 59:
        return 0.0
    return hours * 3600 + minutes * 60 + whole + int(text[6:] or 0) / 100
