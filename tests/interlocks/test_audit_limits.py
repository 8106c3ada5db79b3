"""The claims' two limits, checked against a file."""

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, strip, table

import sequences
from fabctl.interlocks import Finding, Severity, Verdict, audit, run_examples
from fabctl.interlocks.trace import trace
from fabctl.process.loader import load_sequence


def cap_line(**_: str):
    return sequences.find("cap-line")


def findings(setting: str, value: str) -> tuple[Finding, ...]:
    """What is found of a value set on the command line; not that it leaves the file's window."""
    sequence = load_sequence(cap_line(), {setting: value})
    found = audit(sequence, claims_rules(), table()).all
    return tuple(each for each in found if each.code != "WN103")


@pytest.mark.parametrize("name", [path.stem for path in sequences.listed()])
def test_the_sequences_that_come_with_fabctl_are_legal(name):
    sequence = load_sequence(sequences.find(name))
    report = audit(sequence, claims_rules(), table())
    assert report.all == ()
    assert report.legal
    has_film = any(step.after.film for step in trace(sequence, table()))
    assert (not has_film) or {"LM101", "LM102"} <= report.coverage.exercised.keys()


@pytest.mark.parametrize("value", ["501 Å", "9.99 Å", "50.0000000000000001 nm", "0.0501 um"])
def test_a_film_outside_its_limits_is_refused(value):
    (finding,) = findings("film-1.thickness", value)
    assert finding.code == "LM101"
    assert finding.verdict is Verdict.ILLEGAL
    assert finding.severity is Severity.ERROR
    assert (finding.step, finding.parameter) == ("film-1", "thickness")
    assert finding.elements == ("cap.5.a", "cap.12.a")
    assert finding.saw == value.replace("\u212b", "Å")


@pytest.mark.parametrize("value", ["10 Å", "500 Å", "50 nm", "1 nm", "5e-6 cm", "0.05 um"])
def test_both_ends_of_the_films_limits_are_legal(value):
    assert findings("film-1.thickness", value) == ()


@pytest.mark.parametrize("value", ["400 degC", "752 degF", "673.15 K", "400.0000000001 degC"])
def test_a_reaction_anneal_at_400_degc_or_above_is_refused(value):
    (finding,) = findings("react-1.temperature", value)
    assert finding.code == "LM102"
    assert finding.saw == value
    assert finding.saw_in_rule_unit.startswith("400")
    assert finding.limit == "below 400 degC"
    assert finding.elements == ("cap.6.a", "cap.13.a")


@pytest.mark.parametrize("value", ["399.9 degC", "751.9 degF", "399.99999999999999999 degC"])
def test_a_reaction_anneal_below_400_degc_is_legal(value):
    assert findings("react-1.temperature", value) == ()


def test_a_finding_shows_both_units():
    (finding,) = findings("react-1.temperature", "752 degF")
    assert (finding.saw, finding.saw_in_rule_unit) == ("752 degF", "400 degC")


def test_a_finding_points_at_the_value_in_the_file():
    text = film("501 Å") + measure() + anneal()
    (finding,) = audit(steps(text), claims_rules(), table()).findings
    line = text.splitlines()[0]
    shown = finding.excerpt
    assert shown.text == line
    assert line[shown.column - 1 : shown.column - 1 + shown.width] == "501 Å"
    assert (finding.mark.line, finding.mark.column) == (1, shown.column)


def test_a_value_of_the_command_line_is_said_to_be_one():
    (finding,) = findings("film-1.thickness", "501 Å")
    assert "set on the command line" in finding.message


def test_two_coats_add_up():
    text = film("300 Å", "film-a") + film("300 Å", "film-b") + measure() + anneal()
    (finding,) = audit(steps(text), claims_rules(), table()).findings
    assert finding.step == "film-b"
    assert "600 Å" in finding.message
    assert finding.witness == ("film-a.thickness = 300 Å, film-b.thickness = 300 Å: together 600 Å")
    assert finding.related[0].mark.line == 1


def test_two_thin_coats_make_one_legal_film():
    text = film("6 Å", "film-a") + film("6 Å", "film-b") + measure() + anneal()
    assert audit(steps(text), claims_rules(), table()).all == ()


def test_a_film_that_was_stripped_does_not_count_for_the_next():
    text = film("300 Å", "film-a") + strip() + film("300 Å", "film-b") + measure() + anneal()
    assert audit(steps(text), claims_rules(), table()).all == ()


def test_an_anneal_without_a_film_is_no_reaction_anneal():
    assert audit(steps(anneal("420 degC")), claims_rules(), table()).all == ()


def test_an_anneal_after_the_strip_is_no_reaction_anneal():
    text = film() + measure() + anneal() + strip() + anneal("420 degC", "grain")
    assert audit(steps(text), claims_rules(), table()).all == ()


def test_a_second_anneal_on_unreacted_film_is_one_too():
    text = film() + measure() + anneal() + anneal("420 degC", "again")
    (finding,) = audit(steps(text), claims_rules(), table()).findings
    assert (finding.code, finding.step) == ("LM102", "again")


def test_a_hot_boat_in_breaks_the_limit_too():
    text = film() + measure() + anneal().replace("hold:", "boat_in: 650 degC, hold:")
    (finding,) = audit(steps(text), claims_rules(), table()).findings
    assert finding.parameter == "boat_in"


def test_an_anneal_of_an_unmeasured_film_is_not_shown():
    report = audit(steps(film() + anneal()), claims_rules(), table())
    (finding,) = report.not_shown
    assert finding.verdict is Verdict.NOT_SHOWN
    assert finding.step == "react-1"
    assert "measure step" in finding.hint
    assert not report.legal


def test_a_measurement_before_the_last_coat_shows_nothing():
    text = film("100 Å", "film-a") + measure() + film("100 Å", "film-b") + anneal()
    assert [each.step for each in audit(steps(text), claims_rules(), table()).not_shown] == [
        "react-1"
    ]


def test_coverage_names_what_no_rule_looked_at():
    coverage = audit(steps(film()), claims_rules(), table()).coverage
    assert coverage.never_exercised == ("LM102",)
    assert coverage.unseen == {"film-1": ("temperature",)}


def test_every_example_of_the_pack_is_what_its_author_says():
    results = run_examples(claims_rules(), table())
    assert results
    assert [str(each) for each in results if not each.passed] == []


def test_a_legal_value_beyond_the_files_window_is_told():
    """A window was agreed on: a value set outside of it does not pass unseen, nor fails."""
    sequence = load_sequence(cap_line(), {"film-1.thickness": "480 Å"})
    report = audit(sequence, claims_rules(), table())
    (finding,) = report.all
    assert (finding.code, finding.severity, finding.step) == ("WN103", Severity.WARNING, "film-1")
    assert "outside of the file's window, 20 Å to 450 Å" in finding.message
    assert report.legal


def test_one_inside_of_it_is_not():
    sequence = load_sequence(cap_line(), {"film-1.thickness": "440 Å"})
    assert audit(sequence, claims_rules(), table()).all == ()
