"""Puts the report's parts into one HTML file; every text from a run is escaped."""

import json
from collections.abc import Collection, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from msgspec import Struct

from fabctl.reports.claim_chart import done_by, measured_values, practised
from fabctl.reports.html.plots import Plot, draw
from fabctl.reports.html.timeline import timeline

HONESTY = (
    "These are process interlocks in software, no safety-rated function: people and tools stay "
    "protected by the tools' own hardware."
)

_SAFE = ("step", "became", "a person called", "what was tried")
_CAUTION = ("step", "at", "caution", "times", "last")
_BYPASS = ("rule", "for", "from", "by", "approver", "reason")


class Report(Struct, frozen=True):
    """Everything that the page shows."""

    document: Mapping[str, Any]
    """The run's summary."""
    header: Mapping[str, Any]
    """The body of its first record."""
    chart: Sequence[Mapping[str, Any]]
    plots: Sequence[Plot]
    pictures: Sequence[tuple[str, str]]
    """(step, SVG) after every look at the wafer."""
    interlocks: Sequence[Mapping[str, Any]]
    """The bodies of its ARMED records."""
    last: tuple[int, str]
    """Number and hash of the journal's last record."""


def page(report: Report) -> str:
    """The report as one HTML document that needs no network."""
    document = report.document
    folder = files("fabctl.reports.html")
    style = folder.joinpath("report.css").read_text(encoding="utf-8")
    script = folder.joinpath("report.js").read_text(encoding="utf-8")
    title = f"{document['run']}: {document['sequence']}"
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{style}</style></head><body>",
            _head(report),
            _section("steps", "What ran on what", timeline(document["steps"]) + _steps(document)),
            _section("wafer", "The wafer after each step", _strip(report)),
            _section("claims", "Claim chart", _chart(report)),
            _section("interlocks", "Interlocks and findings", _interlocks(report)),
            _section("traces", "Traces", _traces(report)),
            _footer(report),
            f"<script>{script}</script></body></html>",
            "",
        ]
    )


def _head(report: Report) -> str:
    document = report.document
    why = f": {escape(document['why'])}" if document["why"] else ""
    links = "".join(
        f'<a href="#{name}">{name}</a>'
        for name in ("steps", "wafer", "claims", "interlocks", "traces")
    )
    inputs = escape(json.dumps(report.header.get("inputs", {}), ensure_ascii=False))
    return (
        f"<h1>{escape(str(report.header.get('title', document['sequence'])))}</h1>"
        f'<p class="dim">run <code>{escape(document["run"])}</code>, sequence '
        f"<code>{escape(document['sequence'])}</code>, wafer "
        f"<code>{escape(str(report.header.get('wafer', '')))}</code>{_brought_in(report)}</p>"
        f'<p class="outcome">{escape(document["outcome"])}{why}</p><nav>{links}</nav>'
        f'<p class="dim">{HONESTY}</p><details><summary>inputs</summary>'
        f"<code>{inputs}</code></details>"
    )


def _brought_in(report: Report) -> str:
    brought = report.header.get("brought_in")
    if not brought:
        return ""
    return f", brought in as <code>{escape(brought['name'])}</code>: {escape(brought['title'])}"


def _section(name: str, title: str, body: str) -> str:
    return f'<section id="{name}"><h2>{title}</h2>{body or "<p>nothing</p>"}</section>'


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _steps(document: Mapping[str, Any]) -> str:
    told = ("id", "tool", "operation", "outcome", "job")
    rows = [
        [
            *(escape(str(step[name])) for name in ("id", "tool", "operation")),
            escape(_outcome(step)),
            escape(str(step["job"])),
            *(_moment(step[name]) for name in ("started", "ended")),
        ]
        for step in document["steps"]
    ]
    return _table((*told, "started (UTC)", "ended (UTC)"), rows)


def _outcome(step: Mapping[str, Any]) -> str:
    """A step's outcome, and what its tool was told and did not heed."""
    told = step["despite"].upper()
    return f"{step['outcome']} despite {told}" if told else str(step["outcome"])


def _moment(at: str) -> str:
    """A moment to the second, in one line; the journal has it to the millisecond."""
    return f'<span class="moment">{escape(at[:19].replace("T", " "))}</span>'


def _strip(report: Report) -> str:
    unseen = [
        [escape(str(each[name])) for name in ("step", "at", "why")]
        for each in report.document["no_section"]
    ]
    lacking = (
        "<h3>not seen in section</h3>" + _table(("after", "at", "why"), unseen) if unseen else ""
    )
    return _figures(report.pictures) + lacking


def _figures(pictures: Sequence[tuple[str, str]]) -> str:
    if not pictures:
        return "<p>The wafer was never seen in section: its structure is not shown.</p>"
    last = {step: place for place, (step, _) in enumerate(pictures)}
    figures = "".join(
        f"<figure{_anchor(step) if last[step] == place else ''} "
        f'data-step="{escape(step)}">{picture}</figure>'
        for place, (step, picture) in enumerate(pictures)
    )
    return (
        '<div class="controls"><label for="scrub">step</label>'
        '<input type="range" id="scrub" min="0" value="0"><span id="scrub-step"></span></div>'
        f'<div class="strip">{figures}</div>'
    )


