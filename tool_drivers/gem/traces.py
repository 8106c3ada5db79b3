"""Traces: S2F23 has variables reported, S6F1 brings their samples.

A trace's TRID is its place in the dictionary's list of watches, so that a sample can be read even
where another host process set the trace up.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from fabctl.secs.items import U4, A, Item, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Watch
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Reading
from tool_drivers.gem.reading import numbers_in, text_of
from tool_drivers.gem.wire import Wire

TIAACK = {1: "too many variables", 2: "no more traces", 3: "bad period", 4: "unknown variable"}
ENDLESS = 2**31 - 1
"""TOTSMP: more samples than any job brings."""
FRESH_SAMPLES = 3
"""So many samples come in the time for which one is fresh: two may be late or lost."""


class Traces:
    """The traces of one tool."""

    def __init__(self, wire: Wire, now: Callable[[], float]) -> None:
        """`now` is process seconds."""
        self._wire = wire
        self._now = now
        self._watches = dict(enumerate(wire.dictionary.watches, start=1))
        self._active: dict[int, Watch] = {}
        self._last: dict[int, int] = {}

    async def start(self, operation: str, fresh_for: Fraction | None) -> Sequence[tuple[str, str]]:
        """Set up the trace of an operation; gives signal and channel of each variable.

        The dictionary says how often it is sampled for the record. It is sampled oftener where a
        sample must be fresh.
        """
        for number, watch in self._watches.items():
            if watch.operation == operation:
                if fresh_for is not None:
                    period = min(watch.period_s, fresh_for / FRESH_SAMPLES)
                    watch = replace(watch, period_s=period)  # noqa: PLW2901 -- what this job needs
                self._active[number] = watch  # its first sample may outrun the reply
                await self._set_up(number, watch)
                return [(self._signal(name), name) for name in watch.variables]
        return []

    async def renew(self) -> None:
        """Set up again what was active before the link was lost."""
        for number, watch in self._active.items():
            await self._set_up(number, watch)

    async def end(self) -> None:
        """End the traces that `start` began."""
        for number in tuple(self._active):
            del self._active[number]
            await self._end(number)

    async def clean(self) -> None:
        """End whatever an earlier host left running."""
        for number in self._watches:
            await self._end(number)

    def read(self, tool: str, body: Item | None) -> list[Reading]:
        """Read an S6F1. Raises `ItemError`; a repeated or unknown sample gives nothing."""
        trid, smpln, stime, values = as_list(body, 4)
        number, sample = as_int(trid), as_int(smpln)
        watch = self._active.get(number)
        if watch is None or sample == self._last.get(number):
            return []
        self._last[number] = sample
        at, tool_time = self._now(), text_of(stime)
        numbers = numbers_in(as_list(values))
        numbers += [math.nan] * (len(watch.variables) - len(numbers))
        known = self._wire.dictionary.variables_by_name
        return [
            Reading(tool, known[name].signal, name, number, known[name].unit, at, tool_time)
            for name, number in zip(watch.variables, numbers, strict=False)
        ]

    def _signal(self, name: str) -> str:
        return self._wire.dictionary.variables_by_name[name].signal

    async def _set_up(self, number: int, watch: Watch) -> None:
        variables = self._wire.dictionary.variables_by_name
        vids = self._wire.ids(variables[name].vid for name in watch.variables)
        code = await self._send(number, self._period(watch.period_s), ENDLESS, vids)
        if code:
            why = TIAACK.get(code, f"TIAACK {code}")
            raise ToolError(self._wire.tool, f"trace of {watch.operation}: {why}")

    async def _end(self, number: int) -> None:
        await self._send(number, self._period(Fraction(1)), 0, L())

    async def _send(self, number: int, period: str, samples: int, vids: Item) -> int:
        trid = self._wire.id(number)
        return await self._wire.code(2, 23, L(trid, A(period), U4(samples), U4(1), vids))

    def _period(self, seconds: Fraction) -> str:
        """Write a period, rather a little shorter than longer."""
        hundredths = max(1, int(seconds * 100))
        whole, rest = divmod(hundredths, 100)
        text = f"{whole // 3600:02}{whole // 60 % 60:02}{whole % 60:02}"
        if self._wire.dictionary.quirks["period_format"] == "6":
            return max(text, "000001")
        return f"{text}{rest:02}"
