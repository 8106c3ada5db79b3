"""What `does:` may say of each step: true where the step did it, a finding anywhere else."""

import itertools
from functools import cache

import pytest
from built import RULES
from msgspec.structs import replace
from sequence_rig import carried_out

import sequences
from fabctl.claims.chart import chart
from fabctl.claims.hints import HintedStep, false_hints, hinted
from fabctl.claims.standing import Standing, Verdict
from fabctl.interlocks import audit
from fabctl.process.claim import element_names
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials

PRACTISING = [path.stem for path in sequences.listed() if load_sequence(path).practises]
PATTERN = "coat-1 expose-1 coat-2 expose-2"
ALSO = {
    # the stop layer's etch goes on into the dielectric, which makes the opening with the next
    "cap.1.a": "etch-stop-1",
    "cap.15.a": "dielectric-1 etch-stop-1",
    "cap.17.a": "etch-stop-1 etch-dielectric-1",
    # opening 2 is one through stop layer, dielectric and protective layer
    "cap.8.b": "etch-stop-2 etch-dielectric-2",
    "cap.18.a": "dielectric-2 etch-stop-2 etch-dielectric-2",
    "cap.20.a": "etch-stop-2 etch-dielectric-2",
    # the measurement of a figure that is limited or compared
    "lowk.1.a": "measure-k-1",
    "lowk.1.g": "measure-k-1 measure-k-2",
    "lowk.8.a": "measure-k-3",
    "lowk.8.g": "measure-k-3 measure-k-4",
    "lowk.9.a": "measure-k-1",
    "lowk.9.b": "measure-k-1 measure-k-2",
    "lowk.10.a": "measure-k-1",
    "lowk.12.a": "measure-k-2",
    # a via is etched in two parts, and between the levels through a barrier
    "lowk.1.b": "etch-via-1",
    "lowk.9.c": "etch-via-1",
    "lowk.8.b": "etch-via-2 etch-line-2",
    # what takes the copper off between the plugs makes them two
    "lowk.1.d": "polish-bulk-1 polish-landing-1 etch-back-copper-1",
    "lowk.8.d": "polish-bulk-2 etch-back-copper-2",
    # a trench in five turns; the etch of the barrier over it goes on into the dielectric
    "lowk.1.f": "etch-back-1-1 etch-back-1-2 etch-back-1-3 etch-back-1-4 etch-barrier-2",
    "lowk.6.a": "etch-back-1-1 etch-back-1-2 etch-back-1-3 etch-back-1-4",
    "lowk.8.f": "etch-back-2-1 etch-back-2-2 etch-back-2-3 etch-back-2-4",
    "lowk.9.e": "barrier-1",
    # a pattern is coated, exposed and developed
    "resist.1.b": f"{PATTERN} develop-1",
    "resist.11.a": PATTERN,
    "resist.13.a": PATTERN,
    "resist.2.a": "coat-1",
    "resist.2.b": "coat-2",
    "resist.6.a": "coat-1",
    "resist.6.c": "coat-2",
    "resist.14.a": "coat-1 expose-1",
    "resist.14.b": "coat-2 expose-2",
    # the etch in two halves, and between them the trim, which takes some dielectric too
    "resist.1.c": "etch-1 trim-1",
    "resist.10.a": "etch-1 trim-1 copper-1",
    "resist.11.b": "etch-1 trim-1",
    "resist.12.a": "trim-1 copper-1",
    "resist.13.b": "trim-1",
    # the bench's sequence says nothing of its steps
    "resist.14.c": "develop-1",
    "resist.15.a": "hard-1",
    "resist.16.a": "coat-1 coat-2",
    "resist.17.a": "soft-1 soft-2",
}
"""By hand: the steps of which an element is true, besides those that the sequences name."""

done = cache(carried_out)


@cache
def standings(name):
    sequence, history = done(name)
    return chart(sequence.practises, history)


@cache
def truths(name):
    """Every (step, element) that is true."""
    sequence, _ = done(name)
    said = {(step.id, element) for step in sequence.steps for element in step.does}
    ids = {step.id for step in sequence.steps}
    also = {(step, element) for element, steps in ALSO.items() for step in steps.split()}
    practised = {
        element
        for element, each in standings(name).items()
        if each.verdict is not Verdict.NOT_PRACTISED
    }
    return said | {
        (step, element) for step, element in also if step in ids and element in practised
    }


