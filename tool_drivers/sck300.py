"""A spin coater with the SCK-300's MiM controller: ASCII lines with CRC-8.

The coater knows one speed and no program: the host gives one speed after the other and has a
person dispense. A host that leaves in mid-spin leaves the wafer turning and the coat spoilt, so
whoever links up to a coater that turns stops it, and a job that this process did not start is
UNKNOWN (grade C). The banner that the board prints when it starts, in mid-job, means that it was
reset: the wafer is suspect.

Limits. The model is a laboratory coater whose lines its maker has published; other makers' coaters
speak otherwise. Nothing tells whether a wafer is on the chuck, whether its vacuum holds, or what
was dispensed: people do. Checked on no real coater.
"""

from contextlib import suppress

from fabctl.instruments.errors import FrameError, InstrumentError
from fabctl.instruments.lines import LineSplitter
from fabctl.instruments.sck300 import LONGEST, Command, Unsolicited, decode_line
from fabctl.tools.desk import Act, Question
from fabctl.tools.errors import ToolError
from fabctl.tools.port import (
    Accepted,
    Control,
    Finding,
    Found,
    Job,
    JobPhase,
    NoReply,
    Outcome,
    Refused,
    Status,
)
from tool_drivers.bench.blocks import named_blocks
from tool_drivers.bench.hosted import HostedJobs, NobodyKnowsError, NotDoneError
from tool_drivers.bench.line import NoAnswerError
from tool_drivers.bench.serial_tool import AnotherToolError, SerialTool
from tool_drivers.bench.text_line import ATTEMPTS, TextLine

ANSWER_S = 0.5
"""Wire seconds for an answer: 64 characters each way at 19200 Bd, and the board's loop."""
AWAKE = 8
"""Attempts to have a board's serial number, which may need 2 s to start."""
SETTLED_S = 3.0
"""Process seconds after which the motor is at its speed."""
STOP_S = 30.0
"""Process seconds after which a motor that is off stands still."""
SPEED_BAND = 0.05
DEVIATION, BANNER = 1, 2
"""Alarm numbers."""


class SaidNoError(ToolError):
    """The coater said no."""


