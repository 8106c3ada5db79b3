"""Each element of the resist claims stands on what was done to the wafer, and falls with it."""

import pytest
from built import RULES
from resist_line import LINE, VIA, method, process

from fabctl.claims import resist
from fabctl.claims.standing import Verdict

WINDOW = {f"resist.1.{letter}" for letter in "abcdef"}
ONE = {"resist.2.a", "resist.2.b", "resist.2.c", "resist.3.a", "resist.4.a", "resist.5.a"}
THREE = {f"resist.6.{letter}" for letter in "abcde"} | {f"resist.{n}.a" for n in (7, 8, 9)}
BESIDE = {"resist.10.a", "resist.12.a"} | {f"resist.{n}.{x}" for n in (11, 13) for x in "abc"}
ALONE = {"resist.14.a", "resist.14.b", "resist.14.c"} | {f"resist.{n}.a" for n in (15, 16, 17)}


def evaluate(history, rules=RULES):
    return resist.evaluate(history, rules)


def standing(history, verdict):
    return {name for name, each in evaluate(history).standings.items() if each.verdict is verdict}


def wrong(history, among):
    standings = evaluate(history).standings
    return {
        name: standings[name].why if name in standings else "missing"
        for name in among
        if name not in standings or standings[name].verdict is not Verdict.SATISFIED
    }


def test_one_development_satisfies_everything_but_the_three_developments():
    assert wrong(process(), WINDOW | ONE | BESIDE | ALONE) == {}
    # of three developments it has the one after both exposures
    assert standing(process(), Verdict.NOT_SATISFIED) == {"resist.6.b", "resist.6.e"}


def test_dielectric_and_liner_may_each_be_laid_in_two_coats():
    history = process(dielectrics=("d1", "d2"), liners=("l1", "l2"))
    assert wrong(history, WINDOW | ONE | BESIDE | ALONE) == {}


HARMLESS = (
    {"brought": True},  # in with its dielectric: a substrate that has one
    {"under": [("pad", "SiO2", 20.0)]},
    {"under": [("stop", "SiN", 20.0)], "second_etch": 75.0},
    {"over": [("stop", "SiN", 20.0)], "second_etch": 75.0},
    {"over": [("mask", "SiO2", 20.0)], "second_etch": 75.0},
    {"spacers": ("SiN",)},  # in the windows, under the liner
    {"spacers": ("SiO2",), "opened": False},
    {"spacers": ("SiN",), "liners": ()},  # nitride for a liner
    {"conductor": "Al"},
    {"rework": {}},
    {"ashed_by": "clean"},
    {"rework": {"hard_bake": False, "no_soft_bake": (1,)}},
    {"dips": ("hf", "hf")},  # a nanometre or two off the dielectric, without a mask
    {"developed_late": True},  # between two etches
    {"descum": True},
    {"thick": True},  # either resist in two goes
    {"short_puddle": True},  # a development that took nothing, before each first one
    {"late_liner": True},  # over the conductor
    {"recess": 60.0},  # copper etched back a little
    {"thinned": 450.0},  # window, plug and line polished thinner
    {"etched_between": True},  # the narrow part before the second coat
    {"on_top": "Cu"},
)
"""What makes the wafer no other as far as the claims go, which are open to more steps."""


def test_what_is_done_besides_costs_nothing():
    layers = {"under": [("pad", "SiO2", 20.0)], "over": [("stop", "SiN", 20.0)]}
    steps = {"rework": {}, "dips": ("hf",), "developed_late": True, "descum": True}
    more = {
        "spacers": ("SiN",),
        "conductor": "Al",
        "ashed_by": "clean",
        "late_liner": True,
        "thick": True,
        "short_puddle": True,
    }
    history = process(second_etch=78.0, **more, **layers, **steps)
    assert wrong(history, WINDOW | ONE | BESIDE | ALONE) == {}


@pytest.mark.long
@pytest.mark.parametrize("knobs", HARMLESS, ids=str)
@pytest.mark.parametrize(("developments", "claims"), [(1, ONE | ALONE), (3, ONE | THREE)])
def test_each_thing_done_besides_costs_nothing(knobs, developments, claims):
    history = process(developments=developments, **knobs)
    assert wrong(history, WINDOW | BESIDE | claims) == {}


def test_three_developments_satisfy_claims_6_to_9_and_read_on_2_as_well():
    assert wrong(process(developments=3), WINDOW | ONE | THREE | BESIDE) == {}


def test_the_method_alone_needs_no_etch():
    assert wrong(method(), ALONE) == {}


