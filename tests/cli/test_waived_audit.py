"""A waived finding does not fail an audit, and every report still shows it."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

import sequences
from fabctl.clock import utc_now

HOT = "film-1.temperature=61 degC"


@pytest.fixture
def waived(fabctl, tmp_path):
    """Audits with a waiver for the one finding, in a format."""
    found = fabctl("audit", "cap-line", "--set", HOT, "--json").document["files"][0]["findings"]
    (finding,) = found
    today = utc_now().date()
    path = tmp_path / "waivers.yaml"
    path.write_text(
        f"waivers:\n  - code: {finding['code']}\n    step: film-1\n"
        f"    finding: {finding['fingerprint']}\n    reason: to see how much reacts\n"
        f"    author: Ada\n    approver: Grace\n    issued: {today}\n"
        f"    expires: {today + timedelta(days=30)}\n",
        encoding="utf-8",
    )

    def run(form: str, *more: str):
        return fabctl("audit", "cap-line", "--set", HOT, "--waivers", path, "--format", form, *more)

    return run


def test_without_the_waiver_it_fails(fabctl):
    assert fabctl("audit", "cap-line", "--set", HOT).code == 1


def test_with_it_it_passes_and_says_so(waived):
    done = waived("text")
    assert done.code == 0
    assert "LM203 waived through" in done.out
    assert "Ada, approved by Grace: to see how much reacts" in done.out


def test_json_keeps_the_finding(waived):
    (file,) = waived("json").document["files"]
    assert file["findings"] == []
    (entry,) = file["waived"]
    assert (entry["finding"]["code"], entry["approver"]) == ("LM203", "Grace")


def test_sarif_suppresses_the_result(waived):
    (result,) = json.loads(waived("sarif").out)["runs"][0]["results"]
    assert result["suppressions"][0]["status"] == "accepted"


def test_junit_skips_the_case(waived):
    suite = ET.fromstring(waived("junit").out).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "0"
    messages = [each.get("message", "") for each in suite.findall("testcase/skipped")]
    assert sum(each.startswith("waived: ") for each in messages) == 1


def test_github_notes_it_on_its_line(waived):
    notes = [line for line in waived("github").out.splitlines() if "LM203" in line]
    (note,) = notes
    assert note.startswith("::notice file=")
    assert note.endswith("by Ada, approved by Grace: to see how much reacts")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_one_that_matches_nothing_is_told(fabctl, waived, tmp_path, form):
    waivers = tmp_path / "waivers.yaml"
    done = fabctl("audit", "cap-line", "--waivers", waivers, "--format", form)
    assert done.code == 0
    assert "WV103" in done.out


def test_it_is_told_once_for_all_files(fabctl, waived, tmp_path):
    names = ("cap-line", "lowk-one-level", "--waivers", tmp_path / "waivers.yaml")
    assert fabctl("audit", *names).out.count("WV103") == 1


def test_a_file_that_is_none_is_2(fabctl):
    pack = sequences.data("rules", "claims.yaml")
    assert fabctl("audit", "cap-line", "--waivers", pack).code == 2
