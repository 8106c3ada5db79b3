"""The step protocol: written down before it is sent, watched while it runs, concluded on evidence.

The one START of a job stands in `_start`. Before it comes a durable INTENT with a job ID that was
never used, and an earlier job of the step must be shown not to have run.
"""

from collections.abc import Mapping

from fabctl.engine.bypass import active
from fabctl.engine.constants import check_constants
from fabctl.engine.deadlines import deadline_s, expected_s
from fabctl.engine.ending import conclude
from fabctl.engine.errors import Ending, Hold
from fabctl.engine.history import NOT_STARTED
from fabctl.engine.moves import bring, take
from fabctl.engine.plan import recipe_hash
from fabctl.engine.program import meant, prepare, verify
from fabctl.engine.records import Kind
from fabctl.engine.safe import make_safe
from fabctl.engine.session import Session
from fabctl.engine.station import Station
from fabctl.engine.supervisor import Supervisor
from fabctl.interlocks.trip import first_out
from fabctl.interlocks.verdict import Verdict
from fabctl.process.sequence import Step
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Accepted, Found, Grade, Job, NoReply, Program, Refused, Status

_STARTABLE = frozenset({"IDLE", "SETUP", "READY"})
_SENDS = (
    2  # STARTs of a step without asking a person, each but the last shown not to have been seen
)


async def perform(session: Session, step: Step) -> None:
    """Carry out one step. Raises `Hold` or `Ending`; otherwise it is done, and the wafer out."""
    await session.helm.checkpoint()
    if session.history.scrapped:
        raise Hold("scrapped", f"the wafer is scrap: {session.history.scrapped}")
    if not session.plan.tools[step.id]:
        await session.write(Kind.NOT_MEASURED, step=step.id, why="the fab has no metrology")
        return
    station = session.station(step)
    status = await session.usable(station)
    await session.write(
        Kind.STEP,
        step=step.id,
        tool=station.tool.id,
        operation=step.operation,
        expected_s=expected_s(step.kind, step.recipe),
    )
    await _gate(session, step)
    await bring(session, station, step.id, status)
    for _ in range(_SENDS):
        await session.helm.checkpoint()
        program = await prepare(session, station, step)
        if await _job(session, station, step, program):
            await take(session, station, step.id)
            return
    await _none_came_to_life(session, station, step)
    raise Hold("no reply", f"{station.tool.id} did not see {_SENDS} STARTs of {step.id}")


async def _gate(session: Session, step: Step) -> None:
    """What was measured must allow it, nor may the wafer have waited too long or meet the unfit."""
    wafer = session.wafer()
    waits = session.guard.queue(step, wafer, session.waited)
    memory = session.memory(step)
    chamber = session.guard.remembered(step, wafer, memory)
    closed = [each for each in (*waits, *chamber) if each.verdict is not Verdict.LEGAL]
    for verdict in session.guard.gate(step, wafer):
        rule = session.guard.rules[verdict.rule]
        await session.write(
            Kind.JUDGED,
            step=wafer.film.measured_by if wafer.film else step.id,
            rule=rule.code,
            elements=list(rule.elements),
            verdict=verdict.verdict,
            evidence=verdict.message,
            saw=verdict.saw,
        )
        if verdict.verdict is not Verdict.LEGAL:
            closed.append(verdict)
    for verdict in tuple(closed):
        trip = session.guard.gate_trip(verdict, wafer, session.clock.process())
        held_back = active(session.history, verdict.rule, session.clock.utc())
        if held_back:
            closed.remove(verdict)
        await session.tell(
            Kind.HELD_BACK if held_back else Kind.TRIP,
            step=step.id,
            job="",
            tool="",
            trip=trip.as_dict(),
            message=f"{verdict.rule}: {verdict.message}",
        )
    if closed:
        raise Hold("trip", f"{closed[0].rule}: {closed[0].message}")


async def _job(session: Session, station: Station, step: Step, program: Program) -> bool:
    """One job, from arming to conclusion; False where it is shown not to have been seen."""
    number = len(session.history.steps[step.id].attempts) + 1
    job = Job(
        f"{session.plan.run}.{step.id}.{number}",
        step.id,
        step.operation,
        session.plan.wafer,
        program,
    )
    watch = Supervisor(station, session.recorder, session.clock, step.id, job.id)
    session.helm.active = watch
    try:
        await _arm(session, station, step, watch)
        before = await _ready(session, station, step, program)
        await session.write(
            Kind.INTENT,
            job=job.id,
            step=step.id,
            tool=station.tool.id,
            operation=step.operation,
            wafer=job.wafer,
            program=program.name,
            recipe_sha256=recipe_hash(step.recipe),
            before=before,
            leaves=session.guard.leaves(step, session.wafer()),
            process_s=round(session.clock.process(), 3),
        )
        if session.chambers is not None:
            session.chambers.enter(station.tool.id, step.recipe)
        await _start(session, station, step, job, watch)
        return await conclude(session, step, watch, await watch.watch())
    except (Hold, Ending):
        raise
    except Exception:
        watch.make_safe("abort")  # a fault of our own must not leave a tool running unwatched
        await watch.made_safe()
        raise
    finally:
        session.helm.active = None
        watch.close()
        await unwatch(station)


async def _arm(session: Session, station: Station, step: Step, watch: Supervisor) -> None:
    """Every input fresh, good and legal before power is applied."""
    await arm(session, station, step, watch)
    if not await watch.permitted():
        await session.helm.checkpoint()
        if watch.too_late:
            raise Hold("too late", watch.too_late)
        raise Hold("trip", str(first_out(watch.trips)) if watch.trips else "called off")


