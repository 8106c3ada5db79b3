"""The chart names the journal's entries for what each element rests on, with their times."""

import csv
import io
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from fabctl.claims.standing import Standing, Verdict
from fabctl.engine.evidence import on_evidence
from fabctl.process.claim import claims
from fabctl.reports.claim_chart import as_csv, as_text, claim_chart

AT = "2000-01-01T00:00:{:02}.000Z"
CITED = {
    "quantity": "dielectric_constant",
    "material": "SiOC",
    "value": 2.8,
    "uncertainty": 0.05,
    "unit": "1",
    "told_by": "result",
    "step": "measure-k-1",
    "job": "r.measure-k-1.1",
}


TRENCH = {
    "quantity": "trench_depth",
    "material": "",
    "value": 200.0,
    "uncertainty": 0.1,
    "unit": "nm",
    "told_by": "section",
    "step": "dielectric-1",
    "job": "r.dielectric-1.1",
}


@pytest.fixture
def chart():
    """lowk.1 has fallen, and lowk.5 hangs on it; k was measured by another job than deposited."""
    standings = {
        element.name: Standing(Verdict.SATISFIED, "seen", "dielectric-1", "r.dielectric-1.1", "CVD")
        for claim in claims().values()
        for element in claim.elements
    }
    standings["lowk.1.b"] = Standing(Verdict.NOT_SATISFIED, "one via")
    standings["lowk.1.a"] = Standing(
        *(Verdict.SATISFIED, "2.8 lies inside", "dielectric-1", "r.dielectric-1.1", "CVD"),
        {"measured": [CITED]},
    )
    standings["lowk.2.a"] = replace(
        standings["lowk.2.a"],
        by=("measure-k-1", "dielectric-1"),
        jobs=("r.measure-k-1.1", "r.dielectric-1.1"),
    )
    standings["lowk.1.f"] = replace(standings["lowk.1.f"], evidence={"measured": [TRENCH]})
    jobs = [
        ("CONCLUDED", {"job": "r.dielectric-1.1"}),
        ("INTENT", {"job": CITED["job"]}),
        ("MEASURED", {"job": CITED["job"], "quantity": CITED["quantity"]}),
        ("MEASURED", {"job": CITED["job"], "quantity": "film_thickness"}),
        ("SECTION", {"job": "r.dielectric-1.1"}),
        ("CONCLUDED", {"job": CITED["job"]}),
    ]
    records = [
        SimpleNamespace(seq=seq, kind=kind, at=AT.format(seq), body=body)
        for seq, (kind, body) in enumerate(jobs, start=1)
    ]
    return claim_chart(on_evidence(standings, records))


def element(chart, name):
    return next(each for claim in chart for each in claim["elements"] if each["element"] == name)


def test_a_value_is_told_with_the_entry_of_its_measurement_and_its_time(chart):
    (fact,) = element(chart, "lowk.1.a")["facts"]["measured"]
    assert fact == {**CITED, "seq": 3, "at": AT.format(3)}


def test_what_was_read_off_the_wafers_section_is_told_with_the_sections_entry(chart):
    (fact,) = element(chart, "lowk.1.f")["facts"]["measured"]
    assert fact == {**TRENCH, "seq": 5, "at": AT.format(5)}
    assert "trench depth 200 ± 0.1 nm, dielectric-1 (r.dielectric-1.1)" in as_text(chart)


def test_the_measurement_is_among_the_elements_entries(chart):
    entries = [(each["kind"], each["seq"]) for each in element(chart, "lowk.1.a")["journal"]]
    assert entries == [("CONCLUDED", 1), ("MEASURED", 3), ("SECTION", 5)]


def test_every_step_that_did_it_is_told_with_the_entry_of_its_end(chart):
    told = element(chart, "lowk.2.a")
    assert told["by"] == ["measure-k-1", "dielectric-1"]
    assert ("CONCLUDED", 6) in [(each["kind"], each["seq"]) for each in told["journal"]]
    assert "done by: measure-k-1, dielectric-1" in as_text(chart)
    rows = {row["element"]: row for row in csv.DictReader(io.StringIO(as_csv(chart)))}
    assert rows["lowk.2.a"]["by"] == "measure-k-1 dielectric-1"


def test_the_wafers_section_after_its_step_is_named(chart):
    assert element(chart, "lowk.1.a")["section"] == {"seq": 5, "at": AT.format(5)}
    assert element(chart, "lowk.1.b")["section"] is None


def test_text_tells_value_job_and_times(chart):
    text = as_text(chart)
    assert "measured: dielectric constant of SiOC 2.8 ± 0.05, measure-k-1 (r.measure-k-1.1)" in text
    assert f"journal: CONCLUDED 1 {AT.format(1)}, MEASURED 3 {AT.format(3)}, SECTION 5" in text


def test_csv_tells_value_times_and_that_a_claim_does_not_stand_without_its_parent(chart):
    rows = {row["element"]: row for row in csv.DictReader(io.StringIO(as_csv(chart)))}
    assert rows["lowk.1.a"]["at"] == f"{AT.format(1)} {AT.format(3)} {AT.format(5)}"
    assert "2.8 ± 0.05" in rows["lowk.1.a"]["measured"]
    assert rows["lowk.5.a"]["standing"] == "satisfied"
    assert (rows["lowk.5.a"]["claim"], rows["lowk.5.a"]["claim_standing"]) == (
        "lowk.5",
        "not satisfied",
    )
