"""What an audit has not shown is told in every format: nothing found must not look like clean."""

import json
from xml.etree import ElementTree as ET

import pytest

FILM = """\
sequence: film
title: One film
steps:
  - {id: film-1, kind: cvd, operation: deposit,
     recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
  - {id: check-1, kind: metrology, operation: measure,
     recipe: {quantity: film_thickness, material: Sn, sites: 9}}
"""


@pytest.fixture
def audited(fabctl, tmp_path):
    """Audits one film and its measurement, which no chamber change and no wait could concern."""
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
    assert {each["descriptor"]["id"] for each in notes} == {"CV103", "CV104"} == described
    assert {each["level"] for each in notes} == {"note"}
    assert "check-1.sites" in str(notes)


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
    assert any("no rule has looked at check-1.sites" in line for line in lines)


@pytest.mark.parametrize("code", ["CV103", "CV104"])
def test_what_it_means_can_be_asked(fabctl, code) -> None:
    assert fabctl("rules", "explain", code).code == 0
