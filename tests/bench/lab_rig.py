"""The bench served on ptys and sockets in this process, and hosts that run on it, all in one loop.

Its lines are at 115200 Bd, so that a fast clock has enough samples.
"""

import dataclasses
import re
from contextlib import asynccontextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path

from bench_rig import bench_fab
from msgspec.structs import replace

import sequences
from fabctl.cli import compose
from fabctl.cli.lab_desk import LabDesk
from fabctl.clock import Clock
from fabctl.engine.controls import Controls
from fabctl.engine.run import execute
from fabctl.journal import Journal
from fabctl.links.pty import listen_pty
from fabctl.links.tcp import tcp_dial
from fabctl.process.stock_loader import load_stock
from fabctl.tools.desk import Answer
from fabctl.tools.desk_socket import DistantDesk
from fabctl.tools.fab import load_fab, simulated
from simulators.fab import SimulatedFab
from tool_drivers.bench import serial_tool

BENCH = sequences.data("fabs", "bench.yaml")
SHORT = Path(__file__).parent / "data"
"""Sequences made for these tests."""


class Ada:
    """A person at the terminal: all is done, and each value is what the tool shows."""

    async def ask(self, question):
        return Answer("Ada", {entry.name: "" for entry in question.entries})


@cache
def built_in_fab():
    return load_fab(compose.BUILT_IN)


def in_folder(fab, folder):
    """A fab whose ports and desk are in a folder of its own, its lines at 115200 Bd."""

    def place(text):
        text = text.replace("/tmp/fabctl-bench", str(folder))
        return re.sub(r",(9600|19200)", ",115200", text)

    tools = tuple(replace(each, address=place(each.address)) for each in fab.tools)
    return replace(fab, tools=tools, desk=place(fab.desk))


class Lab:
    """A served bench; `on` gives it, and ends it."""

    def __init__(self, fab, folder, speed=1.0, wafers=""):
        self.fab = in_folder(fab, folder)
        self.folder = folder
        self.speed = speed
        self.clock = Clock(speed)
        stock = load_stock(sequences.data("wafers", f"{wafers}.yaml")) if wafers else None
        fab = simulated(self.fab, built_in_fab())
        self.tools = SimulatedFab(fab, self.clock, stock=stock)
        self.plugs = {}

    @classmethod
    @asynccontextmanager
    async def on(cls, folder, speed=1.0, fab=None, wafers=""):
        """The lab on the air; hosts dial its lost serial tools again soon."""
        lab = cls(fab or bench_fab(), folder, speed, wafers)
        redial, serial_tool.REDIAL_S = serial_tool.REDIAL_S, 0.2
        await lab.tools.open()
        lab.addresses = await lab.tools.serve("127.0.0.1")
        for entry in lab.fab.tools:
            if entry.place.device:
                lab.put_in(entry.id)
        await lab.tools.serve_desk(lab.fab.desk)
        try:
            yield lab
        finally:
            for tool in tuple(lab.plugs):
                await lab.pull(tool)
            await lab.tools.close()
            serial_tool.REDIAL_S = redial

    def station(self, tool):
        return self.tools.lines.get(tool) or self.tools.stations[tool]

    async def pull(self, tool):
        """Pull a tool's plug: its pty is gone, whoever has it open."""
        await self.plugs.pop(tool).close()
        for link in tuple(self.station(tool).links):
            getattr(link, "link", link).abort()

    def put_in(self, tool, port=""):
        """Plug a tool in, at its port or at another tool's."""
        path = Path(self.fab.tool(port or tool).place.device)
        self.plugs[tool] = listen_pty(self.station(tool).accept, path)

    def dial(self, entry):
        if entry.id in self.addresses:
            return tcp_dial(*self.addresses[entry.id])
        return entry.dial()


class Run:
    """One run on a lab, with a journal of its own."""

    def __init__(self, lab, sequence, desk=None):
        self.lab = lab
        path = SHORT / f"{sequence}.yaml"
        order = compose.order(str(path if path.exists() else sequence), {}, lab.fab)
        tools = [quick(entry) for entry in order.fab.tools]
        self.order = replace(order, fab=replace(order.fab, tools=tuple(tools)), speed=lab.speed)
        self.desk = desk or LabDesk(Ada(), DistantDesk(lab.fab.desk))
        self.plan = self.order.plan(f"r{id(self)}")
        self.records = []
        self.controls = Controls()

    async def go(self):
        journal = Journal.open(self.lab.folder / f"{id(self)}.sqlite3", durable=False)
        try:
            self.result = await execute(
                self.plan,
                self.order.open_tools(self.lab.clock, self.lab.dial, None, self.desk),
                self.order.guard,
                journal,
                self.lab.clock,
                self.controls,
                on_record=[self.records.append],
            )
        finally:
            journal.close()
        return self

    def bodies(self, kind):
        return [each.body for each in self.records if each.kind == kind]

    async def until(self, kind, wanted=lambda _body: True):
        """Wait until there is a record of a kind whose body is wanted."""
        while not any(map(wanted, self.bodies(kind))):
            await self.lab.clock.sleep(0.01)


def quick(entry):
    """The entry, with a host that dials a lost GEM tool again soon."""
    timers = {**entry.dictionary.timers, "t5": Fraction(1, 5)}
    return replace(entry, dictionary=dataclasses.replace(entry.dictionary, timers=timers))
