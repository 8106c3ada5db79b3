"""What a pack remembers of steps changes nothing of what it finds."""

import random
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.cli.packs import models
from fabctl.interlocks import RulePack, audit, docket, past
from fabctl.interlocks.bench import Bench
from fabctl.interlocks.exercised import on_wafer
from fabctl.interlocks.judge import judge
from fabctl.interlocks.judge_time import surely_in_time
from fabctl.interlocks.masks import masks_of
from fabctl.interlocks.trace import trace, trace_step
from fabctl.interlocks.wafer_state import brought_in
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials
from fabctl.quantities import Quantity

PACK = shipped_rules()
MODELS = models()
GOOD = [load_sequence(each) for each in sequences.listed()]


def shuffled(seed):
    """A shipped sequence with steps that changed places, or whose values are out of all reason."""
    rng = random.Random(seed)
    sequence = rng.choice(GOOD)
    steps = list(sequence.steps)
    for _ in range(rng.randrange(4)):
        one, other = rng.randrange(len(steps)), rng.randrange(len(steps))
        steps[one], steps[other] = steps[other], steps[one]
    for _ in range(rng.randrange(3)):
        at = rng.randrange(len(steps))
        told = {
            name: replace(value, value=value.value * rng.choice((1, 2, 9)))
            if isinstance(value, Quantity)
            else rng.choice((value, "Sn", "Cu", "TaN", "unobtainium"))
            for name, value in steps[at].recipe.parameters.items()
        }
        recipe = replace(steps[at].recipe, parameters=told)
        steps[at] = replace(steps[at], recipe=recipe, tool=rng.choice(("", "", "CVD01", "CVD02")))
    layout = rng.choice((sequence.layout, rng.choice(GOOD).layout))
    return replace(sequence, steps=tuple(steps), flow=(), layout=layout)


@given(st.integers(0, 10_000))
def test_a_pack_finds_what_a_pack_without_memory_finds(seed):
    sequence = shuffled(seed)
    fresh = RulePack(PACK.rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "_MEMORY", past._Memory({}))
        first = audit(sequence, fresh, materials(), MODELS)
    assert audit(sequence, PACK, materials(), MODELS) == first
    assert audit(sequence, fresh, materials(), MODELS) == first


@example(1024)  # the first step on a wafer that was brought in dirty
@given(st.integers(0, 10_000))
def test_what_a_docket_leaves_out_finds_nothing(seed):
    sequence = shuffled(seed)
    steps = trace(sequence, materials())

    def bench(rule):
        return Bench(rule, sequence, steps, materials(), predicts=MODELS)

    layouts = (None,) if masks_of(steps) else (None, sequence.layout)
    for step, layout in product(steps, layouts):
        due = docket.docket(PACK, step, materials(), MODELS, bench, layout)
        left = {rule.code for rule in due.open}
        left |= {rule.code for rule in due.hanging if on_wafer(bench(rule), step)}
        left |= {
            wait.rule.code
            for wait in due.waits
            if not surely_in_time(steps, step, wait.since, wait.demand)
        }
        for rule in PACK:
            if rule.code not in left and rule.binds.selects(step.act, materials()):
                assert not list(judge(bench(rule), step))


@given(st.integers(0, 10_000))
def test_a_step_after_a_past_of_the_same_words_is_on_the_same_wafer(seed):
    sequence = shuffled(seed)
    state = brought_in(sequence.stock, materials())
    for seen in trace(sequence, materials()):
        state = trace_step(seen.step, state, materials()).after
        assert seen.after == state


def test_no_more_is_remembered_than_the_bound(monkeypatch):
    for each in (docket, past):
        monkeypatch.setattr(each, "MOST", 3)
    monkeypatch.setattr(past, "_MEMORY", past._Memory({}))
    pack = RulePack(PACK.rules)
    for _ in range(3):
        audit(GOOD[0], pack, materials(), MODELS)
    # a sequence in the middle keeps its own pasts
    assert past._MEMORY.number <= len(GOOD[0].steps)
    for each in (pack, *pack._bound.values()):
        assert max(map(len, (each.sorts, each.worded, each.dockets))) <= 3
