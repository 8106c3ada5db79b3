"""After a crash: an INTENT without a CONCLUDED is put to its tool before anything else is done."""

from fabctl.engine.deadlines import deadline_s
from fabctl.engine.ending import conclude
from fabctl.engine.errors import Ending, Hold
from fabctl.engine.job_machine import JobState
from fabctl.engine.protocol import arm, not_started, unwatch
from fabctl.engine.records import Kind
from fabctl.engine.session import Session
from fabctl.engine.station import Station
from fabctl.engine.supervisor import Supervisor
from fabctl.process.sequence import Step


async def reconcile(session: Session) -> None:
    """Bring the one job that may be open to its conclusion.

    Returns where the run may go on. Raises `Hold` where it may not, `Ending` where a person ended
    it meanwhile.
    """
    opened = session.history.open_attempt
    if opened is None:
        return
    step = session.plan.sequence.step(opened[0].id)
    job, station = opened[1].job, session.station(step)
    if opened[1].machine.state is JobState.REFUSED:
        await not_started(session, step, job, {"refused": "before this process began"})
        return
    if opened[0].answer:  # a person's word, whose writer died before it was concluded
        told = {"answer": opened[0].answer}
        await session.tell(
            Kind.CONCLUDED,
            job=job,
            step=step.id,
            tool=station.tool.id,
            outcome=opened[0].answer,
            evidence=told,
        )
        return
    watch = Supervisor(station, session.recorder, session.clock, step.id, job)
    session.helm.active = watch
    try:
        finding = await watch.ask()
        await session.recorder.settle()
        state = opened[1].machine.state
        if state is JobState.RUNNING:
            await _adopt(session, station, step, watch)
            finding = await watch.watch()
            await conclude(session, step, watch, finding)
        elif state is JobState.NOT_SEEN:
            evidence = {"found": finding.found, "grade": finding.grade, **finding.evidence}
            await not_started(session, step, job, evidence)
        else:
            watch.judge_by(
                session.guard.arm(
                    step, session.later(step), session.wafer(), (), session.clock.process(), 1.0
                )
            )
            watch.was_blind = True
            await conclude(session, step, watch, finding, confirm=False)
    except (Hold, Ending):
        raise
    except Exception:
        watch.make_safe("abort")
        await watch.made_safe()
        raise
    finally:
        session.helm.active = None
        watch.close()
        await unwatch(station)


async def _adopt(session: Session, station: Station, step: Step, watch: Supervisor) -> None:
    """Watch a job on that another process of ours has started."""
    watch.was_blind = True
    watch.sending(deadline_s(step.kind, step.recipe))
    watch.running(ask=True)
    if session.history.latch.held:
        watch.make_safe("abort")  # its process died between the trip and the tool's standstill
        return
    await arm(session, station, step, watch, running=True)
    watch.running(ask=True)
