"""The driver of a GEM tool: the Tool port over HSMS or SECS-I, by the tool's dictionary."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from fractions import Fraction
from typing import Any

from fabctl.clock import Clock
from fabctl.links.link import Dial, LinkError
from fabctl.links.session import SecsSession
from fabctl.links.tap import Tap
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import Item
from fabctl.secs.message import Message
from fabctl.tools import template
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.fab import ToolEntry
from fabctl.tools.port import (
    ChangedConstant,
    Control,
    Finding,
    Job,
    Measurement,
    Observation,
    Outcome,
    Program,
    Refused,
    Status,
)
from fabctl.tools.program_differences import differences
from fabctl.tools.session_settings import session_settings
from tool_drivers.gem import measured
from tool_drivers.gem.coming_up import ComingUp, time_text
from tool_drivers.gem.commands import Commands
from tool_drivers.gem.communication import Communication
from tool_drivers.gem.constants import Constants
from tool_drivers.gem.material import Material
from tool_drivers.gem.observations import CONTROL, Observations, canonical
from tool_drivers.gem.programs import Programs, verification_of
from tool_drivers.gem.reading import pairs_of, text_of, whole_of, wholes_of
from tool_drivers.gem.reconcile import Reconcile, grade_of
from tool_drivers.gem.reports import Happening, Reports
from tool_drivers.gem.section import section
from tool_drivers.gem.selection import Selection
from tool_drivers.gem.traces import Traces
from tool_drivers.gem.unasked import Unasked
from tool_drivers.gem.waiters import Waiters
from tool_drivers.gem.wire import NOT_GIVEN, OffLineError, Wire

STATUS = (
    "ControlState",
    "ProcessState",
    "PPExecName",
    "JobID",
    "MaterialLocations",
    "AlarmsSet",
    "Clock",
)
WITH_A_JOB = ("EXECUTING", "PAUSING", "PAUSED", "STOPPING", "ABORTING")


class GemTool:
    """One GEM tool over one link that is made again whenever it is lost.

    Must be made inside a running event loop. `tap` sees the link's bytes.
    """

    def __init__(
        self,
        entry: ToolEntry,
        dictionary: Dictionary,
        dial: Dial,
        clock: Clock,
        tap: Tap | None = None,
    ) -> None:
        self.id = entry.id
        self.kind = entry.kind
        self.grade = grade_of(dictionary)
        self._dictionary = dictionary
        self._dial = dial
        self._clock = clock
        self._up = False
        self._coming_back: asyncio.Task[None] | None = None
        settings = session_settings(dictionary, End.HOST, secs1=entry.place.secs1)
        self._session = SecsSession(settings, clock, tap=tap)
        wire = self._wire = Wire(self.id, dictionary, self._session)
        self._observations = Observations(self.id, dictionary, clock.process)
        self._happenings: Waiters[Happening] = Waiters()
        self._verifications: Waiters[Item] = Waiters()
        self._reports = Reports(wire)
        self._communication = Communication(wire, clock)
        self._coming_up = ComingUp(
            wire, self._communication, self._reports, self._observations, clock
        )
        self._commands = Commands(wire)
        self._traces = Traces(wire, clock.process)
        self._reconcile = Reconcile(wire, clock)
        self._constants = Constants(wire)
        happenings = self._happenings
        self._programs = Programs(wire, self._verifications, self._patience("verification"))
        self._selection = Selection(wire, self._commands, happenings, self._patience("selection"))
        self._material = Material(wire, self._commands, happenings, self._patience("transfer"))
        self._listen()

    def _patience(self, timer: str) -> float:
        """How long to wait for what a tool does in process time and then tells: wire seconds."""
        timers = self._dictionary.timers
        return float(timers["t3"]) + float(timers[timer]) / self._clock.speed

    def _listen(self) -> None:
        form = self._dictionary.quirks["time_format"]
        unasked = Unasked(self._session, lambda: time_text(self._clock.process_utc(), form))
        unasked.on(1, 13, self._communication.asked)
        unasked.on(5, 1, lambda message: self._observations.alarm(message.item))
        unasked.on(6, 1, self._sampled)
        unasked.on(6, 11, self._happened)
        unasked.on(7, 27, lambda message: self._verifications.tell(verification_of(message)))
        self._session.on_primary = unasked.take
        self._session.on_selected = self._selected
        self._session.on_lost = self._lost
        self._wire.on_offline = lambda: self._observations.control(Control.OFFLINE)

    # What the tool tells.

    def _sampled(self, message: Message) -> None:
        for reading in self._traces.read(self.id, message.item):
            self._observations.tell(reading)

    def _happened(self, message: Message) -> None:
        happening = self._reports.read(message.item)
        self._happenings.tell(happening)
        self._observations.event(happening)

    def _lost(self, why: str) -> None:
        self._stop_coming_back()
        self._communication.lost()
        self._happenings.give_up()
        self._verifications.give_up()
        if self._up:
            self._observations.sight(why, seen=False)

    def _selected(self) -> None:
        if self._up:  # a link after the first
            self._stop_coming_back()
            self._coming_back = asyncio.get_running_loop().create_task(self._come_back())

    async def _come_back(self) -> None:
        """Make the tool usable again after the link was lost; try until it is lost again."""
        while True:
            try:
                await self._come_up()
                await self._traces.renew()
            except ToolError as error:
                self._observations.sight(str(error), seen=False)
                await self._clock.sleep(self._session.settings.t5)
            else:
                self._observations.sight("the link is back", seen=True)
                return

    async def _come_up(self) -> None:
        try:
            await self._coming_up.run()
        finally:
            self._reconcile.came_up(bare=self._coming_up.found_bare)

    def _stop_coming_back(self) -> None:
        if self._coming_back is not None:
            self._coming_back.cancel()
            self._coming_back = None

    # The port.

    async def connect(self) -> None:
        """Link up, agree to communicate, go on-line remote, set clock, reports and alarms."""
        if self._up:
            return
        try:
            await self._session.open(self._dial, reconnect=True)
        except LinkError as error:
            raise ToolError(self.id, f"can't be reached: {error}") from None
        try:
            await self._come_up()
            await self._coming_up.set_clock()
            await self._traces.clean()
        except BaseException:
            await self._session.close()
            raise
        self._up = True
        self._observations.sight("connected", seen=True)

    async def disconnect(self) -> None:
        """End the session in an orderly way; the tool goes on with what it does."""
        self._up = False
        self._stop_coming_back()
        await self._session.close()

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation, at once; returns the unsubscriber."""
        return self._observations.subscribe(listener)

    async def status(self) -> Status:
        """Ask the tool what it is doing; an off-line tool says nothing but that."""
        try:
            values = await self._wire.values(STATUS)
        except OffLineError:
            return Status(Control.OFFLINE, "UNKNOWN", "", "", (), (), "")
        state = canonical(self._dictionary, values["ProcessState"])
        number = whole_of(values["ControlState"])
        return Status(
            control=CONTROL.get(number or 0, Control.UNKNOWN),
            state=state,
            program=text_of(values["PPExecName"]).strip(),
            job=text_of(values["JobID"]).strip() if state in WITH_A_JOB else "",
            wafers=tuple(wafer for _, wafer in pairs_of(values["MaterialLocations"]) if wafer),
            alarms=wholes_of(values.get("AlarmsSet", NOT_GIVEN)),
            clock=text_of(values["Clock"]),
        )

    async def place(self, wafer: str) -> Outcome:
        """Have the wafer brought to the tool; `Accepted` once the tool reports its ID received."""
        return await self._material.place(wafer)

    async def remove(self, wafer: str) -> Outcome:
        """Have the wafer taken from the tool; `Accepted` once the tool reports it gone."""
        return await self._material.remove(wafer)

    def encode(self, name: str, recipe: Recipe) -> Program:
        """The tool's program for a recipe. Raises `RecipeError` where the tool can't do it."""
        return template.encode(self._dictionary, name, recipe)

    def decode(self, program: Program, operation: str) -> Recipe:
        """What a program on the tool really does. Raises `RecipeError` where it can't be read."""
        return template.decode(self._dictionary, program, operation)

    def differences(self, sent: Program, found: Program) -> tuple[str, ...]:
        """Say in the tool's own words where a program is another than the one that was sent."""
        return differences(self._dictionary, sent, found)

    async def install(self, program: Program) -> Outcome:
        """Download the program; `Accepted` once the tool has verified it."""
        return await self._programs.install(program)

    async def select(self, program: Program) -> Outcome:
        """Select the program for the next start; `Accepted` once the tool says it is selected."""
        return await self._selection.select(program.name)

    async def read_back(self, program: Program) -> Program:
        """What the tool now stores under the program's name (`start` is taken from `program`)."""
        return await self._programs.read_back(program)

    async def changed_constants(self) -> tuple[ChangedConstant, ...]:
        """The equipment constants that are not as the dictionary has them. Raises `ToolError`."""
        return await self._constants.changed()

    async def watch(
        self, operation: str, fresh_for: Fraction | None = None
    ) -> Sequence[tuple[str, str]]:
        """Have the signals of an operation reported; returns (signal, channel) of each."""
        silence = float(self._dictionary.timers["linktest"])
        if fresh_for is not None:  # a dead link is found out before its last sample is stale
            silence = min(silence, max(1.0, float(fresh_for) / 2 / self._clock.speed))
        self._session.tolerate_silence(silence)
        return await self._traces.start(operation, fresh_for)

    def redundant(self) -> Sequence[frozenset[str]]:
        """Groups of channels that measure the same, by the tool's dictionary."""
        return self._dictionary.redundant

    def uncertainties(self) -> Mapping[str, Quantity]:
        """Signal → by how much its readings may be off either way, by the tool's dictionary."""
        return {signal: each.within for signal, each in self._dictionary.uncertainties.items()}

    async def unwatch(self) -> None:
        """End the reporting that `watch` began."""
        self._session.tolerate_silence(float(self._dictionary.timers["linktest_idle"]))
        await self._traces.end()

    async def start(self, job: Job) -> Outcome:
        """Start the job: sends once, never again by itself."""
        try:
            await self._reconcile.before_start(job.id)
        except ToolError as error:
            return Refused(f"START was not sent: {error}")
        return await self._commands.send("START", {"LOTID": job.id, **job.program.start})

    async def find(self, job: str) -> Finding:
        """What became of a job. Waits out the tool's command latency before NOT_SEEN."""
        return await self._reconcile.find(job)

    async def pause(self) -> Outcome:
        """Pause at the next safe point."""
        return await self._commands.at_once("PAUSE")

    async def resume(self) -> Outcome:
        """Go on after a pause."""
        return await self._commands.at_once("RESUME")

    def stop(self) -> Coroutine[Any, Any, Outcome]:
        """Orderly end of the running job, sent before this returns. May be repeated."""
        return self._commands.at_once("STOP")

    def abort(self) -> Coroutine[Any, Any, Outcome]:
        """End the running job at once, sent before this returns. May be repeated."""
        return self._commands.at_once("ABORT")

    async def results(self, job: str) -> Sequence[Measurement]:
        """What a metrology job measured."""
        return await measured.results(self._wire, job)

    async def section(self, wafer: str) -> str:
        """A wafer's cross-section, from a tool that has the command for it. Raises `ToolError`."""
        patience = self._patience("selection")
        return await section(self._wire, self._commands, self._happenings, wafer, patience)

    async def peaks(self, job: str) -> Mapping[str, float]:
        """The tool's own record since the job's start: signal → highest value, in its unit."""
        return await measured.peaks(self._wire, job)
