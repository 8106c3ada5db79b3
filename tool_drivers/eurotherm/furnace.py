"""The driver: programs, jobs and their evidence, on one controller.

The controller stores the program, carries it out by itself and goes on without a host. It stores
no job ID, so the driver keeps a mark of the job in the program's last segment, which lies beyond
the program's end: cleared by `install`, written before RUN, changed once the program is seen to
run. By that, the program's status and the power-fail flag, `find` tells what became of a job:
evidence of grade B. A program that was reset without anybody having seen it run is UNKNOWN.

Limits. The controller can't tell which wafer it heats (a person does), nor how hot it was while
nobody looked. An edit of the stored program is seen; one of the copy that runs (program 0, which
the panel can edit in hold) only by its temperature. Its display's decimals bound what can be set.
Checked against the maker's handbook and foreign Modbus software, on no real controller: the places
of the mark and of the customer ID are to be checked with the model at hand. Configuration registers
are never written.
"""

import asyncio
from fractions import Fraction

from fabctl.instruments.eurotherm import ProgramStatus, Register, scaled
from fabctl.process.recipe import Recipe
from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import (
    Accepted,
    Finding,
    Found,
    Grade,
    Job,
    JobPhase,
    NoReply,
    Outcome,
    Program,
    Refused,
    Status,
)
from tool_drivers.bench.line import NoAnswerError
from tool_drivers.bench.modbus_line import ModbusLine, NotTakenError
from tool_drivers.bench.serial_tool import BEYOND_RECOVERY, AnotherToolError, SerialTool
from tool_drivers.eurotherm.controller import FLAGS, Controller
from tool_drivers.eurotherm.evidence import RUNNING, became
from tool_drivers.eurotherm.other_protocol import speaks_bisynch
from tool_drivers.eurotherm.slot import SLOT, Slot

STANDBY_DEGC = Fraction(20)
"""Set-point outside a program: where the furnace goes when a program is reset."""
LATENCY_S = 2.0
"""Wire seconds after which a command that was heard shows in the registers."""
STATES = {
    ProgramStatus.RESET: "READY",
    ProgramStatus.RUN: "EXECUTING",
    ProgramStatus.HOLD: "PAUSED",
    ProgramStatus.HOLDBACK: "EXECUTING",
    ProgramStatus.COMPLETE: "IDLE",
}
LOOK_AT_PROGRAM = 12
"""Every so many polls of a running program its segments are compared with what was written."""


