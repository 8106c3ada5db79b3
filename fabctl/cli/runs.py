"""`fabctl runs`: what happened, what is held and why; control, resets and answers."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli.arguments import actor, needed_name, needed_reason
from fabctl.cli.options import By, Json, Reason
from fabctl.cli.output import FINDINGS, LEGAL, Failure, emit, say, show, show_bytes
from fabctl.cli.run_list import list_runs

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's ID.")]
AnyRun = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's ID; default: the newest, of dry runs where there are no other."
    ),
]
Named = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does this; needed.")]


class Answer(StrEnum):
    """What a person may say became of a step."""

    DONE = "done"
    NOT_DONE = "not-done"
    REWORK = "rework"
    SCRAP = "scrap"


class As(StrEnum):
    """What an export holds."""

    JSONL = "jsonl"
    PCAP = "pcap"
    SML = "sml"


def show_run(run: AnyRun = "", as_json: Json = False) -> int:
    """Show a run: its steps, its trips, why it is held, and what it waits for.

    Ends with 1 where the run itself did.
    """
    from fabctl.cli.records import DRY, journal_of, latest, sound_records
    from fabctl.cli.result import code_of, outcome_of, show_result
    from fabctl.engine.history import History
    from fabctl.engine.summary import summary

    run = run or latest()
    with journal_of(run) as journal:
        records = sound_records(journal, run)
        going_on = journal.is_owned(run)
    history = History(records)
    outcome = outcome_of(history, going_on=going_on)
    document = {
        **summary(records),
        "outcome": outcome,
        "held": history.held if outcome == "held" else None,
        "latched": history.latch.held,
        "resets": history.resets,
        "answers": history.answers,
        "location": history.location,
    }
    if run.startswith(DRY):
        document["do"] = ""  # a dry run is over when it ends, held or not
    elif outcome == "interrupted":
        document["do"] = f"fabctl runs resume {run}"
    if as_json:
        emit(document)
        return code_of(document)
    show_result(document)
    for each in history.resets:
        show(f"reset by {each['by']}, {each['at']}: {each['reason']}")
        for seen in each["seen"]:
            show(f"  then: {seen}")
        if each["word"]:
            show(f"  {'; '.join(each['unknown'])}; {each['by']} saw: {each['word']}")
    for each in history.answers:
        said = f"{each['step']} is {each['answer']}"
        show(f"{said}, says {each['by']}, {each['at']}: {each['reason']}")
    if history.latch.held:
        show(f"latched, first out: {history.latch.first_out}")
    if history.location:
        show(f"the wafer is in {history.location}")
    return code_of(document)


def pause(run: Run, by: By = "", reason: Reason = "", as_json: Json = False) -> int:
    """Pause a run under way at the next safe point."""
    return _ask(run, "pause", by, reason, as_json)


def stop(run: Run, by: By = "", reason: Reason = "", as_json: Json = False) -> int:
    """End a run under way in an orderly way."""
    return _ask(run, "stop", by, reason, as_json)


def abort(run: Run, by: By = "", reason: Reason = "", as_json: Json = False) -> int:
    """End a run under way at once."""
    return _ask(run, "abort", by, reason, as_json)


def resume(run: Run, by: By = "", reason: Reason = "", as_json: Json = False) -> int:
    """Go on with a paused run; or take up, here, one that was held or whose process ended."""
    from fabctl.cli.records import journal_of

    with journal_of(run) as journal:
        owned = journal.is_owned(run)
    if owned:
        return _ask(run, "resume", by, reason, as_json)
    from fabctl.cli.run import carry_on

    return carry_on(run, actor(by), as_json)


def _ask(run: str, action: str, by: str, reason: str, as_json: bool) -> int:
    """Leave a request for the process that the run is going on in."""
    from fabctl.cli.records import journal_of
    from fabctl.clock import utc_now
    from fabctl.engine.records import stamp

    who = actor(by)
    with journal_of(run) as journal:
        if not journal.is_owned(run):
            raise Failure(f"run {run} is not going on: there is nothing to {action}")
        journal.request(run, action, who, reason, stamp(utc_now()))
    if as_json:
        emit({"run": run, "asked": action, "by": who})
    else:
        say(f"asked {run} to {action}; see: fabctl runs show {run}")
    return LEGAL


def reset(run: Run, by: Named = "", reason: Reason = "", as_json: Json = False) -> int:
    """Reset a run's latch, at a terminal, once the cause of its trip is gone."""
    from fabctl.cli.reset import reset as reset_latch

    _no_dry_run(run, "reset")
    who, why = needed_name(by, "a reset"), needed_reason(reason, "a reset")
    do = reset_latch(run, who, why)
    if as_json:
        emit({"run": run, "reset": True, "by": who, "reason": why})
    else:
        say(f"{run} is reset; to go on: {do}")
    return LEGAL


