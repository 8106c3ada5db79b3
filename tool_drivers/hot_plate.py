"""A hot plate with an IKA's NAMUR lines.

The host heats the plate, has a person lay the wafer on it and lift it off, and takes the time. The
plate's own watchdog is armed at every link: a host that dies leaves a plate that goes cold. Set
commands are not acknowledged, so each is read back.

Grade C: the plate knows its set-point and nothing of jobs. How long the wafer lay is from one
answer of the person to the next. A plate that goes out of sight before a wafer lies on it costs
nothing but time. Out of sight while one does, it goes on by itself, and the wafer is lifted off in
time; but it keeps no record of how hot it was, so that bake is UNKNOWN.

Checked on no real plate: line settings and the watchdog's answers differ between models.
"""

import math
from contextlib import suppress
from decimal import Decimal

from fabctl.instruments import namur
from fabctl.instruments.errors import InstrumentError
from fabctl.instruments.namur import LONGEST, PLATE, Command, decode_value
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
from tool_drivers.bench.line import LineDownError, NoAnswerError
from tool_drivers.bench.serial_tool import BEYOND_RECOVERY, AnotherToolError, SerialTool
from tool_drivers.bench.text_line import TextLine

ANSWER_S = 1.0
"""Wire seconds for an answer."""
WATCHDOG_S = 120
"""The plate goes cold after so many seconds without a word from the host; polls are its words."""
BAND_DEGC = 1.0
"""The wafer is laid on once the plate has been so near to its set-point ..."""
STEADY_S = 10.0
"""... for so many process seconds."""
HEATING_S = 3600.0
"""A plate that is not at its set-point after so many process seconds never will be."""
SAFE_DEGC = Decimal(20)
LOOK_S = 2.0
"""Process seconds between two looks at the plate while a wafer lies on it."""
DROP_DEGC = 5.0
"""A plate that is farther from its set-point than a wafer laid on it can explain has failed."""
LATE_S = 5.0
"""Process seconds by which a bake may be longer than its recipe says, for hands are slow."""
LONG_BAKE, BROKEN = 1, 2
"""Alarm numbers."""
CLEAR_WATCHDOG = Command("OUT_WD2@0")


class Sight:
    """For how long a plate was out of sight, in process seconds.

    A look that finds no answer leaves all the time from the look before to the next unseen.
    """

    def __init__(self, now: float) -> None:
        self.unseen = 0.0
        self.longest = 0.0
        self._since = now
        self._missed = False

    def look(self, now: float, *, seen: bool) -> None:
        """Take note of a look at the plate; with `seen` it has answered."""
        if seen:
            self.end(now)
            self._since, self._missed = now, False
        else:
            self._missed = True

    def end(self, now: float) -> None:
        """Count what was out of sight until now."""
        if self._missed:
            self.unseen += now - self._since
            self.longest = max(self.longest, now - self._since)
            self._since = now


