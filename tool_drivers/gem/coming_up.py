"""From a selected link to a tool that can be used: communicate, on-line, clock, reports, alarms."""

from contextlib import suppress
from datetime import datetime

from fabctl.clock import Clock
from fabctl.secs.items import U1, A, B, Item, ItemError, L
from fabctl.secs.read import as_list
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Control
from tool_drivers.gem.communication import Communication
from tool_drivers.gem.observations import CONTROL, Observations
from tool_drivers.gem.reading import whole_of
from tool_drivers.gem.reports import Reports
from tool_drivers.gem.wire import OffLineError, Wire

ENABLE_ALARM = 0x80
NOT_ALLOWED = 1
PURGE = 1


class ComingUp:
    """Brings one tool up; the same for the first link and for every later one."""

    def __init__(
        self,
        wire: Wire,
        communication: Communication,
        reports: Reports,
        observations: Observations,
        clock: Clock,
    ) -> None:
        self._wire = wire
        self._communication = communication
        self._reports = reports
        self._observations = observations
        self._clock = clock
        self.found_bare = False
        """Whether the tool told no event at all: it was restarted since a host last set it up."""

    async def run(self) -> None:
        """Do it all but the clock. Raises `ToolError` where the tool can't be used as it is.

        A tool in LOCAL is no error here: it can be watched, and says so by its control state.
        """
        self.found_bare = False
        await self._communication.establish()
        control = await self._go_online()
        await self._reports.set_up()
        await self._set_up_alarms()
        enabled = await self._wire.values(("EventsEnabled",))
        self._reports.check_enabled(enabled["EventsEnabled"])
        self._observations.control(control)

    async def set_clock(self) -> None:
        """Set the tool's clock; a tool that follows a time server may decline, or abort (S2F0)."""
        form = self._wire.dictionary.quirks["time_format"]
        if form == "none":
            return
        with suppress(OffLineError):
            await self._wire.code(2, 31, A(time_text(self._clock.process_utc(), form)))

    async def _go_online(self) -> Control:
        control = await self._control_state()
        if control is not Control.OFFLINE:
            return control
        onlack = await self._wire.code(1, 17)
        if onlack == NOT_ALLOWED:
            why = "is off-line: an operator must put it on-line at its panel"
            raise ToolError(self._wire.tool, why)
        return await self._control_state()

    async def _control_state(self) -> Control:
        """Ask who may command the tool, and drop what it spooled for a host that is gone.

        While a spool waits, a tool tells no events; what happened meanwhile is read from its
        record of jobs, never from events replayed as if they were live.
        """
        try:
            values = await self._wire.values(("ControlState", "SpoolCountActual", "EventsEnabled"))
        except OffLineError:
            return Control.OFFLINE
        if whole_of(values["SpoolCountActual"]):
            await self._wire.code(6, 23, U1(PURGE))
        self.found_bare = values["EventsEnabled"] == L()
        number = whole_of(values["ControlState"])
        if number is None:  # a tool without this variable: it answers, so it is on-line
            return Control.UNKNOWN
        return CONTROL.get(number, Control.OFFLINE)

    async def _set_up_alarms(self) -> None:
        """Have every alarm told, and hear which ones stand already."""
        wire, alarms = self._wire, self._wire.dictionary.alarms
        if not alarms:
            return
        one_by_one = wire.dictionary.quirks["all_alarms"] == "each"
        which = [wire.id(alarm.alid) for alarm in alarms] if one_by_one else [wire.all_ids()]
        for alid in which:
            code = await wire.code(5, 3, L(B(ENABLE_ALARM), alid))
            if code:
                raise ToolError(wire.tool, f"S5F3: alarms not enabled: code {code}")
        for alid in which:
            for row in _rows(wire.tool, await wire.ask(5, 5, alid)):
                self._read_row(row)

    def _read_row(self, row: Item) -> None:
        try:
            self._observations.alarm(row)
        except ItemError as error:
            raise ToolError(self._wire.tool, f"S5F6: {error}") from None


def _rows(tool: str, reply: Item | None) -> tuple[Item, ...]:
    try:
        return as_list(reply)
    except ItemError as error:
        raise ToolError(tool, f"S5F6: {error}") from None


def time_text(moment: datetime, form: str) -> str:
    """A date and time as TIME of 12 or 16 characters."""
    if form == "12":
        return moment.strftime("%y%m%d%H%M%S")
    return moment.strftime("%Y%m%d%H%M%S") + f"{moment.microsecond // 10_000:02}"
