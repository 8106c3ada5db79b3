"""From a primary of the host to its answer: who may ask what, and what is wrong with it."""

from typing import Protocol

from fabctl.secs.gem_communication import CommunicationModel
from fabctl.secs.items import Item, ItemError
from fabctl.secs.message import Message
from fabctl.secs.read import as_list, as_text
from simulators.faults import ToolFaults
from simulators.gem.control import Control
from simulators.gem.outgoing import Answer, Handlers, Outgoing

ESTABLISH = (1, 13)
OFF_LINE_TOO = frozenset({ESTABLISH, (1, 17)})
"""All that is answered while the tool is off-line."""
STREAM_UNKNOWN, FUNCTION_UNKNOWN, DATA_ILLEGAL = 3, 5, 7


class Tool(Protocol):
    """What the dispatch needs of the equipment."""

    @property
    def now(self) -> float:
        """Process seconds."""

    def put(self, outgoing: Outgoing) -> None:
        """Have something done on the link."""

    def later(self, act: "Act", seconds: float) -> None:
        """Have something happen after some process seconds."""

    def stream9(self, function: int, header: bytes) -> None:
        """Send an S9."""

    def take_later(self) -> "list[Act]":
        """What was put off until the reply is out."""

    def heard(self) -> None:
        """Learn that the host is there, though it has not asked to communicate."""


class Act(Protocol):
    """Something to be done."""

    def __call__(self) -> None:
        """Do it."""


class Dispatch:
    """Answers primaries by the handlers of the equipment's parts."""

    def __init__(
        self,
        handlers: Handlers,
        faults: ToolFaults,
        communication: CommunicationModel,
        control: Control,
    ) -> None:
        self._handlers = handlers
        self._streams = {stream for stream, _ in handlers}
        self._faults = faults
        self._communication = communication
        self._control = control

    def answer(self, message: Message, tool: Tool) -> None:
        """Put the answer on the link, and do what was asked for."""
        key = (message.stream, message.function)
        if not message.is_primary or message.stream == 9:
            return
        if not self._communication.communicating and key != ESTABLISH:
            tool.heard()  # and discard what came before it is agreed
            return
        if not self._control.online and key not in OFF_LINE_TOO:
            if message.wait:
                tool.put(Answer(message, 0, None))
            return
        if self._spoilt(message, tool):
            return
        handler = self._handlers.get(key)
        if handler is None:
            known = message.stream in self._streams
            tool.stream9(FUNCTION_UNKNOWN if known else STREAM_UNKNOWN, message.header())
            return
        try:
            reply = handler(message.item)
        except ItemError:
            tool.take_later()
            tool.stream9(DATA_ILLEGAL, message.header())
            return
        self._conclude(message, reply, tool)

    def _conclude(self, message: Message, reply: Item | None, tool: Tool) -> None:
        rcmd = command_of(message) if self._faults else ""
        answer = Answer(message, message.function + 1, reply)
        acts = tool.take_later()
        if acts and rcmd and self._faults.happens("no-effect", tool.now, command=rcmd):
            acts = []
        if acts and rcmd and self._faults.happens("event-before-reply", tool.now, command=rcmd):
            for act in acts:
                act()
            acts = []
        self._reply(message, answer, tool)
        for act in acts:
            act()

    def _reply(self, message: Message, answer: Answer, tool: Tool) -> None:
        if not message.wait:
            return
        if not self._faults:
            tool.put(answer)
            return
        names = names_of(message)
        if self._faults.happens("no-reply", tool.now, message=names):
            return
        slow = self._faults.happens("slow-reply", tool.now, message=names)
        if slow is not None:
            tool.later(lambda: tool.put(answer), slow.number("delay"))
        else:
            tool.put(answer)

    def _spoilt(self, message: Message, tool: Tool) -> bool:
        if not self._faults:
            return False
        names = names_of(message)
        if self._faults.happens("abort-transaction", tool.now, message=names):
            tool.put(Answer(message, 0, None))
            return True
        error = self._faults.happens("error-message", tool.now, message=names)
        if error is not None:
            tool.stream9(round(error.number("function")), message.header())
        return error is not None


def command_of(message: Message) -> str:
    """The RCMD of an S2F41, "" of any other message."""
    if (message.stream, message.function) != (2, 41):
        return ""
    try:
        return as_text(as_list(message.item)[0]).strip()
    except (ItemError, IndexError):
        return ""


def names_of(message: Message) -> str:
    """The names by which a fault file may mean a message, with bars between."""
    rcmd = command_of(message)
    return f"{message.name}|{message.name} {rcmd}" if rcmd else message.name
