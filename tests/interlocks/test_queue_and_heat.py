"""Queue times and heat budgets: by what steps state, over windows, and by the real wait."""

from dataclasses import replace

import pytest
from interlock_rig import anneal, film, measure, steps, table

import sequences
from fabctl.interlocks import Verdict, audit, load_rules
from fabctl.interlocks.queue import queue
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError

RULES = load_rules([sequences.data("rules", "general.yaml")])
SOAK = "- {id: soak, kind: etcher, operation: clean, recipe: {bath: citric, time: %s}}\n"
METAL = (
    "- {id: metal, kind: cvd, operation: deposit, recipe: {chamber: mocvd-cu, material: Cu, "
    "thickness: 750 nm, temperature: 200 degC}}\n"
)


def codes(text: str) -> list[str]:
    kinds = ("QT", "HB")
    found = audit(steps(text), RULES, table()).all
    return [each.code for each in found if each.code.startswith(kinds)]


def hot(temperature: str, hold: str, more: str = "", step: str = "hot") -> str:
    return (
        f"- {{id: {step}, kind: furnace, operation: anneal, recipe: {{temperature: {temperature}, "
        f"ramp: 10 degC/min, hold: {hold}, ambient: N2{more}}}}}\n"
    )


@pytest.mark.parametrize(
    ("soak", "found"), [("719 min", []), ("12 h", []), ("43201 s", ["QT202"]), ("13 h", ["QT202"])]
)
def test_what_must_happen_in_between_may_take_the_whole_queue_time(soak, found):
    assert codes(film() + measure() + SOAK % soak + anneal()) == found


def test_a_finding_tells_the_path_and_where_the_wait_begins():
    text = film() + SOAK % "13 h" + anneal()
    (finding,) = (e for e in audit(steps(text), RULES, table()).all if e.code == "QT202")
    assert finding.witness == "film-1, soak, react-1"
    assert finding.related[0].mark.line == 1
    assert (finding.saw, finding.step) == ("13 h", "react-1")


def test_heat_counts_from_the_threshold_up_and_down():
    # 50 K above 350 °C at 10 K/min: 5 min up; at 5 K/min down: 10 min more.
    cool = ", cool: 5 degC/min"
    assert codes(METAL + hot("400 degC", "105 min", cool)) == []
    assert codes(METAL + hot("400 degC", "106 min", cool)) == ["HB201"]


def test_heat_of_several_steps_adds_up_and_below_the_threshold_costs_nothing():
    twice = hot("400 degC", "58 min", step="a") + hot("400 degC", "58 min", step="b")
    assert codes(METAL + twice) == ["HB201"]
    assert codes(twice + METAL) == []
    assert codes(METAL + hot("350 degC", "200 min")) == []


def test_heat_that_no_step_tells_the_time_of_is_not_shown():
    text = METAL + (
        "- {id: hot, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: SiOC, "
        "thickness: 650 nm, temperature: 400 degC}}\n"
    )
    (finding,) = (e for e in audit(steps(text), RULES, table()).all if e.code == "HB201")
    assert finding.verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize(
    ("waited", "verdict"),
    [(43200.0, Verdict.LEGAL), (43200.5, Verdict.ILLEGAL), (None, Verdict.NOT_SHOWN)],
)
def test_the_real_wait_is_judged_before_start(waited, verdict):
    seen = trace(steps(film() + anneal()), table())[-1]
    (found,) = queue(RULES, seen.step, seen.before, table(), lambda step: waited)
    assert (found.rule, found.verdict) == ("QT202", verdict)


def test_a_thin_film_waits_an_hour_only():
    seen = trace(steps(film("40 Å") + anneal()), table())[-1]
    found = queue(RULES, seen.step, seen.before, table(), lambda step: 3601.0)
    assert {each.rule: each.verdict for each in found} == {
        "QT202": Verdict.LEGAL,
        "QT203": Verdict.ILLEGAL,
    }


def test_a_queue_rule_without_a_limit_is_refused(tmp_path):
    text = sequences.data("rules", "general.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    for old, new in (("within: 15 min", "within: 0 min"), ("within: 15 min", "within: 15 degC")):
        bad.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InputError):
            load_rules([bad])


def test_a_window_is_judged_at_its_worst_end():
    sequence = steps(METAL + hot("400 degC", "60 min"))
    step = sequence.steps[1]
    assert step.windows == {}
    report = audit(replace(sequence), RULES, table())
    assert [e.code for e in report.all if e.code == "HB201"] == []
