"""Each claimed element stands on what was done to the wafer, and falls with it."""

import pytest
from built import RULES
from cap_line import one_level, two_levels
from msgspec.structs import replace

from fabctl.claims import cap
from fabctl.claims.history import History, Measured
from fabctl.claims.standing import Verdict

FIRST = {f"cap.1.{letter}" for letter in "abcde"} | {f"cap.{n}.a" for n in (2, 3, 4, 5, 6, 7)}
FIRST_STRUCTURE = {"cap.15.a", "cap.15.b", "cap.15.c", "cap.16.a", "cap.17.a"}
SECOND = {f"cap.8.{letter}" for letter in "abcdef"} | {f"cap.{n}.a" for n in range(9, 15)}
SECOND_STRUCTURE = {"cap.18.a", "cap.18.b", "cap.18.c", "cap.19.a", "cap.20.a"}


def evaluate(history, rules=RULES):
    return cap.evaluate(history, rules)


def standing(history, verdict):
    return {name for name, each in evaluate(history).standings.items() if each.verdict is verdict}


def test_one_level_satisfies_every_element_of_its_claims():
    standings = evaluate(one_level()).standings
    wrong = {n: s.why for n, s in standings.items() if s.verdict is not Verdict.SATISFIED}
    assert wrong == {}
    assert set(standings) == FIRST | FIRST_STRUCTURE


def test_it_is_told_whether_the_film_conducts():
    assert evaluate(one_level()).standings["cap.3.a"].why == "the film is Sn, which conducts"


def test_two_levels_satisfy_all_twenty_claims():
    standings = evaluate(two_levels()).standings
    wrong = {n: s.why for n, s in standings.items() if s.verdict is not Verdict.SATISFIED}
    assert wrong == {}
    assert set(standings) == FIRST | FIRST_STRUCTURE | SECOND | SECOND_STRUCTURE


HARMLESS = (
    {"coats": 2},  # of dielectric, stop layer and metal
    {"dielectric": "SiN", "stop_of": "SiCN"},  # nitride insulates too
    {"stop_of": "SiCN"},
    {"lined": "SiO2"},  # the opening, under the liner
    {"lined": "SiN"},
    {"first": {"seeded": "SiO2"}, "seeded": "SiO2"},  # and on it
    {"pad": "SiO2"},
    {"pad": "SiN"},
    {"mask": 60.0},  # of oxide, taken off before the metal
    {"mask": 40.0, "mask_of": "TaN"},
    {"dipped": True},  # a nanometre or two off the opening's walls
    {"rinsed": True},
    {"window": (2200.0, 2600.0)},  # over the edge of the line that it stands on
    {"film_again": True},  # the first was stripped before it was heated
    {"film_after": True},  # laid once the first has reacted, and stripped with the rest of it
    {"covered": "SiO2"},  # the film, while it is hot
    {"covered": "TaN"},
    {"heated_twice": {"temperature": (150.0, 2.0)}},
    {"measured_again": [(118.0, 122.0), (117.0, 120.0)]},
    {"layer_again": {"temperature": (210.0, 2.0)}},
)
"""What makes the wafer no other as far as the claims go, which are open to more steps."""


def wrong(history):
    standings = evaluate(history).standings
    return {n: s.why for n, s in standings.items() if s.verdict is not Verdict.SATISFIED}


def test_what_is_done_besides_costs_nothing():
    besides = {"coats": 2, "mask": 100.0, "pad": "SiN", "covered": "SiO2", "dipped": True}
    assert wrong(two_levels(first={"lines": 2}, lines=2, film_again=True, **besides)) == {}


def test_a_wafer_may_be_brought_in_with_its_dielectric():
    """Claim 1 begins with the opening in it."""
    assert wrong(one_level(brought=True)) == {}


@pytest.mark.long
@pytest.mark.parametrize("knobs", HARMLESS, ids=str)
@pytest.mark.parametrize("levels", [one_level, two_levels])
def test_each_thing_done_besides_costs_nothing(knobs, levels):
    assert wrong(levels(**knobs)) == {}


def test_an_opening_in_the_stop_layer_alone_is_none_in_the_dielectric():
    assert "cap.1.a" in standing(one_level(depth=-0.5), Verdict.NOT_SATISFIED)


def test_a_nitride_alone_is_the_dielectric_and_no_stop_layer_on_itself():
    history = one_level(dielectric="SiN", stop=False)
    assert standing(history, Verdict.NOT_SATISFIED) == {"cap.7.a", "cap.17.a"}


def test_a_stop_layer_under_the_dielectric_is_none_on_it():
    lost = standing(one_level(stop=False, pad="SiN"), Verdict.NOT_SATISFIED)
    assert lost == {"cap.7.a", "cap.17.a"}


