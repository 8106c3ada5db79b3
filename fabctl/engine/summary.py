"""A run as one JSON document, from its records alone: a run under way and one of old agree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fabctl.claims.hints import CODE, HintedStep, false_hints
from fabctl.claims.history import History as WaferHistory
from fabctl.claims.quality import flaws
from fabctl.claims.standing import Standing
from fabctl.engine.evidence import on_evidence
from fabctl.engine.history import DONE, History, StepHistory
from fabctl.engine.person import next_command
from fabctl.engine.records import Kind
from fabctl.engine.standing import practised, standings_of
from fabctl.engine.wafer_history import (
    last_section,
    names_brought,
    region_name,
    wafer_history,
)
from fabctl.journal import Record
from fabctl.quantities import Quantity, QuantityError, exact
from fabctl.structure.predicates import thickness
from fabctl.structure.snapshot import Snapshots

NO_RESULT = "ME101"
"""The code of a measurement without a result."""
UNFINISHED = "unfinished"
"""The outcome of a run that is still under way, or whose process died."""


def summary(
    records: Sequence[Record], files: Iterable[str] = (), snapshots: Snapshots | None = None
) -> dict[str, Any]:
    """Give a run's summary; `files` are what was written for it. Raises ValueError without records.

    `snapshots` has read the sections in these very records already, where somebody has.

    Keys: run, sequence, choices, brought_in (the name of what the wafer was then, "" for bare),
    outcome, why, do (the command that lets a held run go on), steps, trips, bypasses, held_back
    (what bypasses kept from tripping), safe_actions (what was tried to stop jobs, and how that
    ended), cautions (what people were warned of, each with its count), findings, alarms,
    deviations, no_section (after which steps the wafer could not be seen, and why), claims, wafer,
    files.
    """
    if not records:
        raise ValueError("a run without records has no summary")
    history = History(records)
    run = records[0].run
    wafer = wafer_history(records, snapshots)
    stands = standings_of(wafer, records)
    return {
        "run": run,
        "sequence": history.header.get("sequence", ""),
        "choices": dict(history.header.get("inputs", {}).get("choices", {})),
        "brought_in": history.header.get("brought_in", {}).get("name", ""),
        "outcome": history.outcome or UNFINISHED,
        "why": history.why,
        "do": next_command(run, history) if history.outcome == "held" else "",
        "steps": [_step(step, history) for step in history.steps.values()],
        "trips": [dict(trip) for trip in history.trips],
        "bypasses": _told(records, Kind.BYPASSED),
        "held_back": _told(records, Kind.HELD_BACK),
        "safe_actions": [each.as_dict() for each in history.safe_actions.values()],
        "cautions": _cautions(records),
        "findings": [
            *(dict(each) for each in history.findings),
            *_hints(history, stands),
            *_flaws(history, wafer),
            *_unmeasured(records),
        ],
        "alarms": [
            dict(each.body) for each in records if each.kind == Kind.ALARM and each.body["is_set"]
        ],
        "deviations": [dict(each.body) for each in records if each.kind == Kind.DEVIATION],
        "no_section": _told(records, Kind.NO_SECTION),
        "claims": on_evidence(stands, records),
        "wafer": _sectioned(records, history) or _layers(records, history),
        "files": list(files),
    }


def _told(records: Iterable[Record], kind: Kind) -> list[dict[str, Any]]:
    """Give the records of one kind with their moments."""
    return [{**each.body, "at": each.at} for each in records if each.kind == kind]


def _cautions(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Give each warning of a rule on a channel in a job once: as it first came, and how often."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for record in records:
        if record.kind != Kind.CAUTION:
            continue
        body, at = record.body, record.at
        kept = found.setdefault(caution_key(body), {**body, "at": at, "times": 0, "last": at})
        kept["times"] += 1
        kept["last"] = at
    return list(found.values())


def caution_key(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell what makes warnings the same one again: job, rule, concern, channel."""
    caution = body["caution"]
    return body["job"], caution["rule"], caution["concern"], caution["channel"]