class HotPlate(SerialTool):
    """One plate; `mdln` of its dictionary is what it answers to IN_NAME."""

    WHERE = "lay it beside the plate, not on it"

    def set_up(self) -> None:
        """Make the line's reader and the host's jobs."""
        super().set_up()
        who = Command("IN_NAME").encode()
        self._lines = TextLine(self.line, who, self._is_name, LONGEST, ANSWER_S)
        self._jobs = HostedJobs(self.observers, self._heater_off)

    # Its line.

    async def identify(self) -> None:
        """Ask its name."""
        told = await self._lines.ask(Command("IN_NAME").encode(), str)
        if told != self.dictionary.mdln:
            raise AnotherToolError(
                self.id, f"is {told!r}, its dictionary is for {self.dictionary.mdln!r}"
            )

    async def settle(self) -> None:
        """Arm the watchdog."""
        await self._watchdog(namur.watchdog(WATCHDOG_S))

    async def disconnect(self) -> None:
        """End what the host was carrying out, safely, and leave the plate to the lab."""
        await self._jobs.forget()
        if self.line.is_open:
            with suppress(ToolError):
                await self._watchdog(CLEAR_WATCHDOG)
        await super().disconnect()

    @property
    def period(self) -> float:
        """Process seconds between polls; never so long that the watchdog bites."""
        return min(super().period, WATCHDOG_S / 4)

    async def poll(self) -> None:
        """The plate's temperature; also tells the watchdog that we live."""
        celsius = await self._celsius()
        broken = math.isnan(celsius)
        self.observers.alarm(BROKEN, "the plate's sensor is broken", BEYOND_RECOVERY, is_set=broken)
        if self.watched:
            for variable in self.dictionary.variables:
                if variable.signal:
                    told = (variable.signal, variable.name, celsius, variable.unit)
                    self.observers.reading(*told)

    def _is_name(self, line: str) -> bool:
        return line == self.dictionary.mdln

    async def _number(self, word: str, channel: int) -> Decimal:
        try:
            return await self._lines.ask(
                Command(word).encode(), lambda line: decode_value(line, channel)
            )
        except InstrumentError as error:
            raise ToolError(self.id, f"{word}: {error}") from None

    async def _celsius(self) -> float:
        """The plate's temperature; no number where it is none that a plate can have."""
        told = await self._number(f"IN_PV_{PLATE}", PLATE)
        return math.nan if told < 0 else float(told)

    async def _watchdog(self, command: Command) -> None:
        """Arm or clear it; some models answer with a line, some with none."""
        with suppress(NoAnswerError):
            await self._lines.ask(command.encode(), str, attempts=1)

    async def _aim(self, celsius: Decimal) -> None:
        """Set the plate's target and read it back. Raises `ToolError`."""
        await self._lines.tell(namur.set_point(celsius).encode())
        told = await self._number("IN_SP_1", 1)
        if told != celsius:
            raise ToolError(self.id, f"the set-point is {told} degC, not {celsius} degC")

    async def _heater_off(self) -> None:
        await self._lines.tell(Command("STOP_1").encode())
        await self._aim(SAFE_DEGC)

    # The port.

    async def status(self) -> Status:
        """Ask the plate, and a person for the wafer where nobody has said."""
        await self._celsius()
        return Status(
            control=Control.REMOTE,
            state="EXECUTING" if self._jobs.job else "IDLE",
            program=self.selected,
            job=self._jobs.job,
            wafers=await self.hands.wafers(),
            alarms=self.observers.alarms,
            clock="",
        )

    async def start(self, job: Job) -> Outcome:
        """Set the plate's target, read it back, switch the heater on, and carry on from there."""
        if self._jobs.job:
            return Refused(f"{self._jobs.job} is under way")
        (bake,) = named_blocks(self.dictionary, job.program)
        celsius, seconds = Decimal(str(bake.number("Temp"))), bake.number("Time")
        self.observers.alarm(LONG_BAKE, "", 4, is_set=False)
        try:
            await self._watchdog(namur.watchdog(WATCHDOG_S))  # a plate that was reset forgets it
            await self._aim(celsius)
            await self._lines.tell(Command("START_1").encode())
        except ToolError as error:
            with suppress(ToolError):
                await self._heater_off()
            return Refused(f"no wafer was laid on: {error}")  # only the host could go on
        self._jobs.begin(job.id, self._bake(job, celsius, seconds))
        return Accepted("the plate heats")

    async def _bake(self, job: Job, celsius: Decimal, seconds: float) -> str:
        try:
            await self._heat(celsius)
        except ToolError as error:
            raise NotDoneError(f"no wafer was laid on: {error}") from None
        recipe = self.decode(job.program, job.operation)
        text = f"The plate is at {float(celsius):g} degC. Lay wafer {job.wafer} on it, now."
        await self._have_done(Question(self.id, Act.LAY, text, job.wafer, recipe, job=job.id))
        began = self.clock.process()
        sight = Sight(began)
        while (left := began + seconds - self.clock.process()) > 0:
            await self.clock.sleep_process(min(LOOK_S, left))
            await self._still_at(celsius, sight)
        text = f"{seconds:g} s are over. Lift wafer {job.wafer} off the plate, now."
        await self._have_done(Question(self.id, Act.LIFT, text, job.wafer, recipe, job=job.id))
        lifted = self.clock.process()
        lay = lifted - began
        await self._still_at(celsius, sight, lifted)
        sight.end(lifted)
        if lay > seconds + LATE_S:
            text = f"the wafer lay on the plate for {lay:.0f} s instead of {seconds:g} s"
            self.observers.alarm(LONG_BAKE, text, 4, is_set=True)
        if sight.unseen:
            raise NobodyKnowsError(
                f"{self.id} was out of sight for {sight.unseen:.0f} of the {lay:.0f} s that the "
                "wafer lay on it: how hot it was then is not shown"
            )
        await self._jobs.until_safe()  # nothing of the bake is lost if the line is, from here on
        return f"on the plate for {lay:.0f} s"

    async def _heat(self, celsius: Decimal) -> None:
        """Wait until the plate has been at its target for a while."""
        now = self.clock.process()
        until, steady, sight = now + HEATING_S, now, Sight(now)
        while self.clock.process() - steady < STEADY_S:
            await self.clock.sleep_process(1.0)
            told = await self._look(sight)
            if sight.longest > WATCHDOG_S:
                raise ToolError(
                    self.id,
                    f"was out of sight for {sight.longest:.0f} s, so its watchdog has switched "
                    "the heater off",
                )
            if told is None or not abs(told - float(celsius)) <= BAND_DEGC:
                steady = self.clock.process()
            if self.clock.process() > until:
                raise ToolError(self.id, f"the plate does not get to {celsius} degC")

    async def _look(self, sight: Sight, at: float | None = None) -> float | None:
        """The plate's temperature, None where it is out of sight: it goes on by itself.

        `at` is the moment that the look is for, by default the one of the answer.
        """
        try:
            told = await self._celsius()
        except (NoAnswerError, LineDownError):
            sight.look(self.clock.process(), seen=False)
            return None
        sight.look(self.clock.process() if at is None else at, seen=True)
        return told

    async def _still_at(self, celsius: Decimal, sight: Sight, at: float | None = None) -> None:
        """Raise `ToolError` where the plate has left its set-point: it was reset, or has failed."""
        now = await self._look(sight, at)
        if now is not None and not abs(now - float(celsius)) <= DROP_DEGC:
            unseen = f", after {sight.unseen:.0f} s out of sight" if sight.unseen else ""
            is_at = f"the plate is at {now:g} degC instead of {celsius} degC"
            raise ToolError(self.id, is_at + unseen)

    async def _have_done(self, question: Question) -> None:
        match await self.hands.ask(question):
            case Accepted(by):
                self.observers.job(question.job, JobPhase.PHASE, f"{question.act} {by}")
            case Refused(why):
                raise NotDoneError(f"{question.act} was not done: {why}")
            case NoReply(why):
                raise NobodyKnowsError(f"nobody knows whether it was done ({question.act}): {why}")

    async def find(self, job: str) -> Finding:
        """What this process knows; the plate itself remembers nothing."""
        celsius = await self._celsius()
        found, why = self._jobs.found(job)
        evidence: dict[str, object] = {"plate_degc": celsius}
        evidence |= {"why": why} if why else {}
        return Finding(found, self.grade, evidence, final=found is Found.UNKNOWN)

    async def pause(self) -> Outcome:
        """Refuse: a bake that is interrupted is another bake."""
        return Refused("a bake can't be paused")

    async def resume(self) -> Outcome:
        """Refuse."""
        return Refused("nothing is paused")

    async def stop(self) -> Outcome:
        """Switch the heater off, and end the job. The wafer lies where it is: a person lifts it."""
        await self._jobs.end("stopped by the host")
        try:
            await self._heater_off()
        except ToolError as error:
            return NoReply(str(error))
        self._jobs.is_safe()
        return Accepted("the heater is off")

    async def abort(self) -> Outcome:
        """As `stop`."""
        return await self.stop()
