"""How a job is concluded: on the tool's own record, with what was measured and how high it went."""

from fabctl.engine.errors import Ending, Hold
from fabctl.engine.history import DONE, NOT_STARTED, Attempt
from fabctl.engine.job_machine import JobState
from fabctl.engine.look import is_cut, look
from fabctl.engine.records import Kind
from fabctl.engine.session import Session
from fabctl.engine.supervisor import PAUSED_S, Supervisor
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.monitor import Monitor
from fabctl.interlocks.trip import first_out
from fabctl.interlocks.verdict import Verdict
from fabctl.process.sequence import Step
from fabctl.quantities import Quantity, QuantityError, difference_unit, exact, show_number
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Finding, Found

CUT = "cut for its cross-section"
"""Why such a wafer is scrap."""
_BY_COMMAND = {"abort": "aborted", "stop": "stopped", "": "failed"}


async def conclude(
    session: Session, step: Step, watch: Supervisor, finding: Finding, *, confirm: bool = True
) -> bool:
    """Conclude a watched job; False where it is shown never to have been seen.

    Raises `Hold` where the run can't go on from here and `Ending` where a person ended it. With
    `confirm`, what is judged at the end of the job is waited for.
    """
    if finding.found is Found.DONE and confirm and not watch.command:
        await watch.confirm_end()
    peaks: dict[str, float] = {}
    if finding.found in (Found.DONE, Found.FAILED):
        peaks = await watch.judge_peaks()
        _note_peaks(session, step, watch, peaks)
    if finding.found is Found.DONE and step.operation == "measure":
        await _take_results(session, step, watch)
    cut = finding.found is Found.DONE and is_cut(session, step)
    if cut:
        await session.tell(
            Kind.SCRAPPED, step=step.id, job=watch.job, tool=watch.station.tool.id, why=CUT
        )
    await session.recorder.settle()
    outcome = _outcome(session.history.attempt(watch.job), watch)
    if not outcome:
        raise Hold(*_not_shown(session, watch, finding))
    await session.tell(
        Kind.CONCLUDED,
        job=watch.job,
        step=step.id,
        tool=watch.station.tool.id,
        outcome=outcome,
        evidence={"found": finding.found, "grade": finding.grade, **finding.evidence},
        process_s=round(session.clock.process(), 3),
    )
    await look(session, step.id, watch.job, watch.station.tool.id if cut else "")
    if outcome == DONE:
        _judge(session, step, watch, peaks)
    unheeded = _unheeded(session, watch)
    if watch.trips:
        raise Hold("trip", f"{first_out(watch.trips)}{unheeded}")
    said = finding.evidence.get("why", "") if finding.found is Found.FAILED else ""
    because = f": {said}" if said else ""
    if watch.alarm is not None:
        alarm = f"{watch.alarm.text}, category {watch.alarm.category}{unheeded}"
        raise Hold("alarm", f"{alarm}; {watch.job} {outcome}{because}" if because else alarm)
    if session.helm.ending:
        raise Ending(f"{session.helm.because}{unheeded}")
    if outcome not in (DONE, NOT_STARTED):
        raise Hold("job", f"{watch.job} on {watch.station.tool.id} {outcome}{because}")
    return outcome == DONE


def _unheeded(session: Session, watch: Supervisor) -> str:
    """Say of a job that was to be stopped, and that its tool finished, that it was not stopped."""
    command = session.history.despite(watch.job)
    if not command:
        return ""
    tool = watch.station.tool.id
    return f"; {tool} finished {watch.job} by itself: {command.upper()} did not stop it"


def _outcome(attempt: Attempt, watch: Supervisor) -> str:
    if attempt.machine.state is JobState.NOT_SEEN:
        return NOT_STARTED
    if attempt.machine.state is not JobState.ENDED:
        return ""
    if attempt.result == Found.DONE:
        return DONE
    if watch.ended_as in ("stopped", "aborted"):
        return watch.ended_as  # the tool's word: an alarm may abort what is told to stop
    return _BY_COMMAND[watch.command]


