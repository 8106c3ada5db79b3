"""What the engine knows of one tool during a session, from what the tool tells unasked."""

import asyncio
from collections.abc import Callable, Sequence

from fabctl.engine.recorder import Recorder, tell
from fabctl.engine.records import Kind
from fabctl.tools.errors import ToolError
from fabctl.tools.port import (
    AlarmEvent,
    Control,
    ControlEvent,
    Finding,
    Found,
    Grade,
    JobEvent,
    MaterialEvent,
    Observation,
    ProgramEvent,
    Reading,
    SightEvent,
    Status,
    Tool,
)

STOPPING_CATEGORIES = frozenset({1, 2, 5})
"""Alarm categories (SECS-II ALCD) that stop a sequence: danger to people, to equipment, and an
error that the tool can't recover from."""


class Station:
    """One tool. Journals every observation but readings, and passes all on to `follower`."""

    def __init__(
        self,
        tool: Tool,
        recorder: Recorder,
        on_reading: Sequence[Callable[[Reading], None]] = (),
    ) -> None:
        self.tool = tool
        self.seen = True
        self.control = Control.UNKNOWN
        self.alarms: dict[int, AlarmEvent] = {}
        self.changed_programs: set[str] = set()
        self.follower: Callable[[Observation], None] | None = None
        self._recorder = recorder
        self._on_reading = on_reading
        self._news = asyncio.Event()
        self._last_events: set[tuple[object, ...]] = set()
        self._unsubscribe = tool.subscribe(self._observe)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    @property
    def stopping_alarm(self) -> AlarmEvent | None:
        """An alarm standing on the tool that stops the sequence."""
        return next((a for a in self.alarms.values() if a.category in STOPPING_CATEGORIES), None)

    async def status(self) -> Status | ToolError:
        """Ask the tool what it is doing; an answer that does not come is a value too."""
        try:
            status = await self.tool.status()
        except ToolError as error:
            return error
        self.control = status.control
        return status

    async def find(self, job: str) -> Finding:
        """Ask what became of a job; a tool that can't be asked makes it UNKNOWN."""
        try:
            return await self.tool.find(job)
        except ToolError as error:
            return Finding(Found.UNKNOWN, Grade.C, {"why": str(error)})

    def hurry(self) -> None:
        """End a wait for news at once."""
        self._news.set()

    async def news(self, within: float) -> None:
        """Wait for the tool to tell anything but a reading, at most some wire seconds."""
        try:
            async with asyncio.timeout(within):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    def _observe(self, observation: Observation) -> None:
        if isinstance(observation, Reading):  # judged before it is shown
            if self.follower is not None:
                self.follower(observation)
            if self._on_reading:
                tell(self._on_reading, observation)
            return
        self._note(observation)
        self._news.set()
        if self.follower is not None:
            self.follower(observation)

    def _note(self, told: Observation) -> None:
        note, tool = self._recorder.note, self.tool.id
        match told:
            case JobEvent():
                key = (told.job, told.phase, told.detail, told.tool_time)
                if told.tool_time and key in self._last_events:
                    return  # the same report once more
                self._last_events.add(key)
                note(
                    Kind.EVENT,
                    tool=tool,
                    job=told.job,
                    phase=told.phase,
                    detail=told.detail,
                    tool_time=told.tool_time,
                )
            case AlarmEvent():
                if told.is_set:
                    self.alarms[told.alarm] = told
                else:
                    self.alarms.pop(told.alarm, None)
                note(
                    Kind.ALARM,
                    tool=tool,
                    alarm=told.alarm,
                    text=told.text,
                    category=told.category,
                    is_set=told.is_set,
                    tool_time=told.tool_time,
                )
            case SightEvent():
                if told.seen != self.seen:  # one alarm for one loss of sight
                    self.seen = told.seen
                    kind = Kind.REGAINED if told.seen else Kind.LOST_SIGHT
                    note(kind, tool=tool, why=told.why)
            case ControlEvent():
                self.control = told.control
                note(Kind.CONTROL, tool=tool, control=told.control, tool_time=told.tool_time)
            case ProgramEvent():
                self.changed_programs.add(told.program)
                note(Kind.DEVIATION, tool=tool, program=told.program, tool_time=told.tool_time)
            case MaterialEvent():
                note(
                    Kind.MATERIAL,
                    tool=tool,
                    wafer=told.wafer,
                    arrived=told.arrived,
                    location=told.location,
                    tool_time=told.tool_time,
                )
