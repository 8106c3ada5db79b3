"""From too hot to RESET on the serial furnace's line: ``python benchmarks/serial_reaction.py``.

The simulated furnace on a pty at 9600 Bd, with character times; the driver polls it, and whoever
sees a sample above 400 degC aborts, as the engine's supervisor does. A poll can't see what happens
between two polls; so what is judged is the time beyond one poll: its period, and the reading's own
way on the line. Exit code 1 above 25 ms.
"""

import asyncio
import dataclasses
import statistics
import sys

from msgspec.structs import replace

import sequences
from fabctl.clock import Clock, run, stopwatch
from fabctl.instruments.eurotherm import ProgramStatus
from fabctl.links.pty import listen_pty
from fabctl.links.serial import serial_dial
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.desk import NobodyThere
from fabctl.tools.fab import load_fab
from fabctl.tools.port import Job, Reading
from simulators.faults import ToolFaults
from simulators.instruments.eurotherm import EurothermController
from simulators.instruments.line_station import BITS, LATENCY_S, LineStation
from simulators.instruments.tube_furnace import TubeFurnace
from simulators.physics.noise import Noise
from simulators.wafers.store import WaferStore
from tool_drivers.eurotherm import EurothermFurnace

TRIALS = 20
PERIOD_S = 0.5
TARGET_S = 0.025
READING_S = LATENCY_S + BITS / 9600 * (8 + 9)
"""Question and answer of one temperature on the line."""
RECIPE = {"temperature": "200 degC", "ramp": "5 degC/min", "hold": "15 min"}


class Hot(TubeFurnace):
    """A furnace whose thermocouple can be made to read 401 degC."""

    hot = False

    def reading(self) -> float:
        return 401.0 if self.hot else super().reading()


async def main() -> list[float]:
    clock = Clock()
    furnace = Hot(WaferStore(), Noise(0, "FUR02"))
    station = LineStation(EurothermController(furnace, 1, 17, 1), clock, ToolFaults())
    station.open()
    pty = listen_pty(station.accept)
    entry = load_fab(sequences.data("fabs", "bench.yaml")).tool("FUR02")
    watches = [replace(each, period_s=PERIOD_S) for each in entry.dictionary.watches]
    dictionary = dataclasses.replace(entry.dictionary, watches=tuple(watches))
    driver = EurothermFurnace(entry, dictionary, serial_dial(pty.path), clock, desk=NobodyThere())
    aborts = []

    def guard(told: object) -> None:
        if isinstance(told, Reading) and told.value > 400 and not aborts:
            aborts.append(asyncio.ensure_future(driver.abort()))

    driver.subscribe(guard)
    await driver.connect()
    values = {name: Quantity.parse(text) for name, text in RECIPE.items()}
    program = driver.encode("P1", Recipe("anneal", {**values, "ambient": "N2"}))
    reactions = []
    for trial in range(TRIALS):
        await driver.install(program)
        await driver.select(program)
        await driver.watch("anneal")
        await driver.start(Job(f"j{trial}", "", "anneal", "", program))
        await clock.sleep(PERIOD_S * (1.5 + trial / TRIALS))
        elapsed, furnace.hot = stopwatch(), True
        while furnace.status is not ProgramStatus.RESET:
            await clock.sleep(0.0005)
        reactions.append(elapsed())
        furnace.hot = False
        await asyncio.gather(*aborts)
        aborts.clear()
    await driver.disconnect()
    await pty.close()
    await station.close()
    return reactions


if __name__ == "__main__":
    seen = run(main())
    beyond = max(seen) - PERIOD_S - READING_S
    print(f"poll period {PERIOD_S * 1000:.0f} ms, {TRIALS} trips at 9600 Bd, too hot to RESET:")
    print(f"median {statistics.median(seen) * 1000:.0f} ms, longest {max(seen) * 1000:.0f} ms")
    print(f"beyond one poll: {beyond * 1000:.0f} ms (at most {TARGET_S * 1000:.0f} ms)")
    sys.exit(beyond > TARGET_S)
