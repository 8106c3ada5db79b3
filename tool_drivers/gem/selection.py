"""Selecting a program: PP-SELECT, the tool's event, and a look at what it then has selected."""

from collections.abc import Callable

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Accepted, NoReply, Outcome, Refused
from tool_drivers.gem.commands import Commands
from tool_drivers.gem.observations import canonical, state_of
from tool_drivers.gem.reading import text_of
from tool_drivers.gem.reports import Happening
from tool_drivers.gem.waiters import Waiter, Waiters
from tool_drivers.gem.wire import Wire

READY = ("READY", "IDLE")
"""A tool that has no SETUP and READY of its own stays IDLE."""


class Selection:
    """Which program one tool runs next."""

    def __init__(
        self, wire: Wire, commands: Commands, happenings: Waiters[Happening], patience: float
    ) -> None:
        """`patience` is how long a tool may take to set itself up, in wire seconds."""
        self._wire = wire
        self._commands = commands
        self._happenings = happenings
        self._patience = patience

    async def select(self, name: str) -> Outcome:
        """Select a program; accepted once the tool names it as selected and is ready."""
        arm = self._happenings.arm
        with arm(_is_selected) as selected, arm(_is_ready(self._wire.dictionary)) as ready:
            outcome = await self._commands.send("PP-SELECT", {"PPID": name})
            if not isinstance(outcome, Accepted):
                return outcome
            await selected.within(self._patience)
            try:
                return await self._confirm(name, ready)
            except ToolError as error:
                return NoReply(str(error))

    async def _confirm(self, name: str, ready: Waiter[Happening]) -> Outcome:
        values = await self._wire.values(("PPExecName", "ProcessState"))
        now = text_of(values["PPExecName"]).strip()
        if now != name:
            return Refused(f"PP-SELECT: the tool has {now or 'nothing'} selected, not {name}")
        if canonical(self._wire.dictionary, values["ProcessState"]) != "SETUP":
            return Accepted()
        if await ready.within(self._patience):
            return Accepted()
        return NoReply(f"{name} is selected, but the tool did not become ready")


def _is_selected(happening: Happening) -> bool:
    return happening.name == "ProcessProgramSelected"


def _is_ready(dictionary: Dictionary) -> Callable[[Happening], bool]:
    def is_it(happening: Happening) -> bool:
        return (
            happening.name == "ProcessStateChange"
            and state_of(dictionary, happening, "ProcessState") in READY
        )

    return is_it
