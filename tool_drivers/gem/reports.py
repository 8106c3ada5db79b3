"""Which reports the host defines, and what a tool's event reports say.

Every event has one report of its own, numbered REPORTS + CEID, so that a report ID never stands
for two layouts.
"""

from collections.abc import Mapping

from msgspec import Struct

from fabctl.secs.codec import encode
from fabctl.secs.items import BOOLEAN, Item, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Dictionary, Event
from fabctl.tools.errors import ToolError
from tool_drivers.gem.reading import text_of, wholes_of
from tool_drivers.gem.wire import Wire

REPORTS = 9000
REMEMBERED = 256
ENABLE, DISABLE = True, False

DRACK = {1: "no space", 2: "bad format", 3: "report exists already", 4: "unknown variable"}
LRACK = {1: "no space", 2: "bad format", 3: "event is linked", 4: "unknown event", 5: "no report"}
ERACK = {1: "unknown event"}


class Happening(Struct, frozen=True):
    """A collection event as it was told: its name, and its report's values by variable name."""

    name: str
    values: Mapping[str, Item]
    tool_time: str
    repeated: bool
    """The same event was told before: same report, same tool clock."""

    def text(self, name: str) -> str:
        """A text variable of the report; "" where it is not in it."""
        return text_of(self.values[name]) if name in self.values else ""


class Reports:
    """The host's report definitions in one tool."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._dictionary: Dictionary = wire.dictionary
        self._seen: dict[tuple[str, str], list[Item]] = {}
        """The reports of an event that the tool told at one reading of its clock."""

    async def set_up(self) -> None:
        """Clean slate, then define, link and enable every event of the dictionary.

        Raises `ToolError`, naming the report at fault, where the tool refuses.
        """
        wire, events = self._wire, self._dictionary.events
        with_report = [event for event in events if event.report]
        await self._must(2, 37, L(BOOLEAN(DISABLE), L()), ERACK, "disable all events")
        await self._must(2, 33, L(wire.id(0), L()), DRACK, "delete all reports")
        await self._each(33, [self._definition(event) for event in with_report], DRACK)
        await self._each(35, [self._link(event) for event in with_report], LRACK)
        enable = L(BOOLEAN(ENABLE), wire.ids(event.ceid for event in events))
        if events:  # an empty list would enable every event that the tool has
            await self._must(2, 37, enable, ERACK, "enable events")

    def check_enabled(self, enabled: Item) -> None:
        """Check the tool's own list of enabled events; a tool that gives none is believed."""
        told = set(wholes_of(enabled))
        missing = [event.name for event in self._dictionary.events if event.ceid not in told]
        if told and missing:
            raise ToolError(self._wire.tool, f"events not enabled: {', '.join(missing)}")

    def read(self, body: Item | None) -> Happening:
        """Read an S6F11. Raises `ItemError`; reports of other hosts are skipped."""
        _, ceid, reports = as_list(body, 3)
        event = self._dictionary.events_by_id.get(as_int(ceid))
        name = event.name if event else f"event {as_int(ceid)}"
        values: dict[str, Item] = {}
        for report in as_list(reports):
            rptid, given = as_list(report, 2)
            layout = self._dictionary.events_by_id.get(as_int(rptid) - REPORTS)
            if layout is not None:
                values.update(zip(layout.report, as_list(given), strict=False))
        tool_time = text_of(values["Clock"]) if "Clock" in values else ""
        repeated = self._is_repeated(name, tool_time, reports) if tool_time else False
        return Happening(name, values, tool_time, repeated)

    def _is_repeated(self, name: str, tool_time: str, reports: Item) -> bool:
        earlier = self._seen.setdefault((name, tool_time), [])
        # by their bytes: reports of a NaN are alike, items of one are not
        if earlier and encode(reports) in map(encode, earlier):
            return True
        earlier.append(reports)
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return False

    def _definition(self, event: Event) -> tuple[str, Item]:
        variables = self._dictionary.variables_by_name
        vids = self._wire.ids(variables[name].vid for name in event.report)
        return event.name, L(self._wire.id(REPORTS + event.ceid), vids)

    def _link(self, event: Event) -> tuple[str, Item]:
        rptids = self._wire.ids((REPORTS + event.ceid,))
        return event.name, L(self._wire.id(event.ceid), rptids)

    async def _each(
        self, function: int, entries: list[tuple[str, Item]], meaning: Mapping[int, str]
    ) -> None:
        """Send all entries at once; where that is refused one by one, to find the culprit."""
        if not entries:
            return
        whole = L(self._wire.id(0), L(*(item for _, item in entries)))
        if await self._wire.code(2, function, whole) == 0:
            return
        for name, item in entries:
            alone = L(self._wire.id(0), L(item))
            await self._must(2, function, alone, meaning, f"report of {name}")

    async def _must(
        self, stream: int, function: int, item: Item, meaning: Mapping[int, str], what: str
    ) -> None:
        code = await self._wire.code(stream, function, item)
        if code:
            why = meaning.get(code, f"code {code}")
            raise ToolError(self._wire.tool, f"S{stream}F{function} {what}: {why}")
