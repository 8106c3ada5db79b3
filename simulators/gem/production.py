"""What the tool does with wafers: the machine's life, told as variables and events."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from fabctl.secs.items import A, Item, L
from fabctl.tools.body import without_noise
from fabctl.tools.dictionary import Alarm, Dictionary
from fabctl.tools.port import Program
from simulators import machine as seam
from simulators.gem.agenda import Agenda
from simulators.gem.alarms import Alarms
from simulators.gem.events import Events
from simulators.gem.jobs import Jobs
from simulators.gem.variables import Variables
from simulators.processing import ACTIVE, State
from simulators.robot import STAGE, TRANSFER_S, Robot

ENDINGS: Mapping[seam.RunResult, str] = {
    seam.RunResult.COMPLETE: "ProcessingCompleted",
    seam.RunResult.STOPPED: "ProcessingStopped",
    seam.RunResult.ABORTED: "ProcessingAborted",
    seam.RunResult.FAILED: "ProcessingAborted",
}
REACTIONS: Mapping[str, seam.Input] = {"stop": seam.Stop(), "abort": seam.Abort()}
EPT_IDLE, EPT_BUSY, EPT_BLOCKED = range(3)


class Production:
    """Owns the machine and the robot; nobody else moves either."""

    def __init__(
        self,
        dictionary: Dictionary,
        machine: seam.Machine,
        robot: Robot,
        variables: Variables,
        events: Events,
        alarms: Alarms,
        jobs: Jobs,
        agenda: Agenda,
        now: Callable[[], float],
        clock_text: Callable[[], str],
    ) -> None:
        self.machine = machine
        self.robot = robot
        self.jobs = jobs
        self.selected: Program | None = None
        self.wake_at: float | None = None
        self.on_selected: Callable[[Program], None] = lambda _program: None
        self.on_job: Callable[[Program | None], None] = lambda _program: None
        """Told the program of a job that starts, None when it is over."""
        self._numbers = {State(name): number for number, name in dictionary.states.items()}
        self._stamp = dictionary.quirks.get("body_ignores", "")
        self._events = events
        self._alarms = alarms
        self._agenda = agenda
        self._now = now
        self._clock_text = clock_text
        self._state = machine.state
        self._previous = machine.state
        self._step, self._step_name, self._step_began = 0, "", 0.0
        self._starting = False
        self._reactions: list[seam.Input] = []
        self._provide(variables)

    def _provide(self, variables: Variables) -> None:
        number = self._numbers
        variables.provide("ProcessState", lambda: number.get(self._state, ()))
        variables.provide("PreviousProcessState", lambda: number.get(self._previous, ()))
        variables.provide("PPExecName", lambda: self.selected.name if self.selected else "")
        variables.provide("StepIndex", lambda: self._step)
        variables.provide("StepName", lambda: self._step_name)
        variables.provide(
            "StepElapsed", lambda: self._now() - self._step_began if self._step_name else 0.0
        )
        variables.provide("EPTState", self._performance)
        variables.provide("MaterialLocations", self._locations)
        variables.provide("WaferCount", lambda: int(bool(self.robot.wafer)))

    @property
    def state(self) -> State:
        """The processing state that the host has been told."""
        return self._state

    @property
    def active(self) -> bool:
        """Whether a job is under way."""
        return self._state in ACTIVE

    def live(self, *inputs: seam.Input) -> None:
        """Let the machine live up to now, give it the inputs, and tell what came of it."""
        step = self.machine.update(self._now(), inputs)
        self.wake_at = step.wake_at
        for output in step.outputs:
            self._tell(output)
        if self._reactions:
            reactions, self._reactions = self._reactions, []
            self.live(*reactions)

    def select(self, program: Program) -> None:
        """Make the program the one that the next start runs."""
        self.selected = program
        self.on_selected(program)
        self.live(seam.Selected(self._bare(program)))
        self._events.occur("ProcessProgramSelected")

    def refuses_start(self, job: str, parameters: Mapping[str, float | int | str]) -> str:
        """Why the machine can't start the selected program now; "" where it can."""
        return self.machine.refuses(self._start(job, parameters))

    def start(self, job: str, parameters: Mapping[str, float | int | str]) -> None:
        """Start the selected program on the wafer in the tool, or on none if it wants none."""
        assert self.selected is not None
        self.jobs.begin(job, self.selected.name, self.robot.wafer)
        self._step, self._step_name, self._starting = 0, "", True
        self.on_job(self.selected)
        self.live(self._start(job, parameters))

    def _start(self, job: str, parameters: Mapping[str, float | int | str]) -> seam.Start:
        assert self.selected is not None
        program = self._bare(self.selected)
        return seam.Start(job, program, self.robot.wafer, dict(parameters))

    def load(self, wafer: str) -> None:
        """Have the robot bring a wafer."""
        self.robot.pick(wafer)
        self._agenda.put(self._now() + TRANSFER_S, self._loaded)

    def unload(self, wafer: str) -> None:
        """Have the robot take the wafer away."""
        self.robot.pick(wafer)
        self._agenda.put(self._now() + TRANSFER_S, self._unloaded)

    def alarm(self, alarm: Alarm) -> None:
        """An alarm is detected; the tool reacts as its dictionary says."""
        self._alarm(alarm)
        self.live()

    def _alarm(self, alarm: Alarm) -> None:
        if self._alarms.set(alarm) and alarm.reaction in REACTIONS:
            self._reactions.append(REACTIONS[alarm.reaction])

    def lose_wafer(self) -> None:
        """The wafer is no longer where it should be, and no robot has taken it."""
        wafer = self.robot.lose()
        if wafer:
            self.live(seam.Unloaded(wafer))

    def _bare(self, program: Program) -> Program:
        """Leave out what the tool itself wrote into an unformatted program."""
        if not isinstance(program.body, bytes):
            return program
        return replace(program, body=without_noise(program.body, self._stamp))

    def _loaded(self) -> None:
        wafer = self.robot.placed()
        self.live(seam.Loaded(wafer))
        self._events.occur("MaterialReceived", SubstID=wafer, SubstLocID=STAGE)

    def _unloaded(self) -> None:
        wafer = self.robot.taken()
        self.live(seam.Unloaded(wafer))
        self._events.occur("MaterialRemoved", SubstID=wafer, SubstLocID=STAGE)

    def _tell(self, output: seam.Output) -> None:
        match output:
            case seam.ProcessStateChanged(state):
                self._previous, self._state = self._state, state
                self._events.occur("ProcessStateChange")
                if self._starting and state is State.EXECUTING:
                    self._starting = False
                    self._job_event("ProcessingStarted")
                    if self.robot.wafer:
                        self._job_event("SubstrateStarted")
            case seam.StepStarted(name):
                self._step += 1
                self._step_name, self._step_began = name, self._now()
                self._events.occur("StepStarted", StepName=name)
            case seam.StepCompleted(name):
                self._events.occur("StepCompleted", StepName=name)
                self._step_name = ""
            case seam.Ended(result):
                self._ended(result)
            case seam.AlarmSet(name):
                self._alarm(self._alarms.named(name))
            case seam.AlarmCleared(name):
                self._alarms.clear(self._alarms.named(name))
            case seam.EventRaised(name):
                self._events.occur(name)

    def _job_event(self, name: str) -> None:
        job = self.jobs.current
        if job is not None:
            self._events.occur(name, JobID=job.job, SubstID=job.wafer)

    def _ended(self, result: seam.RunResult) -> None:
        record = self.jobs.end(int(result))
        self._starting = False
        if record is not None:
            if result is seam.RunResult.COMPLETE and record.wafer:
                self._events.occur("SubstrateCompleted", SubstID=record.wafer)
            self._events.occur(
                ENDINGS[result], JobID=record.job, SubstID=record.wafer, RunResult=int(result)
            )
        self.on_job(None)

    def _performance(self) -> int:
        if self._state in (State.FAULT, State.PAUSED):
            return EPT_BLOCKED
        return EPT_BUSY if self.active else EPT_IDLE

    def _locations(self) -> Item:
        return L(L(A(STAGE), A(self.robot.wafer))) if self.robot.wafer else L()
