"""Wafers carried by hand: the tool can't tell which it holds, so a person does, by name."""

from fabctl.tools.desk import Act, Answer, Declined, Desk, Entry, Question
from fabctl.tools.port import UNKNOWN_WAFER, Accepted, NoReply, Outcome, Refused
from tool_drivers.bench.observers import Observers

_EMPTY = frozenset({"none", "-", "empty"})


class Hands:
    """What people have said of the wafer in one tool, in this session.

    The first question of a session is which wafer is in the tool: nobody remembers what the last
    session knew.
    """

    def __init__(self, tool: str, desk: Desk, observers: Observers) -> None:
        self._tool = tool
        self._observers = observers
        self._desk = desk
        self._wafers: tuple[str, ...] = (UNKNOWN_WAFER,)

    def forget(self) -> None:
        """A session has ended: anything may have been carried since."""
        self._wafers = (UNKNOWN_WAFER,)

    async def wafers(self) -> tuple[str, ...]:
        """The wafer in the tool as a person said; asks where nobody has."""
        if self._wafers == (UNKNOWN_WAFER,):
            text = f"Which wafer is in {self._tool}? Its ID, or none."
            entries = (Entry("wafer"),)
            reply = await self._desk.ask(Question(self._tool, Act.TELL, text, entries=entries))
            if isinstance(reply, Answer):
                told = reply.values.get("wafer", "").strip() or UNKNOWN_WAFER
                self._wafers = () if told.lower() in _EMPTY else (told,)
        return self._wafers

    async def bring(self, wafer: str, where: str) -> Outcome:
        """Have the wafer brought."""
        if self._wafers == (wafer,):
            return Accepted("it was there already")
        text = f"Bring wafer {wafer} to {self._tool}: {where}."
        outcome = await self.ask(Question(self._tool, Act.BRING, text, wafer))
        if isinstance(outcome, Accepted):
            self._wafers = (wafer,)
            self._observers.material(wafer, outcome.detail, arrived=True)
        elif isinstance(outcome, NoReply):
            self.forget()
        return outcome

    async def take(self, wafer: str) -> Outcome:
        """Have the wafer taken away."""
        if not self._wafers:
            return Accepted("it was gone already")
        text = f"Take wafer {wafer} from {self._tool}."
        outcome = await self.ask(Question(self._tool, Act.TAKE, text, wafer))
        if isinstance(outcome, Accepted):
            self._wafers = ()
            self._observers.material(wafer, outcome.detail, arrived=False)
        elif isinstance(outcome, NoReply):
            self.forget()
        return outcome

    async def ask(self, question: Question) -> Outcome:
        """Have something done; accepted with the name of who says so."""
        reply = await self._desk.ask(question)
        match reply:
            case Answer(by):
                return Accepted(f"by {by}")
            case Declined(by, why):
                return Refused(f"{by}: {why}")
        return NoReply(reply.why)
