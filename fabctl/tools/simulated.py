"""What a package of simulated tools must offer (entry point group ``fabctl.simulators``)."""

from collections.abc import Mapping
from typing import Protocol

from fabctl.clock import Clock
from fabctl.links.link import Dial
from fabctl.process.layout import Layout
from fabctl.process.stock import Stock
from fabctl.tools.desk import Desk
from fabctl.tools.fab import Fab
from fabctl.tools.faults import Faults


class SimulatedTools(Protocol):
    """The tools of a fab, simulated: wired in memory for a dry run, or served on real sockets."""

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
        """Make the tools; same seed, same noise. `stock` is what new wafers are, None: bare.

        `layout` is a user's own: there are its reticles too.
        """

    @property
    def desk(self) -> Desk:
        """Where the simulated person is asked, who carries wafers and works by hand."""

    @property
    def idle_since(self) -> float | None:
        """Wire time since the last connection went; None while one is there."""

    async def open(self) -> None:
        """Switch the tools on."""

    async def close(self) -> None:
        """Switch the tools off."""

    def dial(self, tool: str) -> Dial:
        """Give the in-memory wire to a tool."""

    async def serve(
        self, host: str, ports: Mapping[str, int] | None = None
    ) -> Mapping[str, tuple[str, int]]:
        """Listen on `host` for each tool on TCP; returns tool → (host, port).

        `ports` says on which port; a tool without one, or with 0, gets a free one. Raises
        OSError where a port is taken.
        """

    def serve_ports(self) -> Mapping[str, str]:
        """Put each tool whose address is a serial port's path on a pty there; tool → path.

        Raises OSError where there is something else at the path.
        """

    async def serve_desk(self, path: str) -> None:
        """Listen at a Unix socket (`fabctl.tools.desk_socket`) for what people do by hand.

        It is done to the simulated tools too. Raises OSError where something else is at the path.
        """
