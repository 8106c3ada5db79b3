"""What all machines share: the processing states, and a program carried out block by block.

A kind says what a block becomes (`plan`): how long it takes and what it does to the wafer. It is
asked as the block begins, so that an end point can be read off the wafer as it is then. Pauses and
stops take effect between blocks; an abort at once, and the wafer has what the phase did until then.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from fabctl.tools.dictionary import Dictionary, Role
from fabctl.tools.faults import Fault
from fabctl.tools.port import Program
from simulators import machine as seam
from simulators.machine import Input, Output, RunResult, Step, Value
from simulators.physics.noise import Noise
from simulators.processing import Processing, State
from simulators.tools.channels import Channel, Channels
from simulators.tools.phases import NamedBlock, Phase, Running, blocks_of
from simulators.wafers.store import WaferStore
from simulators.wafers.wafer import Wafer

ABORT_S = 5.0
"""How long a tool takes to get safe after an abort."""


class ProgramMachine(ABC):
    """A tool without its GEM face; implements `simulators.machine.Machine`."""

    CHANNELS: ClassVar[Mapping[str, Channel]] = {}
    """Variables that follow a set-point."""
    FOLLOWS: ClassVar[Mapping[str, str]] = {}
    """Block parameter → the channel that it is the set-point of."""
    CLOSING: ClassVar[frozenset[str]] = frozenset()
    """Blocks that are carried out even when the job is stopped, to leave the tool safe."""

    def __init__(
        self, dictionary: Dictionary, store: WaferStore, seed: int, faults: Sequence[Fault]
    ) -> None:
        self.dictionary = dictionary
        self.store = store
        self.faults = tuple(faults)
        self.noise = Noise(seed, dictionary.tool)
        self.channels = Channels(self.CHANNELS, self.noise)
        self.now = 0.0
        self.running: Running | None = None
        self.constants: dict[str, Value] = {
            each.name: float(each.default)
            for each in dictionary.variables
            if each.role is Role.EC and each.default and each.format.startswith(("F", "U", "I"))
        }
        self._seed = seed
        self._begun = 0
        """Jobs that were started so far."""
        self._processing = Processing()
        self._due: float | None = None
        self._errand: Callable[[], None] | None = None
        """What ends the command of its own that the tool carries out."""
        self.held = ""
        """The wafer that lies in the tool, "" for none."""
        self._outputs: list[Output] = []
        self._alarms: list[str] = []

    # What a kind of tool says of itself.

    @abstractmethod
    def plan(self, block: NamedBlock) -> Phase:
        """The phase that a block becomes, begun now."""

    def blocks(
        self, program: Program, parameters: Mapping[str, float | int | str]
    ) -> tuple[NamedBlock, ...]:
        """The program's blocks. Raises ValueError where it has none that can be carried out."""
        del parameters
        return blocks_of(self.dictionary, program)

    def check_blocks(self, blocks: tuple[NamedBlock, ...]) -> list[str]:
        """What is wrong with a program beyond the ranges in the dictionary."""
        del blocks
        return []

    def measured(self, name: str) -> Value:
        """A variable of this kind that is no channel. Raises KeyError."""
        raise KeyError(name)

    def on_start(self) -> None:
        """A job begins."""

    def on_end(self) -> None:
        """A job is over, whichever way."""

    def on_abort(self) -> None:
        """A job was aborted: make safe."""

    def why_not(self, rcmd: str) -> str:
        """Why a remote command of this tool alone can't be taken at rest; "" where it can."""
        del rcmd
        return ""

    def wants_no_wafer(self, blocks: tuple[NamedBlock, ...]) -> bool:
        """Whether a program is for the empty tool."""
        del blocks
        return False

    def on_command(self, rcmd: str, parameters: Mapping[str, float | int | str]) -> None:
        """A remote command of this tool alone was taken."""

    def on_time(self, now: float) -> None:
        """Live up to `now`; nothing else happens before."""

    def settle(self, wafer: Wafer) -> None:
        """Bring a wafer in the tool up to now: what is not told of by an effect, it waits."""
        wafer.wait(self.now)

    # For the kinds to use.

    @property
    def wafer(self) -> Wafer:
        """The wafer of the running job."""
        assert self.running is not None
        return self.store.wafer(self.running.wafer)

    @property
    def job(self) -> str:
        """The running job's ID."""
        assert self.running is not None
        return self.running.job

    def dice(self, what: str) -> random.Random:
        """Random numbers for one thing of the running job.

        They hang on the seed, the tool and how many jobs it has begun, not on any name: one recipe
        on two tools differs by what the tools do, and by no throw of dice.
        """
        return random.Random(f"{self._seed}/{self.dictionary.tool}/{self._begun}/{what}")  # noqa: S311

    def constant(self, name: str) -> float:
        """An equipment constant."""
        value = self.constants[name]
        assert isinstance(value, float)
        return value

    def true_rate(self, material: str) -> float:
        """By how much the true rate differs from what the tool believes (1: not at all)."""
        factor = 1.0
        for fault in self.faults:
            if fault.name == "rate" and fault.text("material") == material:
                factor *= fault.number("factor")
        return factor

    def errand(
        self, seconds: float, done: Callable[[], None], targets: Mapping[str, float] | None = None
    ) -> None:
        """Carry out a command for some seconds, channels at `targets`; then `done` is called."""
        self.channels.aim(targets or {}, self.now)
        self._due, self._errand = self.now + seconds, done

    def raise_event(self, name: str) -> None:
        """Tell an event of this tool alone."""
        self._outputs.append(seam.EventRaised(name))

    def set_alarm(self, name: str, event: str = "") -> None:
        """Set an alarm, and tell the event that goes with it; the next start clears it."""
        if name not in self._alarms:
            self._alarms.append(name)
            self._outputs.append(seam.AlarmSet(name))
            if event:
                self.raise_event(event)

    def clear_alarm(self, name: str) -> None:
        """Clear an alarm whose cause is gone."""
        if name in self._alarms:
            self._alarms.remove(name)
            self._outputs.append(seam.AlarmCleared(name))

    # The machine.

    @property
    def state(self) -> State:
        """The processing state as of the last update."""
        return self._processing.state

    def update(self, now: float, inputs: Sequence[Input]) -> Step:
        """Live up to `now`, then take the inputs, in order."""
        self._outputs = []
        if self.state is State.INIT:
            self.now = now
            self._move("initialised")
        self._live(now)
        for each in inputs:
            self._take(each)
            self._live(now)
        return Step(tuple(self._outputs), self._due)

    def value(self, name: str) -> Value:
        """The value of a variable as of the last update. Raises KeyError for one unknown here."""
        if name in self.CHANNELS:
            return self.channels.read(name, self.now)
        if name in self.constants:
            return self.constants[name]
        return self.measured(name)

    def check(self, program: Program) -> list[str]:
        """What is wrong with a program beyond the ranges in the dictionary."""
        try:
            blocks = self.blocks(program, program.start)
        except ValueError as error:
            return [str(error)]
        return self.check_blocks(blocks) if blocks else ["the program is empty"]

    def refuses(self, asked: Input) -> str:
        """Why it can't take this now, though its state allows it; "" where it can."""
        if self._errand is not None:
            return "it carries out a command"
        match asked:
            case seam.Start(_, program, wafer, parameters):
                empty = self.wants_no_wafer(self.blocks(program, parameters))
                if empty and wafer:
                    return f"{wafer} is in the tool, and the program is for none"
                return "" if empty or wafer else "no wafer is in the tool"
            case seam.Command(rcmd):
                return "a job is under way" if self.running else self.why_not(rcmd)
        return ""

    def _live(self, now: float) -> None:
        while self._due is not None and self._due <= now:
            moment, self._due = self._due, None
            self.on_time(moment)
            self.now = moment
            self._happen()
        self.on_time(now)
        self.now = now

    def _happen(self) -> None:
        """What was due now: the end of a command, of a phase, or of an abort."""
        if self._errand is not None:
            done, self._errand = self._errand, None
            self.channels.rest(self.now)
            done()
        elif self.state is State.ABORTING:
            self._end(RunResult.ABORTED, "aborted")
        elif self.running is not None and self.running.phase is not None:
            self._come_to_end(self.running, self.running.phase)

    def _take(self, each: Input) -> None:
        match each:
            case seam.Selected() if self._processing.may("select"):
                self._move("select")
                self._move("ready")
            case seam.Start() if self._processing.may("start") and not self.refuses(each):
                self._start(each)
            case seam.Pause() if self._processing.may("pause"):
                self._move("pause")
            case seam.Resume() if self._processing.may("resume"):
                waited = self.state is State.PAUSED
                self._move("resume")
                if waited:
                    self._next()
            case seam.Stop() if self._processing.may("stop"):
                self._stop()
            case seam.Abort() if self._processing.may("abort"):
                self._abort()
            case seam.Loaded(wafer) | seam.Unloaded(wafer):
                self.settle(self.store.wafer(wafer))
                self.held = wafer if isinstance(each, seam.Loaded) else ""
            case seam.ConstantChanged(name, value):
                self.constants[name] = float(value) if isinstance(value, int) else value
            case seam.Command(rcmd, parameters) if not self.refuses(each):
                self.on_command(rcmd, parameters)
            case seam.OperatorClear() if self._processing.may("clear"):
                self._move("clear")
            case _:
                pass  # refused towards the host already

    def _start(self, start: seam.Start) -> None:
        blocks = self.blocks(start.program, start.parameters)
        self._begun += 1
        self.running = Running(start.job, start.wafer, start.parameters, blocks, self.now, place=-1)
        self._outputs.extend(seam.AlarmCleared(name) for name in self._alarms)
        self._alarms.clear()
        self._move("start")
        self.on_start()
        self._next()

    def _next(self) -> None:
        """Begin the next block, or end the job after the last."""
        running = self.running
        assert running is not None
        running.place += 1
        blocks = running.blocks
        while running.stopping and running.place < len(blocks):
            if blocks[running.place].name in self.CLOSING:
                break
            running.place += 1
        if running.place >= len(blocks):
            trigger = "stopped" if running.stopping else "finish"
            self._end(RunResult.STOPPED if running.stopping else RunResult.COMPLETE, trigger)
            return
        block = blocks[running.place]
        self._settle()
        phase = self.plan(block)
        follows = {
            channel: block.number(parameter)
            for parameter, channel in self.FOLLOWS.items()
            if parameter in block.values
        }
        self.channels.aim({**follows, **phase.targets}, self.now)
        running.phase, running.phase_began, running.told = phase, self.now, False
        self._due = self.now + phase.seconds - phase.over
        self._outputs.append(seam.StepStarted(phase.name))
        if phase.begins:
            self.raise_event(phase.begins)

    def _affect(self, running: Running, phase: Phase) -> None:
        """Let the phase have done what it did until now, time and heat included."""
        effects = phase.effects(self.now - running.phase_began)
        if running.wafer:
            for effect in effects:
                self.wafer.apply(effect)
        self._settle()

    def _settle(self) -> None:
        if self.running is not None and self.running.wafer:
            self.settle(self.wafer)

    def _come_to_end(self, running: Running, phase: Phase) -> None:
        """The phase has come to what ends it; it is over, or goes on for a while."""
        if phase.over > 0 and not running.told:
            running.told = True
            self.raise_event(phase.ends)
            self._due = running.phase_began + phase.seconds
        else:
            self._finish_phase(running, phase)

    def _finish_phase(self, running: Running, phase: Phase) -> None:
        self._affect(running, phase)
        running.phase = None
        if phase.ends and not running.told:
            self.raise_event(phase.ends)
        self._outputs.append(seam.StepCompleted(phase.name))
        if phase.alarm:
            self.set_alarm(phase.alarm)
        if phase.fails:
            self._end(RunResult.FAILED, "fail")
        elif self.state is State.PAUSING:
            self._move("paused")
        else:
            self._next()

    def _stop(self) -> None:
        running = self.running
        assert running is not None
        running.stopping = True
        self._move("stop")
        if running.phase is None:
            self._next()

    def _abort(self) -> None:
        running = self.running
        assert running is not None
        if running.phase is not None:
            self._affect(running, running.phase)
            running.phase = None
        self._move("abort")
        self.channels.rest(self.now)
        self.on_abort()
        self._due = self.now + ABORT_S

    def _end(self, result: RunResult, trigger: str) -> None:
        running = self.running
        assert running is not None
        self._settle()
        self.on_end()
        self.running = None
        self._due = None
        self.channels.rest(self.now)
        self._outputs.append(seam.Ended(result))
        self._move(trigger)

    def _move(self, trigger: str) -> None:
        self._outputs.append(seam.ProcessStateChanged(self._processing.move(trigger)))
