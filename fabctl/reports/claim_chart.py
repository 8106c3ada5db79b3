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
COLUMNS = ("element", "standing", "step", "job", "tool", "evidence", "journal")


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
    return {
        "element": name,
        "meaning": " ".join(meaning.split()),
        "standing": standing.verdict.value,
        "step": standing.step,
        "job": standing.job,
        "tool": standing.tool,
        "evidence": standing.why,
        "facts": dict(standing.evidence),
        "journal": entries.get(standing.job, []) if standing.job else [],
    }


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
            seqs = ", ".join(f"{entry['kind']} {entry['seq']}" for entry in each["journal"])
            if seqs:
                lines.append(f"  {'':<10} journal: {seqs}")
    lines.append(f"{len(chart) - len(shown)} claims are not practised by this sequence")
    return "\n".join(lines)


def as_csv(chart: Sequence[Mapping[str, Any]]) -> str:
    """One row an element, with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for claim in chart:
        for each in claim["elements"]:
            seqs = " ".join(str(entry["seq"]) for entry in each["journal"])
            writer.writerow([*(each[name] for name in COLUMNS[:-1]), seqs])
    return out.getvalue()
