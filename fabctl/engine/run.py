"""Executes a run: audited before any tool is touched, reconciled before anything is sent."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct

from fabctl.clock import Clock
from fabctl.engine.chambers import Chambers
from fabctl.engine.constants import check_constants
from fabctl.engine.controls import Controls, Helm, new_poller
from fabctl.engine.errors import Ending, Hold
from fabctl.engine.guard import Guard
from fabctl.engine.history import History
from fabctl.engine.look import check_brought_in, look
from fabctl.engine.moves import take
from fabctl.engine.person import obstacle
from fabctl.engine.plan import Plan
from fabctl.engine.program import check_programs
from fabctl.engine.protocol import perform
from fabctl.engine.reconcile import reconcile
from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Kind, plain
from fabctl.engine.run_machine import RunMachine, RunState
from fabctl.engine.session import Session, measurements
from fabctl.engine.station import Station
from fabctl.engine.summary import summary
from fabctl.interlocks.finding import Finding
from fabctl.interlocks.rule import Severity
from fabctl.journal import Journal, JournalError, Record
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Reading, Status, Tool


class RunResult(Struct, frozen=True):
    """How a run ended. `document` is its summary (see `fabctl.engine.summary`).

    `journal_failure` tells that records could not be written, "" where all were.
    """

    run: str
    outcome: str
    why: str
    document: Mapping[str, Any]
    journal_failure: str = ""


async def execute(
    plan: Plan,
    tools: Mapping[str, Tool],
    guard: Guard,
    journal: Journal,
    clock: Clock,
    controls: Controls | None = None,
    *,
    on_record: Sequence[Callable[[Record], None]] = (),
    on_reading: Sequence[Callable[[Reading], None]] = (),
    despite_findings: bool = False,
) -> RunResult:
    """Execute a plan, or go on with it where its journal already knows it.

    `tools` are not yet connected; those of the plan are, and are let go at the end. `on_record` is
    called with every record of the run, first of all those that other processes left, and
    `on_reading` with every sample, at once: be quick. With
    `despite_findings` an illegal sequence is executed (for dry runs only).

    Raises `ResumeRefusedError`, `RunOwnedError`, `JournalError` before anything is done.
    """
    guard = guard.binding(plan.sequence.practises)
    journal.own(plan.run)
    try:
        records = journal.records(plan.run)
        history = History(records)
        if records:
            _check_resumable(plan, history)
        recorder = Recorder(journal, plan.run, clock, history, on_record)
        told: list[Record] = []
        recorder.listen(told.append)
        for record in records:
            recorder.show(record)
        helm = Helm(RunMachine(), recorder, guard.rules)
        stations = {
            name: Station(tools[name], recorder, on_reading)
            for name in dict.fromkeys(filter(None, [*plan.tools.values(), plan.eyes]))
        }
        session = Session(plan, guard, clock, history, recorder, helm, stations, despite_findings)
        session.measured.update(measurements(records))
        if plan.fab:
            session.chambers = Chambers(journal, plan.run, plan.fab)
        try:
            await _Run(session, journal, controls or Controls(), is_new=not records).go()
        finally:
            await recorder.close()
    finally:
        journal.release(plan.run)
    failure = str(recorder.failure) if recorder.failure else ""
    return RunResult(
        plan.run, history.outcome, history.why, summary(told, snapshots=session.snapshots), failure
    )


def _check_resumable(plan: Plan, history: History) -> None:
    stands = obstacle(plan.run, history)
    if stands is not None:
        raise stands
    if history.header["fingerprint"] != plan.fingerprint:
        raise JournalError(f"run {plan.run} was begun with another sequence or wafer")


class _Run:
    """One process's part of a run."""

    def __init__(
        self, session: Session, journal: Journal, controls: Controls, *, is_new: bool
    ) -> None:
        self._session = session
        self._journal = journal
        self._controls = controls
        self._is_new = is_new

    async def go(self) -> None:
        session = self._session
        machine = session.helm.machine
        try:
            await self._announce()
            if not await self._audited():
                return
            await self._with_tools()
            machine.move("complete")
            await self._end("completed", "")
        except Hold as hold:
            if machine.state is RunState.PLANNED and self._is_new:
                await self._refuse(hold.why)
                return
            machine.move("hold")
            await self._held(hold)
        except Ending as ending:
            machine.move("end")
            await self._end("aborted", str(ending))

    async def _announce(self) -> None:
        session = self._session
        if self._is_new:
            await session.write(Kind.RUN, **session.plan.header())
        else:
            await session.write(Kind.RESUMED, fingerprint=session.plan.fingerprint)

    async def _audited(self) -> bool:
        """Audit strictly, before any tool is touched; False where that refuses the run."""
        session = self._session
        report = session.guard.audit(session.plan.sequence)
        findings = [_finding(each) for each in report.all]
        await session.write(
            Kind.AUDITED,
            findings=findings,
            legal=report.legal,
            despite_findings=session.despite_findings,
        )
        if report.legal or session.despite_findings:
            return True
        errors = [each for each in report.all if each.severity is Severity.ERROR]
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        why = f"the audit found {count}: {errors[0].message}"
        if not self._is_new:
            raise Hold("audit", why)
        await self._refuse(why)
        return False

    async def _with_tools(self) -> None:
        session, helm = self._session, self._session.helm
        if self._is_new and not session.despite_findings:
            check_programs(session)
        try:
            missing = await self._connect()
            if missing and self._is_new and not self._controls.ends:
                raise Hold("no tool", missing)
            if self._is_new and not self._controls.ends:
                for station in self._session.stations.values():
                    await check_constants(station)
            helm.machine.move("begin" if self._is_new else "reconcile")
            self._controls.attach(helm.handle)
            poller = new_poller(helm, self._journal, session.plan.run, session.clock)
            try:
                if not self._is_new:
                    await self._take_up(missing)
                await self._steps()
            finally:
                if poller is not None:
                    poller.cancel()
                self._controls.attach(None)
                helm.close()
        finally:
            await self._disconnect()

    async def _connect(self) -> str:
        """Connect every tool; tells what is wrong with the first that can't be used, or ""."""
        missing = ""
        # one after the other: so the messages of a run stand in the order of its dry run
        for name, station in self._session.stations.items():
            if self._is_new and self._controls.ends:
                break  # nothing was begun, so there is nothing to make safe
            status: Status | ToolError
            try:
                await station.tool.connect()
                status = await station.status()
            except ToolError as error:
                status = error
            if isinstance(status, Status):
                await self._session.write(Kind.CONNECTED, tool=name, status=status)
            else:
                missing = missing or str(status)
        return missing

    async def _take_up(self, missing: str) -> None:
        """Go on with a run: first of all its open job, whatever else is wrong."""
        session = self._session
        await reconcile(session)
        if missing:
            raise Hold("no tool", missing)
        stands = obstacle(session.plan.run, session.history)
        if stands is not None:
            raise Hold("resume", str(stands))
        if session.history.unseen is not None:  # the last process ended before it could look
            await look(session, *session.history.unseen)
        session.helm.machine.move("go")

    async def _disconnect(self) -> None:
        for station in self._session.stations.values():
            station.close()
            with suppress(ToolError):
                await station.tool.disconnect()

    async def _steps(self) -> None:
        session = self._session
        await session.helm.checkpoint()
        if not any(each.attempts for each in session.history.steps.values()):
            await look(session, "", "")  # the wafer as it was brought
            check_brought_in(session)
        last = ""
        for step in session.plan.sequence.steps:
            if not session.history.steps[step.id].done:
                await perform(session, step)
            last = step.id
        if session.history.location:  # the last process ended between a conclusion and the move
            await take(session, session.stations[session.history.location], last)
        await session.helm.checkpoint()

    async def _held(self, hold: Hold) -> None:
        session = self._session
        await session.recorder.settle()
        history = session.history
        opened = history.open_attempt
        step = next((each.id for each in history.steps.values() if not each.done), "")
        await session.tell(
            Kind.HELD,
            cause=hold.cause,
            why=hold.why,
            step=opened[0].id if opened else step,
            job=opened[1].job if opened else "",
        )
        await self._end("held", f"{hold.cause}: {hold.why}")

    async def _refuse(self, why: str) -> None:
        self._session.helm.machine.move("refuse")
        await self._end("refused", why)

    async def _end(self, outcome: str, why: str) -> None:
        owed = self._session.guard.still_owed(self._session.wafer())
        if outcome == "aborted" and owed:
            why = f"{why}; the wafer is still owed: {'; '.join(map(str, owed))}"
        await self._session.tell(Kind.ENDED, outcome=outcome, why=why)


def _finding(finding: Finding) -> dict[str, Any]:
    told = plain(finding)
    assert isinstance(told, dict)
    return {**told, "at": str(finding.mark)}
