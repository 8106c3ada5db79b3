"""What a bench tool's driver tells: who listens, and each observation with its time."""

from collections.abc import Callable

from fabctl.clock import Clock
from fabctl.tools.port import (
    AlarmEvent,
    JobEvent,
    JobPhase,
    MaterialEvent,
    Observation,
    ProgramEvent,
    Reading,
    SightEvent,
)


class Observers:
    """The listeners of one tool."""

    def __init__(self, tool: str, clock: Clock) -> None:
        self._tool = tool
        self._clock = clock
        self._listeners: list[Callable[[Observation], None]] = []
        self._alarms: set[int] = set()
        self.seen = False
        """Whether the tool was in sight when last told."""

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation; returns the unsubscriber."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    @property
    def alarms(self) -> tuple[int, ...]:
        """The alarms that stand."""
        return tuple(sorted(self._alarms))

    def sight(self, why: str, *, seen: bool) -> None:
        """Tell that the tool is in sight, or no longer; once for each change."""
        if seen != self.seen:
            self.seen = seen
            self._tell(SightEvent(self._tool, seen, why, self._now))

    def job(self, job: str, phase: JobPhase, detail: str = "") -> None:
        """Tell how far a job is."""
        self._tell(JobEvent(self._tool, job, phase, detail, self._now))

    def reading(self, signal: str, channel: str, value: float, unit: str, *, bad: str = "") -> None:
        """Tell a sample; `bad` is why the tool says that it is not to be trusted."""
        self._tell(Reading(self._tool, signal, channel, value, unit, self._now, bad=bad))

    def alarm(self, alarm: int, text: str, category: int, *, is_set: bool) -> None:
        """Tell that an alarm was set or cleared; once for each change."""
        if is_set == (alarm in self._alarms):
            return
        if is_set:
            self._alarms.add(alarm)
        else:
            self._alarms.remove(alarm)
        self._tell(AlarmEvent(self._tool, alarm, text, category, is_set, self._now))

    def material(self, wafer: str, where: str, *, arrived: bool) -> None:
        """Tell that a wafer was brought or taken, `where` and by whom."""
        self._tell(MaterialEvent(self._tool, wafer, arrived, where, self._now))

    def program(self, name: str) -> None:
        """Tell that somebody else has changed a program."""
        self._tell(ProgramEvent(self._tool, name, self._now))

    @property
    def _now(self) -> float:
        return self._clock.process()

    def _tell(self, observation: Observation) -> None:
        for listener in tuple(self._listeners):
            listener(observation)
