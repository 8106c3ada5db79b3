"""The result of a run, as `run`, `dry-run` and `runs resume` tell it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fabctl.cli.output import FAILED, FINDINGS, LEGAL, emit, say, show, show_table
from fabctl.cli.records import DRY
from fabctl.engine.history import History
from fabctl.engine.run import RunResult
from fabctl.journal import Journal, Record

STANDS = ("satisfied", "not practised")
"""The standings of elements that leave a run legal."""
UNDER_WAY = ("running", "pausing", "paused", "stopping", "aborting")
"""The outcomes of runs that have not ended."""


def write_files(result: RunResult, journal: Journal, folder: Path | None) -> list[Path]:
    """Write a result and its journal to a folder that a person chose; returns what was written."""
    if folder is None:
        return []
    written = [folder / "result.json", folder / "journal.jsonl"]
    text = json.dumps(result.document, indent=2, ensure_ascii=False)
    written[0].write_text(text + "\n", encoding="utf-8")
    lines = "".join(f"{line}\n" for line in journal.export(result.run))
    written[1].write_text(lines, encoding="utf-8")
    return [*written, *_write_pictures(journal.records(result.run), folder)]


def _write_pictures(records: Iterable[Record], folder: Path) -> list[Path]:
    """A picture of the wafer after each step, and all of them in a strip."""
    from fabctl.engine.wafer_history import sections
    from fabctl.reports.film_strip import strip
    from fabctl.reports.section_svg import draw_all

    for old in folder.glob("[0-9][0-9][0-9]-*.svg"):
        old.unlink()
    written, pictures = [], []
    for number, (step, picture) in enumerate(draw_all(sections(records))):
        path = folder / f"{number:03}-{step or 'as-brought'}.svg"
        pictures.append(picture)
        path.write_text(picture, encoding="utf-8")
        written.append(path)
    if pictures:
        written.append(folder / "strip.svg")
        written[-1].write_text(strip(pictures), encoding="utf-8")
    return written


def tell(result: RunResult, files: Iterable[Path], *, as_json: bool) -> int:
    """Print a run's result; returns the exit code."""
    document = {**result.document, "files": [str(path) for path in files]}
    if result.run.startswith(DRY):
        document["do"] = ""  # a dry run is over when it ends, held or not
    if as_json:
        emit(document)
    else:
        show_result(document)
    if result.journal_failure:
        say(f"the journal could not be written: {result.journal_failure}")
        return FAILED
    if result.outcome == "refused" and not _has_errors(document):
        return FAILED  # a tool is not there, or is another
    return code_of(document)


def code_of(document: Mapping[str, Any]) -> int:
    """The exit code that a run's document asks for, whoever tells of the run.

    Of a run under way that is not known yet what it has not done: so far it is legal, or not.
    """
    if _has_errors(document) or document["trips"] or document["held_back"]:
        return FINDINGS
    if any(each["escalated"] for each in document["safe_actions"]):
        return FINDINGS
    if document["outcome"] in UNDER_WAY:
        return LEGAL
    stands = all(each["standing"] in STANDS for each in document["claims"].values())
    return LEGAL if document["outcome"] == "completed" and stands else FINDINGS


def outcome_of(history: History, *, going_on: bool) -> str:
    """How a run stands, in one word; ``interrupted``: its process ended before it did."""
    return history.going if going_on else history.outcome or "interrupted"


def _has_errors(document: Mapping[str, Any]) -> bool:
    return any(each["severity"] == "error" for each in document["findings"])


def _row(step: Mapping[str, Any]) -> list[str]:
    despite = f" despite {step['despite'].upper()}" if step["despite"] else ""
    outcome = f"{step['outcome']}{despite}"
    return [step["id"], step["tool"], step["operation"], outcome, step["ended"]]


def show_result(document: Mapping[str, Any]) -> None:
    """Print a run's document for a person."""
    columns = ("step", "tool", "operation", "outcome", "ended")
    show_table(columns, [_row(step) for step in document["steps"]])
    show("")
    for finding in document["findings"]:
        place = f"{finding['severity']} at {finding['at']}"
        show(f"{place}: {finding['code']} {finding['message']}")
    for each in document["no_section"]:
        show(f"warning at {each['step']}: the wafer could not be seen in section: {each['why']}")
    for trip in document["trips"]:
        show(f"trip: {trip['message']}")
    for each in document["safe_actions"]:
        if each["failed"]:
            called = f"escalated, {each['escalated']}" if each["escalated"] else "not stopped"
            show(f"{called}: {each['message']}")
    for each in document["cautions"]:
        times = f" ({each['times']} times until {each['last']})" if each["times"] > 1 else ""
        show(f"caution at {each['step']}, {each['at']}: {each['message']}{times}")
    for each in document["bypasses"]:
        lifted = f"{each['rule']} lifted for {each['minutes']} min, {each['at']}"
        show(f"{lifted}, by {each['by']}, approved by {each['approver']}: {each['reason']}")
    for each in document["held_back"]:
        show(f"held back by a bypass at {each['step']}, {each['at']}: {each['message']}")
    for name, claim in document["claims"].items():
        if claim["standing"] != "not practised":
            at = f", {claim['step']}" if claim["step"] else ""
            show(f"claim {name} {claim['standing']}{at}: {claim['evidence']}")
    for layer in document["wafer"]:
        show(f"measured: {layer['name']} {layer['thickness_nm']} nm")
    if document["brought_in"]:
        show(f"brought in: {document['brought_in']}")
    if document["choices"]:
        path = " ".join(f"{name}={choice}" for name, choice in document["choices"].items())
        show(f"path: {path}")
    why = f": {document['why']}" if document["why"] else ""
    held = len(document["held_back"])
    kept = f", {held} trip{'s' if held > 1 else ''} held back by a bypass" if held else ""
    show(f"{document['run']} {document['outcome']}{kept}{why}")
    for file in document["files"]:
        say(f"wrote {file}")
    if document["do"]:
        say(f"to go on: {document['do']}")
