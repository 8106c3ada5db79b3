"""The claim chart of a run: every element, its standing, and the evidence it stands on."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from fabctl.claims.chart import claim_standings
from fabctl.claims.readings import PEAK
from fabctl.claims.standing import Verdict
from fabctl.process.claim import claims

COLUMNS = (
    *("claim", "claim_standing", "element", "standing"),
    *("step", "job", "tool", "by", "evidence", "measured", "journal", "at"),
)
"""Of the chart as CSV; `by` has the steps that did it, `journal` the entries' numbers, and `at`
their times in that order."""


def claim_chart(elements: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every claim with its standing and its elements, each as a run's summary tells it."""
    stands = claim_standings({name: Verdict(e["standing"]) for name, e in elements.items()})
    return [
        {
            "claim": claim.name,
            "parent": claim.parent,
            "standing": stands[claim.name].value,
            "elements": [
                {
                    "element": element.name,
                    "meaning": " ".join(element.meaning.split()),
                    **elements[element.name],
                }
                for element in claim.elements
            ],
        }
        for claim in claims().values()
    ]


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
            makers = done_by(each)
            lines += [f"  {'':<10} done by: {', '.join(makers)}"] if makers else []
            lines += [f"  {'':<10} measured: {value}" for value in measured_values(each)]
            if each["journal"]:
                lines.append(f"  {'':<10} journal: {', '.join(cited(each))}")
    lines.append(f"{len(chart) - len(shown)} claims are not practised by this sequence")
    return "\n".join(lines)


def done_by(element: Mapping[str, Any]) -> list[str]:
    """The steps that did what an element asks for, where they are not the one that it names."""
    return [] if element["by"] == [element["step"]] else list(element["by"])


def measured_values(element: Mapping[str, Any]) -> list[str]:
    """The values that an element rests on, in words, with the step and the job that measured."""
    return [
        f"{_of(each)} {each['value']:g} ± {each['uncertainty']:g}"
        f"{'' if each['unit'] in ('', '1') else ' ' + each['unit']}, {each['step']} ({each['job']})"
        for each in element["facts"].get("measured", ())
    ]


def _of(value: Mapping[str, Any]) -> str:
    """What a value is of, in words: a quantity, maybe of a material, or the peak of a signal."""
    quantity, material = value["quantity"].replace("_", " "), value["material"]
    if value["told_by"] == PEAK:
        return f"highest {quantity}"
    return f"{quantity} of {material}" if material else quantity


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
                "by": " ".join(each["by"]),
                "measured": "; ".join(measured_values(each)),
                "journal": " ".join(str(entry["seq"]) for entry in each["journal"]),
                "at": " ".join(entry["at"] for entry in each["journal"]),
            }
            writer.writerow([row[name] for name in COLUMNS])
    return out.getvalue()
