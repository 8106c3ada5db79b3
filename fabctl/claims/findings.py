"""How a document's evaluation notes its elements."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import NamedTuple

from fabctl.claims.history import History, Measured
from fabctl.claims.standing import Standing, Verdict


class Findings:
    """Collects an element's standing as its evidence is looked at; the first word counts."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.standings: dict[str, Standing] = {}

    def put(
        self, element: str, why: str, at: int | None = None, *, holds: bool, **evidence: object
    ) -> bool:
        """Note that an element is satisfied or not, by the job at `at`; returns `holds`."""
        verdict = Verdict.SATISFIED if holds else Verdict.NOT_SATISFIED
        self._note(element, verdict, why, at, evidence)
        return holds

    def cite(self, element: str, *values: "Reading | None") -> None:
        """Note the measured values that a noted element rests on, in its evidence as `measured`.

        Each as ``{quantity, material, value, uncertainty, unit, step, job}`` of what measured it.
        """
        standing = self.standings[element]
        measured = [self._cited(each) for each in values if each is not None]
        if measured:
            evidence = {**standing.evidence, "measured": measured}
            self.standings[element] = replace(standing, evidence=evidence)

    def _cited(self, value: "Reading") -> dict[str, object]:
        done = self.history.done[value.at]
        return {
            "quantity": value.of.quantity,
            "material": value.of.material,
            "value": value.value,
            "uncertainty": value.uncertainty,
            "unit": value.of.unit,
            "step": done.step,
            "job": done.job,
        }

    def not_shown(self, element: str, why: str, at: int | None = None) -> None:
        """Note that nothing measured decides an element."""
        self._note(element, Verdict.NOT_SHOWN, why, at, {})

    def not_practised(self, element: str, why: str) -> None:
        """Note that an element's condition does not apply."""
        self._note(element, Verdict.NOT_PRACTISED, why, None, {})

    def within(
        self,
        element: str,
        values: tuple[float, ...],
        uncertainty: float,
        limits: "Limits",
        at: int | None,
    ) -> None:
        """Note whether value ± uncertainty lies wholly inside the limits at every site.

        A site without a number shows nothing: it can't satisfy, and by itself breaks nothing.
        """
        told, values = values, tuple(value for value in values if isfinite(value))
        if not values:
            self.not_shown(element, "what was measured is no number", at)
            return
        ends = dict.fromkeys(f"{end(values):.6g}" for end in (min, max))
        shown = f"{' to '.join(ends)} ± {uncertainty:.3g}"
        if any(limits.fails(value - uncertainty, value + uncertainty) for value in values):
            verdict, word = Verdict.NOT_SATISFIED, "outside"
        elif len(values) < len(told):
            missing = f"{len(told) - len(values)} of {len(told)} values are no numbers"
            self.not_shown(element, missing, at)
            return
        elif all(limits.holds(value - uncertainty, value + uncertainty) for value in values):
            verdict, word = Verdict.SATISFIED, "inside"
        else:
            verdict, word = Verdict.NOT_SHOWN, "astride"
        evidence = {"values": list(values), "uncertainty": uncertainty, "unit": limits.unit}
        self._note(element, verdict, f"{shown} lies {word} {limits}", at, evidence)

    def _note(
        self,
        element: str,
        verdict: Verdict,
        why: str,
        at: int | None,
        evidence: Mapping[str, object],
    ) -> None:
        if element in self.standings:
            return
        done = self.history.done[at] if at is not None and at >= 0 else None
        self.standings[element] = Standing(
            verdict,
            why,
            done.step if done else "",
            done.job if done else "",
            done.tool if done else "",
            dict(evidence),
        )


class Reading(NamedTuple):
    """One value ± uncertainty, of what was measured by the job at `at`."""

    value: float
    uncertainty: float
    at: int
    of: Measured


class Limits:
    """A range with open or closed ends, for measured values."""

    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        *,
        low_open: bool = False,
        high_open: bool = False,
        unit: str = "",
    ) -> None:
        self.low, self.high = low, high
        self.low_open, self.high_open = low_open, high_open
        self.unit = unit

    def holds(self, least: float, most: float) -> bool:
        """Whether everything from `least` to `most` lies inside."""
        return self._above(least) and self._below(most)

    def fails(self, least: float, most: float) -> bool:
        """Whether everything from `least` to `most` lies outside, on one side."""
        return not self._above(most) or not self._below(least)

    def _above(self, value: float) -> bool:
        if self.low is None:
            return True
        return value > self.low if self.low_open else value >= self.low

    def _below(self, value: float) -> bool:
        if self.high is None:
            return True
        return value < self.high if self.high_open else value <= self.high

    def __str__(self) -> str:
        low = "" if self.low is None else f"{'>' if self.low_open else '>='} {self.low:g}"
        high = "" if self.high is None else f"{'<' if self.high_open else '<='} {self.high:g}"
        return f"{' and '.join(each for each in (low, high) if each)} {self.unit}".rstrip()