class EurothermFurnace(SerialTool):
    """One furnace; `device_id` of its dictionary is the slave's address, `softrev` its ID."""

    grade = Grade.B
    stores_programs = True
    WHERE = "into the boat, and the boat into the tube"

    def set_up(self) -> None:
        """Make the registers and what stands in them."""
        super().set_up()
        self._registers = ModbusLine(
            self.id, self.line, self.clock, self.dictionary.device_id, self.entry.place.baudrate
        )
        self._decimals = int(self.dictionary.quirks["decimals"])
        self._controller = Controller(self.id, self._registers)
        self._slot = Slot(self.id, self._registers, self._decimals)
        self._job = ""
        self._program: Program | None = None
        self._polled = 0
        self._last = ProgramStatus.RESET

    # Seeing it.

    async def identify(self) -> None:
        """Read the customer ID: two furnaces of one make differ in nothing else."""
        self._registers.begin()  # a furnace that may be another is not even asked to echo
        try:
            told = await self._controller.customer_id()
        except NoAnswerError:
            place, address = self.entry.place, self.dictionary.device_id
            advice = "" if self._up else await speaks_bisynch(self.line, place, address)
            if not advice:
                raise
            raise ToolError(self.id, advice) from None
        if str(told) != self.dictionary.softrev:
            raise AnotherToolError(
                self.id, f"is controller {told}, its dictionary is for {self.dictionary.softrev}"
            )

    async def poll(self) -> None:
        """Temperature, told as soon as it is there; an abort for it comes next on the line."""
        flags = await self._controller.flags()
        celsius = await self._controller.celsius(flags)
        bad = FLAGS[Register.SENSOR_BREAK] if flags[Register.SENSOR_BREAK] else ""
        for variable in self.dictionary.variables:
            if variable.vid == Register.PV:
                self.observers.reading(
                    variable.signal, variable.name, celsius, variable.unit, bad=bad
                )
        await asyncio.sleep(0)
        for register, text in FLAGS.items():
            self.observers.alarm(register, text, BEYOND_RECOVERY, is_set=flags[register])
        status = await self._controller.program_status()
        self._tell_change(self._last, status)
        self._last = status
        self._polled += 1
        if status in RUNNING and self._program and self._polled % LOOK_AT_PROGRAM == 0:
            await self._compare(self._program)

    async def _compare(self, program: Program) -> None:
        """Tell, once, where somebody edits the running program at the panel."""
        if not await self._slot.holds(program):
            self._program = None
            self.observers.program(program.name)

    def _tell_change(self, before: ProgramStatus, now: ProgramStatus) -> None:
        if before == now or not self._job:
            return
        match now:
            case ProgramStatus.COMPLETE:
                self.observers.job(self._job, JobPhase.COMPLETED)
            case ProgramStatus.RESET if before in RUNNING:
                self.observers.job(self._job, JobPhase.ABORTED, "reset before its end")
            case ProgramStatus.HOLD:
                self.observers.job(self._job, JobPhase.PAUSED)
            case ProgramStatus.RUN if before is ProgramStatus.HOLD:
                self.observers.job(self._job, JobPhase.RESUMED)

    async def status(self) -> Status:
        """Ask the controller, and a person for the wafer where nobody has said."""
        status = await self._controller.program_status()
        return Status(
            control=await self._controller.control(),
            state=STATES[status],
            program=await self._selected(),
            job=self._job if status in RUNNING else "",
            wafers=await self.hands.wafers(),
            alarms=self.observers.alarms,
            clock="",
        )

    # Its program.

    def encode(self, name: str, recipe: Recipe) -> Program:
        """The program for a recipe. Raises `RecipeError` where the display can't hold it."""
        program = super().encode(name, recipe)
        try:
            self._slot.check(program)
        except ValueError as error:
            raise RecipeError(self.id, str(error)) from None
        return program

    async def install(self, program: Program) -> Outcome:
        """Write the program, and clear the mark of the last job; every block is read back."""
        try:
            status = await self._controller.program_status()
            if status in RUNNING:
                return Refused(f"program {status.name} under way")
            if status is ProgramStatus.COMPLETE:
                await self._registers.write(Register.PROGRAM_STATUS, ProgramStatus.RESET)
            await self._slot.write(program)
        except (NotTakenError, ValueError) as error:
            return Refused(str(error))
        except ToolError as error:
            return NoReply(str(error))
        self._installed[program.name] = program
        return Accepted("written and read back")

    async def select(self, program: Program) -> Outcome:
        """Select the slot."""
        try:
            await self._slot.select()
        except NotTakenError as error:
            return Refused(str(error))
        except ToolError as error:
            return NoReply(str(error))
        return Accepted(f"{program.name} is program {SLOT}")

    async def read_back(self, program: Program) -> Program:
        """Give what the controller now stores in the slot."""
        return await self._slot.read(program)

    async def _selected(self) -> str:
        """The name of the selected program; a number where it is not what the host wrote."""
        number = await self._slot.selected()
        if number == SLOT:
            for program in reversed(self._installed.values()):
                if await self._slot.holds(program):
                    return program.name
        return f"program {number}"

    # Its jobs.

    async def start(self, job: Job) -> Outcome:
        """Mark the job, send RUN once, and look whether the program runs."""
        try:
            objection = await self._objection()
            if objection:
                return Refused(objection)
            standby = scaled(STANDBY_DEGC, self._decimals)
            await self._registers.write(Register.TARGET_SP, standby)
            await self._slot.mark(job.id)
        except ToolError as error:
            return Refused(f"RUN was not sent: {error}")
        self._job, self._program, self._last = job.id, job.program, ProgramStatus.RESET
        try:
            await self._registers.write_once(Register.PROGRAM_STATUS, ProgramStatus.RUN)
        except NotTakenError as error:
            return Refused(str(error))
        except ToolError:
            pass  # it may have been heard all the same: the status tells
        try:
            return await self._seen_to_run(job.id)
        except ToolError as error:
            return NoReply(str(error))

    async def _objection(self) -> str:
        """Why RUN must not be sent now, "" where it may."""
        status = await self._controller.program_status()
        if status is not ProgramStatus.RESET:
            return f"the program is {status.name}, not RESET"
        for register, is_set in (await self._controller.flags()).items():
            if is_set:
                return f"{FLAGS[register]}: acknowledge it at the panel"
        return ""

    async def _seen_to_run(self, job: str) -> Outcome:
        until = self.clock.wire() + LATENCY_S
        while True:
            status = await self._controller.program_status()
            if status is not ProgramStatus.RESET:
                self._last = status
                self.observers.job(job, JobPhase.STARTED)
                await self._slot.mark(job, seen=True)
                return Accepted("the program runs")
            if self.clock.wire() >= until:
                return Refused("RUN was sent, and the program stays RESET")
            await self.clock.sleep(LATENCY_S / 10)

    async def find(self, job: str) -> Finding:
        """Tell what became of a job, by mark, status and flags."""
        found = await self._look(job)
        if found.found in (Found.NOT_SEEN, Found.UNKNOWN):
            await self.clock.sleep(LATENCY_S)  # what was on its way has arrived by then
            found = await self._look(job)
        if found.found is Found.RUNNING and job != self._job:
            await self._adopt(job)
        return found

    async def _adopt(self, job: str) -> None:
        """Watch on over a job that another process has started, and over its program as it is."""
        name = f"program {SLOT}"
        try:
            self._program = await self._slot.read(Program(name, ()))
        except RecipeError:
            self.observers.program(name)  # nobody but a person at the panel wrote that
        self._job, self._last = job, ProgramStatus.RUN

    async def _look(self, job: str) -> Finding:
        mark = await self._slot.marked(job)
        status = await self._controller.program_status()
        flags = [FLAGS[each] for each, is_set in (await self._controller.flags()).items() if is_set]
        evidence: dict[str, object] = {
            "mark": mark.value,
            "program": status.name,
            "segment": await self._controller.segment(),
            "flags": flags,
        }
        found, why = became(mark, status, flags)
        return Finding(found, self.grade, {**evidence, "why": why} if why else evidence)

    async def pause(self) -> Outcome:
        """Hold the set-point where it is."""
        return await self._command(ProgramStatus.HOLD, ProgramStatus.RUN)

    async def resume(self) -> Outcome:
        """Let the program go on."""
        return await self._command(ProgramStatus.RUN, ProgramStatus.HOLD)

    async def stop(self) -> Outcome:
        """End the program: the set-point falls to standby. The furnace cools as it will."""
        return await self._command(ProgramStatus.RESET, *RUNNING)

    async def abort(self) -> Outcome:
        """As `stop`: the controller knows no harder end, and its limits stay on guard."""
        return await self.stop()

    async def _command(self, wanted: ProgramStatus, *from_: ProgramStatus) -> Outcome:
        """Set the program's status; harmless to repeat."""
        try:
            if wanted is ProgramStatus.RESET and self._last in RUNNING:
                await self._registers.write(Register.PROGRAM_STATUS, wanted)
                return Accepted("the program is RESET")
            status = await self._controller.program_status()
            if status is wanted or (wanted is ProgramStatus.RESET and status not in from_):
                return Accepted(f"the program is {status.name}")
            if status not in from_:
                return Refused(f"the program is {status.name}")
            await self._registers.write(Register.PROGRAM_STATUS, wanted)
        except NotTakenError as error:
            return Refused(str(error))
        except ToolError as error:
            return NoReply(str(error))
        finally:
            self.look_soon()
        return Accepted(f"the program is {wanted.name}")
