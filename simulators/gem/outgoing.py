"""What the equipment wants done on its link, in order."""

from collections.abc import Callable

from msgspec import Struct

from fabctl.secs.items import Item
from fabctl.secs.message import Message

Handler = Callable[[Item | None], Item | None]
"""Takes a primary's item, gives the reply's; None is a message of a header only."""

Handlers = dict[tuple[int, int], Handler]
"""Stream and function of the primaries that a part of the equipment answers."""


class Primary(Struct, frozen=True, eq=False):
    """A message of the equipment's own; `wait` says whether a reply is expected."""

    stream: int
    function: int
    item: Item | None
    wait: bool


class Answer(Struct, frozen=True):
    """The reply to a primary of the host; function 0 aborts it."""

    to: Message
    function: int
    item: Item | None


class Delay(Struct, frozen=True):
    """Call `over` with the process time after so many wire seconds; it gives what is wanted then.

    So an S1F13 that found no agreement is sent again, and a host's promise falls due.
    """

    seconds: float
    over: "Callable[[float], list[Outgoing]]"


class LinkFault(Struct, frozen=True):
    """Spoil the link: ``link-drop``, ``link-stall`` for process seconds, ``separate`` ..."""

    name: str
    seconds: float = 0.0


Outgoing = Primary | Answer | Delay | LinkFault
