"""What an `HsmsConnection` tells its owner, in the order in which it must be acted upon."""

from msgspec import Struct

from fabctl.secs.message import Message
from fabctl.secs.outcome import Outcome


class Transmit(Struct):
    """Write these bytes to the peer."""

    data: bytes


class Selected(Struct):
    """The session is SELECTED: data may flow."""


class Primary(Struct):
    """The peer opened a transaction; where `message.wait` it awaits a reply."""

    message: Message


class Concluded(Struct):
    """Our open transaction with these system bytes has ended."""

    system: int
    outcome: Outcome


class Discarded(Struct):
    """Something came that the rules say to drop; nothing need be done but write it down."""

    why: str
    header: bytes


class Deselected(Struct):
    """The session is no longer SELECTED, though connected still."""

    why: str


class Closed(Struct):
    """The session is over: close the link (all of our transactions have been concluded)."""

    why: str
    was_selected: bool


class Carried(Struct):
    """A whole message went out or came in, as its HSMS frame, for whoever writes down messages.

    Only of a carrier whose own bytes are no HSMS frames.
    """

    frame: bytes
    outward: bool


Event = Transmit | Selected | Primary | Concluded | Discarded | Deselected | Closed | Carried