@pytest.mark.parametrize(
    ("knobs", "lost"),
    [
        # the film is stripped before the anneal: nothing reacts, nothing unreacted is removed after
        ({"strip_first": True, "react_it": True}, {"cap.1.d", "cap.1.e", "cap.15.c"}),
        # an anneal too cold to react: the film goes, but not as the rest of a reaction
        ({"react_it": False}, {"cap.1.d", "cap.1.e", "cap.15.c"}),
        # a film one ångström too thick at one site, beyond its uncertainty
        ({"measured": (120.0, 503.0)}, {"cap.5.a"}),
        # oxide between metal and film, and on no second level
        ({"under_film": "SiO2"}, {"cap.1.c", "cap.1.d", "cap.1.e", "cap.15.c"}),
        # copper that does not fill the opening: the polish leaves a recess
        ({"copper": 100.0}, {"cap.1.b"}),
        # a zone above the limit, beyond its uncertainty
        ({"peaks": {"temperature": (402.5, 2.0)}}, {"cap.6.a"}),
    ],
)
def test_a_fault_costs_the_elements_that_it_should_and_no_other(knobs, lost):
    assert standing(one_level(**knobs), Verdict.NOT_SATISFIED) == lost


@pytest.mark.parametrize(
    ("knobs", "hidden"),
    [
        ({"measured": (120.0, 499.0)}, {"cap.5.a"}),
        ({"measured_again": [(120.0, 499.0)]}, {"cap.5.a"}),
        ({"peaks": {"temperature": (398.5, 2.0)}}, {"cap.6.a"}),
        ({"peaks": {"temperature": (200.4, None)}}, {"cap.6.a"}),
        ({"peaks": {}}, {"cap.6.a"}),
    ],
)
def test_a_value_astride_its_limit_or_missing_is_not_shown(knobs, hidden):
    assert standing(one_level(**knobs), Verdict.NOT_SHOWN) == hidden
    assert standing(one_level(**knobs), Verdict.NOT_SATISFIED) == set()


def test_another_films_thickness_says_nothing_of_the_film():
    history = one_level(measured_first=True)
    assert evaluate(history).standings["cap.5.a"].why.startswith("119 to 121")


def test_an_idle_anneal_before_the_reaction_hides_none_that_is_too_hot():
    history = one_level(peaks={"temperature": (405.0, 2.0)}, idle=True)
    assert evaluate(history).standings["cap.6.a"].verdict is Verdict.NOT_SATISFIED


def test_a_film_that_was_thinned_before_it_was_measured_is_not_shown_as_deposited():
    assert evaluate(one_level(thinned=True)).standings["cap.5.a"].verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize(
    ("peak", "verdict"), [(200.4, Verdict.SATISFIED), (421.0, Verdict.NOT_SATISFIED)]
)
def test_a_cure_that_makes_metal_and_film_react_is_the_thermal_process(peak, verdict):
    standings = evaluate(one_level(heat="cure", peaks={"temperature": (peak, 2.0)})).standings
    assert standings["cap.1.d"].verdict is Verdict.SATISFIED
    assert standings["cap.6.a"].verdict is verdict


@pytest.mark.parametrize(
    ("peak", "verdict"),
    [
        (250.0, Verdict.SATISFIED),
        (401.0, Verdict.NOT_SHOWN),
        (421.0, Verdict.NOT_SATISFIED),
    ],
)
def test_any_heat_that_makes_metal_and_film_react_is_the_thermal_process(peak, verdict):
    standings = evaluate(one_level(heat="degas", peaks={"temperature": (peak, 2.0)})).standings
    assert {standings[f"cap.{name}"].verdict for name in ("1.d", "1.e", "5.a")} == {
        Verdict.SATISFIED
    }
    assert standings["cap.6.a"].verdict is verdict


def test_a_film_that_a_degas_has_eaten_before_it_was_measured_was_not_measured_as_laid():
    standings = evaluate(one_level(degassed=True)).standings
    assert standings["cap.5.a"].verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize("hot", ["heated_twice", "peaks"])
def test_each_anneal_that_the_film_meets_is_bound_by_the_limit(hot):
    cool = {"heated_twice": {"temperature": (150.0, 2.0)}, "peaks": {"temperature": (200.0, 2.0)}}
    history = one_level(**{**cool, hot: {"temperature": (405.0, 2.0)}})
    assert standing(history, Verdict.NOT_SATISFIED) == {"cap.6.a"}


@pytest.mark.parametrize(
    ("first", "again", "verdict"),
    [
        (200.4, 398.5, Verdict.NOT_SHOWN),
        (200.4, 421.0, Verdict.NOT_SATISFIED),
        (421.0, 200.4, Verdict.SATISFIED),
    ],
)
def test_of_a_layer_that_was_made_again_the_last_heat_counts(first, again, verdict):
    history = one_level(
        peaks={"temperature": (first, 2.0)}, layer_again={"temperature": (again, 2.0)}
    )
    assert evaluate(history).standings["cap.6.a"].verdict is verdict


def test_a_site_without_a_number_is_not_shown():
    history = one_level(measured=(float("nan"), 120.0))
    assert evaluate(history).standings["cap.5.a"].verdict is Verdict.NOT_SHOWN


