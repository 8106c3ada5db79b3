"""Watches one job, from the arming of its interlocks until its end is shown."""

import asyncio
import math
from contextlib import suppress

from fabctl.clock import Clock
from fabctl.engine.bypass import active, left_s
from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Kind
from fabctl.engine.safe import make_safe, send
from fabctl.engine.station import STOPPING_CATEGORIES, Station
from fabctl.engine.trace import Trace
from fabctl.interlocks.monitor import Monitor
from fabctl.interlocks.panel import Panel
from fabctl.interlocks.trip import Caution, Trip
from fabctl.tools.errors import ToolError
from fabctl.tools.port import (
    AlarmEvent,
    Finding,
    Found,
    JobEvent,
    JobPhase,
    Observation,
    Reading,
    SightEvent,
)

ENDS = frozenset({JobPhase.COMPLETED, JobPhase.STOPPED, JobPhase.ABORTED, JobPhase.FAILED})
_EXTENSIONS = 2  # how often a job that is shown to run may pass its deadline before it is stopped
_EXTENSION_S = 3600.0  # process seconds
PAUSED_S = 8 * 3600.0
"""Process seconds, a shift: a job that somebody paused at its tool is waited for no longer."""
_SCAN_S = 0.001  # process seconds
_LATE_LOOKS = 10  # how often fresh inputs may be stale again by the time they are looked at
_ASK_AGAIN_S = 10.0  # wire seconds, while a tool in sight can't say what became of a job


