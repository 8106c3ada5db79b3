"""Each low-k element stands on what was done to the wafer, and falls with it."""

import pytest
from built import RULES
from lowk_line import one_level, two_levels

from fabctl.claims import lowk
from fabctl.claims.standing import Verdict

PROCESS = {f"lowk.1.{letter}" for letter in "abcdefg"}
VARIANTS = {"lowk.2.a", "lowk.2.b", "lowk.3.a", "lowk.4.a", "lowk.4.b", "lowk.5.a", "lowk.6.a"}
STRUCTURE = {f"lowk.9.{letter}" for letter in "abcde"} | {f"lowk.{n}.a" for n in (10, 11, 12)}
SECOND = {f"lowk.8.{letter}" for letter in "abcdefg"}


def evaluate(history, rules=RULES):
    return lowk.evaluate(history, rules)


def standing(history, verdict):
    return {name for name, each in evaluate(history).standings.items() if each.verdict is verdict}


def wrong(history):
    standings = evaluate(history).standings
    return {n: s.why for n, s in standings.items() if s.verdict is not Verdict.SATISFIED}


def test_one_level_satisfies_every_element_of_its_claims():
    assert wrong(one_level()) == {}
    assert set(evaluate(one_level()).standings) == PROCESS | VARIANTS | STRUCTURE | {"lowk.7.a"}


def test_an_oxide_over_the_level_spoils_nothing():
    """The claims are open; that it is no low-k is asked of the claimed dielectrics."""
    fallen = wrong(one_level(passivated=True))
    assert {name for name in fallen if not name.startswith("lowk.8.")} == set()


HARMLESS = (
    {"coats": 2},  # of each dielectric and of barrier 2
    {"coats": 2, "back_between": True},
    {"coats": 2, "stop": True},  # where the lines end
    {"pad": "SiN"},  # under dielectric 1
    {"kept": "SiN"},  # on it, for good
    {"kept": "SiO2"},
    {"mask": 80.0},  # of oxide, taken off before the lining
    {"hard_mask": "stripped"},  # of the barrier's own material
    {"spacer": "SiN"},  # in the vias, under the lining
    {"spacer": "SiO2"},
    {"spacer": "SiN", "opened": False},  # all over, and for good
    {"skin": "SiO2"},  # in the vias, before the lines are etched
    {"trench_liner": "SiN"},  # under dielectric 2
    {"trench_liner": "SiO2"},
    {"recess": 40.0, "recess_again": 10.0},  # of copper, after the barrier's etch
    {"cap": "SiN"},  # for a second barrier: nitride keeps copper in as well
    {"cap_thickness": 5.0},  # the plugs lie as high under it as under a thick one
    {"punched": True},  # the lining, at the vias' bottoms, and lined again
    {"vias": 3},
    {"vias": 3, "lined": 2},  # the third is a plain hole
    {"on_top": "TaN"},  # of the finished level
    {"on_top": "Cu"},
)
"""What makes the wafer no other as far as the claims go, which are open to more steps."""


def test_what_is_done_besides_costs_nothing():
    besides = {"pad": "SiN", "mask": 60.0, "stop": True, "vias": 3, "lined": 2, "on_top": "TaN"}
    more = {"spacer": "SiO2", "trench_liner": "SiN", "cap": "SiN"}
    assert wrong(one_level(coats=2, **besides, **more)) == {}


@pytest.mark.long
@pytest.mark.parametrize("knobs", HARMLESS, ids=str)
@pytest.mark.parametrize("levels", [one_level, two_levels])
def test_each_thing_done_besides_costs_nothing(knobs, levels):
    assert wrong(levels(**knobs)) == {}


@pytest.mark.parametrize("left", [558.0, 560.5])
def test_a_trace_of_barrier_2_on_unrecessed_copper_is_no_layer_over_it(left):
    lost = standing(one_level(cap_left=left), Verdict.NOT_SATISFIED)
    assert {"lowk.4.b", "lowk.7.a"} <= lost


def test_one_dual_damascene_via_of_three_is_not_two():
    lost = standing(one_level(vias=3, lined=1), Verdict.NOT_SATISFIED)
    assert lost == {"lowk.1.b", "lowk.9.c"}


def test_two_levels_satisfy_all_twelve_claims():
    assert wrong(two_levels()) == {}
    assert set(evaluate(two_levels()).standings) >= SECOND


@pytest.mark.long
@pytest.mark.parametrize(
    ("recess", "lost"),
    [(100.0, set()), (400.0, {"lowk.8.d"}), (700.0, {"lowk.8.d", "lowk.8.e"})],
)
def test_copper_that_is_etched_out_of_the_second_vias_fills_them_no_more(recess, lost):
    assert standing(two_levels(recess=recess), Verdict.NOT_SATISFIED) == lost