@pytest.mark.parametrize(
    ("knobs", "lost"),
    [
        # the second coat was never soft-baked
        ({"no_soft_bake": (2,)}, {"resist.5.a"}),
        # hard bake before the last development
        ({"early_hard_bake": True}, {"resist.3.a"}),
        # no hard bake at all
        ({"hard_bake": False}, {"resist.3.a"}),
        # the resist was not trimmed: no step, and the line never opened
        ({"trim": False}, {"resist.1.c"}),
        # resist left on: the liner does not cover the dielectric
        ({"ash": False}, {"resist.1.d", "resist.1.e"}),
        # no liner
        ({"liners": ()}, {"resist.1.e", "resist.1.f"}),
        # a barrier over the copper is no liner under it, and no end of the etched windows' story
        ({"liners": (), "late_liner": True}, {"resist.1.e", "resist.1.f"}),
        # what was stripped and done again counts no more, however well it was done
        ({"rework": {}, "hard_bake": False}, {"resist.3.a"}),
        # most of the copper etched out of the window again
        ({"recess": 500.0}, {"resist.1.f"}),
        # the window was bare when it was etched, and lies under resist when it is lined
        ({"recoated": True}, {"resist.1.e"}),
        # masks swapped: the via is flooded
        ({"swapped": True}, {"resist.1.b", "resist.1.c"}),
        # never developed
        ({"developments": 0}, {"resist.1.b", "resist.1.c", "resist.2.c", "resist.3.a"}),
        # one coat only, which the etch takes: none is left to remove after it
        (
            {"coats": 1},
            {f"resist.1.{letter}" for letter in "bcd"}
            | {"resist.2.b", "resist.2.c", "resist.4.a", "resist.5.a"},
        ),
    ],
)
def test_a_fault_costs_the_elements_that_it_should_and_no_other(knobs, lost):
    assert standing(process(**knobs), Verdict.NOT_SATISFIED) & (WINDOW | ONE) == lost


@pytest.mark.parametrize("developments", [1, 3])
def test_positive_resist_costs_every_claim_of_negative_resist(developments):
    asked = {f"resist.{claim}.a" for claim in (4, 5, 8, 9, 16, 17)}
    history = method(positive=True, developments=developments)
    assert asked <= standing(history, Verdict.NOT_SATISFIED)


@pytest.mark.parametrize("developments", [1, 3])
def test_without_resist_on_the_wafer_nothing_of_it_was_formed_exposed_or_developed(developments):
    history = process(dry=(1, 2), developments=developments)
    lost = standing(history, Verdict.NOT_SATISFIED)
    assert lost >= ONE | THREE | ALONE | BESIDE | {"resist.1.b", "resist.1.c", "resist.1.d"}


@pytest.mark.parametrize("missing", [1, 2])
def test_of_two_coats_one_that_left_no_resist_is_none(missing):
    """What was done to the other coat counts, as in a recipe that has no more."""
    lost = standing(method(dry=(missing,)), Verdict.NOT_SATISFIED)
    assert lost & ALONE == {"resist.14.b", "resist.14.c", "resist.16.a", "resist.17.a"}


def test_a_hole_that_stopped_short_is_no_trench():
    """Without a trim the line never opens; its trench is not the via's or the plug's hole."""
    lost = standing(process(trim=False, second_etch=10.0), Verdict.NOT_SATISFIED)
    assert lost & BESIDE == BESIDE - {"resist.11.a", "resist.13.a"}


def test_the_lines_own_trench_is_one_where_the_holes_beside_it_stopped_short():
    lost = standing(process(first_etch=0.0), Verdict.NOT_SATISFIED)
    assert lost & BESIDE == {"resist.10.a", "resist.11.b", "resist.11.c", "resist.12.a"}


def test_a_narrow_hole_that_was_etched_before_is_no_part_of_the_resists_window():
    """Of two such holes one lies under resist, which reaches down to the substrate there."""
    history = process(before=(VIA, 125.0), masks=(LINE[:1], LINE[:1]))
    assert "resist.1.b" in standing(history, Verdict.NOT_SATISFIED)


def test_another_resist_that_is_left_is_not_the_one_that_was_removed():
    history = process(masks=APART, after=(PLUG, 125.0), left=True)
    assert wrong(history, WINDOW).keys() == {"resist.1.e"}


LONG = pytest.mark.long
PLUG, TRENCH = VIA[1:], LINE[2:]
APART = (VIA[:1], [LINE[0], LINE[2]])
BESIDE_PLUG = {"resist.10.a", "resist.11.a", "resist.11.b", "resist.11.c"}