def _hints(history: History, stands: Mapping[str, Standing]) -> Iterator[dict[str, Any]]:
    """Warn of what steps say of themselves and the wafer contradicts."""
    completed = history.outcome == "completed"
    done = None if completed else {step.id for step in history.steps.values() if step.done}
    places = history.header.get("hints", {})  # runs of old did not keep where they stand
    steps = [
        HintedStep(
            step["id"],
            {name: places.get(step["id"], {}).get(name, step["id"]) for name in step["does"]},
        )
        for step in history.header["steps"]
        if "does" in step  # runs of old kept no hints
    ]
    for hint in false_hints(steps, stands, done):
        yield {
            "code": CODE,
            "rule": "false-hint",
            "verdict": "illegal",
            "severity": "warning",
            "step": hint.step,
            "elements": [hint.element],
            "witness": hint.why,
            "message": f"{hint.step} is said to do {hint.element}, but: {hint.why}",
            "hint": "take it out of does, or correct it",
            "at": hint.at,
        }


def _flaws(history: History, wafer: WaferHistory) -> Iterator[dict[str, Any]]:
    """Say what makes scrap of a wafer with a protective layer, though no claim asks for it."""
    claimed = practised(history.header.get("practises", ()))
    if history.outcome != "completed" or not claimed["cap.1.e"]:
        return
    for flaw in flaws(wafer):
        yield {
            "code": flaw.code,
            "rule": "scrap",
            "verdict": "illegal",
            "severity": "error",
            "step": flaw.step,
            "elements": [],
            "witness": flaw.why,
            "message": f"the wafer is scrap: {flaw.why}",
            "hint": "look at the pictures of the steps after it",
            "at": flaw.step or "the wafer as it was brought",
        }


def _unmeasured(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Warn of measurements that were made, and of which no result came."""
    for record in records:
        if record.kind == Kind.MEASURED_NOTHING:
            step, why = record.body["step"], record.body["why"]
            yield {
                "code": NO_RESULT,
                "rule": "no-result",
                "verdict": "not shown",
                "severity": "warning",
                "step": step,
                "elements": [],
                "witness": why,
                "message": f"{step} measured nothing: {why}",
                "hint": "what rests on it is not shown: measure again",
                "at": step,
            }


def _step(step: StepHistory, history: History) -> dict[str, Any]:
    last = step.last
    outcome = "pending"
    if step.not_measured:
        outcome = "not measured"
    elif step.answer:
        outcome = DONE if step.done else step.answer
    elif last is not None:
        outcome = last.outcome or last.machine.state.value
    elif step.taken_up:
        outcome = "preparing"
    return {
        "id": step.id,
        "tool": step.tool,
        "operation": step.operation,
        "outcome": outcome,
        "despite": history.despite(last.job) if last else "",
        "job": last.job if last else "",
        "started": last.started if last else "",
        "ended": last.ended if last else "",
    }


def _sectioned(records: Sequence[Record], history: History) -> list[dict[str, Any]]:
    """Give the regions of the wafer as it was last seen in section; none if it never was."""
    section = last_section(records)
    if section is None:
        return []
    names, brought = names_of(history), names_brought(records)
    return [
        {
            "name": region_name(region, names, brought),
            "material": region.material,
            "area_nm2": round(region.shape.area, 3),
            "thickness_nm": round(thickness(region.shape), 3),
        }
        for region in section.regions
    ]


def names_of(history: History) -> dict[str, str]:
    """What each job made, by the sequence's own name for it or the step's ID: job → name."""
    forms = {step["id"]: step["forms"] for step in history.header.get("steps", ())}
    return {
        attempt.job: forms[step.id] or step.id
        for step in history.steps.values()
        for attempt in step.attempts
    }


def _layers(records: Sequence[Record], history: History) -> list[dict[str, Any]]:
    """Give the layers whose thickness was measured and that no later step took away."""
    recipes = {step["id"]: step["recipe"] for step in history.header.get("steps", ())}
    layers: dict[str, dict[str, Any]] = {}
    for record in records:
        body = record.body
        if record.kind == Kind.MEASURED and body["quantity"] == "film_thickness":
            material = recipes[body["step"]].get("material", "")
            layers[material] = {
                "name": body["layer"] or f"{material} film",
                "material": material,
                "area_nm2": "not shown",
                "thickness_nm": _mean_nm(body),
            }
        elif record.kind == Kind.CONCLUDED and body["outcome"] == DONE:
            step = history.steps[body["step"]]
            if step.operation in ("strip", "etch", "etch_back", "polish"):
                layers.pop(recipes[step.id].get("material", ""), None)
    return list(layers.values())


def _mean_nm(body: Any) -> float | str:
    try:
        values = [
            Quantity.of(exact(float(value), 8), body["unit"]).in_unit("nm")
            for value in body["values"]
        ]
        return round(float(sum(values) / len(values)), 4)
    except (QuantityError, ValueError, ZeroDivisionError):
        return "not shown"