def _anchor(step: str) -> str:
    """Where the last picture after a step is to be found."""
    return f' id="after-{escape(step)}"'


def _where(element: Mapping[str, Any], seen: Collection[str]) -> str:
    """The step and tool that decide an element, and the steps that did it, with their pictures."""
    makers = [_step(each, seen) for each in done_by(element)]
    did = f'<br><span class="dim">by {", ".join(makers)}</span>' if makers else ""
    return f"{_step(element['step'], seen)} {escape(element['tool'])}{did}"


def _step(name: str, seen: Collection[str]) -> str:
    """A step's name, with the way to the picture after it."""
    said = escape(name)
    return f'<a href="#after-{said}">{said}</a>' if name in seen else said


def _chart(report: Report) -> str:
    chart, seen = report.chart, {step for step, _ in report.pictures}
    shown = practised(chart)
    parts = []
    for claim in shown:
        parent = f" with {escape(claim['parent'])}" if claim["parent"] else ""
        rows = [
            [
                f'<span id="{escape(each["element"])}">{escape(each["element"])}</span>',
                _standing(each["standing"]),
                escape(each["meaning"]),
                _where(each, seen),
                escape("; ".join([each["evidence"], *measured_values(each)])),
                "<br>".join(_entry(entry) for entry in each["journal"]),
            ]
            for each in claim["elements"]
        ]
        parts.append(
            f"<h3>{escape(claim['claim'])}{parent}: {_standing(claim['standing'])}</h3>"
            + _table(("element", "standing", "asks for", "step", "evidence", "journal"), rows)
        )
    rest = len(chart) - len(shown)
    return "".join([*parts, f'<p class="dim">{rest} claims are not practised.</p>'])


def _entry(entry: Mapping[str, Any]) -> str:
    return f"{entry['seq']} {escape(entry['kind'])}, {_moment(entry['at'])}"


def _standing(word: str) -> str:
    return f'<span class="{word.replace(" ", "-")}">{escape(word)}</span>'


def _interlocks(report: Report) -> str:
    armed = [
        [escape(body["step"]), escape(body["tool"]), escape(", ".join(body["rules"]))]
        for body in report.interlocks
        if body["rules"]
    ]
    trips = [[escape(str(each["message"]))] for each in report.document["trips"]]
    stopped = [
        [
            escape(str(each["step"])),
            escape(each["became"]),
            escape("escalated, " + each["escalated"] if each["escalated"] else ""),
            escape(each["message"]),
        ]
        for each in report.document["safe_actions"]
    ]
    warned = [
        [escape(str(each[name])) for name in ("step", "at", "message", "times", "last")]
        for each in report.document["cautions"]
    ]
    lifted = [
        [
            escape(str(each["rule"])),
            f"{each['minutes']} min",
            *(escape(str(each[name])) for name in ("at", "by", "approver", "reason")),
        ]
        for each in report.document["bypasses"]
    ]
    kept = [
        [escape(str(each[name])) for name in ("step", "at", "message")]
        for each in report.document["held_back"]
    ]
    findings = [
        [escape(str(each[name])) for name in ("severity", "code", "at", "message")]
        for each in report.document["findings"]
    ]
    return (
        "<h3>armed</h3>"
        + (_table(("step", "tool", "rules"), armed) if armed else "<p>none</p>")
        + "<h3>trips</h3>"
        + (_table(("trip",), trips) if trips else "<p>none</p>")
        + "<h3>safe actions</h3>"
        + (_table(_SAFE, stopped) if stopped else "<p>none</p>")
        + "<h3>cautions</h3>"
        + (_table(_CAUTION, warned) if warned else "<p>none</p>")
        + "<h3>bypassed</h3>"
        + (_table(_BYPASS, lifted) if lifted else "<p>none</p>")
        + "<h3>held back by bypasses</h3>"
        + (_table(("step", "at", "would have tripped"), kept) if kept else "<p>none</p>")
        + "<h3>findings</h3>"
        + (_table(("severity", "code", "at", "finding"), findings) if findings else "<p>none</p>")
    )


def _traces(report: Report) -> str:
    untold = [
        escape(body["step"])
        for body in report.interlocks
        if body["rules"] and "limits" not in body  # an earlier fabctl wrote no limits down
    ]
    note = f"<p>Limits not drawn, since the records lack them: {', '.join(untold)}.</p>"
    return (note if untold else "") + "".join(
        f'<div class="plot"><h3>{escape(plot.step)} on {escape(plot.tool)}</h3>{picture}</div>'
        for plot in report.plots
        if (picture := draw(plot))
    )


def _footer(report: Report) -> str:
    number, digest = report.last
    return (
        f"<footer>Journal: record {number}, sha-256 <code>{escape(digest)}</code>. Check it with "
        f"<code>fabctl runs verify {escape(report.document['run'])}</code>.</footer>"
    )
