"""How long the cross-section takes for each document's flow, beside a pixel grid of 1 nm.

Prints milliseconds of geometry (invariants not counted), the median and worst step, the time of
one picture, and what the same two-plug flow costs on a boolean grid with distance transforms. Then
the same for whole sequences on the simulated tools (a step's geometry, end-point searches and waits
included), the time to judge all claims of the wafer, and the slowest call of each predicate.
Run: python benchmarks/section_vs_pixels.py
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "section"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent))

import flows
import sequence_rig
from machine_rig import Line

from fabctl.claims.chart import chart
from fabctl.reports.section_svg import draw
from fabctl.structure import predicates
from simulators.wafers import wafer

REPEATS = 5
SEQUENCES = (
    "lowk-one-level",
    "lowk-two-level",
    "resist-plug-and-line",
    "cap-line",
    "cap-two-level",
)


def timed(flow):
    """Seconds of every operator of a flow, and its last section."""
    times = []
    plain = flows.Flow.do

    def do(self, name, operator, *args, **kwargs):
        start = time.perf_counter()
        plain(self, name, operator, *args, **kwargs)
        times.append(time.perf_counter() - start)

    flows.Flow.do = do
    try:
        section = flow(checked=False).section
    finally:
        flows.Flow.do = plain
    return times, section


def pixels():
    """The two-plug flow on a grid of 1 nm: one array of materials, films by distance."""
    height, width = 1600, 6000
    grid = np.zeros((height, width), np.uint8)
    grid[:400] = 1
    times = []

    def film(material, thickness):
        start = time.perf_counter()
        near = distance_transform_edt(grid == 0) <= thickness
        grid[near & (grid == 0)] = material
        times.append(time.perf_counter() - start)

    def cut(rows, columns):
        start = time.perf_counter()
        grid[rows, columns] = 0
        times.append(time.perf_counter() - start)

    film(2, 600)
    for left, right in ((1900, 2300), (3700, 4100)):
        cut(slice(400, 1000), slice(left, right))
    for left, right in ((1700, 2500), (3500, 4300)):
        cut(slice(700, 1000), slice(left, right))
    film(3, 10)
    film(4, 500)
    cut(slice(1010, None), slice(None))
    cut(slice(950, 1010), slice(None))
    film(3, 60)
    cut(slice(1000, None), slice(None))
    film(5, 400)
    return times


class Stopwatch:
    """Times calls of one function, outermost only."""

    def __init__(self, function):
        self.function, self.seconds, self.inside = function, [], False

    def __call__(self, *args, **kwargs):
        if self.inside:
            return self.function(*args, **kwargs)
        self.inside, start = True, time.perf_counter()
        try:
            return self.function(*args, **kwargs)
        finally:
            self.inside = False
            self.seconds.append(time.perf_counter() - start)


def simulated(name):
    """Seconds of geometry of every step of a sequence on the tools, and the wafer's history."""
    watch, times = Stopwatch(wafer.apply), []
    carry_out = Line.do

    def do(self, *args, **kwargs):
        watch.seconds.clear()
        result = carry_out(self, *args, **kwargs)
        _ = self.wafer.section  # the heat of the step comes to work when somebody looks
        times.append(sum(watch.seconds))
        return result

    wafer.apply, Line.do = watch, do
    try:
        return times, *sequence_rig.carried_out(name)
    finally:
        wafer.apply, Line.do = watch.function, carry_out


def judged(sequence, history):
    """Seconds to judge every claim of a wafer; and of every call of each predicate."""
    start = time.perf_counter()
    chart(sequence.practises, history, {})
    seconds = time.perf_counter() - start
    plain = {name: getattr(predicates, name) for name in predicates.__all__}
    watches = {name: Stopwatch(function) for name, function in plain.items()}
    for name, watch in watches.items():
        setattr(predicates, name, watch)
    try:
        chart(sequence.practises, history, {})
    finally:
        for name, function in plain.items():
            setattr(predicates, name, function)
    return seconds, {name: watch.seconds for name, watch in watches.items()}


def best(runs):
    """Each call's shortest time over some runs that made the same calls."""
    return [min(times) for times in zip(*runs, strict=True)]


def drawn(section, title):
    """Seconds of one picture."""
    start = time.perf_counter()
    draw(section, title)
    return time.perf_counter() - start


def main():
    print(f"{'flow':16} {'steps':>5} {'total ms':>9} {'median':>8} {'worst':>8} {'SVG ms':>7}")
    for flow in (flows.lowk, flows.resist_method, flows.cap):
        runs = [timed(flow) for _ in range(REPEATS)]
        steps = best(times for times, _ in runs)
        picture = min(drawn(runs[-1][1], flow.__name__) for _ in range(REPEATS))
        total, middle, worst = sum(steps), statistics.median(steps), max(steps)
        print(
            f"{flow.__name__:16} {len(steps):5} {1e3 * total:9.1f} {1e3 * middle:8.2f} "
            f"{1e3 * worst:8.2f} {1e3 * picture:7.2f}"
        )
        if flow is flows.lowk:
            polygons = total
    grid = min(sum(pixels()) for _ in range(2))
    print(f"{'lowk, 1 nm grid':16} {'':5} {1e3 * grid:9.1f}   {grid / polygons:.0f} × the polygons")
    tools()


def tools():
    """Whole sequences on the simulated tools, and what is asked of their wafers."""
    head = ("steps", "total ms", "median", "worst", "claims")
    print("\n{:16} {:>5} {:>9} {:>8} {:>8} {:>7}".format("on the tools", *head))
    slowest = {}
    for name in SEQUENCES:
        runs = [simulated(name) for _ in range(REPEATS)]
        times = best([run[0] for run in runs])
        asked = [judged(*runs[0][1:]) for _ in range(REPEATS)]
        for predicate in asked[0][1]:
            calls = best([each[1][predicate] for each in asked])
            slowest[predicate] = max([slowest.get(predicate, 0.0), *calls])
        figures = (sum(times), statistics.median(times), max(times), min(a[0] for a in asked))
        total, middle, worst, claims = (1e3 * each for each in figures)
        print(f"{name:16} {len(times):5} {total:9.1f} {middle:8.2f} {worst:8.2f} {claims:7.1f}")
    print("\nslowest call of each predicate that the claims ask, ms:")
    for name, seconds in sorted(slowest.items(), key=lambda each: -each[1]):
        if seconds:
            print(f"{name:20} {1e3 * seconds:6.2f}")


if __name__ == "__main__":
    main()
