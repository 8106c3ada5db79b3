"""What an `HsmsConnection` tells its owner, in the order in which it must be acted upon."""

from dataclasses import dataclass

from fabctl.secs.message import Message
from fabctl.secs.outcome import Outcome


@dataclass(slots=True)
class Transmit:
    """Write these bytes to the peer."""

    data: bytes


@dataclass(slots=True)
class Selected:
    """The session is SELECTED: data may flow."""


@dataclass(slots=True)
class Primary:
    """The peer opened a transaction; where `message.wait` it awaits a reply."""

    message: Message


@dataclass(slots=True)
class Concluded:
    """Our open transaction with these system bytes has ended."""

    system: int
    outcome: Outcome


@dataclass(slots=True)
class Discarded:
    """Something came that the rules say to drop; nothing need be done but write it down."""

    why: str
    header: bytes


@dataclass(slots=True)
class Deselected:
    """The session is no longer SELECTED, though connected still."""

    why: str


@dataclass(slots=True)
class Closed:
    """The session is over: close the link (all of our transactions have been concluded)."""

    why: str
    was_selected: bool


@dataclass(slots=True)
class Carried:
    """A whole message went out or came in, as its HSMS frame, for whoever writes down messages.

    Only of a carrier whose own bytes are no HSMS frames.
    """

    frame: bytes
    outward: bool


Event = Transmit | Selected | Primary | Concluded | Discarded | Deselected | Closed | Carried
