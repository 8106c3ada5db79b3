"""What each claim element stands on: the measured values and the journal's entries."""

from collections.abc import Iterable, Mapping
from typing import Any

from fabctl.claims.readings import PEAK, RESULT, SECTION
from fabctl.claims.standing import Standing
from fabctl.engine.records import Kind
from fabctl.journal import Record

EVIDENCE = (Kind.INTENT, Kind.CONCLUDED, Kind.MEASURED, Kind.PEAKS, Kind.JUDGED, Kind.SECTION)
"""The kinds of record that an element's evidence is found in."""
TELL = {RESULT: Kind.MEASURED, PEAK: Kind.PEAKS, SECTION: Kind.SECTION}
"""Those that tell values: a metrology tool's result, how far signals went in a job, the section."""


def on_evidence(
    standings: Mapping[str, Standing], records: Iterable[Record]
) -> dict[str, dict[str, Any]]:
    """Give every element's standing with its evidence, for whoever tells of the run.

    Keys: standing, step, job, tool, by (the steps that did what it asks for), evidence (in words),
    facts, journal (number, kind and time of the entries), section (number and time of the entry
    with the wafer's section after that step, None where there is none). Each of ``facts.measured``
    is ``{quantity, material, value, uncertainty, unit, told_by, step, job, seq, at}``: a value with
    the entry that tells it.
    """
    told: dict[str, list[Record]] = {}
    for record in records:
        if record.kind in EVIDENCE and record.body.get("job"):
            told.setdefault(record.body["job"], []).append(record)
    return {name: _element(each, told) for name, each in standings.items()}


def _element(standing: Standing, told: Mapping[str, list[Record]]) -> dict[str, Any]:
    own = told.get(standing.job, []) if standing.job else []
    facts: dict[str, Any] = dict(standing.evidence)
    sources = [(each, _source(each, told)) for each in facts.get("measured", ())]
    if sources:
        facts["measured"] = [
            {**each, **(_at(record) if record else {})} for each, record in sources
        ]
    cited = [record for _, record in sources if record is not None]
    others = [
        record
        for job in standing.jobs
        for record in told.get(job, ())
        if record.kind == Kind.CONCLUDED
    ]
    entries = {record.seq: record for record in [*own, *cited, *others]}
    sections = [record for record in own if record.kind == Kind.SECTION]
    return {
        "standing": standing.verdict.value,
        "step": standing.step,
        "job": standing.job,
        "tool": standing.tool,
        "by": list(dict.fromkeys(standing.by)),
        "evidence": standing.why,
        "facts": facts,
        "journal": [
            {"seq": seq, "kind": entries[seq].kind, "at": entries[seq].at}
            for seq in sorted(entries)
        ],
        "section": _at(sections[-1]) if sections else None,
    }


def _source(value: Mapping[str, Any], told: Mapping[str, list[Record]]) -> Record | None:
    """The entry that tells a value: the last of its quantity, as the last measurement counts."""
    found = [
        record
        for record in told.get(value["job"], ())
        if record.kind == TELL[value["told_by"]]
        and record.body.get("quantity", value["quantity"]) == value["quantity"]
    ]
    return found[-1] if found else None


def _at(record: Record) -> dict[str, Any]:
    return {"seq": record.seq, "at": record.at}
