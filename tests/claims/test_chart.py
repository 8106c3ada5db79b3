"""The chart has every element of all 49 claims, and nothing stands without evidence."""

import pytest
from cap_line import one_level, two_levels
from msgspec.structs import replace

from fabctl.claims.chart import chart, claim_standings
from fabctl.claims.history import History
from fabctl.claims.standing import Verdict
from fabctl.process.claim import claims

FIRST = ("cap.2", "cap.4", "cap.5", "cap.6", "cap.7", "cap.17")


def test_the_chart_has_every_element_once_in_printed_order():
    standings = chart(FIRST, one_level())
    assert list(standings) == [e.name for claim in claims().values() for e in claim.elements]


def test_a_claim_that_is_not_practised_is_not_judged():
    standings = chart(("cap.1",), two_levels())
    assert standings["cap.8.a"].verdict is Verdict.NOT_PRACTISED
    assert standings["lowk.1.a"].verdict is Verdict.NOT_PRACTISED


def test_practising_a_claim_practises_its_parents():
    assert chart(("cap.4",), one_level())["cap.1.a"].verdict is Verdict.SATISFIED


def test_without_sections_nothing_on_the_wafer_is_satisfied():
    history = one_level()
    blind = History(None, [replace(done, section=None) for done in history.done], history.materials)
    standings = chart(FIRST, blind)
    assert Verdict.SATISFIED not in {each.verdict for each in standings.values()}
    assert standings["cap.1.a"].verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize(
    ("peak", "verdict"),
    [
        ((201.0, 2.0), Verdict.SATISFIED),
        ((399.0, 2.0), Verdict.NOT_SHOWN),
        ((403.0, 2.0), Verdict.NOT_SATISFIED),
        ((201.0, None), Verdict.NOT_SHOWN),
    ],
)
def test_a_limit_may_stand_by_what_was_measured_without_a_section(peak, verdict):
    history = one_level(peaks={"temperature": peak})
    blind = History(None, [replace(done, section=None) for done in history.done], history.materials)
    (at,) = history.operated("anneal")
    assert chart(FIRST, blind, {"cap.6.a": [at]})["cap.6.a"].verdict is verdict


def test_without_sections_nobody_says_which_other_steps_a_limit_rests_on():
    history = one_level(peaks={"temperature": (201.0, 2.0)})
    blind = History(None, [replace(done, section=None) for done in history.done], history.materials)
    (at,) = history.operated("anneal")
    assert chart(FIRST, blind, {"cap.6.a": [at]})["cap.6.a"].by == ()


def test_heat_above_the_limit_is_told_though_another_job_told_none():
    history = one_level(peaks={"temperature": (405.0, 2.0)}, idle=True)
    one, other = history.operated("anneal")
    done = [replace(each, section=None) for each in history.done]
    done[one] = replace(done[one], peaks={})
    blind = History(None, done, history.materials)
    standing = chart(FIRST, blind, {"cap.6.a": [one, other]})["cap.6.a"]
    assert standing.verdict is Verdict.NOT_SATISFIED


def test_a_claim_falls_with_its_parent():
    standings = chart(FIRST, one_level(react_it=False))
    stands = claim_standings({name: each.verdict for name, each in standings.items()})
    assert stands["cap.1"] is Verdict.NOT_SATISFIED
    assert standings["cap.2.a"].verdict is Verdict.SATISFIED
    assert stands["cap.2"] is Verdict.NOT_SATISFIED