async def arm(
    session: Session, station: Station, step: Step, watch: Supervisor, *, running: bool = False
) -> None:
    """Have the step's signals reported and arm the rules that bind them.

    Raises `Hold` where that can't be; not where the job is `running` already: it must not go on
    unwatched, so what can't be had is armed as missing, and trips.
    """
    wafer, later = session.wafer(), session.later(step)
    channels: tuple[tuple[str, str], ...] = ()
    try:
        fresh_for = session.guard.fresh_for(step, later, wafer)
        channels = tuple(await station.tool.watch(step.operation, fresh_for))
    except ToolError as error:
        if not running:
            raise Hold("no signals", str(error)) from error
    now, speed = session.clock.process(), session.clock.speed
    redundant = station.tool.redundant()
    watch.arm(session.guard.arm(step, later, wafer, channels, now, speed, redundant))
    await (session.tell if running else session.write)(
        Kind.ARMED,
        step=step.id,
        tool=station.tool.id,
        rules=[each.rule.code for each in watch.monitors],
        limits=[
            {"rule": each.rule.code, "signal": each.live.signal, **each.limits.as_dict()}
            for each in watch.monitors
            if each.limits.bounded
        ],
        channels=[list(each) for each in channels],
    )


async def _ready(session: Session, station: Station, step: Step, program: Program) -> Status:
    """The last look before INTENT: the tool idle with our wafer and our very program."""
    tool = station.tool.id
    await _none_came_to_life(session, station, step)
    await check_constants(station)
    await verify(station, step, *meant(session, station.tool, step))
    station.changed_programs.discard(program.name)
    status = await session.usable(station)
    if status.state not in _STARTABLE:
        raise Hold("busy", f"{tool} is {status.state} with job {status.job or 'unknown'}")
    if status.wafers != (session.plan.wafer,):
        raise Hold("material", f"{tool} holds {', '.join(status.wafers) or 'nothing'}")
    if status.program.strip() != program.name:
        raise Hold("program", f"{tool} has {status.program or 'no program'} selected")
    return status


async def _none_came_to_life(session: Session, station: Station, step: Step) -> None:
    """A START that was not seen may have been late: it must not come to life beside a second."""
    for earlier in session.history.steps[step.id].attempts:
        if earlier.outcome == NOT_STARTED and earlier.result == Found.NOT_SEEN:
            await _still_not_seen(session, station, step, earlier.job)


async def _still_not_seen(session: Session, station: Station, step: Step, job: str) -> None:
    finding = await station.find(job)
    if finding.found is Found.RUNNING:  # first the tool, then the record
        await make_safe(
            station,
            job,
            session.recorder,
            session.clock,
            command=lambda: "abort",
            start_settled=lambda: True,
            until=session.clock.process() + deadline_s(step.kind, step.recipe),
        )
    await session.write(
        Kind.RECONCILED,
        step=step.id,
        job=job,
        found=finding.found,
        grade=finding.grade,
        evidence=finding.evidence,
    )
    if finding.found is not Found.NOT_SEEN or finding.grade is Grade.C:
        raise Hold("late start", f"{job} was not seen, and is {finding.found} now")


def _objection(session: Session, station: Station, program: Program, watch: Supervisor) -> str:
    """What came up while the INTENT was being written."""
    if session.helm.ending:
        return session.helm.because
    if session.recorder.failure is not None:
        return str(session.recorder.failure)
    if watch.trips:
        return str(first_out(watch.trips))
    if not station.seen:
        return f"{station.tool.id} is out of sight"
    if program.name in station.changed_programs:
        return f"somebody changed {program.name} on {station.tool.id}"
    return ""


async def _start(
    session: Session, station: Station, step: Step, job: Job, watch: Supervisor
) -> None:
    """Send START, once, and journal what came back."""
    objection = _objection(session, station, job.program, watch)
    if objection:
        evidence = {"sent": False, "why": objection}
        found = {"found": Found.NOT_SEEN, "grade": Grade.A, "evidence": evidence}
        session.recorder.note(Kind.RECONCILED, step=step.id, job=job.id, **found)
        await not_started(session, step, job.id, evidence)
        await session.helm.checkpoint()
        raise Hold("trip" if watch.trips else "objection", objection)
    watch.sending(deadline_s(step.kind, step.recipe))
    outcome = await station.tool.start(job)
    told = {"job": job.id, "step": step.id, "tool": station.tool.id}
    match outcome:
        case Accepted():
            session.recorder.note(Kind.ACCEPTED, **told, detail=outcome.detail)
        case NoReply():
            session.recorder.note(Kind.NO_REPLY, **told, why=outcome.why)
        case Refused():
            session.recorder.note(Kind.REFUSED, **told, why=outcome.why)
            await not_started(session, step, job.id, {"refused": outcome.why})
            await session.helm.checkpoint()
            raise Hold("refused", f"{station.tool.id} refused START: {outcome.why}")
    watch.running(ask=isinstance(outcome, NoReply))


async def not_started(
    session: Session, step: Step, job: str, evidence: Mapping[str, object]
) -> None:
    """Conclude a job that did nothing to the wafer."""
    await session.tell(
        Kind.CONCLUDED,
        job=job,
        step=step.id,
        tool=session.plan.tools[step.id],
        outcome=NOT_STARTED,
        evidence=evidence,
    )


async def unwatch(station: Station) -> None:
    """End the reports that the watch began; a tool out of sight keeps them, which does no harm."""
    if station.seen:
        try:
            await station.tool.unwatch()
        except ToolError:
            return
