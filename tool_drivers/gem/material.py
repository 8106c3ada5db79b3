"""Wafers brought to a tool and taken from it, each confirmed by the tool with the wafer's ID."""

from fabctl.tools.errors import ToolError
from fabctl.tools.port import Accepted, NoReply, Outcome
from tool_drivers.gem.commands import Commands
from tool_drivers.gem.reading import pairs_of
from tool_drivers.gem.reports import Happening
from tool_drivers.gem.waiters import Waiters
from tool_drivers.gem.wire import Wire


class Material:
    """The robot's side of one tool."""

    def __init__(
        self, wire: Wire, commands: Commands, happenings: Waiters[Happening], patience: float
    ) -> None:
        """`patience` is how long a transfer may take, in wire seconds."""
        self._wire = wire
        self._commands = commands
        self._happenings = happenings
        self._patience = patience

    async def place(self, wafer: str) -> Outcome:
        """Have the wafer brought; accepted once the tool says that it has it."""
        return await self._transfer("LOAD", "MaterialReceived", wafer, wanted=True)

    async def remove(self, wafer: str) -> Outcome:
        """Have the wafer taken; accepted once the tool says that it is gone."""
        return await self._transfer("UNLOAD", "MaterialRemoved", wafer, wanted=False)

    async def _transfer(self, rcmd: str, event: str, wafer: str, *, wanted: bool) -> Outcome:
        def is_it(happening: Happening) -> bool:
            return happening.name == event and happening.text("SubstID") == wafer

        with self._happenings.arm(is_it) as told:
            outcome = await self._commands.send(rcmd, {"SUBSTID": wafer})
            if isinstance(outcome, NoReply):
                return outcome
            if isinstance(outcome, Accepted) and await told.within(self._patience):
                return Accepted()
        try:
            if (wafer in await self.wafers()) is wanted:
                return Accepted("the tool's list of wafers says so")
        except ToolError as error:
            return NoReply(str(error))
        if isinstance(outcome, Accepted):
            return NoReply(f"{rcmd} was accepted, but {event} of {wafer} did not come")
        return outcome

    async def wafers(self) -> tuple[str, ...]:
        """The wafers that the tool says it holds. Raises `ToolError`."""
        values = await self._wire.values(("MaterialLocations",))
        return tuple(wafer for _, wafer in pairs_of(values["MaterialLocations"]) if wafer)