def test_without_a_stop_layer_its_claims_fall_and_no_other():
    assert standing(one_level(stop=False), Verdict.NOT_SATISFIED) == {"cap.7.a", "cap.17.a"}
    assert standing(one_level(stop=False), Verdict.NOT_PRACTISED) == set()


def test_a_second_opening_that_stops_short_leaves_the_metals_apart():
    lost = standing(two_levels(cut=False), Verdict.NOT_SATISFIED)
    assert {"cap.8.b", "cap.8.c", "cap.18.a"} <= lost
    assert lost <= {"cap.8.b", "cap.8.c", "cap.18.a"}


@pytest.mark.long
@pytest.mark.parametrize(("width", "lost"), [(30.0, {"cap.8.c", "cap.18.b"}), (40.0, set())])
def test_an_opening_that_is_mostly_liner_is_filled_by_no_metal_in_claim_8_nor_18(width, lost):
    """Ten nanometres of liner on either wall."""
    narrow = (2000.0 - width / 2, 2000.0 + width / 2)
    assert standing(two_levels(window=narrow), Verdict.NOT_SATISFIED) == lost


def test_a_film_that_waited_before_it_was_seen_still_lies_on_the_metal():
    waited = one_level(waits=True)
    standings = evaluate(waited).standings
    assert standings["cap.1.c"].verdict is Verdict.SATISFIED
    assert standings["cap.1.d"].verdict is Verdict.SATISFIED


def test_an_opening_that_ends_in_the_dielectric_passes_not_through_both():
    standings = evaluate(one_level(depth=300.0)).standings
    assert standings["cap.17.a"].verdict is Verdict.NOT_SATISFIED
    assert "does not go right through the dielectric" in standings["cap.17.a"].why


def test_an_upper_opening_that_ends_with_the_stop_layer_passes_not_through_both():
    standings = evaluate(two_levels(cut=False, depth=0.5)).standings
    assert standings["cap.20.a"].verdict is Verdict.NOT_SATISFIED


def test_the_sections_own_edges_are_no_surface_of_the_metal():
    standings = evaluate(one_level(polish=False)).standings
    assert standings["cap.1.d"].verdict is Verdict.SATISFIED
    assert standings["cap.15.c"].verdict is Verdict.SATISFIED


UNDER = Measured("film_thickness", "a-Si:H", (300.0, 310.0), 6.0, "Å")


@pytest.mark.parametrize(
    ("under", "verdict", "why"),
    [
        ((), Verdict.NOT_SHOWN, "the film's a-Si:H was not measured"),
        ((UNDER,), Verdict.SATISFIED, "419 to 431 ± 8.4 Å lies inside"),
    ],
)
def test_every_coat_of_the_film_is_measured_and_all_add_up(under, verdict, why):
    standing = evaluate(one_level(under=under)).standings["cap.5.a"]
    assert standing.verdict is verdict
    assert standing.why.startswith(why)


def test_a_coat_too_many_makes_the_film_too_thick():
    thick = Measured("film_thickness", "a-Si:H", (450.0, 450.0), 6.0, "Å")
    standing = evaluate(one_level(under=(thick,))).standings["cap.5.a"]
    assert standing.verdict is Verdict.NOT_SATISFIED


@pytest.mark.parametrize(
    ("of", "group", "why", "conducts"),
    [
        (
            "Al",
            Verdict.SATISFIED,
            "the film is Al and Sn, one of Sn, Al, Sn-Pb",
            "Al and Sn conduct",
        ),
        ("a-Si:H", Verdict.NOT_SATISFIED, "a-Si:H must be one of Sn, Al, Sn-Pb", "Sn conducts"),
    ],
)
def test_every_coat_of_the_film_must_be_of_the_group(of, group, why, conducts):
    standings = evaluate(one_level(under=(), of=of)).standings
    assert standings["cap.4.a"].verdict is group
    assert why in standings["cap.4.a"].why
    assert standings["cap.3.a"].verdict is Verdict.SATISFIED
    assert standings["cap.3.a"].why.endswith(f", of which {conducts}")


def test_a_tool_that_calls_copper_copper_and_tin_tin_is_understood():
    words = {"Cu": "copper", "Sn": "tin"}
    history = two_levels()
    done = [
        replace(
            each,
            section=replace(
                each.section,
                regions=tuple(
                    replace(region, material=words.get(region.material, region.material))
                    for region in each.section.regions
                ),
            ),
            measured=tuple(
                replace(one, material=words.get(one.material, one.material))
                for one in each.measured
            ),
        )
        for each in history.done
    ]
    told = evaluate(History(history.after(-1), done, history.materials)).standings
    assert told == evaluate(history).standings


def test_what_is_not_satisfied_is_not_said_to_be():
    standing = evaluate(one_level(opening=False)).standings["cap.7.a"]
    assert standing.verdict is Verdict.NOT_SATISFIED
    assert standing.why == "no dielectric has an opening that a stop layer could lie beside"