class SpinCoater(SerialTool):
    """One coater; `softrev` of its dictionary is what it answers to GetSerial."""

    WHERE = "centre it on the chuck, vacuum on"

    def set_up(self) -> None:
        """Make the line's reader and the host's jobs."""
        super().set_up()
        who = Command("GetSerial").encode()
        self._lines = TextLine(self.line, who, self._is_name, LONGEST, ANSWER_S)
        self._jobs = HostedJobs(self.observers, self._motor_off)
        self._reset = False
        self._unasked = LineSplitter(LONGEST)

    # Its line.

    async def identify(self) -> None:
        """Ask its serial number; a board that starts as its port is opened answers late."""
        told = await self._ask("GetSerial", attempts=AWAKE)
        if told != self.dictionary.softrev:
            raise AnotherToolError(
                self.id, f"is coater {told!r}, its dictionary is for {self.dictionary.softrev!r}"
            )

    async def settle(self) -> None:
        """Nobody drives a coater that turns as we link up: stop it."""
        if await self._rpm() > 0:
            await self._motor_off()
        self._jobs.is_safe()

    async def disconnect(self) -> None:
        """End what the host was carrying out, safely, and let the coater go."""
        await self._jobs.forget()
        await super().disconnect()

    async def poll(self) -> None:
        """The speed."""
        rpm = await self._rpm()
        if self.watched:
            for variable in self.dictionary.variables:
                if variable.signal:
                    self.observers.reading(variable.signal, variable.name, rpm, variable.unit)

    def unasked(self, data: bytes) -> None:
        """Lines that answer nothing: remarks, and the banner of a reset."""
        try:
            lines = self._unasked.feed(data)
        except FrameError:
            return
        for line in lines:
            self._remark(line)

    def _remark(self, line: str) -> None:
        try:
            told = decode_line(line)
        except (FrameError, InstrumentError):
            return
        if isinstance(told, Unsolicited) and told.reset and self._jobs.job:
            self._reset = True
            self.observers.alarm(BANNER, f"the coater was reset: {line}", 5, is_set=True)

    async def _ask(self, name: str, value: str = "", attempts: int = ATTEMPTS) -> str:
        """Ask, again where no answer is any good. Raises `ToolError`."""
        try:
            return await self._lines.ask(Command(name, value).encode(), self._reply, attempts)
        except InstrumentError as error:
            raise SaidNoError(self.id, f"{name}: {error}") from None

    def _reply(self, line: str) -> str | None:
        """The value of a reply; any other line is a remark."""
        told = decode_line(line)
        if isinstance(told, Unsolicited):
            self._remark(line)
            return None
        return told

    def _is_name(self, line: str) -> bool:
        try:
            return self._reply(line) == self.dictionary.softrev
        except (FrameError, InstrumentError):
            return False

    async def _rpm(self) -> float:
        told = await self._ask("GetRPM")
        try:
            return float(told)
        except ValueError:
            raise ToolError(self.id, f"GetRPM: {told!r} is no speed") from None

    async def _motor_off(self) -> None:
        """Stop the motor; repeated, since a stop may be."""
        with suppress(ToolError):  # switched off all the same
            await self._ask("SetRPM", "0")
        await self._ask("BLDCoff")

    # The port.

    async def status(self) -> Status:
        """Ask the speed, and a person for the wafer where nobody has said."""
        turning = await self._rpm() > 0
        return Status(
            control=Control.REMOTE,
            state="EXECUTING" if self._jobs.job or turning else "IDLE",
            program=self.selected,
            job=self._jobs.job,
            wafers=await self.hands.wafers(),
            alarms=self.observers.alarms,
            clock="",
        )

    async def start(self, job: Job) -> Outcome:
        """Switch the motor on at no speed, then carry the program out."""
        if self._jobs.job:
            return Refused(f"{self._jobs.job} is under way")
        self._reset = False
        self.observers.alarm(BANNER, "", 5, is_set=False)
        self.observers.alarm(DEVIATION, "", 4, is_set=False)
        try:
            await self._ask("SetRPM", "0")
            await self._ask("BLDCon", attempts=1)
        except ToolError as error:
            with suppress(ToolError):
                await self._motor_off()
            return Refused(f"nothing was dispensed: {error}")  # only the host could go on
        self._jobs.begin(job.id, self._carry_out(job))
        return Accepted("the motor is on")

    async def _carry_out(self, job: Job) -> str:
        for block in named_blocks(self.dictionary, job.program):
            if block.name == "DISPENSE":
                await self._dispense(job, block.text("Material"), block.number("Volume"))
            else:
                await self._spin(block.number("Speed"), block.number("Time"))
        await self._motor_off()
        until = self.clock.process() + STOP_S
        while await self._rpm() > 0:
            if self.clock.process() > until:
                raise ToolError(self.id, "the motor is off, and the chuck still turns")
            await self.clock.sleep_process(1.0)
        return ""

    async def _dispense(self, job: Job, material: str, volume: float) -> None:
        text = f"Dispense {volume:g} mL of {material} on the middle of wafer {job.wafer}, now."
        recipe = self.decode(job.program, job.operation)
        question = Question(self.id, Act.DISPENSE, text, job.wafer, recipe, job=job.id)
        match await self.hands.ask(question):
            case Accepted(by):
                self.observers.job(job.id, JobPhase.PHASE, f"{material} dispensed {by}")
            case Refused(why):
                raise NotDoneError(f"nothing was dispensed: {why}")
            case NoReply(why):
                raise NobodyKnowsError(f"nobody knows whether it was dispensed: {why}")

    async def _spin(self, rpm: float, seconds: float) -> None:
        """One speed for a time, looked at every second."""
        with suppress(NoAnswerError):  # it may have been heard all the same: the speed tells
            await self._ask("SetRPM", f"{rpm:.0f}", attempts=1)
        began = self.clock.process()
        while (left := began + seconds - self.clock.process()) > 0:
            await self.clock.sleep_process(min(1.0, left))
            if self._reset:
                raise ToolError(self.id, "was reset in mid-spin")
            true = await self._rpm()
            if self.clock.process() - began > SETTLED_S and abs(true - rpm) > SPEED_BAND * rpm:
                text = f"{true:g} rpm instead of {rpm:g} rpm"
                self.observers.alarm(DEVIATION, text, 4, is_set=True)
                if true < rpm / 2:
                    raise ToolError(self.id, f"turns at {text}")

    async def find(self, job: str) -> Finding:
        """What this process knows; the coater itself remembers nothing."""
        rpm = await self._rpm()
        found, why = self._jobs.found(job)
        evidence: dict[str, object] = {"rpm": rpm}
        evidence |= {"why": why} if why else {}
        return Finding(found, self.grade, evidence, final=found is Found.UNKNOWN)

    async def pause(self) -> Outcome:
        """Refuse: a coat that waits dries."""
        return Refused("a coat can't be paused")

    async def resume(self) -> Outcome:
        """Refuse."""
        return Refused("nothing is paused")

    async def stop(self) -> Outcome:
        """Stop the motor, and the job."""
        reset = "the coater was reset in mid-job: the wafer is suspect"
        await self._jobs.end(reset if self._reset else "stopped by the host")
        try:
            await self._motor_off()
        except ToolError as error:
            return NoReply(str(error))
        self._jobs.is_safe()
        return Accepted("the motor is off")

    async def abort(self) -> Outcome:
        """As `stop`."""
        return await self.stop()
