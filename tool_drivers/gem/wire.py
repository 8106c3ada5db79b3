"""Requests to one tool and their answers, in the driver's terms."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from fabctl.links.session import SecsSession
from fabctl.secs import items
from fabctl.secs.items import Item, ItemError, L
from fabctl.secs.outcome import Aborted, Outcome, Rejected, Reply, TimedOut
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError

NOT_GIVEN = L()
"""What stands for a value that the tool does not know or did not send."""


class OffLineError(ToolError):
    """The tool aborted the transaction with SxF0: it is off-line, or does not do this now."""


class Wire:
    """Asks one tool; every question it can't answer raises `ToolError`."""

    def __init__(self, tool: str, dictionary: Dictionary, session: SecsSession) -> None:
        self.tool = tool
        self.dictionary = dictionary
        self.session = session
        self.on_offline: Callable[[], None] = lambda: None
        """Called when the tool answers as one that is off-line does (S1F0)."""
        self._id_item = getattr(items, dictionary.quirks["id_format"])
        self._questions: dict[tuple[str, ...], tuple[tuple[str, ...], Item]] = {}
        """What `values` was asked for, and what is sent for it: a status is asked for often."""

    def id(self, number: int) -> Item:
        """Make a VID, CEID, RPTID, ALID or TRID in the width that the tool insists on."""
        made: Item = self._id_item(number)
        return made

    def ids(self, numbers: Iterable[int]) -> Item:
        """Make a list of IDs."""
        return L(*(self.id(number) for number in numbers))

    def all_ids(self) -> Item:
        """Make the zero-length ID item, which means all."""
        made: Item = self._id_item()
        return made

    async def request(self, stream: int, function: int, item: Item | None = None) -> Outcome:
        """Ask, and give whatever became of it."""
        outcome = await self.session.request(stream, function, item)
        self._look(outcome)
        return outcome

    def send(self, stream: int, function: int, item: Item) -> "asyncio.Future[Outcome]":
        """Ask before this returns; gives what will tell what became of it."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def conclude(outcome: Outcome) -> None:
            self._look(outcome)
            if not future.done():
                future.set_result(outcome)

        self.session.ask(stream, function, item, conclude)
        return future

    def _look(self, outcome: Outcome) -> None:
        if isinstance(outcome, Aborted) and outcome.code == "S1F0":
            self.on_offline()

    async def ask(self, stream: int, function: int, item: Item | None = None) -> Item | None:
        """Ask, and give the reply's item. Raises `ToolError` where there is no reply."""
        outcome = await self.request(stream, function, item)
        match outcome:
            case Reply(message):
                return message.item
            case Aborted(why, code) if code.startswith("S") and code.endswith("F0"):
                raise OffLineError(self.tool, f"S{stream}F{function}: {why}")
            case Aborted(why) | TimedOut(why) | Rejected(why):
                raise ToolError(self.tool, f"S{stream}F{function}: {why}")

    async def code(self, stream: int, function: int, item: Item | None = None) -> int:
        """Ask for something that is acknowledged by one code; 0 is yes."""
        reply = await self.ask(stream, function, item)
        try:
            return as_int(reply) if reply is not None else 0
        except ItemError as error:
            raise ToolError(self.tool, f"S{stream}F{function + 1}: {error}") from None

    async def values(self, names: Iterable[str]) -> Mapping[str, Item]:
        """Read status variables by name (S1F3); NOT_GIVEN for those that the tool does not give.

        A name that the tool's dictionary lacks is not asked for; with none left nothing is sent,
        since an empty list would mean all.
        """
        asked = tuple(names)
        if asked not in self._questions:
            self._questions[asked] = self._question(asked)
        found, question = self._questions[asked]
        values: dict[str, Item] = dict.fromkeys(asked, NOT_GIVEN)
        if found:
            reply = await self.ask(1, 3, question)
            try:
                given = as_list(reply)
            except ItemError as error:
                raise ToolError(self.tool, f"S1F4: {error}") from None
            values.update(zip(found, given, strict=False))
        return values

    def _question(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], Item]:
        """Give the names that the dictionary has, and the list of their IDs."""
        known = self.dictionary.variables_by_name
        found = tuple(name for name in names if name in known)
        return found, self.ids(known[name].vid for name in found)