@pytest.mark.parametrize(
    "when",
    [
        "before",
        "whole_before",
        *(pytest.param(f"{each}after", marks=LONG) for each in ("", "whole_")),
    ],
)
@pytest.mark.parametrize(
    ("made", "masks", "seconds", "lost"),
    [
        (PLUG, APART, 125.0, {"resist.10.a"}),
        (TRENCH, (VIA, LINE[:2]), 60.0, {"resist.12.a"}),
        (PLUG, APART, 0.0, BESIDE_PLUG),  # it was never opened
    ],
)
def test_what_was_made_beside_through_a_resist_of_its_own_was_not_made_at_the_same_time(
    when, made, masks, seconds, lost
):
    """Claims 11 and 13 ask how it was made, and not that it was made with the window."""
    history = process(masks=masks, **{when: (made, seconds)})
    assert standing(history, Verdict.NOT_SATISFIED) & (WINDOW | BESIDE) == lost


def test_a_plug_and_a_line_that_are_etched_out_again_are_none_any_more():
    history = process(mask=True, recess=2000.0)
    assert wrong(history, WINDOW | BESIDE).keys() == {
        "resist.1.f",
        "resist.10.a",
        "resist.11.c",
        "resist.12.a",
        "resist.13.c",
    }


def test_another_plug_that_is_not_full_spoils_none():
    plugs = [(3000.0, 3400.0), (4000.0, 5600.0)]
    history = process(masks=([VIA[0], *plugs], [LINE[0], *plugs, LINE[2]]), copper=500.0)
    assert wrong(history, WINDOW | BESIDE) == {}


def test_what_a_next_level_takes_of_the_conductor_is_its_own_affair():
    assert wrong(process(next_level=60.0, recess=2000.0), WINDOW | BESIDE) == {}


@pytest.mark.parametrize("developments", [1, 3])
def test_a_puddle_after_the_hard_bake_costs_the_claim_that_asks_for_the_last(developments):
    history = method(developments=developments, second_puddle=True)
    assert wrong(history, {"resist.3.a", "resist.15.a"}) == {}
    assert standing(history, Verdict.NOT_SATISFIED) & THREE - {"resist.6.b"} == {"resist.7.a"}


def test_a_wafer_without_dielectric_is_not_told_to_have_one():
    why = evaluate(process(dielectrics=())).standings["resist.1.a"].why
    assert why == "no dielectric lies on the substrate"


FAULTS = (
    {"dry": (1,)},
    {"dry": (2,)},
    {"dry": (1, 2)},
    {"coats": 1},
    {"no_exposure": (1,)},
    {"no_exposure": (2,)},
    {"no_soft_bake": (2,)},
    {"same_solvent": True},
    {"positive": True},
    {"developments": 0},
    {"early_hard_bake": True},
)


@pytest.mark.parametrize("developments", [1, 3])
@pytest.mark.long
def test_what_is_not_satisfied_is_never_told_in_the_words_of_what_is(developments):
    good = evaluate(method(developments=developments)).standings
    for knobs in FAULTS:
        spoilt = evaluate(method(**{"developments": developments, **knobs})).standings
        for name, each in spoilt.items():
            if each.verdict is Verdict.NOT_SATISFIED and good[name].verdict is Verdict.SATISFIED:
                assert each.why != good[name].why, (knobs, name)


def test_one_negative_coat_where_two_are_asked_for_is_told_as_one():
    assert evaluate(method(coats=1)).standings["resist.16.a"].why == "there is no second coat"
    why = evaluate(method(positive=True)).standings["resist.16.a"].why
    assert why.startswith(
        "the resist is resist-p1 and resist-p2; resist-p1 is positive, not negative"
    )


@pytest.mark.parametrize("developments", [1, 3])
def test_the_same_reticle_twice_is_the_method_and_makes_no_window(developments):
    standings = evaluate(process(same=True, developments=developments)).standings
    assert standings["resist.14.b"].verdict is Verdict.SATISFIED
    assert standings["resist.1.b"].verdict is Verdict.NOT_SATISFIED


def test_the_walls_of_resist_1_are_no_part_of_it_that_a_development_lays_bare():
    standings = evaluate(process(same=True, developments=3)).standings
    assert standings["resist.6.b"].verdict is Verdict.SATISFIED
    assert standings["resist.6.d"].verdict is Verdict.NOT_SATISFIED
