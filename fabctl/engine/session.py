"""What everybody who works on one run in one process shares."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from msgspec import Struct, field

from fabctl.clock import Clock
from fabctl.engine.bypass import moment
from fabctl.engine.chambers import Chambers
from fabctl.engine.controls import Helm
from fabctl.engine.errors import Hold
from fabctl.engine.guard import Guard
from fabctl.engine.history import History
from fabctl.engine.plan import Plan
from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Json, Kind
from fabctl.engine.station import Station
from fabctl.interlocks.chamber import Memory
from fabctl.interlocks.wafer_state import WaferState
from fabctl.journal import JournalError, Record
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.structure.section import Section
from fabctl.structure.snapshot import Snapshots
from fabctl.tools.port import Control, Measurement, Program, Status

_HANDLING_S = 60.0
"""Wire seconds between two jobs that a fast clock must not make hours of."""


class Session(Struct):
    """One run, in one process."""

    plan: Plan
    guard: Guard
    clock: Clock
    history: History
    recorder: Recorder
    helm: Helm
    stations: Mapping[str, Station]
    despite_findings: bool = False
    measured: dict[str, list[Measurement]] = field(default_factory=dict)
    looked: tuple[str, Json] = ("", Json())
    """The wafer's section as it was last seen: what came from the tool, and what it says."""
    snapshots: Snapshots = field(default_factory=Snapshots)
    """Reads the one after the other."""
    section: Section | None = None
    """The last one, read and found whole."""
    chambers: Chambers | None = None
    """What earlier runs left in the fab's chambers; None where each run gets new ones."""
    programs: dict[str, tuple[Program, Recipe]] = field(default_factory=dict)
    """Of each step what its tool is sent, and what that means to the tool."""
    folded: tuple[tuple[str, ...], WaferState] | None = None
    """The steps that the wafer's state was last asked after, and that state."""

    def station(self, step: Step) -> Station:
        """Find the station of a step's tool."""
        return self.stations[self.plan.tools[step.id]]

    def wafer(self) -> WaferState:
        """Give the wafer's state, by the steps that are concluded and what was measured."""
        done, known = self.history.carried_out, self.folded
        if known is None or done != known[0]:
            goes_on = known is not None and done[: len(known[0])] == known[0]
            # what a step measured is known before it is done
            state = self.guard.wafer(
                self.plan.sequence, done, self.measured, known if goes_on else None
            )
            known = self.folded = done, state
        return known[1]

    def waited(self, step: str) -> float | None:
        """Give the process seconds since a step ended, None where no job of it is known.

        So of what was done before the wafer was brought in.

        Of a step that a person answered for, since its start; of one that ended unwatched, since it
        was last known to run: no wait is told shorter than it was.
        On a fast clock handling still takes its own time; as much is taken off.
        """
        known = self.history.steps.get(step)
        last = known.last if known else None
        if last is None:
            return None
        passed = self.clock.utc() - moment(last.over_since or last.started)
        speed = self.clock.speed
        return passed.total_seconds() * speed - _HANDLING_S * (speed - 1)

    def memory(self, step: Step) -> Memory:
        """Give what the chambers of a step's tool did in other runs, as far as that is known."""
        if self.chambers is None:
            return Memory()
        return self.chambers.of(self.plan.tools[step.id])

    def later(self, step: Step) -> tuple[Step, ...]:
        """Give the steps after this one."""
        steps = self.plan.sequence.steps
        return steps[steps.index(step) + 1 :]

    async def write(self, kind: Kind, **body: object) -> None:
        """Write a record that must be durable before the run goes on; else the run is held."""
        try:
            await self.recorder.write(kind, **body)
        except JournalError as error:
            raise Hold("journal", str(error)) from error

    async def tell(self, kind: Kind, **body: object) -> None:
        """Write a record of what has happened anyway; what can't be written is still known."""
        with suppress(JournalError):  # the recorder remembers it: nothing new will be started
            await self.recorder.write(kind, **body)

    async def usable(self, station: Station) -> Status:
        """Ask the tool whether it may be commanded. Raises `Hold` where it may not."""
        tool = station.tool.id
        if self.recorder.failure is not None:
            raise Hold("journal", f"records can't be written: {self.recorder.failure}")
        if not station.seen:
            raise Hold("out of sight", f"{tool} is out of sight")
        status = await station.status()
        if not isinstance(status, Status):
            raise Hold("out of sight", str(status))
        if status.control is not Control.REMOTE:
            raise Hold("not remote", f"{tool} is {status.control}: its operator has it")
        for each in self.stations.values():
            alarm = each.stopping_alarm
            if alarm is not None:
                why = f"{each.tool.id} has alarm {alarm.alarm} ({alarm.text})"
                raise Hold("alarm", f"{why}, category {alarm.category}")
        return status


def measurements(records: Iterable[Record]) -> dict[str, list[Measurement]]:
    """Read what was measured in which step, from a run's records."""
    found: dict[str, list[Measurement]] = {}
    for record in records:
        if record.kind == Kind.MEASURED:
            body = record.body
            found.setdefault(body["step"], []).append(
                Measurement(
                    body["quantity"],
                    tuple(float(value) for value in body["values"]),  # "nan" as well
                    body["unit"],
                    float(body["uncertainty"]),
                    body["tool_time"],
                    body["layer"],
                )
            )
    return found
