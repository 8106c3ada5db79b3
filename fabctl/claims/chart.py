"""The claim chart: every element of every claim, and whether each claim stands."""

from collections.abc import Iterable, Mapping

from fabctl.claims import cap, lowk, resist
from fabctl.claims.history import History
from fabctl.claims.standing import Standing, Verdict, not_practised
from fabctl.process.claim import Claim, Element, ElementKind, claims, with_parents

_EVALUATE = {"lowk": lowk.evaluate, "resist": resist.evaluate, "cap": cap.evaluate}
_ON_THE_WAFER = {ElementKind.EFFECT, ElementKind.STRUCTURE}


def chart(
    practises: Iterable[str], history: History, judged: Mapping[str, Standing]
) -> dict[str, Standing]:
    """The standing of each element of all claims, in printed order.

    `judged` holds what the interlock rules say of limits, relations, orders and materials; such an
    element stands by its rule, and where its step or effect must show too, by both. Without a
    section after every job, what must be seen on the wafer is not shown.
    """
    known = claims()
    practised = set(with_parents(tuple(practises), known))
    evaluated = {
        document: _EVALUATE[document](history).standings if history.shown else {}
        for document in {known[name].document for name in practised}
    }
    return {
        element.name: _standing(element, evaluated[claim.document], judged, shown=history.shown)
        if claim.name in practised
        else not_practised("the sequence does not practise this claim")
        for claim in known.values()
        for element in claim.elements
    }


def _standing(
    element: Element,
    evaluated: Mapping[str, Standing],
    judged: Mapping[str, Standing],
    *,
    shown: bool,
) -> Standing:
    seen = evaluated.get(element.name)
    ruled = judged.get(element.name)
    if ruled is not None and (seen is None or _worse(ruled, seen)):
        needs_wafer = bool(_ON_THE_WAFER & set(element.kinds))
        if seen is not None or not needs_wafer or ruled.verdict is not Verdict.SATISFIED:
            return ruled
    if seen is not None:
        return seen
    if not shown:
        return Standing(Verdict.NOT_SHOWN, "the wafer's section was not measured after every step")
    return Standing(Verdict.NOT_SATISFIED, "nothing was done to the wafer that this could rest on")


_ORDER = (Verdict.NOT_SATISFIED, Verdict.NOT_SHOWN, Verdict.SATISFIED, Verdict.NOT_PRACTISED)


def _worse(one: Standing, other: Standing) -> bool:
    return _ORDER.index(one.verdict) < _ORDER.index(other.verdict)


def claim_standings(standings: Mapping[str, Standing]) -> dict[str, Verdict]:
    """Whether each claim stands: all its elements and its parent's."""
    found: dict[str, Verdict] = {}
    for claim in claims().values():
        verdicts = [standings[element.name].verdict for element in claim.elements]
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
