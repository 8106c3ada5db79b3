"""Values that hang together: an example that breaks a rule is one, and no example is a proof."""

import itertools
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.interlocks.condition import Condition, Example, Term
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.proof import breaking, example
from fabctl.interlocks.solver import NoSolverError, _Question
from fabctl.quantities import Quantity

needs_z3 = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("z3"), reason="the extra proof is not installed"
)

STRAYS = {"": None, "by one": Quantity.parse("1"), "by half": Quantity.parse("50 %")}
WINDOWS = {"p": Interval(Fraction(0), Fraction(2)), "q": Interval(Fraction(-1), Fraction(1))}
ALONE = Interval(Fraction(0), Fraction(2))


def made(step, weight, setting="", strays=""):
    """A term that follows a setting, or is chosen for itself."""
    window = WINDOWS.get(setting, ALONE)
    by = STRAYS[strays] if setting else None
    allowed = window.strayed(by) if by else window
    return Term(step, "x", Fraction(weight), allowed, setting, window, by)


def met(conditions, values):
    def one(condition):
        total = sum(term.weight * values[term.name] for term in condition.terms)
        return total > condition.bound if condition.strict else total >= condition.bound

    return all(map(one, conditions))


def allowed(conditions, found: Example):
    """Whether an example keeps to every window and tolerance."""
    for term in itertools.chain.from_iterable(each.terms for each in conditions):
        value = found.values[term.name]
        if not term.setting:
            if not term.allowed.covers(Interval.point(value)):
                return False
            continue
        setting = Interval.point(found.settings[term.setting])
        reach = setting.strayed(term.tolerance) if term.tolerance else setting
        if not (term.settable.covers(setting) and reach.covers(Interval.point(value))):
            return False
    return True


def grid(conditions):
    """Every choice of values in halves: settings first, then each step within its tolerance."""
    terms = {t.name: t for each in conditions for t in each.terms}
    names = sorted({term.setting for term in terms.values() if term.setting})
    for chosen in itertools.product(*(_halves(WINDOWS[name]) for name in names)):
        at = dict(zip(names, chosen, strict=True))
        reaches = [_reach(term, at) for term in terms.values()]
        for values in itertools.product(*map(_halves, reaches)):
            yield dict(zip(terms, values, strict=True))


def _reach(term, at):
    if not term.setting:
        return term.allowed
    point = Interval.point(at[term.setting])
    return point.strayed(term.tolerance) if term.tolerance else point


def _halves(interval):
    count = int((interval.high - interval.low) * 2)
    return {interval.low + Fraction(n, 2) for n in range(count + 1)} | {interval.high}


@st.composite
def questions(draw):
    """Two conditions over three steps that follow two settings, or none."""
    steps = [
        (draw(st.sampled_from(["p", "p", "q", ""])), draw(st.sampled_from([*STRAYS])))
        for _ in range(3)
    ]

    def condition():
        terms = [
            made(f"s{n}", weight, *step)
            for n, step in enumerate(steps)
            if (weight := draw(st.integers(-1, 1)))
        ]
        return Condition(tuple(terms), Fraction(draw(st.integers(-4, 4)), 2), draw(st.booleans()))

    return [each for each in (condition(), condition()) if each.terms]


@needs_z3
@given(questions())
def test_the_verdict_agrees_with_trying_everything(conditions):
    """An example is allowed and breaks the rule; where there is none, no value of a grid does."""
    found = example(conditions)
    if found is not None:
        assert allowed(conditions, found)
        assert met(conditions, found.values)
    else:
        assert not any(met(conditions, values) for values in grid(conditions))


