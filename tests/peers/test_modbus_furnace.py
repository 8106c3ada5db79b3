"""Our furnace driver on pymodbus's server; minimalmodbus and mbpoll on our simulated furnace."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest
from secs1_rig import program, pty_pair

import sequences
from fabctl.clock import Clock, run
from fabctl.links.pty import listen_pty
from fabctl.links.serial import serial_dial
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.fab import load_fab
from fabctl.tools.port import Accepted, Found, Job, Reading, Refused
from simulators.faults import ToolFaults
from simulators.instruments.eurotherm import EurothermController
from simulators.instruments.line_station import LineStation
from simulators.instruments.tube_furnace import TubeFurnace
from simulators.physics.noise import Noise
from simulators.wafers.store import WaferStore
from tool_drivers.eurotherm import EurothermFurnace

pytestmark = [pytest.mark.wire, pytest.mark.long]

HERE = Path(__file__).parent
BENCH = load_fab(sequences.data("fabs", "bench.yaml"))
DICTIONARY = load_dictionary(sequences.data("dictionaries", "FUR02.yaml"))
RECIPE = Recipe(
    "anneal",
    {
        "temperature": Quantity.parse("200 degC"),
        "ramp": Quantity.parse("5 degC/min"),
        "hold": Quantity.parse("15 min"),
        "ambient": "N2",
    },
)


def driver_on(port, told):
    class Nobody:
        async def ask(self, question):
            raise AssertionError(question)

    entry = BENCH.tool("FUR02")
    driver = EurothermFurnace(entry, DICTIONARY, serial_dial(port), Clock(), desk=Nobody())
    driver.subscribe(told.append)
    return driver


def test_our_driver_on_pymodbus_server(peer, tmp_path):
    async def main():
        told = []
        async with pty_pair(peer("socat"), tmp_path) as (near, far):
            with program(sys.executable, str(HERE / "pymodbus_furnace.py"), far) as server:
                assert server.stdout.readline() == "serving\n"
                await asyncio.sleep(0.5)
                driver = driver_on(near, told)
                await driver.connect()
                program_ = driver.encode("P1", RECIPE)
                assert isinstance(await driver.install(program_), Accepted)
                assert isinstance(await driver.select(program_), Accepted)
                stored = driver.decode(await driver.read_back(program_), "anneal")
                await driver.watch("anneal")
                job = Job("r1.react-1.1", "react-1", "anneal", "W1", program_)
                before = await driver.find(job.id)
                started = await driver.start(job)
                running = await driver.find(job.id)
                second = await driver.start(Job("r1.react-1.2", "", "anneal", "W1", program_))
                stopped = await driver.stop()
                after = await driver.find(job.id)
                await driver.disconnect()
        return stored, before, started, running, second, stopped, after, told

    stored, before, started, running, second, stopped, after, told = run(main())
    assert {name: stored.parameters[name] for name in RECIPE.parameters} == RECIPE.parameters
    assert before.found is Found.NOT_SEEN
    assert isinstance(started, Accepted)
    assert running.found is Found.RUNNING
    assert isinstance(second, Refused)
    assert isinstance(stopped, Accepted)
    assert after.found is Found.FAILED
    assert {each.value for each in told if isinstance(each, Reading)} == {25.0}


def test_a_silent_line_is_an_absent_slave(peer, tmp_path):
    async def main():
        async with pty_pair(peer("socat"), tmp_path) as (near, _far):
            with pytest.raises(ToolError, match="no answer within"):
                await driver_on(near, []).connect()

    run(main())


def furnace():
    """Our simulated furnace on a pty; gives the pty and its station."""
    inner = TubeFurnace(WaferStore(), Noise(0, "FUR02"))
    station = LineStation(EurothermController(inner, 1, 17, 1), Clock(), ToolFaults())
    station.open()
    return listen_pty(station.accept), station


def test_minimalmodbus_on_our_furnace():
    import minimalmodbus

    def ask(port):
        instrument = minimalmodbus.Instrument(port, 1)
        instrument.serial.timeout = 1
        try:
            instrument.write_register(22, 2)
            instrument.write_registers(8328 + 8, [1, 2000, 50, 0, 1, 0])
            with pytest.raises(minimalmodbus.IllegalRequestError):
                instrument.read_register(20000)
            return (
                instrument.read_register(22),
                instrument.read_registers(8336, 6),
                instrument.read_register(1, number_of_decimals=1),
                instrument.read_float(0x8002),
                instrument.read_register(23),
            )
        finally:
            instrument.serial.close()

    async def main():
        pty, station = furnace()
        try:
            return await asyncio.to_thread(ask, pty.path)
        finally:
            await pty.close()
            await station.close()

    number, segment, pv, exactly, status = run(main())
    assert (number, segment, status) == (2, [1, 2000, 50, 0, 1, 0], 1)
    assert pv == pytest.approx(25, abs=0.3)
    assert exactly == pytest.approx(25, abs=0.3)


def test_mbpoll_on_our_furnace(peer):
    mbpoll = peer("mbpoll")

    async def main():
        pty, station = furnace()
        line = [mbpoll, "-m", "rtu", "-a", "1", "-b", "9600", "-P", "none", "-1", "-0"]
        try:
            return await asyncio.to_thread(
                subprocess.run,
                [*line, "-t", "4", "-r", "22", "-c", "2", pty.path],
                capture_output=True, text=True, timeout=20, check=False,
            )  # fmt: skip
        finally:
            await pty.close()
            await station.close()

    done = run(main())
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"\[(\d+)\]:\s+(\d+)", done.stdout) == [("22", "1"), ("23", "1")]
