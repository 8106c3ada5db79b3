"""The report: one file, nothing fetched, every text of a run escaped, no peak left out."""

import math
import re
from html.parser import HTMLParser

import pytest

from fabctl.reports.claim_chart import as_csv, as_text
from fabctl.reports.html.page import Report, page
from fabctl.reports.html.plots import POINTS, Limit, Plot, draw, plots_of
from fabctl.reports.html.timeline import timeline

STEP = {
    "id": "film-1",
    "tool": "CVD01",
    "operation": "deposit",
    "outcome": "done",
    "despite": "",
    "job": "r.film-1.1",
    "started": "2000-01-01T00:00:00.000Z",
    "ended": "2000-01-01T01:30:00.000Z",
}
CHART = [
    {
        "claim": "cap.5",
        "parent": "cap.1",
        "standing": "satisfied",
        "elements": [
            {
                "element": "cap.5.a",
                "meaning": "10 to 500 Å",
                "standing": "satisfied",
                "step": "measure-1",
                "job": "r.measure-1.1",
                "tool": "MET01",
                "by": ["film-1", "measure-1"],
                "evidence": "120 ± 2.4 Å lies inside",
                "facts": {},
                "journal": [{"seq": 7, "kind": "MEASURED", "at": "2000-01-01T00:00:01.000Z"}],
            }
        ],
    }
]


def traced(unit):
    """A TRACE record with two samples of one zone."""
    zone = {"signal": "temperature", "unit": unit, "at": [0, 10], "values": [80, "nan"]}
    return {"step": "react", "tool": "FUR01", "channels": {"Zone1": zone}}


def armed(unit, upper):
    """An ARMED record with one rule."""
    limit = {"rule": "LM102", "signal": "temperature", "unit": unit, "lower": None, "upper": upper}
    return {"step": "react", "tool": "FUR01", "rules": ["LM102"], "limits": [limit]}


def report(**changes):
    document = {
        "run": "r1",
        "sequence": "cap-line",
        "outcome": "held",
        "why": "trip: <LM102> & more",
        "steps": [STEP],
        "trips": [{"message": "LM102 over: 401 degC"}],
        "bypasses": [
            {
                "rule": "QT204",
                "minutes": 30,
                "by": "R. Okafor",
                "approver": "M. Lindt",
                "reason": "<precleaned>",
                "at": "2000-01-01T00:00:02.000Z",
            }
        ],
        "held_back": [
            {"message": "QT204: waited 5 h", "step": "liner-1", "at": "2000-01-01T00:00:03.000Z"}
        ],
        "safe_actions": [
            {
                "step": "react",
                "became": "finished by itself",
                "escalated": "2000-01-01T00:00:05.000Z",
                "message": "FUR01 was told to abort r.react.1 9 times (refused: <busy>)",
            }
        ],
        "cautions": [
            {
                "step": "react",
                "at": "2000-01-01T00:00:06.000Z",
                "message": "LM102 near the limit: Zone1Temp saw 398 degC",
                "times": 3,
                "last": "2000-01-01T00:00:07.000Z",
            }
        ],
        "findings": [
            {"severity": "warning", "code": "ID102", "at": "mine.yaml:9:13", "message": "a lie"}
        ],
        "no_section": [
            {"step": "etch-1", "at": "2000-01-01T00:00:04.000Z", "why": "MET01 <can't>"}
        ],
    }
    fields = {
        "document": document,
        "header": {"title": "A line", "wafer": "r1.1", "inputs": {"seed": 1}},
        "chart": CHART,
        "plots": [],
        "pictures": [("film-1", "<svg><title>film</title></svg>")],
        "interlocks": [{"step": "film-1", "tool": "CVD01", "rules": ["LM101"]}],
        "last": (42, "ab" * 32),
    }
    return Report(**{**fields, **changes})


