"""A sequence whose words are known is judged by its numbers as it would be without memory."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interlock_rig import anneal, copper, film, measure, steps, strip
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.cli.packs import models
from fabctl.interlocks import RulePack, audit, learn_words, past
from fabctl.interlocks.demand import Limit
from fabctl.interlocks.known_words import passes
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials
from fabctl.process.paths import paths
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Window
from fabctl.quantities import Quantity

PACK = shipped_rules()
MODELS = models()
SHORT = ("bench-cap", "bench-resist", "resist-method", "cap-line-tin-lead")


def plain(name, *, does=True):
    """A shipped sequence's first path, without windows, so that only words and numbers count."""
    (file,) = [each for each in sequences.listed() if each.stem == name]
    sequence = load_sequence(file)
    path = next(iter(paths(sequence.flow))).steps if sequence.flow else sequence.steps
    told = [replace(step, windows={}, tolerances={}) for step in path]
    if not does:
        told = [replace(step, does=(), hints={}) for step in told]
    return replace(sequence, steps=tuple(told), flow=())


GOOD = [plain(name, does=does) for name in SHORT for does in (True, False)]
ENDS = [
    end.quantity
    for rule in PACK
    if isinstance(rule.demand, Limit)
    for end in (rule.demand.limits.lower, rule.demand.limits.upper)
    if end is not None
]
"""The numbers that count."""


def other_numbers(sequence, seed):
    """Change some numbers of a sequence, or a word now and then."""
    rng = random.Random(seed)
    changed = list(sequence.steps)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(changed))
        told = dict(changed[at].recipe.parameters)
        name = rng.choice(list(told))
        if isinstance(told[name], Quantity):
            ends = [each.value for each in ENDS if each.dimension is told[name].dimension]
            by = rng.choice([f * told[name].value for f in (0, 1, 2, 9)] + ends)
            told[name] = replace(told[name], value=by)
        elif rng.randrange(9) == 0:
            told[name] = rng.choice(("Sn", "Cu", "TaN", "film"))
        changed[at] = replace(changed[at], recipe=Recipe(changed[at].operation, told))
    return replace(sequence, steps=tuple(changed))


@given(st.integers(0, 100_000))
def test_numbers_are_judged_as_without_memory(seed):
    good = GOOD[seed % len(GOOD)]
    audit(good, PACK, materials(), MODELS)
    other = other_numbers(good, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "_MEMORY", past._Memory({}))
        fresh = audit(other, RulePack(PACK.rules), materials(), MODELS)
    assert audit(other, PACK, materials(), MODELS) == fresh
    known = passes(PACK.binding(other.practises), other, materials(), MODELS)
    assert known in (None, fresh)


def known(sequence, pack):
    return passes(pack.binding(sequence.practises), sequence, materials(), MODELS)


@pytest.mark.parametrize("name", SHORT)
def test_legal_numbers_in_known_words_need_no_more(name):
    pack, good = RulePack(PACK.rules), plain(name)
    report = audit(good, pack, materials(), MODELS)
    assert report.legal
    assert known(good, pack) == report
    renamed = replace(good, steps=tuple(replace(x, id=f"{x.id}-b") for x in good.steps))
    assert known(renamed, pack) == audit(renamed, RulePack(PACK.rules), materials(), MODELS)


WHOLE = film("60 Å") + film("60 Å", "film-2") + measure() + anneal() + strip()


def etch(depth):
    return (
        "- {id: thin, kind: etcher, operation: etch, recipe: "
        f"{{chamber: ccp, material: Sn, depth: {depth}}}}}\n"
        "- {id: clean, kind: etcher, operation: clean, recipe: {bath: glycolic, time: 90 s}}\n"
    )


def learnt(text, stock=None):
    pack, first = RulePack(PACK.rules), steps(text, stock=stock)
    assert audit(first, pack, materials(), MODELS).legal
    return pack, first


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WHOLE.replace("60 Å", "225 Å"), True),
        (WHOLE.replace("60 Å", "250 Å"), False),  # which spreads by 7.5 %
        (WHOLE.replace("200 degC", "399 degC"), False),  # the model has to tell
        (WHOLE.replace("hold: 15 min", "hold: 0 s"), False),
        (WHOLE.replace("Sn", "Pb"), False),
        (film() + measure() + anneal(), False),
        (WHOLE + film("60 Å", "film-3"), False),
    ],
)
def test_what_numbers_tell_of_a_film(text, told):
    pack, first = learnt(WHOLE, copper())
    assert (known(replace(first, steps=steps(text).steps), pack) is not None) is told


