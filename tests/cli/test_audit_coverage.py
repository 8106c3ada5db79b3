"""What an audit has not shown is told in every format: nothing found must not look like clean."""

import json
from xml.etree import ElementTree as ET

import pytest

import sequences
from fabctl.cli import compose

FILM = """\
sequence: film
title: One film
steps:
  - {id: prime-1, kind: spin_coater, operation: prime, recipe: {temperature: 120 degC, time: 60 s}}
  - {id: film-1, kind: cvd, operation: deposit,
     recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
"""


@pytest.fixture
def audited(fabctl, tmp_path):
    """Audits a bake and one film, which no chamber change and no wait could concern."""
    path = tmp_path / "film.yaml"
    path.write_text(FILM, encoding="utf-8")
    return lambda form: fabctl("audit", path, "--format", form)


def test_text_names_the_rules_and_counts_the_values(audited) -> None:
    out = audited("text").out
    assert "never exercised: " in out
    assert "ST204" in out
    assert "1 values that no rule looked at" not in out
    assert "1 value that no rule looked at" in out


def test_sarif_notes_it_of_the_audit_itself(audited) -> None:
    (run,) = json.loads(audited("sarif").out)["runs"]
    (invocation,) = run["invocations"]
    notes = invocation["toolExecutionNotifications"]
    described = {each["id"] for each in run["tool"]["driver"]["notifications"]}
    assert {each["descriptor"]["id"] for each in notes} == {"CV103", "CV104"}
    assert described == {"CV103", "CV104", "CV105"}
    assert {each["level"] for each in notes} == {"note"}
    assert "prime-1.temperature" in str(notes)


def test_junit_skips_it(audited) -> None:
    suite = ET.fromstring(audited("junit").out).find("testsuite")
    assert suite is not None
    skipped = {
        case.get("name") for case in suite.iter("testcase") if case.find("skipped") is not None
    }
    assert skipped == {"CV103", "CV104"}
    assert (suite.get("skipped"), suite.get("failures")) == ("2", "0")


def test_github_is_given_notices(audited) -> None:
    lines = audited("github").out.splitlines()
    assert any(line.startswith("::notice file=") and "title=CV103::" in line for line in lines)
    assert any("no rule has looked at prime-1.temperature" in line for line in lines)


@pytest.fixture
def by_hand(fabctl, tmp_path):
    """Audits a development, and what is stored for it on a tool that is worked by hand."""
    path = tmp_path / "develop.yaml"
    path.write_text(
        "sequence: develop\ntitle: One development\nsteps:\n  - {id: dev-1, kind: spin_coater, "
        "operation: develop, recipe: {developer: TMAH, time: 60 s}}\n",
        encoding="utf-8",
    )
    fab = tmp_path / "fab.yaml"
    fab.write_text(
        "fab: mine\nwafer: 200 mm\ntools:\n"
        "  - {id: DEV01, kind: spin_coater, driver: manual, dictionary: DEV01.yaml}\n",
        encoding="utf-8",
    )
    return lambda form: fabctl("audit", path, "--fab", fab, "--on-tools", "--format", form)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_a_tool_that_stores_no_program_is_no_error_in_any_format(by_hand, form) -> None:
    done = by_hand(form)
    assert done.code == 0
    assert "PR102" not in done.out


def test_a_tool_that_stores_no_program_is_told_as_not_asked(by_hand) -> None:
    assert by_hand("json").document["files"][0]["coverage"]["not_asked"] == {"dev-1": "DEV01"}
    assert "; not asked, as nothing is stored there: dev-1 (DEV01)" in by_hand("text").out
    (run,) = json.loads(by_hand("sarif").out)["runs"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    said = "the tool stores no program, so none was compared: dev-1 (DEV01)"
    assert [e["message"]["text"] for e in notes if e["descriptor"]["id"] == "CV105"] == [said]
    suite = ET.fromstring(by_hand("junit").out).find("testsuite")
    assert suite is not None
    (case,) = [each for each in suite.iter("testcase") if each.get("name") == "CV105"]
    assert case.find("skipped") is not None
    assert any(
        line.startswith("::notice") and line.endswith(f"title=CV105::{said}")
        for line in by_hand("github").out.splitlines()
    )


def test_a_rule_that_cannot_be_waived_binds_beside_whatever_rules_are_given(fabctl) -> None:
    """A milder one is refused, and so leaving it out does not help either."""
    values = sequences.data("rules", "general-values.yaml")
    hot = ("--set", "react-1.temperature=440 degC", "--rules", values)
    done = fabctl("audit", "cap-line", *hot, "--json")
    assert (done.code, "LM102") == (1, done.document["files"][0]["findings"][0]["code"])
    assert "below 400 degC" in fabctl("rules", "explain", "LM102", "--rules", values).out
    assert "LM102" not in fabctl("rules", "test", "--rules", values).out
    live = compose.order("cap-line", {}, compose.chosen_fab(None), rules=[values], prove=False)
    assert live.guard.rules["LM102"].live is not None


@pytest.mark.parametrize("code", ["CV103", "CV104", "CV105"])
def test_what_it_means_can_be_asked(fabctl, code) -> None:
    assert fabctl("rules", "explain", code).code == 0