class Tags(HTMLParser):
    """Counts opened and closed tags."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


class TestPage:
    def test_its_tags_are_balanced(self):
        tags = Tags()
        tags.feed(page(report()))
        assert tags.open == []

    def test_it_fetches_nothing(self):
        assert not re.search(r'(?:src|href)="(?!#)', page(report()))
        assert "url(" not in page(report())

    def test_texts_are_escaped(self):
        text = page(report())
        assert "trip: &lt;LM102&gt; &amp; more" in text
        assert "<LM102>" not in text

    def test_the_charts_steps_lead_to_the_last_picture_after_each(self):
        looks = [
            ("measure-1", "<svg></svg>"),
            ("film-1", "<svg></svg>"),
            ("measure-1", "<svg></svg>"),
        ]
        tags = Tags()
        tags.feed(page(report(pictures=looks)))
        links = [one["href"] for tag, one in tags.seen if tag == "a"][5:]
        assert links == ["#after-measure-1", "#after-film-1", "#after-measure-1"]
        figures = [one.get("id") for tag, one in tags.seen if tag == "figure"]
        assert figures == [None, "after-film-1", "after-measure-1"]

    def test_a_step_without_a_picture_leads_nowhere(self):
        assert 'href="#after-' not in page(report(pictures=[("etch-1", "<svg></svg>")]))

    def test_a_bypass_is_shown_with_both_persons_and_its_reason(self):
        """A report without it would hide that an interlock was lifted."""
        text = page(report())
        for said in ("QT204", "30 min", "R. Okafor", "M. Lindt", "&lt;precleaned&gt;"):
            assert f"<td>{said}</td>" in text

    def test_a_safe_action_is_shown_with_what_became_of_it(self):
        row = (
            "<td>react</td><td>finished by itself</td>"
            "<td>escalated, 2000-01-01T00:00:05.000Z</td>"
            "<td>FUR01 was told to abort r.react.1 9 times (refused: &lt;busy&gt;)</td>"
        )
        assert row in page(report())

    def test_a_caution_is_shown_with_its_count(self):
        told = "LM102 near the limit: Zone1Temp saw 398 degC</td><td>3</td>"
        assert told in page(report())

    def test_a_step_that_was_to_be_stopped_is_not_plainly_done(self):
        document = {**report().document, "steps": [{**STEP, "despite": "abort"}]}
        assert "<td>done despite ABORT</td>" in page(report(document=document))

    def test_what_a_bypass_held_back_is_shown(self):
        """What would have tripped stands beside what did."""
        assert "<td>QT204: waited 5 h</td>" in page(report())

    def test_times_and_journal_entries_take_one_line_each(self):
        text = page(report())
        assert '<span class="moment">2000-01-01 01:30:00</span>' in text
        assert '7 MEASURED, <span class="moment">2000-01-01 00:00:01</span>' in text

    def test_the_timeline_says_what_its_colours_mean(self):
        assert timeline([STEP]).endswith("done</p>")

    def test_a_finding_is_shown_with_its_place(self):
        assert "<td>ID102</td><td>mine.yaml:9:13</td><td>a lie</td>" in page(report())

    def test_after_which_steps_the_wafer_was_not_seen_is_told(self):
        """What is not shown for want of a section has its cause there."""
        assert "<td>etch-1</td>" in page(report())
        assert "<td>MET01 &lt;can&#x27;t&gt;</td>" in page(report())

    def test_it_ends_with_the_journals_last_hash(self):
        assert "ab" * 32 in page(report())

    def test_what_was_brought_in_is_told(self):
        brought = {"name": "my-lines", "title": "Lines & spaces", "materials": ["Cu"]}
        made = page(report(header={"brought_in": brought}))
        assert "brought in as <code>my-lines</code>: Lines &amp; spaces" in made

    def test_a_wafer_that_was_never_seen_says_so(self):
        assert "its structure is not shown" in page(report(pictures=[]))


class TestPlots:
    def test_a_peak_between_many_samples_is_kept(self):
        values = [200.0] * 20_000
        values[12_345] = 401.0
        plot = Plot("react", "FUR01", "degC", {"Zone1": (list(range(20_000)), values)})
        points = re.search(r'points="([^"]+)"', draw(plot))[1].split()
        assert len(points) <= POINTS + 2
        assert min(float(point.split(",")[1]) for point in points) < 40

    def test_what_is_no_number_breaks_the_line(self):
        at = [0.0, 1.0, 2.0, 3.0, 4.0]
        plot = Plot("s", "T", "degC", {"Z": (at, [1.0, 2.0, math.nan, 3.0, 4.0])})
        assert draw(plot).count("<polyline") == 2

    def test_a_limit_is_drawn_with_its_rule(self):
        (plot,) = plots_of([traced("degC")], [armed("degC", 400.0)])
        assert plot.limits == [Limit("LM102 400 degC", 400.0)]
        assert "LM102 400 degC" in draw(plot)

    def test_it_is_drawn_in_the_channels_unit(self):
        (plot,) = plots_of([traced("K")], [armed("degC", 400.0)])
        assert plot.limits == [Limit("LM102 400 degC", 673.15)]

    def test_it_is_not_drawn_where_the_channel_has_no_such_unit(self):
        (plot,) = plots_of([traced("Torr")], [armed("degC", 400.0)])
        assert plot.limits == []

    def test_records_without_limits_are_told(self):
        body = {"step": "react", "tool": "FUR01", "rules": ["LM102"]}
        assert "Limits not drawn, since the records lack them: react." in page(
            report(interlocks=[body])
        )

    def test_a_plot_without_numbers_is_none(self):
        assert draw(Plot("s", "T", "degC", {"Z": ([0.0], [math.nan])})) == ""


def test_the_timeline_tells_how_long_a_step_took():
    assert "film-1: deposit, done, 1 h 30 min" in timeline([STEP])


def test_a_run_without_jobs_has_no_timeline():
    assert timeline([{**STEP, "started": "", "ended": ""}]) == ""


@pytest.mark.parametrize("form", [as_text, as_csv])
def test_the_chart_names_evidence_and_journal(form):
    text = form(CHART)
    assert "120 ± 2.4 Å lies inside" in text
    assert "7" in text