def found(steps, name):
    return {(each.step, each.element) for each in false_hints(steps, standings(name))}


def saying(does):
    """Steps that say so of themselves: step → elements."""
    return [HintedStep(step, dict.fromkeys(elements, step)) for step, elements in does.items()]


@pytest.fixture(params=PRACTISING, scope="module")
def name(request):
    return request.param


@pytest.mark.long
def test_every_element_on_every_step_is_found_where_it_is_not_true(name):
    """So is one of a claim that the sequence does not practise, wherever it stands."""
    sequence, _ = done(name)
    every = {(step.id, element) for step in sequence.steps for element in element_names()}
    steps = saying({step.id: element_names() for step in sequence.steps})
    assert every - found(steps, name) == truths(name)


@pytest.mark.long
def test_of_any_two_steps_whose_hints_are_swapped_the_false_ones_are_found(name):
    sequence, _ = done(name)
    said = {step.id: step.does for step in sequence.steps}
    for one, other in itertools.combinations(said, 2):
        swapped = {**said, one: said[other], other: said[one]}
        lies = {(step, each) for step in (one, other) for each in swapped[step]} - truths(name)
        assert found(saying(swapped), name) == lies, (one, other)


@pytest.mark.long
def test_the_audit_does_not_call_false_what_the_wafer_shows(name):
    sequence, _ = done(name)
    true = {step.id: tuple(e for s, e in truths(name) if s == step.id) for step in sequence.steps}
    steps = tuple(replace(step, does=true[step.id]) for step in sequence.steps)
    findings = audit(replace(sequence, steps=steps), RULES, materials()).findings
    assert [each.message for each in findings if each.code == "ID101"] == []


def test_a_false_hint_is_told_where_it_stands(tmp_path):
    text = sequences.find("cap-line").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("does: [cap.1.e]", "does: [cap.1.e, cap.1.d]"), encoding="utf-8")
    standings = {
        "cap.1.e": Standing(Verdict.SATISFIED, "", by=("strip-1",)),
        "cap.1.d": Standing(Verdict.SATISFIED, "", by=("react-1",)),
    }
    (false,) = [
        each
        for each in false_hints(hinted(load_sequence(path)), standings)
        if each.step == "strip-1"
    ]
    line = text[: text.index("does: [cap.1.e]")].count("\n") + 1
    assert (false.element, false.why) == ("cap.1.d", "react-1 did it")
    assert false.at == f"{path}:{line}:21"


def test_what_is_not_shown_is_false_only_on_a_step_that_can_not_have_done_it():
    steps = saying({"dielectric-1": ["lowk.1.a"], "etch-1": ["lowk.1.a", "lowk.1.c"]})
    standings = {
        "lowk.1.a": Standing(Verdict.NOT_SHOWN, "", by=("dielectric-1",)),
        "lowk.1.c": Standing(Verdict.NOT_SHOWN, ""),
    }
    assert [(each.step, each.element) for each in false_hints(steps, standings)] == [
        ("etch-1", "lowk.1.a")
    ]


def test_a_hint_on_a_step_that_was_done_again_is_true_of_the_go_that_stayed():
    """Both goes are the same step of the file; another step's hint is not made true by it."""
    steps = [
        HintedStep("coat-1", {"resist.16.a": "mine.yaml:9"}),
        HintedStep("coat-1_r1", {"resist.16.a": "mine.yaml:9"}),
        HintedStep("etch-1", {"resist.16.a": "mine.yaml:30"}),
    ]
    standings = {"resist.16.a": Standing(Verdict.SATISFIED, "", by=("coat-1_r1", "coat-2"))}
    assert [each.step for each in false_hints(steps, standings)] == ["etch-1"]


def test_in_a_run_that_was_held_what_was_not_done_yet_is_no_lie():
    steps = saying(
        {"copper-1": ["cap.1.a"], "film-1": ["cap.1.a", "cap.1.c"], "strip-1": ["cap.1.e"]}
    )
    standings = {
        "cap.1.a": Standing(Verdict.SATISFIED, "", by=("etch-1",)),
        "cap.1.c": Standing(Verdict.NOT_SATISFIED, ""),
        "cap.1.e": Standing(Verdict.NOT_SATISFIED, ""),
    }
    found = false_hints(steps, standings, done={"etch-1", "copper-1"})
    assert [(each.step, each.element) for each in found] == [("copper-1", "cap.1.a")]