@pytest.mark.long
def test_the_third_dielectric_lies_on_the_barriers_too():
    fallen = wrong(two_levels(first={"capping": False}))
    assert fallen["lowk.8.a"] == "dielectric 3 does not lie on barrier 2"


@pytest.mark.parametrize(
    ("knobs", "lost"),
    [
        # one via only: neither two vias, nor two plugs, nor a gap between them
        ({"vias": 1}, {"lowk.1.b", "lowk.1.d", "lowk.1.f", "lowk.1.g", "lowk.9.c", "lowk.9.d"}),
        # no line above the via: a plain hole is not a dual damascene via
        ({"lines": False}, {"lowk.1.b", "lowk.9.c"}),
        # no lining: nothing covers, nothing encloses, copper against dielectric, and the acid takes
        # of the plugs' sides what it lays bare
        ({"lining": False}, {"lowk.1.c", "lowk.1.e", "lowk.3.a", "lowk.9.d", "lowk.9.e"}),
        # no second barrier: not enclosed, nothing to polish, and the acid gets at the copper, which
        # then ends 100 nm below the rim
        (
            {"capping": False},
            {"lowk.1.e", "lowk.4.a", "lowk.4.b", "lowk.7.a", "lowk.9.d", "lowk.9.e"},
        ),
        # copper etched down to the foot of its via, and covered there
        ({"recess": 300.0}, {"lowk.1.d", "lowk.9.d"}),
        # a dry etch-back
        ({"dry": 200.0}, {"lowk.6.a"}),
        # etched right through, but for what lies under the lines: nothing is below dielectric 2
        ({"dry": 720.0}, {"lowk.6.a", "lowk.9.b", "lowk.9.c", "lowk.9.e"}),
        # the same material twice
        ({"second": "SiOC", "k2": 2.8}, {"lowk.1.g", "lowk.9.b", "lowk.12.a"}),
        # polished level, and 2 nm etched off it
        ({"polished_level": True}, {"lowk.7.a"}),
        # never levelled
        ({"levelled": False}, {"lowk.7.a"}),
    ],
)
def test_a_fault_costs_the_elements_that_it_should_and_no_other(knobs, lost):
    assert standing(one_level(**knobs), Verdict.NOT_SATISFIED) == lost


def test_a_via_that_its_lining_closes_is_not_filled_with_copper():
    standings = evaluate(one_level(lining_thickness=220.0)).standings
    lost = {"lowk.1.d", "lowk.2.a", "lowk.9.d"}
    assert {standings[name].verdict for name in lost} == {Verdict.NOT_SATISFIED}


def test_polished_copper_is_not_etched_back():
    lost = standing(one_level(polish_copper=True), Verdict.NOT_SATISFIED)
    assert {"lowk.2.b", "lowk.3.a"} <= lost
    assert not lost & PROCESS


@pytest.mark.parametrize(
    ("knobs", "lost"),
    [
        # copper polished into the vias, and what a clean takes
        ({"polish_copper": True, "recess": 1.0}, {"lowk.2.b", "lowk.3.a", "lowk.4.b"}),
        # barrier 2 etched off the field, and polished a little where it is left
        ({"etched_clear": True}, {"lowk.4.b"}),
        # five dips that take half a nanometre each leave dielectric 1 as level as it was
        ({"wet": (0.1,) * 5}, {"lowk.1.f", "lowk.6.a", "lowk.1.g"}),
        # copper lines the vias and leaves them hollow
        ({"copper": 150.0}, {"lowk.1.d", "lowk.2.a", "lowk.9.d"}),
        # a thin barrier is gone before its etch ends, which then takes more of dielectric 1
        ({"lining_thickness": 4.0, "over_etch": True}, set()),
    ],
)
def test_a_thing_too_little_is_not_there_and_a_thing_too_thin_still_is(knobs, lost):
    fallen = standing(one_level(**knobs), Verdict.NOT_SATISFIED)
    among = PROCESS | VARIANTS | {"lowk.9.d"}
    assert fallen & among == lost


def test_a_trench_may_be_made_in_many_small_etches():
    assert wrong(one_level(wet=(5.0,) * 20)) == {}


@pytest.mark.long
def test_a_window_in_the_second_dielectric_makes_no_third_of_it():
    assert wrong(one_level(padded=True)) == {}


@pytest.mark.long
@pytest.mark.parametrize("knobs", [{}, {"coats": 2}, {"kept": "SiO2"}], ids=str)
def test_a_spun_dielectric_that_the_next_vias_are_etched_into_begins_their_level(knobs):
    assert wrong(two_levels(spun_first=True, **knobs)) == {}