class Supervisor:
    """One job's watch. `observe` is called by its station; it decides at once and never blocks."""

    def __init__(
        self, station: Station, recorder: Recorder, clock: Clock, step: str, job: str
    ) -> None:
        self.station = station
        self.job = job
        self.step = step
        self.trips: list[Trip] = []
        self.alarm: AlarmEvent | None = None
        self.ended: JobEvent | None = None
        self.ended_as = ""
        """The last word of the tool's events: completed, stopped, aborted, failed."""
        self.paused = False
        self.pause_is_ours = False
        """Whether a person at this host asked for the pause, who will have it go on."""
        self.was_blind = False
        self.command = ""
        """The safe action that was taken, "" where none was."""
        self.trace = Trace(recorder, step, station.tool.id)
        self.start_settled = False
        self.too_late = ""
        """Why the inputs could never be judged in time, "" where they could."""
        self._recorder = recorder
        self._clock = clock
        self._panel = Panel()
        self._bypassed: set[tuple[str, str, str]] = set()
        self._sent = False
        self._called_off = False
        self._over = False
        self._ask = False
        self._deadline = math.inf
        self._paused_at = 0.0
        self._safe: asyncio.Task[bool] | None = None
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    # -- arming

    @property
    def monitors(self) -> list[Monitor]:
        """The armed monitors."""
        return self._panel.monitors

    def judge_by(self, monitors: list[Monitor]) -> None:
        """Take monitors for the end of a job that is over: there is nothing to watch."""
        self._panel = Panel(monitors)

    def arm(self, monitors: list[Monitor]) -> None:
        """Begin to watch with these monitors."""
        self._panel = Panel(monitors)
        for monitor in monitors:
            monitor.on_caution = self._warned
        self.station.follower = self.observe
        self._schedule()

    async def permitted(self) -> bool:
        """Wait until every input is fresh, good and legal; False if one trips, or nobody waits.

        An input that a bypass lets be missing is waited for until it would have tripped.

        Also False, with `too_late` saying why, where every look at the inputs comes so late that
        what was fresh is stale again: a process that can't keep up would wait for ever.
        """
        late = 0
        while not self.trips and not self._called_off:
            now = self._clock.process()
            waiting = [
                each for each in self.monitors if not (each.permits(now) or self._is_lifted(each))
            ]
            if not waiting:
                return True
            late += all(each.has_spoken for each in waiting)
            if late > _LATE_LOOKS:
                self.too_late = self._why_late(waiting[0])
                return False
            self._wake.clear()
            await self._wake.wait()
        return False

    def _is_lifted(self, monitor: Monitor) -> bool:
        """Whether two people want to go on despite what it has found already."""
        code = monitor.rule.code
        return any(rule == code for rule, _, _ in self._bypassed) and active(
            self._recorder.history, code, self._clock.utc()
        )

    def _why_late(self, monitor: Monitor) -> str:
        speed = self._clock.speed
        slower = f"lower --speed, which is {speed:g}" if speed > 1 else "find what keeps it busy"
        return (
            f"the {monitor.live.signal.replace('_', ' ')} of {self.station.tool.id} was stale "
            f"again, more than {_LATE_LOOKS} times, before {monitor.rule.code} could be judged: "
            f"this computer does not keep up; {slower}"
        )

    def sending(self, deadline_s: float) -> None:
        """Take note that START is being sent: from now on a trip means ABORT."""
        self._sent = True
        self._deadline = self._clock.process() + deadline_s

    def running(self, *, ask: bool) -> None:
        """Take note that START is over with; with `ask` nobody knows how."""
        self.start_settled = True
        self._ask = self._ask or ask
        for monitor in self.monitors:
            monitor.started()

    def close(self) -> None:
        """Stop watching."""
        self._over = True
        self.trace.write()
        if self.station.follower == self.observe:
            self.station.follower = None
        if self._timer is not None:
            self._timer.cancel()
        if self._safe is not None:
            self._safe.cancel()

    # -- what the tool tells

    def observe(self, told: Observation) -> None:
        """Take an observation of the tool."""
        if isinstance(told, Reading):
            for trip in self._panel.feed(told):
                self._tripped(trip)
            self.trace.add(told)
            if not self._sent or self._over:
                self._wake.set()
            return
        if isinstance(told, JobEvent):
            self._job_event(told)
            return
        if isinstance(told, AlarmEvent):
            if told.is_set and told.category in STOPPING_CATEGORIES:
                self.alarm = self.alarm or told
        elif isinstance(told, SightEvent):
            self.was_blind = self.was_blind or not told.seen
            self._ask = told.seen
            for monitor in self.monitors:
                found = monitor.observe(told)
                if found is not None:
                    self._tripped(found)
            self._schedule()
        self._wake.set()

    def _job_event(self, told: JobEvent) -> None:
        if told.job not in ("", self.job) or told.phase is JobPhase.PHASE:
            return  # another job's, late or of somebody else, or nothing that is waited for
        if told.phase in ENDS:  # a hint to ask the tool, never the answer
            self.ended, self.ended_as = told, told.phase.lower()
        elif told.phase is JobPhase.PAUSED and not self.paused:
            self.paused, self._paused_at = True, self._clock.process()
        elif told.phase is JobPhase.RESUMED and self.paused:
            self.paused = False
            self._deadline += self._clock.process() - self._paused_at
        self._wake.set()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = min((each.next_check for each in self.monitors), default=math.inf)
        if due < math.inf:
            # Never at the present moment: floats round, and the loop must get on.
            due = max(due, self._clock.process() + _SCAN_S)
            self._timer = self._clock.call_at_process(due, self._tick)

    def _tick(self) -> None:
        now = self._clock.process()
        for monitor in self.monitors:
            trip = monitor.tick(now)
            if trip is not None:
                self._tripped(trip)
        self._schedule()
        self._wake.set()

    # -- the safe side

    def _warned(self, caution: Caution) -> None:
        self._recorder.note(
            Kind.CAUTION,
            step=self.step,
            job=self.job,
            tool=self.station.tool.id,
            caution=caution.as_dict(),
            message=str(caution),
        )

    def _held_back(self, trip: Trip, still_s: float) -> None:
        """Go on despite a trip for as long as two people want it; each is recorded once."""
        now = self._clock.process()
        for monitor in self.monitors:
            if monitor.trip is trip:
                monitor.rearm(now, now + still_s * self._clock.speed)
        known = (trip.rule, trip.cause, trip.channel)
        if known not in self._bypassed:
            self._bypassed.add(known)
            told = {"step": self.step, "job": self.job, "tool": self.station.tool.id}
            self._recorder.note(Kind.HELD_BACK, **told, trip=trip.as_dict(), message=str(trip))

    def _tripped(self, trip: Trip) -> None:
        if (still_s := left_s(self._recorder.history, trip.rule, self._clock.utc())) > 0:
            self._held_back(trip, still_s)
            return
        self.trips.append(trip)
        self.make_safe("abort")  # first the tool, then the record
        self._recorder.note(
            Kind.TRIP,
            step=self.step,
            job=self.job if self._sent else "",
            tool=self.station.tool.id,
            trip=trip.as_dict(),
            message=str(trip),
        )
        self._wake.set()

    def make_safe(self, command: str) -> None:
        """Have the tool stopped, if anything of ours may be running; an abort outranks a stop."""
        if not self._sent or self._over:
            self._called_off = True
            self._wake.set()
            return
        if self.command != "abort":
            self.command = command
        if self._safe is None:
            self._safe = asyncio.get_running_loop().create_task(
                make_safe(
                    self.station,
                    self.job,
                    self._recorder,
                    self._clock,
                    command=lambda: self.command,
                    start_settled=lambda: self.start_settled,
                    until=self._deadline,
                    sent=send(self.station, self.command),
                )
            )
        self.station.hurry()
        self._wake.set()

    async def made_safe(self) -> None:
        """Wait until the tool is seen stopped, or nobody can tell any more."""
        if self._safe is not None:
            await self._safe

    # -- until the end

    async def watch(self) -> Finding:
        """Wait for the job's end and tell what became of it, by the tool's own record.

        RUNNING or UNKNOWN means that the end could not be shown.
        """
        overdue = 0
        while True:
            if self.alarm is not None and self._safe is None:
                self.make_safe("stop")
            if self._safe is not None:
                await self._safe
                return await self.ask()
            if self._paused_left() <= 0:
                return await self.ask()
            passed = self._clock.process() >= self._deadline and not self.paused
            if (self.ended is not None or self._ask or passed) and (self.station.seen or passed):
                asked, self._ask, ended = self._ask, False, self.ended
                self.ended = None
                finding = await self.ask()
                if self._safe is not None:
                    continue
                if finding.final or finding.found in (Found.DONE, Found.FAILED):
                    return finding
                if finding.found is Found.NOT_SEEN or (
                    finding.found is not Found.RUNNING and passed
                ):
                    return finding
                if finding.found is Found.UNKNOWN and (asked or ended is not None):
                    self._clock_ask()
                if finding.found is Found.RUNNING:
                    await self._judge_gap()
                    if passed:
                        overdue += 1
                        self._overdue(overdue)
            await self._sleep()

    async def confirm_end(self) -> None:
        """After a shown end: wait until what is judged at the end has been judged."""
        now = self._clock.process()
        self._over = True  # nothing runs any more: a trip from here on needs no ABORT
        for monitor in self.monitors:
            trip = monitor.finish(now)
            if trip is not None:
                self._tripped(trip)
        self._schedule()
        while not self.trips and not all(each.settled for each in self.monitors):
            self._wake.clear()
            await self._wake.wait()

    async def judge_peaks(self) -> dict[str, float]:
        """Ask for the tool's own record of the highest values, and judge it."""
        try:
            peaks = dict(await self.station.tool.peaks(self.job))
        except ToolError:
            return {}
        for monitor in self.monitors:
            signal = monitor.live.signal
            if signal in peaks:
                unit = self.trace.unit(signal) or monitor.limits.unit
                trip = monitor.recorded_peak(peaks[signal], unit, self._clock.process())
                if trip is not None:
                    self._tripped(trip)
        return peaks

    async def ask(self) -> Finding:
        """Ask the tool what became of the job, and journal its answer."""
        finding = await self.station.find(self.job)
        self._recorder.note(
            Kind.RECONCILED,
            step=self.step,
            job=self.job,
            found=finding.found,
            grade=finding.grade,
            evidence=finding.evidence,
        )
        return finding

    async def _judge_gap(self) -> None:
        """Judge what happened while the tool was out of sight, by its own record."""
        if self.was_blind:
            await self.judge_peaks()

    def _clock_ask(self) -> None:
        def ask() -> None:
            self._ask = True
            self._wake.set()

        asyncio.get_running_loop().call_later(_ASK_AGAIN_S, ask)

    def _overdue(self, times: int) -> None:
        self._recorder.note(
            Kind.OVERDUE, step=self.step, job=self.job, tool=self.station.tool.id, times=times
        )
        self._deadline = self._clock.process() + _EXTENSION_S
        if times > _EXTENSIONS:
            self.make_safe("stop")

    def _paused_left(self) -> float:
        """For how many process seconds more a pause is waited out."""
        if not self.paused or self.pause_is_ours:
            return math.inf
        return self._paused_at + PAUSED_S - self._clock.process()

    async def _sleep(self) -> None:
        if self._wake.is_set():
            self._wake.clear()
            return
        left = self._paused_left() if self.paused else self._deadline - self._clock.process()
        within = None if math.isinf(left) else max(left, 0.0) / self._clock.speed
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._wake.wait()
        self._wake.clear()
