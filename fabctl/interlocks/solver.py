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
    """One question in a context of Z3's."""

    def __init__(self, z3: Any, context: Any, conditions: Sequence[Condition]) -> None:
        self.z3 = z3
        self.context = context
        self.solver = z3.SolverFor("QF_LRA", ctx=self.context)
        self.values: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}

        for condition in conditions:
            total = z3.Sum(
                [self._exact(term.weight) * self._value(term) for term in condition.terms]
            )
            bound = self._exact(condition.bound)
            self.solver.add(total > bound if condition.strict else total >= bound)

    def has_answer(self) -> bool:
        """Tell whether any values meet all conditions."""
        verdict = self.solver.check()
        assert verdict != self.z3.unknown, "linear questions have an answer"
        return bool(verdict == self.z3.sat)

    def answer(self) -> Example:
        """Give values that do."""
        assert self.has_answer()
        model = self.solver.model()

        def read(variables: dict[str, Any]) -> dict[str, Fraction]:
            return {
                name: model.eval(variable, model_completion=True).as_fraction()
                for name, variable in variables.items()
            }

        return Example(read(self.values), read(self.settings))

    def _value(self, term: Term) -> Any:
        if term.name in self.values:
            return self.values[term.name]
        value = self.values[term.name] = self.z3.Real(term.name, ctx=self.context)
        if not term.setting:
            self._within(value, term.allowed.low, term.allowed.high)
            return value
        setting = self.settings.get(term.setting)
        if setting is None:
            setting = self.z3.Real(f"${term.setting}", ctx=self.context)
            self.settings[term.setting] = setting
            self._within(setting, term.settable.low, term.settable.high)
        if term.tolerance is None:
            self.solver.add(value == setting)
            return value
        by = self._exact(term.tolerance.value)
        if term.tolerance.dimension is Dimension.RATIO:
            by *= self.z3.If(setting >= 0, setting, -setting)
        self.solver.add(value >= setting - by, value <= setting + by)
        return value

    def _within(self, value: Any, low: Fraction, high: Fraction) -> None:
        self.solver.add(value >= self._exact(low), value <= self._exact(high))

    def _exact(self, number: Fraction) -> Any:
        return self.z3.Q(number.numerator, number.denominator, ctx=self.context)