@pytest.mark.long
def test_what_is_spun_on_the_third_dielectric_makes_no_liner_of_it():
    assert wrong(two_levels(hybrid=True)) == {}


def test_oxide_in_the_vias_is_no_barrier():
    fallen = wrong(one_level(spacer="SiO2", lining=False))
    assert fallen["lowk.1.c"] == "no barrier was laid into the vias"
    assert {"lowk.1.e", "lowk.9.e"} <= fallen.keys()


@pytest.mark.long
def test_what_took_the_wafer_as_an_etch_does_is_one_by_whatever_name():
    assert wrong(two_levels(dip="clean", back="etch", first={"dip": "clean", "back": "etch"})) == {}


def test_cleans_that_take_two_nanometres_each_are_no_etch():
    lost = standing(one_level(dip="clean", wet=(0.95,) * 9), Verdict.NOT_SATISFIED)
    assert {"lowk.1.f", "lowk.6.a"} <= lost


def test_a_trace_taken_wet_from_a_dry_trench_is_no_wet_etch_back():
    lost = standing(one_level(dry=200.0, wet=(0.5,)), Verdict.NOT_SATISFIED)
    assert lost & (PROCESS | VARIANTS) == {"lowk.6.a"}


FAULTS = (
    {"vias": 1},
    {"lines": False},
    {"lining": False},
    {"capping": False},
    {"dry": 200.0},
    {"wet": (0.1,)},
    {"second": "SiOC", "k2": 2.8},
    {"levelled": False},
    {"polish_copper": True},
    {"copper": 150.0},
    {"k1": 4.5},
)


@pytest.fixture(scope="module")
def good():
    return evaluate(one_level()).standings


@pytest.mark.long
@pytest.mark.parametrize("knobs", FAULTS)
def test_what_is_not_satisfied_is_never_told_in_the_words_of_what_is(good, knobs):
    for name, each in evaluate(one_level(**knobs)).standings.items():
        if each.verdict is Verdict.NOT_SATISFIED:
            assert each.why != good[name].why, name


def test_a_barrier_between_plugs_and_dielectrics_is_not_denied_with_nought_nanometres():
    assert evaluate(one_level(copper=0.0)).standings["lowk.9.e"].why == "there are no plugs"


def test_k1_astride_that_of_oxide_is_not_shown():
    hidden = standing(one_level(k1=3.88), Verdict.NOT_SHOWN)
    assert {"lowk.1.a", "lowk.9.a"} <= hidden


def test_k_astride_its_limit_is_not_shown():
    hidden = standing(one_level(k2=2.48), Verdict.NOT_SHOWN)
    assert hidden == {"lowk.12.a"}


SECOND_K = {"lowk.1.g", "lowk.9.b", "lowk.12.a"}


def test_k_from_before_plasma_damaged_a_dielectric_shows_nothing():
    standings = evaluate(one_level(burnt=600.0)).standings
    hidden = {name: each for name, each in standings.items() if each.verdict is Verdict.NOT_SHOWN}
    assert hidden.keys() == SECOND_K
    assert hidden["lowk.12.a"].why == "k of MSQ was measured before step-22 changed it"


@pytest.mark.long
@pytest.mark.parametrize(
    ("knobs", "hidden"),
    [
        ({"cured": "through", "k2": 2.7}, SECOND_K),
        ({"cured": "in part", "k2": 2.7}, SECOND_K),
        ({"burnt": 600.0, "measured_again": 2.4}, set()),
        ({"burnt": 0.001}, set()),
    ],
)
def test_k_is_shown_of_a_dielectric_as_it_is_in_the_end(knobs, hidden):
    history = one_level(**knobs)
    assert standing(history, Verdict.NOT_SHOWN) == hidden
    assert standing(history, Verdict.NOT_SATISFIED) == set()


@pytest.mark.parametrize("element", [f"lowk.{name}" for name in ("1.a", "9.a", "10.a")])
def test_an_element_that_rests_on_k_cites_what_measured_it(element):
    history = one_level()
    (cited,) = evaluate(history).standings[element].evidence["measured"]
    assert (cited["quantity"], cited["material"]) == ("dielectric_constant", "SiOC")
    assert (cited["value"], cited["uncertainty"]) == (2.8, 0.05)
    measuring = next(done for done in history.done if done.measured)
    assert (cited["step"], cited["job"]) == (measuring.step, measuring.job)


@pytest.mark.parametrize(
    ("element", "materials"),
    [("lowk.12.a", {"MSQ"}), ("lowk.1.g", {"MSQ", "SiOC"}), ("lowk.9.b", {"MSQ", "SiOC"})],
)
def test_a_relation_of_two_k_cites_both(element, materials):
    cited = evaluate(one_level()).standings[element].evidence["measured"]
    assert {each["material"] for each in cited} == materials