class TestIntervalsFirst:
    """What intervals decide needs no solver."""

    @pytest.fixture(autouse=True)
    def _without_z3(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "z3", None)

    def test_a_sum_that_can_t_get_there_is_proved(self):
        """At most 2 + 2, and 5 are asked."""
        terms = (made("a", 1, "p"), made("b", 1, "p"))
        assert example([Condition(terms, Fraction(5), strict=False)]) is None

    def test_values_that_are_pulled_one_way_are_at_their_ends(self):
        """The same setting twice, both upwards: the end of its window."""
        terms = (made("a", 1, "p"), made("b", 1, "p"))
        found = example([Condition(terms, Fraction(4), strict=False)])
        assert found == Example({"a.x": Fraction(2), "b.x": Fraction(2)}, {"p": Fraction(2)})

    def test_values_that_are_torn_need_a_solver(self):
        """One setting pulled up and down, as each step strays; without a solver nothing is said."""
        terms = (made("a", 1, "p", "by one"), made("b", -1, "p", "by one"))
        with pytest.raises(NoSolverError, match=r"fabctl\[proof\]"):
            example([Condition(terms, Fraction(0), strict=True)])

    def test_a_value_is_as_high_as_itself(self):
        """One setting in two steps: never above itself."""
        terms = (made("a", 1, "p"), made("b", -1, "p"))
        assert example([Condition(terms, Fraction(0), strict=True)]) is None
        assert example([Condition(terms, Fraction(0), strict=False)]) is not None

    @pytest.mark.parametrize(
        ("above", "below", "found"),
        [
            ((1, False), (1, False), Fraction(1)),
            ((1, True), (1, False), None),
            ((1, True), (2, True), Fraction(3, 2)),
            ((1, False), (2, True), Fraction(1)),
            ((2, False), (1, False), None),
        ],
    )
    def test_two_ends_of_one_value_leave_a_window_or_none(self, above, below, found):
        """A film that an etch left some of, and that is thin."""
        conditions = [
            Condition((made("a", 1, "p"),), Fraction(above[0]), strict=above[1]),
            Condition((made("b", -1, "p"),), Fraction(-below[0]), strict=below[1]),
        ]
        got = example(conditions)
        assert (got.settings["p"] if got else None) == found

    def test_two_settings_are_not_coupled(self):
        """Each goes its own way."""
        terms = (made("a", 1, "p"), made("b", -1, "q"))
        found = example([Condition(terms, Fraction(3), strict=False)])
        assert found is not None
        assert found.settings == {"p": 2, "q": -1}


@needs_z3
class TestCoupled:
    def test_each_step_strays_for_itself(self):
        """A tolerance takes the coupling away, as far as it goes."""
        terms = (made("a", 1, "p", "by one"), made("b", -1, "p", "by one"))
        assert example([Condition(terms, Fraction(2), strict=False)]) is not None
        assert example([Condition(terms, Fraction(2), strict=True)]) is None

    def test_a_third_is_a_third(self):
        """Exact rationals: 3 a >= 1 and 3 a <= 1."""
        up, down = made("a", 3), made("a", -3)
        found = example(
            [
                Condition((up,), Fraction(1), strict=False),
                Condition((down,), Fraction(-1), strict=False),
            ]
        )
        assert found == Example({"a.x": Fraction(1, 3)}, {})


EDGES = [Fraction(n, 2) for n in range(-8, 9)]


@pytest.mark.parametrize("margin", [None, Quantity.parse("1"), Quantity.parse("50 %")])
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("end", [Quantity.parse("2"), Quantity.parse("-2")], ids=str)
def test_a_limit_is_broken_by_just_what_its_intervals_say(end, strict, margin):
    """The condition on the set value and the limit on what it strays to are the same."""
    for limits in (Limits(None, Bound(end, strict)), Limits(Bound(end, strict), None)):
        for value in EDGES:
            point = Interval.point(value)
            term = Term("a", "x", Fraction(1), point, "", point, None)
            reach = point.strayed(margin) if margin else point
            (condition,) = breaking([term], limits, margin)
            assert condition.possible is (limits.witness(reach) is not None), (limits, value)


@needs_z3
def test_what_a_solver_is_asked_says_nothing_twice():
    """Films and etches that all follow two settings are two values, and one condition."""
    import z3

    def films(number):
        pairs = [(made(f"film-{n}", 1, "p"), made(f"etch-{n}", -1, "q")) for n in range(number)]
        return Condition(tuple(itertools.chain(*pairs)), Fraction(0), strict=True)

    question = _Question(z3, z3.main_ctx(), [films(number) for number in range(1, 9)])
    assert set(question.variables) == {"$p", "$q"}
    assert len(question.solver.assertions()) == 2 * 2 + 1
    assert question.answer().values["film-7.x"] == question.answer().settings["p"]
