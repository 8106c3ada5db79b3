"""The third use, before START: what was measured must lie inside before a step may start.

A measurement counts with its uncertainty: value ± u wholly inside is legal, wholly outside
illegal, all else is not shown; the worst site decides. Only legal opens the gate. What was
deposited on the wafer after the measurement makes it void: it is then of another film.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from fabctl.interlocks.film import Film
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.rule import Gate, Rule, RulePack
from fabctl.interlocks.verdict import Verdict, worst
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.material import Materials
from fabctl.process.sequence import Step
from fabctl.quantities import Dimension, Quantity, exact, show_number

if TYPE_CHECKING:
    from fabctl.tools.port import Measurement


class GateVerdict(Struct, frozen=True):
    """What one rule says about starting a step; `saw` names the worst site."""

    rule: str
    verdict: Verdict
    step: str
    saw: str
    limit: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON-able data, for the journal."""
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "step": self.step,
            "saw": self.saw,
            "limit": self.limit,
            "message": self.message,
        }


def gate(
    rules: RulePack, step: Step, before: WaferState, materials: Materials
) -> tuple[GateVerdict, ...]:
    """Judge whether a step may start on this wafer, one verdict for every rule with a gate on it.

    The step may start only if every verdict is legal; an empty answer means that no rule asks.
    """
    act = before.act(step.id, step.recipe, materials)
    return tuple(
        _judge(rule, rule.gate, step, before)
        for rule in rules
        if rule.gate is not None and rule.gate.binds.selects(act, materials)
    )


def opens(verdicts: Iterable[GateVerdict]) -> bool:
    """Tell whether the step may start."""
    return worst(each.verdict for each in verdicts) is Verdict.LEGAL


def _judge(rule: Rule, asks: Gate, step: Step, before: WaferState) -> GateVerdict:
    def answer(verdict: Verdict, saw: str, message: str) -> GateVerdict:
        limit = str(rule.limit.limits)
        return GateVerdict(rule.code, verdict, step.id, saw, limit, f"{message}; limit {limit}")

    film = before.film
    sites = _sites(film, asks.measured) if film is not None else ()
    if film is None or not sites:
        why = "was not measured since it was deposited" if film else "is not on the wafer"
        return answer(Verdict.NOT_SHOWN, "", f"the film {why}")
    verdicts = []
    for measured, value in sites:
        try:
            interval = _interval(measured, value, rule.limit.limits.dimension)
        except ValueError as error:
            return answer(Verdict.NOT_SHOWN, str(value), f"a site can't be judged: {error}")
        verdicts.append(rule.limit.limits.judge_measured(interval))
    verdict = worst(verdicts)
    if verdict is Verdict.LEGAL:
        return answer(verdict, _range(sites), f"all {len(sites)} sites lie inside")
    site = verdicts.index(verdict)
    measured, value = sites[site]
    said = "lies outside" if verdict is Verdict.ILLEGAL else "is not shown to lie inside"
    return answer(verdict, _shown(measured, value), f"site {site + 1} of {len(sites)} {said}")


def _sites(film: Film, quantity: str) -> "tuple[tuple[Measurement, float], ...]":
    return tuple(
        (measured, value)
        for measured in film.measurements
        if measured.quantity == quantity
        for value in measured.values
    )


def _interval(measured: "Measurement", value: float, dimension: Dimension) -> Interval:
    """Give value ± uncertainty in base units. Raises `ValueError` where it can't be judged."""
    u = exact(measured.uncertainty, 8)
    if u < 0:
        raise ValueError(f"the uncertainty is {measured.uncertainty}")
    middle = exact(value, 8)
    low = Quantity.of(middle - u, measured.unit)
    if low.dimension is not dimension:
        raise ValueError(f"{measured.unit} is not a unit of {dimension}")
    return Interval(low.value, Quantity.of(middle + u, measured.unit).value)


def _shown(measured: "Measurement", value: float) -> str:
    middle, u = show_number(exact(value, 8)), show_number(exact(measured.uncertainty, 8))
    return f"{middle} ± {u} {measured.unit}"


def _range(sites: "tuple[tuple[Measurement, float], ...]") -> str:
    lowest, highest = min(sites, key=_value), max(sites, key=_value)
    return f"{_shown(*lowest)} to {_shown(*highest)}"


def _value(site: "tuple[Measurement, float]") -> float:
    return site[1]
