"""The claim chart: every element of every claim, and whether each claim stands."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from fabctl.claims.findings import Findings
from fabctl.claims.history import History
from fabctl.claims.reached import judge_measured
from fabctl.claims.standing import Standing, Verdict, not_practised
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.shipped import shipped_rules
from fabctl.process.claim import Claim, Element, claims, with_parents

_WORST_FIRST = (Verdict.NOT_SATISFIED, Verdict.NOT_SHOWN, Verdict.SATISFIED)
NOTHING: Mapping[str, Sequence[int]] = MappingProxyType({})


def chart(
    practises: Iterable[str],
    history: History,
    limited: Mapping[str, Sequence[int]] = NOTHING,
    rules: RulePack | None = None,
) -> dict[str, Standing]:
    """The standing of each element of all claims, in printed order.

    Limits, relations, orders and materials are those of the claims' `rules`, by default the ones
    that come with fabctl: what a claim asks for hangs on no pack that a run was bound by.

    Without a section after every job, what must be seen on the wafer is not shown; `limited` says
    then which jobs (places in the history) an element's live limit bound.
    """
    known = claims()
    rules = rules or shipped_rules(examples=False)
    practised = set(with_parents(tuple(practises), known))
    evaluated: dict[str, Mapping[str, Standing]] = {
        document: _evaluate(document, history, rules).standings
        if history.shown
        else _unseen(history, limited, rules)
        for document in {known[name].document for name in practised}
    }
    return {
        element.name: _standing(element, evaluated[claim.document], shown=history.shown)
        if claim.name in practised
        else not_practised("the sequence does not practise this claim")
        for claim in known.values()
        for element in claim.elements
    }


def _evaluate(document: str, history: History, rules: RulePack) -> Findings:
    """What a document's claims find in a history; each is imported where one practises it."""
    match document:
        case "lowk":
            from fabctl.claims.lowk import evaluate
        case "resist":
            from fabctl.claims.resist import evaluate
        case _:
            from fabctl.claims.cap import evaluate
    return evaluate(history, rules)


def _unseen(
    history: History, limited: Mapping[str, Sequence[int]], rules: RulePack
) -> Mapping[str, Standing]:
    """What can be told without sections: what the jobs reached that a limit bound, the worst."""
    standings = {}
    for element, jobs in limited.items():
        told = []
        for job in jobs:
            found = Findings(history, rules)
            judge_measured(found, element, job)
            # nor who else took part
            told.append(replace(found.standings[element], by=(), jobs=()))
        standings[element] = min(told, key=lambda each: _WORST_FIRST.index(each.verdict))
    return standings


def _standing(element: Element, evaluated: Mapping[str, Standing], *, shown: bool) -> Standing:
    if element.name in evaluated:
        return evaluated[element.name]
    if not shown:
        return Standing(Verdict.NOT_SHOWN, "the wafer's section was not measured after every step")
    return Standing(Verdict.NOT_SATISFIED, "nothing was done to the wafer that this could rest on")


def claim_standings(standings: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Whether each claim stands, by its elements' standings: all of them and its parent."""
    found: dict[str, Verdict] = {}
    for claim in claims().values():
        verdicts = [standings[element.name] for element in claim.elements]
        if claim.parent:
            verdicts.append(found[claim.parent])
        found[claim.name] = _together(claim, verdicts)
    return found


def _together(claim: Claim, verdicts: list[Verdict]) -> Verdict:
    assert verdicts, claim.name
    for verdict in (Verdict.NOT_PRACTISED, Verdict.NOT_SATISFIED, Verdict.NOT_SHOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.SATISFIED
