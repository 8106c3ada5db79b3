"""Where each claim element stands after a run, by what was measured and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from fabctl.engine.records import Kind
from fabctl.interlocks.verdict import Verdict, worst
from fabctl.journal import Record
from fabctl.process.claim import claims, with_parents

_WORDS = {
    Verdict.LEGAL: "satisfied",
    Verdict.ILLEGAL: "not satisfied",
    Verdict.NOT_SHOWN: "not shown",
}


def practised(names: Iterable[str]) -> dict[str, bool]:
    """Say of every claim element there is whether these claims, with their parents, practise it."""
    known = claims()
    held = set(with_parents(tuple(names), known))
    return {
        element.name: claim.name in held for claim in known.values() for element in claim.elements
    }


def standings(elements: Mapping[str, bool], records: Iterable[Record]) -> dict[str, Any]:
    """Give ``{standing, step, evidence}`` of every element, from a run's records.

    An element that no verdict on a measurement speaks of is *not shown*, whatever the recipe says.
    Where several steps bear on one element, each one's last verdict counts, and the worst decides.
    """
    judged: dict[str, dict[str, Mapping[str, Any]]] = {}
    for record in records:
        if record.kind == Kind.JUDGED:
            for element in record.body["elements"]:
                judged.setdefault(element, {})[record.body["step"]] = record.body
    return {
        element: _standing(judged.get(element, {}))
        if is_practised
        else {"standing": "not practised", "step": "", "evidence": ""}
        for element, is_practised in elements.items()
    }


def _standing(by_step: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    if not by_step:
        return {"standing": "not shown", "step": "", "evidence": ""}
    verdict = worst(Verdict(body["verdict"]) for body in by_step.values())
    decides = next(step for step, body in by_step.items() if body["verdict"] == verdict.value)
    evidence = by_step[decides]["evidence"]
    return {"standing": _WORDS[verdict], "step": decides, "evidence": evidence}
