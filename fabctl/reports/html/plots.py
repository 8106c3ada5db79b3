"""Traces as plots: one a step and unit, every channel a line, limits drawn in."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import Any

from msgspec import Struct

from fabctl.quantities import Quantity, QuantityError, exact
from fabctl.reports.html.ticks import ticks

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 1030, 228, 60, 30, 20, 150
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7f7f7f")
POINTS = 400
"""Points of a line at the most: between them only the lowest and highest are kept."""


class Limit(Struct, frozen=True):
    """A line to draw across a plot, in the plot's unit."""

    label: str
    value: float


@dataclass(slots=True)
class Plot:
    """The channels of one unit in one step."""

    step: str
    tool: str
    unit: str
    channels: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)


def draw(plot: Plot) -> str:
    """The plot as an SVG; samples that are no number break their line."""
    finite = [v for _, values in plot.channels.values() for v in values if math.isfinite(v)]
    times = [t for at, _ in plot.channels.values() for t in at]
    if not finite or not times:
        return ""
    low = min([*finite, *(limit.value for limit in plot.limits)])
    high = max([*finite, *(limit.value for limit in plot.limits)])
    pad = (high - low or abs(high) or 1.0) * 0.06
    low, high = low - pad, high + pad
    begin, end = min(times), max(*times, min(times) + 1)

    def x(t: float) -> float:
        return LEFT + (t - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)

    def y(v: float) -> float:
        return TOP + (high - v) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Helvetica, sans-serif" font-size="11">'
            f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
            f'height="{HEIGHT - TOP - BOTTOM}" fill="none" stroke="#ccc"/>'
        )
    ]
    parts += [
        f'<path d="M{LEFT - 4} {y(value):.1f}h4" stroke="#999"/>'
        f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{shown}</text>'
        for value, shown in ticks(low, high)
    ]
    parts += [
        f'<path d="M{x(begin + t):.1f} {HEIGHT - BOTTOM}v4" stroke="#999"/>'
        f'<text x="{x(begin + t):.1f}" y="{HEIGHT - 12}" text-anchor="middle">{shown} s</text>'
        for t, shown in ticks(0.0, end - begin)
    ]
    for number, (name, (at, values)) in enumerate(plot.channels.items()):
        colour = COLOURS[number % len(COLOURS)]
        for run in _runs(at, values):
            points = " ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in run)
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.2"/>'
            )
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{TOP + 12 + 14 * number}" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    parts += [
        f'<path d="M{LEFT} {y(limit.value):.1f}H{WIDTH - RIGHT}" stroke="#a3001f" '
        f'stroke-dasharray="6 4"/><text x="{LEFT + 6}" y="{y(limit.value) - 4:.1f}" '
        f'fill="#a3001f">{escape(limit.label)}</text>'
        for limit in plot.limits
    ]
    return "".join([*parts, f'<text x="4" y="10">{escape(plot.unit)}</text>', "</svg>"])


def _runs(at: Sequence[float], values: Sequence[float]) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for point in _thinned(at, values):
        if math.isfinite(point[1]):
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _thinned(at: Sequence[float], values: Sequence[float]) -> list[tuple[float, float]]:
    """The samples, or of each stretch its lowest and highest: no peak is ever left out."""
    points = list(zip(at, values, strict=True))
    if len(points) <= POINTS:
        return points
    size = math.ceil(2 * len(points) / POINTS)
    kept: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        if any(not math.isfinite(value) for _, value in stretch):
            kept += stretch
            continue
        ends = {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
        kept += sorted(ends)
    return kept


def plots_of(
    traces: Iterable[Mapping[str, object]], armed: Iterable[Mapping[str, Any]]
) -> list[Plot]:
    """The plots of a run's TRACE records, with the limits that its ARMED records tell."""
    limits: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for body in armed:
        for limit in body.get("limits", ()):
            limits.setdefault((body["step"], limit["signal"]), []).append(limit)
    found: dict[tuple[str, str], Plot] = {}
    for body in traces:
        step, channels = str(body["step"]), body["channels"]
        assert isinstance(channels, Mapping)
        for name, channel in channels.items():
            key = (step, channel["unit"])
            plot = found.setdefault(key, Plot(step, str(body["tool"]), channel["unit"]))
            at, values = plot.channels.setdefault(name, ([], []))
            at += [float(t) for t in channel["at"]]
            values += [float(v) for v in channel["values"]]
            for limit in limits.get((step, channel["signal"]), ()):
                plot.limits += [each for each in _lines(limit, plot) if each not in plot.limits]
    return list(found.values())


def _lines(limit: Mapping[str, Any], plot: Plot) -> Iterator[Limit]:
    """The ends of a limit in a plot's unit; none where that measures another thing: it tripped."""
    for end in (limit["lower"], limit["upper"]):
        if end is None:
            continue
        with suppress(QuantityError):
            quantity = Quantity.of(exact(end, 8), limit["unit"])
            yield Limit(f"{limit['rule']} {quantity.text}", float(quantity.in_unit(plot.unit)))
