"""Every sequence through the machines: the wafer that it leaves satisfies what it practises."""

from functools import cache

import pytest
from sequence_rig import carried_out
from shapely import union_all

import sequences
from fabctl.claims.chart import chart, claim_standings
from fabctl.claims.hints import false_hints, hinted
from fabctl.claims.standing import Verdict
from fabctl.process.claim import claims, with_parents
from fabctl.process.loader import load_sequence
from fabctl.structure.invariants import check
from fabctl.structure.section import parts
from fabctl.structure.tolerances import CRUMB

NAMES = [path.stem for path in sequences.listed()]
done = cache(carried_out)


@pytest.fixture(params=NAMES, scope="module")
def name(request):
    """Each sequence in turn: all that is asked of one is asked together."""
    return request.param


@cache
def standings(name):
    sequence, history = done(name)
    return chart(sequence.practises, history)


@pytest.mark.long
def test_every_element_that_it_practises_is_satisfied(name):
    sequence, _ = done(name)
    found = standings(name)
    elements = [
        element.name
        for claim in with_parents(sequence.practises, claims())
        for element in claims()[claim].elements
    ]
    wrong = {each: found[each] for each in elements if found[each].verdict is not Verdict.SATISFIED}
    assert wrong == {}


@pytest.mark.long
def test_every_claim_that_it_practises_stands(name):
    sequence, _ = done(name)
    stands = claim_standings({e: each.verdict for e, each in standings(name).items()})
    assert {stands[claim] for claim in sequence.practises} <= {Verdict.SATISFIED}


@pytest.mark.long
def test_what_its_steps_say_of_themselves_is_true(name):
    sequence, _ = done(name)
    assert list(false_hints(hinted(sequence), standings(name))) == []


@pytest.mark.long
def test_the_wafer_is_whole_after_every_step(name):
    _, history = done(name)
    for each in history.done:
        check(each.section)


@pytest.mark.long
def test_no_unreacted_film_is_left_and_no_compound_lies_off_the_metal(name):
    _, history = done(name)
    regions = history.last.regions
    assert "film" not in {history.class_of(each.material) for each in regions}
    metal = union_all([each.shape for each in regions if each.material == "Cu"])
    compounds = [each.shape for each in regions if history.class_of(each.material) == "compound"]
    large = [part for part in parts(union_all(compounds)) if part.area >= CRUMB]
    assert all(part.distance(metal) < 0.1 for part in large)


def test_every_claim_is_practised_by_a_sequence():
    practised = {claim for path in sequences.listed() for claim in load_sequence(path).practises}
    assert set(claims()) - practised == set()
