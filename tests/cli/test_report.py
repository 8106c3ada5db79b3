"""`fabctl report` and `fabctl claims chart` on a real dry run, opened in a real browser."""

import csv
import io
import json
import re
import subprocess

import pytest

BROWSER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A dry run of cap-line: its ID, and the folder of its data and files."""
    from fabctl.cli.app import execute

    folder = tmp_path_factory.mktemp("reported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FABCTL_HOME", str(folder / "data"))
        assert execute(["dry-run", "cap-line", "--out", str(folder / "out"), "--json"]) == 0
        document = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))
        assert execute(["report", document["run"], "--out", str(folder / "report.html")]) == 0
        yield document["run"], folder


def test_every_practised_element_is_satisfied(run):
    _, folder = run
    document = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))
    shown = {name: each["standing"] for name, each in document["claims"].items()}
    assert len(shown) == 97
    assert {each for each in shown.values() if each != "not practised"} == {"satisfied"}


def test_a_picture_of_the_wafer_is_written_after_every_step(run):
    _, folder = run
    pictures = sorted(path.name for path in (folder / "out").glob("*.svg"))
    assert len(pictures) == 30 + 2  # as brought, every step, and the strip
    assert pictures[1] == "001-dielectric-1.svg"
    assert pictures[-1] == "strip.svg"


def test_the_wafer_is_told_region_by_region_under_the_sequences_names(run):
    _, folder = run
    wafer = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))["wafer"]
    names = {each["name"]: each["material"] for each in wafer}
    assert names["protective-1"] == "Cu3Sn"
    assert names["metal-1"] == "Cu"


def test_the_chart_cites_records_of_the_journal(run, capsys):
    from fabctl.cli.app import execute

    assert execute(["claims", "chart", run[0], "--json"]) == 0
    chart = json.loads(capsys.readouterr().out)["claims"]
    element = next(c for c in chart if c["claim"] == "cap.5")["elements"][0]
    assert {entry["kind"] for entry in element["journal"]} >= {"INTENT", "MEASURED", "CONCLUDED"}
    assert len(chart) == 49


def test_the_chart_as_csv_has_a_row_an_element(run, capsys):
    from fabctl.cli.app import execute

    assert execute(["claims", "chart", run[0], "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 97
    assert rows[0]["element"] == "lowk.1.a"


@pytest.mark.wire
def test_the_report_opens_in_a_browser_and_shows_the_wafers_last_picture(run, peer, tmp_path):
    chromium = peer("chromium")
    _, folder = run
    shown = subprocess.run(
        [
            chromium,
            *BROWSER,
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
            (folder / "report.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    ).stdout
    assert '<span id="scrub-step">measure-copper-2</span>' in shown
    hidden = re.findall(r'<figure data-step="[^"]*" style="display: none;">', shown)
    assert len(hidden) == 30
