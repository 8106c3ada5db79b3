"""How long the cross-section takes for each document's flow, beside a pixel grid of 1 nm.

Prints milliseconds of geometry (invariants not counted), the median and worst step, the time of
one picture, and what the same two-plug flow costs on a boolean grid with distance transforms.
Run: python benchmarks/section_vs_pixels.py
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "section"))

import flows

from fabctl.reports.section_svg import draw

REPEATS = 7


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


def main():
    print(f"{'flow':16} {'steps':>5} {'total ms':>9} {'median':>8} {'worst':>8} {'SVG ms':>7}")
    for flow in (flows.lowk, flows.resist_method, flows.cap):
        runs = [timed(flow) for _ in range(REPEATS)]
        best = min(runs, key=lambda run: sum(run[0]))
        start = time.perf_counter()
        draw(best[1], flow.__name__)
        picture = time.perf_counter() - start
        total, middle, worst = sum(best[0]), statistics.median(best[0]), max(best[0])
        print(
            f"{flow.__name__:16} {len(best[0]):5} {1e3 * total:9.1f} {1e3 * middle:8.2f} "
            f"{1e3 * worst:8.2f} {1e3 * picture:7.2f}"
        )
        if flow is flows.lowk:
            polygons = total
    grid = min(sum(pixels()) for _ in range(2))
    print(f"{'lowk, 1 nm grid':16} {'':5} {1e3 * grid:9.1f}   {grid / polygons:.0f} × the polygons")


if __name__ == "__main__":
    main()
