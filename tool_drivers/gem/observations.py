"""What the tool tells, as the port's observations: each once, at once, to whoever listens."""

from collections.abc import Callable

from fabctl.secs.items import Item
from fabctl.secs.read import as_int, as_list, as_text
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.port import (
    AlarmEvent,
    Control,
    ControlEvent,
    JobEvent,
    JobPhase,
    MaterialEvent,
    Observation,
    ProgramEvent,
    SightEvent,
)
from tool_drivers.gem.reading import whole_of
from tool_drivers.gem.reports import Happening

CONTROL = {4: Control.LOCAL, 5: Control.REMOTE}
"""ControlState of a tool that answers; an off-line one answers SxF0."""

CONTROL_EVENTS = {
    "EquipmentOFFLINE": Control.OFFLINE,
    "ControlStateLOCAL": Control.LOCAL,
    "ControlStateREMOTE": Control.REMOTE,
}
MATERIAL_EVENTS = {"MaterialReceived": True, "MaterialRemoved": False}
JOB_EVENTS = {
    "ProcessingStarted": JobPhase.STARTED,
    "ProcessingCompleted": JobPhase.COMPLETED,
    "ProcessingStopped": JobPhase.STOPPED,
    "ProcessingAborted": JobPhase.ABORTED,
}
FAILED_RESULT = 3
SILENT = frozenset(
    {
        "OperatorECChange",
        "ProcessProgramSelected",
        "AlarmDetected",  # told by S5F1
        "AlarmCleared",
        "MessageRecognition",
    }
)
"""Events that are no observation by themselves."""

SET = 0x80


class Observations:
    """Tells listeners what the tool told."""

    def __init__(self, tool: str, dictionary: Dictionary, now: Callable[[], float]) -> None:
        """`now` is process seconds."""
        self._tool = tool
        self._dictionary = dictionary
        self._now = now
        self._listeners: list[Callable[[Observation], None]] = []
        self._control = Control.UNKNOWN
        self._standing: set[int] = set()
        self._seen = False

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation; returns the unsubscriber."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, observation: Observation) -> None:
        """Tell everyone."""
        for listener in tuple(self._listeners):
            listener(observation)

    def sight(self, why: str, *, seen: bool) -> None:
        """The link was lost, or the tool is in sight again."""
        if seen != self._seen:
            self._seen = seen
            self.tell(SightEvent(self._tool, seen, why, self._now()))
        if not seen:
            self._control = Control.UNKNOWN

    def control(self, control: Control, tool_time: str = "") -> None:
        """Tell who may command the tool, if that is news."""
        if control is not self._control:
            self._control = control
            self.tell(ControlEvent(self._tool, control, self._now(), tool_time))

    def alarm(self, body: Item | None) -> None:
        """Read an S5F1, or a row of S5F6. Raises `ItemError`."""
        alcd, alid, altx = as_list(body, 3)
        code, number = as_int(alcd), as_int(alid)
        is_set = bool(code & SET)
        if is_set == (number in self._standing):
            return
        (self._standing.add if is_set else self._standing.discard)(number)
        known = self._dictionary.alarms_by_id.get(number)
        category = code & ~SET or (known.category if known else 0)
        text = as_text(altx) or (known.text if known else "")
        self.tell(AlarmEvent(self._tool, number, text, category, is_set, self._now()))

    def event(self, happening: Happening) -> None:
        """Tell what an event means; a repeated one is no news."""
        if happening.repeated or happening.name in SILENT:
            return
        name, at, tool_time = happening.name, self._now(), happening.tool_time
        if name in CONTROL_EVENTS:
            self.control(CONTROL_EVENTS[name], tool_time)
        elif name in MATERIAL_EVENTS:
            wafer, place = happening.text("SubstID"), happening.text("SubstLocID")
            arrived = MATERIAL_EVENTS[name]
            self.tell(MaterialEvent(self._tool, wafer, arrived, place, at, tool_time))
        elif name == "ProcessProgramChange":
            program = happening.text("PPChangeName")
            self.tell(ProgramEvent(self._tool, program, at, tool_time))
        else:
            self._job_event(happening)

    def _job_event(self, happening: Happening) -> None:
        name, phase, detail = happening.name, JobPhase.PHASE, happening.name
        if name in JOB_EVENTS:
            phase, detail = JOB_EVENTS[name], ""
            if "RunResult" in happening.values:
                result = whole_of(happening.values["RunResult"])
                detail = f"result {result}"
                phase = JobPhase.FAILED if result == FAILED_RESULT else phase
        elif name == "ProcessStateChange":
            change = self._state_change(happening)
            if change is None:
                return
            phase, detail = change
        elif name == "StepStarted":
            detail = happening.text("StepName")
        elif name == "StepCompleted":
            detail = f"{happening.text('StepName')} done"
        elif name == "OperatorCommandIssued":
            detail = f"operator: {happening.text('OperatorCommand')}"
        job = happening.text("JobID")
        self.tell(JobEvent(self._tool, job, phase, detail, self._now(), happening.tool_time))

    def _state_change(self, happening: Happening) -> tuple[JobPhase, str] | None:
        state = state_of(self._dictionary, happening, "ProcessState")
        previous = state_of(self._dictionary, happening, "PreviousProcessState")
        if state == "PAUSED":
            return JobPhase.PAUSED, ""
        if state == "EXECUTING" and previous in ("PAUSED", "PAUSING"):
            return JobPhase.RESUMED, ""
        return (JobPhase.PHASE, state) if state in ("STOPPING", "ABORTING", "FAULT") else None


def state_of(dictionary: Dictionary, happening: Happening, variable: str) -> str:
    """The canonical processing state in an event's report; "UNKNOWN" where it is not in it."""
    return canonical(dictionary, happening.values.get(variable))


def canonical(dictionary: Dictionary, item: Item | None) -> str:
    """The canonical name of a processing state that the tool told by its own number."""
    number = None if item is None else whole_of(item)
    return "UNKNOWN" if number is None else dictionary.states.get(number, "UNKNOWN")
