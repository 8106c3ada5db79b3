"""When each step ran on which tool, as bars; one row a tool."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

WIDTH, LEFT, ROW = 1030, 70, 24
_COLOURS = {"done": "#0072b2", "failed": "#d55e00", "aborted": "#d55e00", "stopped": "#e69f00"}
OTHER = "#999999"


def timeline(steps: Sequence[Mapping[str, Any]]) -> str:
    """An SVG of the steps that started. Empty text where none did."""
    ran = [step for step in steps if step["started"]]
    if not ran:
        return ""
    begin = min(_moment(step["started"]) for step in ran)
    end = max(_moment(step["ended"] or step["started"]) for step in ran)
    span = max(1.0, (end - begin).total_seconds())
    tools = list(dict.fromkeys(step["tool"] for step in ran))
    height = ROW * len(tools) + 40
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="Helvetica, sans-serif" font-size="11">'
        )
    ]
    for row, tool in enumerate(tools):
        y = 8 + ROW * row
        parts.append(
            f'<text x="0" y="{y + 15}">{escape(tool)}</text>'
            f'<path d="M{LEFT} {y + ROW - 2}H{WIDTH}" stroke="#ddd"/>'
        )
    for step in ran:
        start = (_moment(step["started"]) - begin).total_seconds()
        last = (_moment(step["ended"] or step["started"]) - begin).total_seconds()
        x = LEFT + start / span * (WIDTH - LEFT)
        width = max(2.0, (last - start) / span * (WIDTH - LEFT))
        y = 8 + ROW * tools.index(step["tool"])
        colour = _COLOURS.get(step["outcome"], OTHER)
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 6}" fill="{colour}">'
            f"<title>{escape(step['id'])}: {escape(step['operation'])}, {escape(step['outcome'])}, "
            f"{_spell(last - start)}</title></rect>"
        )
    for quarter in range(5):
        x = LEFT + quarter / 4 * (WIDTH - LEFT)
        anchor = "start" if quarter == 0 else "end" if quarter == 4 else "middle"
        parts.append(
            f'<text x="{x:.1f}" y="{height - 10}" text-anchor="{anchor}" fill="#666">'
            f"{_spell(span * quarter / 4)}</text>"
        )
    return "".join([*parts, "</svg>", _legend({step["outcome"] for step in ran})])


def _legend(outcomes: set[str]) -> str:
    """What the bars' colours mean, of those that are there."""
    squares = [
        f'<span style="color: {_COLOURS.get(each, OTHER)}">&#9632;</span> {escape(each)}'
        for each in sorted(outcomes)
    ]
    return f'<p class="dim">{" &nbsp; ".join(squares)}</p>'


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _spell(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
