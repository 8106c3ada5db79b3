"""`fabctl report` and `fabctl claims chart` on a real dry run, opened in a real browser."""

import csv
import io
import json
import re

import pytest
from browser import shown

import sequences
from fabctl.cli.app import execute


@pytest.fixture
def run(dry_run, monkeypatch: pytest.MonkeyPatch):
    """A dry run of cap-line, whose data folder is in use."""
    made = dry_run("cap-line")
    monkeypatch.setenv("FABCTL_HOME", str(made.data))
    return made


def test_every_practised_element_is_satisfied(run):
    shown = {name: each["standing"] for name, each in run.document["claims"].items()}
    assert len(shown) == 97
    assert {each for each in shown.values() if each != "not practised"} == {"satisfied"}


def test_a_picture_of_the_wafer_is_written_after_every_step(run):
    pictures = sorted(path.name for path in run.out.glob("*.svg"))
    assert len(pictures) == 30 + 2  # as brought, every step, and the strip
    assert pictures[1] == "001-dielectric-1.svg"
    assert pictures[-1] == "strip.svg"


def test_the_wafer_is_told_region_by_region_under_the_sequences_names(run):
    names = {each["name"]: each["material"] for each in run.document["wafer"]}
    assert names["protective-1"] == "Cu3Sn"
    assert names["metal-1"] == "Cu"


def test_the_chart_cites_records_of_the_journal(run, capsys):
    assert execute(["claims", "chart", run.document["run"], "--json"]) == 0
    chart = json.loads(capsys.readouterr().out)["claims"]
    element = next(c for c in chart if c["claim"] == "cap.5")["elements"][0]
    assert {entry["kind"] for entry in element["journal"]} >= {"INTENT", "MEASURED", "CONCLUDED"}
    assert len(chart) == 49


def test_the_run_itself_tells_of_each_element_what_the_chart_does(run, capsys):
    assert execute(["claims", "chart", run.document["run"], "--json"]) == 0
    chart = json.loads(capsys.readouterr().out)["claims"]
    told = {each.pop("element"): each for claim in chart for each in claim["elements"]}
    assert told == {
        name: {"meaning": told[name]["meaning"], **each}
        for name, each in run.document["claims"].items()
    }


@pytest.mark.parametrize(
    ("element", "quantity"), [("5.a", "film_thickness"), ("6.a", "temperature")]
)
def test_a_measured_value_is_told_with_its_uncertainty_time_and_entry(run, element, quantity):
    (value,) = run.document["claims"][f"cap.{element}"]["facts"]["measured"]
    assert value["quantity"] == quantity
    assert value["uncertainty"] > 0
    entries = run.document["claims"][f"cap.{element}"]["journal"]
    assert (value["seq"], value["at"]) in {(each["seq"], each["at"]) for each in entries}


def test_the_run_is_shown_with_0_as_it_ended(run):
    assert execute(["runs", "show", run.document["run"]]) == 0


def test_the_chart_as_csv_has_a_row_an_element(run, capsys):
    assert execute(["claims", "chart", run.document["run"], "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 97
    assert rows[0]["element"] == "lowk.1.a"


@pytest.mark.long
@pytest.mark.wire
def test_the_report_opens_in_a_browser_and_shows_the_wafers_picture(run, peer, tmp_path):
    """The last one, or the one that an address asks for, as each step of the chart does."""
    chromium = peer("chromium")
    report = tmp_path / "report.html"
    assert execute(["report", run.document["run"], "--out", str(report)]) == 0
    for address, step in (("", "measure-copper-2"), ("#after-film-1", "film-1")):
        document = shown(chromium, report, address)
        assert f'<span id="scrub-step">{step}</span>' in document
        hidden = re.findall(r'<figure [^>]*style="display: none;">', document)
        assert len(hidden) == 30
        assert re.search(rf'<figure [^>]*data-step="{step}"(?! style="display)', document)
    assert '<a href="#after-film-1">film-1</a>' in document


@pytest.mark.long
def test_the_limits_drawn_are_those_of_the_runs_own_rules(fabctl, tmp_path):
    """Also when nobody has the pack any more: the journal tells what was enforced."""
    pack = tmp_path / "mine.yaml"
    text = sequences.data("rules", "claims.yaml").read_text(encoding="utf-8")
    pack.write_text(text.replace("400 degC", "390 degC").replace("399.9", "389.9"), "utf-8")
    run = fabctl("dry-run", "cap-line", "--rules", pack, "--json").document["run"]
    pack.unlink()
    page = tmp_path / "report.html"
    assert fabctl("report", run, "--out", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "LM102 390 degC" in text
    assert "LM102 400 degC" not in text