def bypass(
    run: Run,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The interlock's code.")],
    minutes: Annotated[int, typer.Option("--minutes", help="How long, at most 60.")],
    approver: Annotated[str, typer.Option("--approver", help="Another person, who agrees.")],
    by: Named = "",
    reason: Reason = "",
    as_json: Json = False,
) -> int:
    """Lift one interlock of one run for some minutes; what it would have done is recorded."""
    from fabctl.cli.compose import order_again
    from fabctl.cli.records import DRY, journal_of, sound_records
    from fabctl.clock import utc_now
    from fabctl.engine.bypass import Bypass, as_request, check
    from fabctl.engine.bypass import bypass as lift
    from fabctl.engine.history import History
    from fabctl.engine.records import stamp

    if run.startswith(DRY):
        raise Failure("a dry run is over when it ends: nothing to bypass")
    code = code.upper()
    who, why = needed_name(by, "a bypass"), needed_reason(reason, "a bypass")
    asked = Bypass(code, minutes, who, approver, why)
    with journal_of(run) as journal:
        history = History(sound_records(journal, run))
        rules = order_again(history.header["inputs"]).guard.rules
        check(asked, rules)
        going = journal.is_owned(run)
        if going:
            journal.request(run, "bypass", asked.by, as_request(asked), stamp(utc_now()))
        else:
            lift(journal, run, asked, rules, utc_now())
    if as_json:
        emit({"run": run, "asked" if going else "bypassed": asked.as_dict()})
    elif going:
        say(f"asked {run} to lift {code} for {minutes} min; see: fabctl runs show {run}")
    else:
        say(f"{run}: {code} is lifted for {minutes} min; reset what it tripped, and go on")
    return LEGAL


def _no_dry_run(run: str, action: str) -> None:
    from fabctl.cli.records import DRY

    if run.startswith(DRY):
        raise Failure(
            f"a dry run is over when it ends, held or not: there is nothing to {action}; "
            "start it again with fabctl dry-run"
        )


def resolve(
    run: Run,
    answer: Annotated[Answer, typer.Option("--answer", help="What became of the step.")],
    step: Annotated[str, typer.Option("--step", help="Default: the one asked about.")] = "",
    by: By = "",
    reason: Reason = "",
    as_json: Json = False,
) -> int:
    """Answer for a held wafer: say what became of a step that nothing else can tell.

    A run that tripped may be answered for before or after its reset; it goes on after both.
    """
    from fabctl.cli.records import journal_of
    from fabctl.clock import utc_now
    from fabctl.engine.person import resolve as answer_for

    _no_dry_run(run, "answer for")
    who, why = actor(by), needed_reason(reason, "an answer")
    with journal_of(run) as journal:
        asked = answer_for(journal, run, answer.value, who, why, utc_now(), step)
    if as_json:
        emit({"run": run, "step": asked, "answer": answer.value, "by": who, "reason": why})
    else:
        say(f"{run}: {asked} is {answer.value}, says {who}")
    return LEGAL


def verify(run: AnyRun = "", as_json: Json = False) -> int:
    """Check that the records are those that were written: of one run, or of all real ones.

    Where there are dry runs only, of the newest of these.
    """
    found = _verified(run)
    sound = not any(found.values())
    if as_json:
        emit({"sound": sound, "runs": found})
    else:
        for each, problems in found.items():
            show(f"{each}: {'; '.join(problems) or 'sound'}")
    return LEGAL if sound else FINDINGS


def _verified(run: str) -> dict[str, list[str]]:
    """What is wrong with the records of one run, or of all real ones. Raises `Failure`."""
    from fabctl.cli import home
    from fabctl.cli.records import all_runs, expected, journal_file_of, journal_of, latest, opened
    from fabctl.journal import JournalError

    path = journal_file_of(run) if run else home.journal_file()
    concerned = [each for each in expected(path) if run in ("", each)]
    if not path.exists() and concerned:
        why = f"the journal {path} is gone, and records of it were witnessed"
        return {each: [why] for each in concerned}
    try:
        if not run and path.exists():
            with opened(path) as journal:
                known = all_runs(journal)
                if known:
                    return {each: journal.verify(each) for each in known}
        run = run or latest()
        with journal_of(run) as journal:
            return {run: journal.verify(run)}
    except JournalError as error:
        if not concerned:
            raise
        return {each: [str(error)] for each in concerned}


def export(
    run: AnyRun = "",
    form: Annotated[As, typer.Option("--as", help="What to export.")] = As.JSONL,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Default: standard output.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Export a run's journal, or what went over its wires."""
    from fabctl.cli.records import latest

    run = run or latest()
    data = _exported(run, form)
    if out is not None:
        out.write_bytes(data)
        if as_json:
            emit({"run": run, "as": form.value, "file": str(out)})
    elif as_json:
        raise Failure("an export is no single JSON document: say --out FILE")
    else:
        show_bytes(data)
    return LEGAL


def _exported(run: str, form: As) -> bytes:
    from fabctl.cli import home
    from fabctl.cli.records import DRY, journal_of, sound_records

    if form is As.JSONL:
        with journal_of(run) as journal:
            sound_records(journal, run)
            return "".join(f"{line}\n" for line in journal.export(run)).encode()
    path = home.wire_file(run)
    if run.startswith(DRY):
        raise Failure("a dry run's wires are recorded where fabctl dry-run --out DIR says")
    if not path.exists():
        raise Failure(f"the wires of run {run} were not recorded on this machine ({path})")
    if form is As.PCAP:
        return path.read_bytes()
    from fabctl.links.wire_log import sml_of

    return sml_of(path).encode()


commands: dict[str, Callable[..., int]] = {
    "list": list_runs,
    "show": show_run,
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "abort": abort,
    "reset": reset,
    "bypass": bypass,
    "resolve": resolve,
    "verify": verify,
    "export": export,
}