CURED = (
    "- {id: clear, kind: cmp, operation: polish, recipe: {platen: barrier, material: TaN, "
    "pressure: 1.3 psi, endpoint: clear}}\n"
    "- {id: clean, kind: etcher, operation: clean, recipe: {bath: citric, time: 45 s}}\n"
    "- {id: preclean, kind: cvd, operation: preclean, recipe: {chamber: preclean, gas: H2, "
    "temperature: 200 degC, time: 60 s}}\n"
    "- {id: degas, kind: cvd, operation: degas, recipe: {chamber: degas, temperature: 200 degC, "
    "time: 4 h}}\n"
)


def test_a_wait_since_its_last_cure_is_judged_by_its_numbers():
    pack, first = learnt(CURED + WHOLE, copper())
    late = replace(first, steps=steps(CURED.replace("4 h", "5 h") + WHOLE).steps)
    early = replace(first, steps=steps(CURED.replace("45 s", "3 h") + WHOLE).steps)
    assert known(early, pack) is not None
    assert known(late, pack) is None
    assert {each.code for each in audit(late, pack, materials(), MODELS).all} == {"QT204"}


def test_a_film_that_may_be_left_is_judged_in_full():
    again = film("60 Å") + strip() + film("60 Å", "film-2") + measure() + anneal()
    pack, first = learnt(again, copper())
    thick = steps(again.replace("60 Å", "440 Å")).steps
    sequence = replace(first, steps=thick)
    fresh = audit(sequence, RulePack(PACK.rules), materials(), MODELS)
    assert audit(sequence, pack, materials(), MODELS) == fresh


@pytest.mark.parametrize(("met", "other"), [("40 Å", "130 Å"), ("130 Å", "40 Å")])
def test_whether_an_etch_leaves_film_its_words_do_not_tell(met, other):
    text = film() + etch("40 Å") + film("60 Å", "film-2") + measure()
    pack, first = learnt(text.replace("40 Å", met), copper())
    assert known(first, pack) is not None
    assert known(replace(first, steps=steps(text.replace("40 Å", other)).steps), pack) is None


def test_a_value_that_may_be_chosen_is_judged_in_full():
    pack, first = learnt(WHOLE, copper())
    low, high = Quantity.parse("50 Å"), Quantity.parse("70 Å")
    chosen = replace(first.steps[0], windows={"thickness": Window(low, high, first.steps[0].mark)})
    assert known(replace(first, steps=(chosen, *first.steps[1:])), pack) is None


def test_a_hot_step_that_is_legal_teaches_nothing_of_cold_ones():
    pack, first = learnt(anneal("200 degC"), copper())
    hot = audit(replace(first, steps=steps(anneal("360 degC")).steps), pack, materials(), MODELS)
    assert hot.legal
    assert "HB201" in hot.coverage.exercised
    report = known(first, pack)
    assert report is not None
    assert "HB201" in report.coverage.never_exercised


def test_other_wafers_are_another_beginning():
    pack, first = learnt(WHOLE, copper())
    assert known(first, pack) is not None
    assert known(replace(first, stock=None), pack) is None


def test_a_start_in_known_words_is_no_whole():
    pack, first = learnt(WHOLE, copper())
    assert known(replace(first, steps=first.steps[:1]), pack) is None


def test_no_more_is_remembered_than_the_bound(monkeypatch):
    monkeypatch.setattr(learn_words, "MOST", 9)
    pack = RulePack(PACK.rules)
    for good in GOOD:
        audit(good, pack, materials(), MODELS)
    longest = max(len(good.steps) for good in GOOD)  # which is whole before it is looked again
    for each in pack._bound.values():
        assert sum(len(words) for words, _ in each.known) < 9 + longest
