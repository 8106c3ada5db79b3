"""Whether what tripped a run still stands: asked of the tools before its latch is reset.

The tool of each trip is asked as before a START: every input of the rules that tripped has to be
fresh, good and legal. What a gate said is judged again on what was measured, and on what the
chamber has done since; a wait only grows: of it a bypass alone can dispose. A tool that can't
be asked leaves it unknown.
"""

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct

from fabctl.clock import Clock
from fabctl.engine.bypass import active
from fabctl.engine.guard import Guard
from fabctl.engine.history import History
from fabctl.engine.records import Kind
from fabctl.engine.session import measurements
from fabctl.interlocks.chamber import Memory
from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.monitor import Monitor
from fabctl.interlocks.trip import Cause, Trip
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState
from fabctl.journal import Record
from fabctl.process.sequence import Sequence as ProcessSequence
from fabctl.process.sequence import Step
from fabctl.quantities import exact, show_number
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Observation, Reading, SightEvent, Tool

_SCAN_S = 0.001
"""The least wait, in process seconds: floats round, and the loop must get on."""


class Look(Struct, frozen=True):
    """What was seen of the causes of a run's trips.

    `standing` are those that are still there, `seen` are the values that were looked at, and
    `unknown` tells why something could not be asked. `word` is what a person says to have seen
    where there is anything unknown.
    """

    standing: tuple[Trip, ...] = ()
    seen: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    word: str = ""


async def look_for_causes(
    records: Sequence[Record],
    sequence: ProcessSequence,
    tools: Mapping[str, Tool],
    guard: Guard,
    clock: Clock,
    memory: Callable[[str], Memory],
) -> Look:
    """Ask the tools that tripped whether the causes still stand. `tools` are not connected yet.

    `memory` gives what a tool's chambers did in other runs, as far as that is known.
    """
    history, guard = History(records), guard.binding(sequence.practises)
    wafer = guard.wafer(sequence, history.carried_out, measurements(records))
    now = clock.utc()
    places: dict[tuple[str, str], list[Trip]] = {}
    unknown: list[str] = []
    for body in _latched(records):
        trip = Trip.from_dict(body["trip"])
        if active(history, trip.rule, now):
            continue
        if trip.rule in guard.rules.rules:
            places.setdefault((body["tool"], body["step"]), []).append(trip)
        else:
            unknown.append(f"{trip.rule} tripped, and no rule of that code binds any more")
    found = Look(unknown=tuple(unknown))
    for (tool, name), trips in places.items():
        step = sequence.step(name)
        if tool:
            later = sequence.steps[sequence.steps.index(step) + 1 :]
            seen = await _ask(tools[tool], _Asked(step, later, wafer, tuple(trips)), guard, clock)
        else:
            known = memory(history.steps[name].tool)
            chamber = guard.remembered(step, wafer, known)
            verdicts = (*guard.gate(step, wafer), *chamber)
            closed = [each for each in verdicts if each.verdict is not Verdict.LEGAL]
            now_s = clock.process()
            again = {each.rule: guard.gate_trip(each, wafer, now_s) for each in closed}
            seen = Look(standing=tuple(_still_closed(trips, again, guard)))
        found = Look(
            found.standing + seen.standing, found.seen + seen.seen, found.unknown + seen.unknown
        )
    return found


def _latched(records: Iterable[Record]) -> list[Mapping[str, Any]]:
    """Give the trips since the last reset."""
    trips: list[Mapping[str, Any]] = []
    for record in records:
        if record.kind == Kind.TRIP:
            trips.append(record.body)
        elif record.kind == Kind.RESET:
            trips.clear()
    return trips


def _still_closed(trips: Iterable[Trip], again: Mapping[str, Trip], guard: Guard) -> Iterable[Trip]:
    for trip in trips:
        if isinstance(guard.rules[trip.rule].demand, Queue):
            yield trip
        elif trip.rule in again:
            yield again[trip.rule]


class _Asked(Struct, frozen=True):
    """What one tool is asked about: the step at which it tripped, and the trips."""

    step: Step
    later: tuple[Step, ...]
    wafer: WaferState
    trips: tuple[Trip, ...]


