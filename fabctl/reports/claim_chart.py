"""The claim chart of a run: every element, its standing, and the evidence it stands on."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fabctl.claims.chart import claim_standings
from fabctl.claims.standing import Standing
from fabctl.journal import Record
from fabctl.process.claim import claims

EVIDENCE = ("INTENT", "CONCLUDED", "MEASURED", "PEAKS", "JUDGED", "SECTION")
"""The kinds of record that an element's evidence is found in."""
COLUMNS = (
    *("claim", "claim_standing", "element", "standing"),
    *("step", "job", "tool", "evidence", "measured", "journal", "at"),
)
"""Of the chart as CSV; `journal` has the entries' numbers, and `at` their times in that order."""


def claim_chart(
    standings: Mapping[str, Standing], records: Iterable[Record]
) -> list[dict[str, Any]]:
    """Every claim with its standing, its elements', and the journal's entries for each."""
    entries = _entries(records)
    stands = claim_standings(standings)
    return [
        {
            "claim": claim.name,
            "parent": claim.parent,
            "standing": stands[claim.name].value,
            "elements": [
                _element(element.name, element.meaning, standings[element.name], entries)
                for element in claim.elements
            ],
        }
        for claim in claims().values()
    ]


def _element(
    name: str, meaning: str, standing: Standing, entries: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    facts, cited = _with_entries(standing, entries)
    own = entries.get(standing.job, []) if standing.job else []
    journal = {entry["seq"]: entry for entry in [*own, *cited]}
    return {
        "element": name,
        "meaning": " ".join(meaning.split()),
        "standing": standing.verdict.value,
        "step": standing.step,
        "job": standing.job,
        "tool": standing.tool,
        "evidence": standing.why,
        "facts": facts,
        "journal": [journal[seq] for seq in sorted(journal)],
    }


def _with_entries(
    standing: Standing, entries: Mapping[str, list[dict[str, Any]]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An element's facts, each value it rests on with the entry that tells it; and these entries.

    The last entry of the metrology's job is meant, as the last measurement counts.
    """
    facts: dict[str, Any] = dict(standing.evidence)
    found = []
    told = []
    for each in facts.get("measured", ()):
        measured = [e for e in entries.get(each["job"], ()) if e["kind"] == "MEASURED"]
        found += measured[-1:]
        told.append({**each, **{key: e[key] for e in measured[-1:] for key in ("seq", "at")}})
    if told:
        facts["measured"] = told
    return facts, found


def _entries(records: Iterable[Record]) -> dict[str, list[dict[str, Any]]]:
    """Job → the journal's entries that tell of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        if record.kind in EVIDENCE and record.body.get("job"):
            entry = {"seq": record.seq, "kind": record.kind, "at": record.at}
            found.setdefault(record.body["job"], []).append(entry)
    return found


def practised(chart: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The claims that the sequence practises."""
    return [claim for claim in chart if claim["standing"] != "not practised" or _any(claim)]


def _any(claim: Mapping[str, Any]) -> bool:
    return any(each["standing"] != "not practised" for each in claim["elements"])


def as_text(chart: Sequence[Mapping[str, Any]]) -> str:
    """The chart for a terminal: practised claims in full, the others counted."""
    lines = []
    shown = practised(chart)
    for claim in shown:
        parent = f" (with {claim['parent']})" if claim["parent"] else ""
        lines.append(f"{claim['claim']}{parent}: {claim['standing']}")
        for each in claim["elements"]:
            where = f" {each['step']} on {each['tool']}" if each["step"] else ""
            lines.append(
                f"  {each['element']:<10} {each['standing']:<14}{where}: {each['evidence']}"
            )
            lines += [f"  {'':<10} measured: {value}" for value in measured_values(each)]
            if each["journal"]:
                lines.append(f"  {'':<10} journal: {', '.join(cited(each))}")
    lines.append(f"{len(chart) - len(shown)} claims are not practised by this sequence")
    return "\n".join(lines)


def measured_values(element: Mapping[str, Any]) -> list[str]:
    """The values that an element rests on, in words, with the step and the job that measured."""
    return [
        f"{each['quantity']} of {each['material']} {each['value']:g} ± {each['uncertainty']:g}"
        f"{'' if each['unit'] in ('', '1') else ' ' + each['unit']}, {each['step']} ({each['job']})"
        for each in element["facts"].get("measured", ())
    ]


def cited(element: Mapping[str, Any]) -> list[str]:
    """The journal's entries of an element: kind, number and time of each."""
    return [f"{entry['kind']} {entry['seq']} {entry['at']}" for entry in element["journal"]]


def as_csv(chart: Sequence[Mapping[str, Any]]) -> str:
    """One row an element, with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for claim in chart:
        for each in claim["elements"]:
            row = {
                **each,
                "claim": claim["claim"],
                "claim_standing": claim["standing"],
                "measured": "; ".join(measured_values(each)),
                "journal": " ".join(str(entry["seq"]) for entry in each["journal"]),
                "at": " ".join(entry["at"] for entry in each["journal"]),
            }
            writer.writerow([row[name] for name in COLUMNS])
    return out.getvalue()
