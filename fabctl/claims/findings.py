"""How a document's evaluation notes its elements: what was seen, and what their rules say of it.

Numbers, sets of materials and orders are those of the interlock rules that an element names; an
evaluation finds out what they bind.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TypeVar

from msgspec.structs import replace

from fabctl.claims.history import Deposit, History
from fabctl.claims.readings import RESULT, SECTION, Reading, Seen, reach, told
from fabctl.claims.standing import Standing, Verdict
from fabctl.interlocks.demand import Limit, OfMaterial, Order, Relation
from fabctl.interlocks.interval import NOTHING
from fabctl.interlocks.judge_material import compare, judge_made_of
from fabctl.interlocks.rule import Rule, RulePack
from fabctl.interlocks.verdict import Verdict as Ruled
from fabctl.interlocks.verdict import worst
from fabctl.process.claim import elements
from fabctl.process.material import Conductive, Materials

D = TypeVar("D", Limit, OfMaterial, Order, Relation)
_STANDS = {
    Ruled.LEGAL: Verdict.SATISFIED,
    Ruled.ILLEGAL: Verdict.NOT_SATISFIED,
    Ruled.NOT_SHOWN: Verdict.NOT_SHOWN,
}


class Findings:
    """Collects an element's standing as its evidence is looked at; the first word counts.

    `by` are the places of the jobs that did what an element asks for, by default the one at `at`.
    """

    def __init__(self, history: History, rules: RulePack) -> None:
        self.history = history
        self.rules = rules
        self.standings: dict[str, Standing] = {}

    def rule(self, element: str, sort: type[D]) -> Rule:
        """The rule of an element that demands something of this sort. Raises LookupError."""
        for code in elements()[element].rules:
            if isinstance(self.rules[code].demand, sort):
                return self.rules[code]
        raise LookupError(f"{element} names no rule with a {sort.__name__}")

    def demands(self, element: str, sort: type[D]) -> list[D]:
        """All that the element's rules demand of this sort, in their order."""
        demands = (self.rules[code].demand for code in elements()[element].rules)
        return [each for each in demands if isinstance(each, sort)]

    def demand(self, element: str, sort: type[D]) -> D:
        """What that rule demands."""
        demand = self.rule(element, sort).demand
        assert isinstance(demand, sort)
        return demand

    def put(
        self,
        element: str,
        why: str,
        at: int | None = None,
        *,
        holds: bool,
        by: Iterable[int] = (),
        **seen: Seen,
    ) -> bool:
        """Note that an element is satisfied or not, by the job at `at`; returns `holds`.

        `seen` is what the section after that job showed of it; it is cited as measured values are.
        """
        verdict = Verdict.SATISFIED if holds else Verdict.NOT_SATISFIED
        measured = (
            [told(each, SECTION, name, self.history.done[at]) for name, each in seen.items()]
            if at is not None and at >= 0
            else []
        )
        self._note(element, verdict, why, at, by, {"measured": measured} if measured else {})
        return holds

    def cite(self, element: str, *values: Reading | None, told_by: str = RESULT) -> None:
        """Note the measured values that a noted element rests on, in its evidence as `measured`.

        Each as ``{quantity, material, value, uncertainty, unit, told_by, step, job}`` of what
        measured it; of several sites the value is their mean. `told_by` is the kind of record:
        a metrology tool's ``result``, the ``peak`` of a signal, or the wafer's ``section``.
        """
        standing = self.standings[element]
        measured = [
            told(each, told_by, each.of.quantity, self.history.done[each.at])
            for each in values
            if each is not None
        ]
        if measured:
            before = standing.evidence.get("measured", [])
            assert isinstance(before, list)
            evidence = {**standing.evidence, "measured": before + measured}
            self.standings[element] = replace(standing, evidence=evidence)

    def not_shown(
        self, element: str, why: str, at: int | None = None, by: Iterable[int] = ()
    ) -> None:
        """Note that nothing measured decides an element."""
        self._note(element, Verdict.NOT_SHOWN, why, at, by, {})

    def not_practised(self, element: str, why: str) -> None:
        """Note that an element's condition does not apply."""
        self._note(element, Verdict.NOT_PRACTISED, why, None, (), {})

    def within(
        self,
        element: str,
        values: tuple[float, ...],
        uncertainty: float,
        unit: str,
        at: int | None,
        by: Iterable[int] = (),
    ) -> None:
        """Note whether value ± uncertainty lies wholly inside the element's limits at every site.

        A site without a number shows nothing: it can't satisfy, and by itself breaks nothing.
        """
        limits = self.demand(element, Limit).limits
        told, values = values, tuple(value for value in values if isfinite(value))
        if not values:
            self.not_shown(element, "what was measured is no number", at, by)
            return
        verdict = worst(limits.judge_measured(reach(each, uncertainty, unit)) for each in values)
        if verdict is not Ruled.ILLEGAL and len(values) < len(told):
            missing = f"{len(told) - len(values)} of {len(told)} values are no numbers"
            self.not_shown(element, missing, at, by)
            return
        ends = dict.fromkeys(f"{end(values):.6g}" for end in (min, max))
        unit = "" if unit == "1" else unit
        shown = f"{' to '.join(ends)} ± {uncertainty:.3g} {unit}".rstrip()
        word = {Ruled.LEGAL: "inside", Ruled.ILLEGAL: "outside", Ruled.NOT_SHOWN: "astride"}
        why = f"{shown} lies {word[verdict]} what is asked for, {limits}"
        evidence = {"values": list(values), "uncertainty": uncertainty, "unit": unit}
        self._note(element, _STANDS[verdict], why, at, by, evidence)

    def made_of(self, element: str, what: str, laid: Sequence[Deposit]) -> None:
        """Note whether the element's rule admits every material of some deposits."""
        demand, table = self.demand(element, OfMaterial), self.history.materials
        materials = sorted({each.material for each in laid})
        verdicts, reasons = [], []
        for name in materials:
            material = table.find(name)
            verdict, why = Ruled.NOT_SHOWN, f"the materials table lacks {name}"
            if material is not None:
                verdict, why = judge_made_of(demand, material)
            verdicts.append(verdict)
            reasons += [f"{name} {why}" if verdict is Ruled.ILLEGAL else why] if why else []
        said = f"{what} is {' and '.join(materials)}"
        why = (
            "; ".join([said, *reasons]) if reasons else f"{said}{_shown(demand, table, materials)}"
        )
        at = laid[-1].at
        verdict = worst(verdicts)
        self._note(element, _STANDS[verdict], why, at, self.history.places(*laid), {})

    def admits(self, element: str, laid: Iterable[Deposit]) -> bool:
        """Whether the element's rule admits every material of some deposits."""
        demand, table = self.demand(element, OfMaterial), self.history.materials
        materials = [table.find(each.material) for each in laid]
        return all(
            each is not None and judge_made_of(demand, each)[0] is Ruled.LEGAL for each in materials
        )

    def compared(
        self, element: str, one: Reading | None, other: Reading | None, *, same: bool
    ) -> Ruled:
        """What the element's relation says of two readings; None where there is none.

        `same`: both are of one material, which has one figure, measured or not.
        """
        how = self.demand(element, Relation).compare
        if same:
            return compare(NOTHING, NOTHING, how, same=True)
        if one is None or other is None:
            return Ruled.NOT_SHOWN
        return compare(one.reach, other.reach, how, same=False)

    def _note(
        self,
        element: str,
        verdict: Verdict,
        why: str,
        at: int | None,
        by: Iterable[int],
        evidence: Mapping[str, object],
    ) -> None:
        if element in self.standings:
            return
        jobs = self.history.done
        done = jobs[at] if at is not None and at >= 0 else None
        places = sorted(set(by)) or ([at] if done and at is not None else [])
        self.standings[element] = Standing(
            verdict,
            why,
            done.step if done else "",
            done.job if done else "",
            done.tool if done else "",
            dict(evidence),
            tuple(jobs[each].step for each in places),
            tuple(jobs[each].job for each in places),
        )


def _shown(demand: OfMaterial, table: Materials, names: Sequence[str]) -> str:
    """What of some materials a demand is content with, in words to follow their names."""
    if demand.tone:
        return f", {demand.tone}"
    if demand.conductive:
        known = {name: table.find(name) for name in names}
        conduct = [n for n, each in known.items() if each and each.conductive is Conductive.YES]
        if len(names) > 1 and conduct:
            return f", of which {' and '.join(conduct)} conduct{'s' if len(conduct) == 1 else ''}"
        return f", which {'conducts' if conduct else 'does not conduct'}"
    return f", {demand.wanted}" if len(demand.one_of) > 1 else ""
