"""Where each claim element stands after a run, by what was measured and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fabctl.claims.chart import chart
from fabctl.claims.standing import Standing
from fabctl.claims.standing import Verdict as Stands
from fabctl.engine.records import Kind
from fabctl.engine.wafer_history import wafer_history
from fabctl.interlocks.verdict import Verdict, worst
from fabctl.journal import Record
from fabctl.process.claim import claims, with_parents

_WORDS = {
    Verdict.LEGAL: Stands.SATISFIED,
    Verdict.ILLEGAL: Stands.NOT_SATISFIED,
    Verdict.NOT_SHOWN: Stands.NOT_SHOWN,
}


def practised(names: Iterable[str]) -> dict[str, bool]:
    """Say of every claim element there is whether these claims, with their parents, practise it."""
    known = claims()
    held = set(with_parents(tuple(names), known))
    return {
        element.name: claim.name in held for claim in known.values() for element in claim.elements
    }


def standings(records: Sequence[Record]) -> dict[str, Standing]:
    """Give every element's standing, from a run's records.

    Where the wafer was seen in section after every job, what was done to it decides, and a limit
    is paired with its own level's job. Where it was not, only what rules said of measured values
    is known, and everything that must be seen is not shown.
    """
    header = next((each.body for each in records if each.kind == Kind.RUN), {})
    practises = header.get("practises", ())
    history = wafer_history(records)
    return chart(practises, history, {} if history.shown else _judged(records))


def as_json(standings: Mapping[str, Standing]) -> dict[str, Any]:
    """Give ``{standing, step, job, tool, evidence, facts}`` of every element."""
    return {
        element: {
            "standing": each.verdict.value,
            "step": each.step,
            "job": each.job,
            "tool": each.tool,
            "evidence": each.why,
            "facts": dict(each.evidence),
        }
        for element, each in standings.items()
    }


def _judged(records: Iterable[Record]) -> dict[str, Standing]:
    """What the rules said of what was measured: each step's last verdict, the worst decides."""
    said: dict[str, dict[str, Mapping[str, Any]]] = {}
    for record in records:
        if record.kind == Kind.JUDGED:
            for element in record.body["elements"]:
                said.setdefault(element, {})[record.body["step"]] = record.body
    return {element: _standing(by_step) for element, by_step in said.items()}


def _standing(by_step: Mapping[str, Mapping[str, Any]]) -> Standing:
    verdict = worst(Verdict(body["verdict"]) for body in by_step.values())
    step = next(step for step, body in by_step.items() if body["verdict"] == verdict.value)
    return Standing(_WORDS[verdict], by_step[step]["evidence"], step)