def _not_shown(session: Session, watch: Supervisor, finding: Finding) -> tuple[str, str]:
    tool = watch.station.tool.id
    why = finding.evidence.get("why", "no record of it")
    if watch.trips or watch.command:
        cause = str(first_out(watch.trips)) if watch.trips else session.helm.because or "stopped"
        return "trip" if watch.trips else "unknown", (
            f"{cause}; {tool} was NOT seen stopped ({finding.found}: {why}): go to the tool"
        )
    if watch.paused and finding.found is Found.RUNNING:
        hours = f"{PAUSED_S / 3600:g} h"
        return "paused", f"{watch.job} has stood paused on {tool} for {hours}: resume it there"
    return "unknown", f"what became of {watch.job} on {tool} is {finding.found}: {why}"


def _note_peaks(session: Session, step: Step, watch: Supervisor, peaks: dict[str, float]) -> None:
    signals = sorted({each.live.signal for each in watch.monitors} | set(peaks))
    session.recorder.note(
        Kind.PEAKS,
        step=step.id,
        job=watch.job,
        by_tool=peaks,
        uncertainty={
            signal: float(within.in_unit(difference_unit(unit)))
            for signal, within in watch.station.tool.uncertainties().items()
            if signal in signals and (unit := _unit(watch, signal))
        },
        seen={
            signal: {"value": top[0], "unit": top[1]}
            for signal in signals
            if (top := watch.trace.highest(signal)) is not None
        },
        was_blind=watch.was_blind,
    )


async def _take_results(session: Session, step: Step, watch: Supervisor) -> None:
    if step.recipe.parameters.get("quantity") == "cross_section":
        return  # its result is the section
    results, why = [], "no value came"
    try:
        results = list(await watch.station.tool.results(watch.job))
    except ToolError as error:
        why = str(error)
    if not results:
        session.recorder.note(Kind.MEASURED_NOTHING, step=step.id, job=watch.job, why=why)
        return
    session.measured[step.id] = results
    for each in results:
        session.recorder.note(
            Kind.MEASURED,
            step=step.id,
            job=watch.job,
            quantity=each.quantity,
            values=each.values,
            unit=each.unit,
            uncertainty=each.uncertainty,
            tool_time=each.tool_time,
            layer=each.layer,
        )


def _unit(watch: Supervisor, signal: str) -> str:
    """The unit that a signal is told in; "" where nothing of it was told."""
    limited = (each.limits.unit for each in watch.monitors if each.live.signal == signal)
    return watch.trace.unit(signal) or next(limited, "")


def _judge(session: Session, step: Step, watch: Supervisor, peaks: dict[str, float]) -> None:
    """Judge the claims' limits on what signals reached; a film is judged once it is measured."""
    for monitor in watch.monitors:
        rule = monitor.rule
        if rule.limit.of_wafer or not rule.elements:
            continue
        verdict, saw = _reached(monitor, watch, peaks)
        session.recorder.note(
            Kind.JUDGED,
            step=step.id,
            rule=rule.code,
            elements=list(rule.elements),
            verdict=verdict,
            evidence=f"highest {monitor.live.signal} of every channel: {saw or 'not shown'}",
            saw=saw,
        )


def _reached(monitor: Monitor, watch: Supervisor, peaks: dict[str, float]) -> tuple[Verdict, str]:
    """Judge the highest value, by the tool's record; by ours only if it saw all of the job.

    It counts with the uncertainty of the tool's readings, and is not shown where nobody knows that.
    """
    signal = monitor.live.signal
    seen = watch.trace.highest(signal)
    unit = _unit(watch, signal)
    values = [peaks[signal]] if signal in peaks else []
    if seen is not None and (values or not watch.was_blind):
        values.append(seen[0])
    if not values:
        return Verdict.NOT_SHOWN, ""
    try:
        top = Quantity.of(exact(max(values), 8), unit)
    except (QuantityError, ValueError):
        return Verdict.NOT_SHOWN, str(max(values))
    within = watch.station.tool.uncertainties().get(signal)
    if within is None:
        return Verdict.NOT_SHOWN, f"{top.show()}, and how sure that is is not stated"
    reach = Interval(top.value - within.value, top.value + within.value)
    off = show_number(within.in_unit(difference_unit(unit)))
    saw = f"{show_number(top.in_unit(unit))} ± {off} {unit}"
    return monitor.rule.limit.limits.judge_measured(reach), saw