async def _ask(tool: Tool, asked: _Asked, guard: Guard, clock: Clock) -> Look:
    try:
        await tool.connect()
    except ToolError as error:
        return Look(unknown=(str(error),))
    watch = _Watch(asked.trips)
    unsubscribe = tool.subscribe(watch.observe)
    try:
        fresh_for = guard.fresh_for(asked.step, asked.later, asked.wafer)
        channels = tuple(await tool.watch(asked.step.operation, fresh_for))
        armed = guard.arm(
            asked.step,
            asked.later,
            asked.wafer,
            channels,
            clock.process(),
            clock.speed,
            tool.redundant(),
        )
        return await watch.until_told(armed, clock)
    except ToolError as error:
        return Look(unknown=(str(error),))
    finally:
        unsubscribe()
        with suppress(ToolError):
            await tool.unwatch()
        with suppress(ToolError):
            await tool.disconnect()


class _Watch:
    """Watches a tool at rest until the monitors of what tripped permit a START, or trip."""

    def __init__(self, trips: Sequence[Trip]) -> None:
        self._trips = trips
        self._monitors: list[Monitor] = []
        self._readings: dict[tuple[str, str], Reading] = {}
        self._still = {each.channel for each in trips if each.cause is Cause.FROZEN}
        """The channels that stood still, and have not moved yet."""
        self._news = asyncio.Event()

    def observe(self, told: Observation) -> None:
        if isinstance(told, Reading):
            last = self._readings.get((told.signal, told.channel))
            if last is not None and last.value != told.value:
                self._still.discard(told.channel)
            self._readings[told.signal, told.channel] = told
        if isinstance(told, Reading | SightEvent):
            for monitor in self._monitors:
                monitor.observe(told)
            self._news.set()

    async def until_told(self, armed: Iterable[Monitor], clock: Clock) -> Look:
        """Wait, at most as long as the rules allow their inputs to be silent or to stand still."""
        self._monitors = [each for each in armed if self._tripped_by(each)]
        for monitor in self._monitors:
            if self._was_beyond(monitor):
                monitor.started()  # a limit that binds from START on is judged now
        until = clock.process() + max(map(_longest, self._monitors), default=0.0)
        while any(self._is_open(each, clock.process(), until) for each in self._monitors):
            due = min(until, *(each.next_check for each in self._monitors))
            left = max(due - clock.process(), _SCAN_S) / clock.speed
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()
            self._news.clear()
            for monitor in self._monitors:
                monitor.tick(clock.process())
        return Look(
            standing=tuple(each.trip for each in self._monitors if each.trip is not None),
            seen=tuple(_told(each) for each in self._readings.values() if self._concerns(each)),
        )

    def _tripped_by(self, monitor: Monitor) -> bool:
        return any(each.rule == monitor.rule.code for each in self._trips)

    def _was_beyond(self, monitor: Monitor) -> bool:
        """Whether a tool's own value was too high; a film on the wafer stays as it is."""
        high = (Cause.OVER, Cause.ALREADY_VIOLATED)
        return not monitor.rule.limit.of_wafer and any(
            each.rule == monitor.rule.code and each.cause in high for each in self._trips
        )

    def _is_open(self, monitor: Monitor, now: float, until: float) -> bool:
        if monitor.trip is not None:
            return False
        stands_still = now < until and bool(self._still & set(monitor.channels))
        return stands_still or not monitor.permits(now)

    def _concerns(self, reading: Reading) -> bool:
        return any(reading.signal == each.live.signal for each in self._monitors)


def _longest(monitor: Monitor) -> float:
    """Give how long it may take to tell that an input stands still: nothing takes longer."""
    return float(monitor.live.frozen_after or 0) + float(monitor.live.fresh_for) + monitor.allowance


def _told(reading: Reading) -> str:
    shown = show_number(exact(reading.value, 8)) if math.isfinite(reading.value) else "NaN"
    return f"{reading.tool} {reading.signal} {reading.channel} {shown} {reading.unit}"
