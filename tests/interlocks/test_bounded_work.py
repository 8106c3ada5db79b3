"""Paths and courses that have something in common are judged once, to the same verdicts."""

import itertools
import random
from fractions import Fraction

import pytest
from interlock_rig import anneal, claims_rules, film, steps, strip, table, written
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import Finding, RulePack, alike, audit, static
from fabctl.interlocks.condition import Condition, Term
from fabctl.interlocks.courses import courses
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.near import near
from fabctl.interlocks.solver import solve
from fabctl.interlocks.trace import trace
from fabctl.process.loader import load_sequence
from fabctl.process.paths import paths
from fabctl.process.sequence import Sequence

RULES = RulePack({**claims_rules().rules, "QT203": shipped_rules("general")["QT203"]})
LONG = pytest.mark.long


def pairs(number: int, dice: random.Random | None = None) -> str:
    """Films and etches to a depth, each with a window; with dice, some share one."""
    windows, steps = {}, []
    for at in range(number):
        windows[f"f{at}"] = (20, 460)
        deep = f"e{at}"
        if dice is not None:
            deep = dice.choice([f"e{at}", *windows])
            windows[f"f{at}"] = sorted(dice.sample(range(10, 500, 10), 2))
        windows.setdefault(deep, (250, 310))
        steps.append(film(f"$f{at}", f"film-{at}"))
        steps.append(
            f"- {{id: etch-{at}, kind: etcher, operation: etch, recipe: "
            f"{{chamber: metal, material: Sn, depth: ${deep}}}}}\n"
        )
    parameters = "".join(
        f"  {name}: {{value: {low} Å, window: [{low} Å, {high} Å]}}\n"
        for name, (low, high) in windows.items()
    )
    return f"sequence: s\ntitle: t\nparameters:\n{parameters}steps:\n{''.join(steps)}{anneal()}"


@pytest.fixture
def load(tmp_path):
    """Loads a sequence."""
    return lambda text: load_sequence(written(tmp_path / "s.yaml", text))


def verdicts(sequence: Sequence, rules: RulePack = RULES) -> set[tuple[str, str, str, str]]:
    return set(map(_told, audit(sequence, rules, table()).all))


def _told(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.step, finding.parameter, finding.verdict.value


QUICK = (0, 1, 2, 10)  # in the last one a value is added and taken off again


@pytest.mark.parametrize(
    "seed", [n if n in QUICK else pytest.param(n, marks=LONG) for n in range(80)]
)
def test_courses_that_are_alike_are_judged_alike(load, monkeypatch, seed):
    """Followed each to its end, they give the same findings."""
    sequence = load(pairs(3, random.Random(seed)))
    merged = verdicts(sequence)
    numbers = itertools.count()
    monkeypatch.setattr(alike.Alike, "key", lambda *_: (next(numbers),))
    assert verdicts(sequence) == merged


def test_the_courses_of_many_films_are_few(load):
    """Once a film is gone it does not matter how: 2 to the 8th courses come to 37."""
    sequence = load(pairs(8))
    assert len(list(courses(sequence, table(), RULES))) == 37


def test_no_solver_is_asked_for_a_sum_of_films(load, monkeypatch):
    """What is near at hand answers; each question to Z3 takes milliseconds."""
    monkeypatch.setattr("fabctl.interlocks.proof.solve", lambda _: pytest.fail("asked"))
    assert verdicts(load(pairs(4)))


def test_no_step_is_looked_for_among_all_others(load, monkeypatch):
    """Whoever looks back on a chamber has its steps at hand: else a thousand take minutes."""
    text = "".join(film("20 Å", f"film-{at}") for at in range(5))
    sequence = load(f"sequence: s\ntitle: t\nsteps:\n{text}")
    rules = RulePack({code: shipped_rules("general")[code] for code in ("ST204", "ST213")})
    monkeypatch.setattr(Sequence, "step", lambda *_: pytest.fail("looked for"))
    assert audit(sequence, rules, table()).legal


CHOICES = """\
sequence: s
title: t
steps:
- alternatives: first
  ways:
    thin: [{thin}]
    none: [{none}]
- any_order: free
  steps:
  - {a}
  - {b}
  - {c}
{last}"""


def test_what_paths_begin_alike_with_is_judged_once(load, monkeypatch):
    """Each path for itself gives the same findings, for many more steps."""
    one = {
        name: text.removeprefix("- ").strip()
        for name, text in {
            "thin": film("9 Å", "thin"),
            "none": strip("none"),
            "a": film("300 Å", "a"),
            "b": strip("b"),
            "c": anneal("450 degC", "c"),
        }.items()
    }
    sequence = load(CHOICES.format(**one, last=film("501 Å", "last")))
    judged: list[str] = []
    plainly = static.Judge._judge

    def noted(self, *args):
        judged.append(args[2].step.id)
        return plainly(self, *args)

    monkeypatch.setattr(static.Judge, "_judge", noted)
    together = verdicts(sequence)
    shared = len(judged)
    judged.clear()
    apart: set[tuple[str, str, str, str]] = set()
    for path in paths(sequence.flow):
        alone = replace(sequence, steps=path.steps, flow=())
        apart |= verdicts(alone, RulePack(RULES.rules))  # which remembers no other path
    assert together == apart
    assert shared < len(judged)


def a_sum(dice: random.Random) -> Condition:
    """Says something of up to four values from 0 to 10."""
    window = Interval(Fraction(0), Fraction(10))
    terms = tuple(
        Term(name, "thickness", Fraction(dice.choice((-1, 1))), window, "", window, None)
        for name in dice.sample("abcd", dice.randint(1, 4))
    )
    return Condition(terms, Fraction(dice.randint(-20, 20)), strict=dice.random() < 0.5)


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(n, marks=LONG) for n in range(5, 400))])
def test_what_is_near_at_hand_is_what_a_solver_finds(seed):
    """That there is none, and values that meet all; of what is not known nothing is said."""
    pytest.importorskip("z3")
    dice = random.Random(seed)
    conditions = [a_sum(dice) for _ in range(3)]
    known = solve(conditions[:-1])
    if known is None:
        return
    found = near(conditions, known)
    solved = solve(conditions)
    assert not (found.none and solved)
    if found.example is not None:
        values = found.example.values
        fixed = [
            replace(
                each,
                terms=tuple(
                    replace(term, allowed=Interval.point(values[term.name])) for term in each.terms
                ),
            )
            for each in conditions
        ]
        assert all(each.certain for each in fixed)


def test_a_trace_goes_on_from_another_that_begins_alike():
    """What later steps made of the first ones there is told anew: here the oxide is no mask."""
    oxide = (
        "- {id: oxide, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: SiO2, "
        "thickness: 100 nm, temperature: 350 degC}}\n"
    )
    off = (
        "- {id: off, kind: etcher, operation: etch, recipe: {chamber: ccp, material: SiO2, "
        "depth: 100 nm, over_etch: 20 %}}\n"
    )
    masked = steps(oxide + film("10 Å", "a") + film("20 Å", "b") + off)
    kept = replace(masked, steps=masked.steps[:2])
    begun = trace(replace(masked, steps=(masked.steps[0], masked.steps[3])), table())[:1]
    assert begun[0].act.level != trace(kept, table())[0].act.level
    assert trace(kept, table(), begun) == trace(kept, table())
