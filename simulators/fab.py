"""A fab of simulated tools: wired in memory for a dry run, or served on real sockets and ptys."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fabctl.clock import Clock
from fabctl.links.link import Accept, Dial
from fabctl.links.memory import MemoryWire
from fabctl.process.layout import Layout
from fabctl.process.stock import Stock
from fabctl.tools.desk import Desk
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import AS_THEY_ARE, Fab
from fabctl.tools.faults import Faults
from simulators.faults import ToolFaults
from simulators.gem.equipment import Equipment
from simulators.instruments import instrument_for
from simulators.instruments.line_station import LineStation
from simulators.instruments.person import SimulatedPerson
from simulators.robot import Robot
from simulators.station import Station
from simulators.tools import machine_for
from simulators.wafers.stock import made_elsewhere
from simulators.wafers.store import WaferStore

if TYPE_CHECKING:
    from fabctl.links.pty import PtyListener
    from fabctl.links.tcp import TcpListener
    from fabctl.tools.desk_socket import DeskListener


class SimulatedFab:
    """The simulated tools of a fab file, with one robot system and one store of wafers.

    Implements `fabctl.tools.simulated.SimulatedTools`. Same seed, same faults: same behaviour.
    """

    def __init__(
        self,
        fab: Fab,
        clock: Clock,
        *,
        seed: int = 0,
        faults: Faults | None = None,
        stock: Stock | None = None,
        layout: Layout | None = None,
    ) -> None:
        """Must be made inside a running event loop. `stock` is what wafers are, None: bare.

        Of `layout` there are reticles besides those that come with fabctl.
        """
        self.store = WaferStore(made_elsewhere(stock) if stock else None, layout)
        self.stations: dict[str, Station] = {}
        epoch = clock.process_utc() - timedelta(seconds=clock.process())
        self.lines: dict[str, LineStation] = {}
        self._by_hand: set[str] = set()
        spoils = {entry.id: faults.of(entry.id) if faults else () for entry in fab.tools}
        for entry in fab.tools:
            spoilt = spoils[entry.id]
            if entry.driver in AS_THEY_ARE:
                instrument = instrument_for(entry, self.store, seed, spoilt)
                if instrument is None:
                    self._by_hand.add(entry.id)
                else:
                    baudrate, spoilt_by = entry.place.baudrate, ToolFaults(spoilt)
                    does = frozenset(each.operation for each in entry.dictionary.templates)
                    station = LineStation(instrument, clock, spoilt_by, baudrate, does)
                    self.lines[entry.id] = station
                continue
            machine = machine_for(entry.dictionary, self.store, seed, spoilt)
            robot = Robot(entry.id, self.store)
            equipment = Equipment(
                entry.dictionary, machine, robot, epoch, spoilt, now=clock.process()
            )
            place = entry.place
            self.stations[entry.id] = Station(
                equipment, clock, secs1=place.secs1, baudrate=place.baudrate if place.device else 0
            )
        self._person = SimulatedPerson(fab, self.lines, self.store, clock, seed, spoils)
        self.desk: Desk = self._person
        self._listeners: list[TcpListener | PtyListener | DeskListener] = []
        self._devices = {tool.id: tool.place.device for tool in fab.tools if tool.place.device}

    @property
    def idle_since(self) -> float | None:
        """Wire time since the last connection went; None while one is there."""
        since = [station.idle_since for station in self._all]
        return None if None in since else max(each for each in since if each is not None)

    async def open(self) -> None:
        """Switch the tools on."""
        for station in self._all:
            station.open()

    async def close(self) -> None:
        """Switch the tools off, and stop listening."""
        for listener in self._listeners:
            await listener.close()
        self._listeners.clear()
        await asyncio.gather(*(station.close() for station in self._all))

    def equipment(self, tool: str) -> Equipment:
        """Give the tool itself, as one stands before it. Raises `NoToolError`."""
        return self._station(tool).equipment

    def dial(self, tool: str) -> Dial:
        """Give the in-memory wire to a tool; nothing is behind it where a person is the line.

        Raises `NoToolError`.
        """
        return self._wire(tool).dial

    async def serve(
        self, host: str, ports: Mapping[str, int] | None = None
    ) -> Mapping[str, tuple[str, int]]:
        """Listen on `host` for each tool on TCP; returns tool → (host, port).

        `ports` says on which port; a tool without one, or with 0, gets a free one. Raises
        OSError where a port is taken.
        """
        from fabctl.links.tcp import listen_tcp  # a dry run needs none of the three

        addresses = {}
        for tool, accept in self._accepts.items():
            if tool in self._devices:
                continue
            listener = await listen_tcp(host, (ports or {}).get(tool, 0), accept)
            self._listeners.append(listener)
            addresses[tool] = listener.address
        return addresses

    def serve_ports(self) -> Mapping[str, str]:
        """Put each tool that has a serial port's path on a pty; returns tool → path.

        Raises `LinkError` where something else is at the path.
        """
        from fabctl.links.pty import listen_pty

        paths = {}
        for tool, device in self._devices.items():
            Path(device).parent.mkdir(parents=True, exist_ok=True)
            pty = listen_pty(self._accepts[tool], Path(device))
            self._listeners.append(pty)
            paths[tool] = pty.path
        return paths

    async def serve_desk(self, path: str) -> None:
        """Listen at a Unix socket for what people do by hand, and do it to the simulated tools.

        Raises OSError where something else is at the path.
        """
        from fabctl.tools.desk_socket import DeskListener

        listener = DeskListener(Path(path), self._person.do)
        await listener.open()
        self._listeners.append(listener)

    @property
    def _all(self) -> tuple[Station | LineStation, ...]:
        return (*self.stations.values(), *self.lines.values())

    @property
    def _accepts(self) -> dict[str, Accept]:
        gem = {tool: station.accept for tool, station in self.stations.items()}
        return {**gem, **{tool: line.accept for tool, line in self.lines.items()}}

    def _wire(self, tool: str) -> MemoryWire:
        if tool in self.lines:
            return self.lines[tool].wire
        if tool in self._by_hand:
            return MemoryWire()
        return self._station(tool).wire

    def _station(self, tool: str) -> Station:
        try:
            return self.stations[tool]
        except KeyError:
            raise NoToolError(tool, "is no simulated tool of this fab") from None
