"""Z3, for terms that are coupled: the optional extra ``proof``, loaded when first asked.

Everything is linear and rational: Z3 answers exactly, and the same question gets the same answer.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fabctl.interlocks.condition import Condition, Example, Term
from fabctl.quantities import Dimension

INSTALL = "install the extra fabctl[proof] (Z3), which judges values that hang together"
"""What to do where coupled terms need a solver."""


class NoSolverError(Exception):
    """Coupled terms can't be judged: Z3 is not installed."""

    def __init__(self) -> None:
        super().__init__(INSTALL)


def solve(conditions: Sequence[Condition]) -> Example | None:
    """Find values that meet all conditions, or prove that there are none.

    Raises `NoSolverError` where Z3 is not installed.
    """
    try:
        import z3
    except ImportError as error:
        raise NoSolverError from error
    if not _Question(z3, z3.main_ctx(), conditions).has_answer():
        return None
    # a context of its own costs 10 ms, and what was asked before then changes no example
    return _Question(z3, z3.Context(), conditions).answer()


class _Question:
    """One question in a context of Z3's.

    It is in as few terms as can be: values that follow one setting exactly are that setting, and
    conditions that say the same are one.
    """

    def __init__(self, z3: Any, context: Any, conditions: Sequence[Condition]) -> None:
        self.z3 = z3
        self.context = context
        self.solver = z3.SolverFor("QF_LRA", ctx=self.context)
        self.variables: dict[str, Any] = {}
        self.values: dict[str, str] = {}
        """Value → the variable that it is: its own, or that of its setting (``$name``)."""

        asked = dict.fromkeys(self._plain(condition) for condition in conditions)
        for weights, bound, strict in asked:
            terms = [self._exact(weight) * self.variables[name] for name, weight in weights]
            total, least = z3.Sum([self._exact(Fraction(0)), *terms]), self._exact(bound)
            self.solver.add(total > least if strict else total >= least)

    def has_answer(self) -> bool:
        """Tell whether any values meet all conditions."""
        verdict = self.solver.check()
        assert verdict != self.z3.unknown, "linear questions have an answer"
        return bool(verdict == self.z3.sat)

    def answer(self) -> Example:
        """Give values that do."""
        assert self.has_answer()
        model = self.solver.model()
        found = {
            name: model.eval(variable, model_completion=True).as_fraction()
            for name, variable in self.variables.items()
        }
        return Example(
            {name: found[variable] for name, variable in self.values.items()},
            {name[1:]: value for name, value in found.items() if name.startswith("$")},
        )

    def _plain(
        self, condition: Condition
    ) -> tuple[tuple[tuple[str, Fraction], ...], Fraction, bool]:
        """Write a condition in the variables, the first one with the weight 1 or -1."""
        weights: dict[str, Fraction] = {}
        for term in condition.terms:
            name = self._variable(term)
            weights[name] = weights.get(name, Fraction(0)) + term.weight
        told = [(name, weight) for name, weight in weights.items() if weight]
        scale = abs(told[0][1]) if told else Fraction(1)
        plain = tuple((name, weight / scale) for name, weight in told)
        return plain, condition.bound / scale, condition.strict

    def _variable(self, term: Term) -> str:
        """Name the variable that a value is, with all that is allowed of it."""
        if term.name in self.values:
            return self.values[term.name]
        name = self.values[term.name] = self._own_variable(term)
        return name

    def _own_variable(self, term: Term) -> str:
        if not term.setting:
            self._within(term.name, term.allowed.low, term.allowed.high)
            return term.name
        chosen = f"${term.setting}"
        if chosen not in self.variables:
            self._within(chosen, term.settable.low, term.settable.high)
        if term.tolerance is None:
            return chosen
        setting = self.variables[chosen]
        value = self.variables[term.name] = self.z3.Real(term.name, ctx=self.context)
        by = self._exact(term.tolerance.value)
        if term.tolerance.dimension is Dimension.RATIO:
            by *= self.z3.If(setting >= 0, setting, -setting)
        self.solver.add(value >= setting - by, value <= setting + by)
        return term.name

    def _within(self, name: str, low: Fraction, high: Fraction) -> None:
        value = self.variables[name] = self.z3.Real(name, ctx=self.context)
        self.solver.add(value >= self._exact(low), value <= self._exact(high))

    def _exact(self, number: Fraction) -> Any:
        return self.z3.Q(number.numerator, number.denominator, ctx=self.context)
