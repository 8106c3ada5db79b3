"""What becomes of a request: always one of four values, never ``None``.

Only `Reply` says what the peer did. After `TimedOut` and `Aborted` a command may have been carried
out or not: find out before sending it again. After `Rejected` the peer has not looked at it.
"""

from msgspec import Struct

from fabctl.secs.message import Message


class Reply(Struct, frozen=True):
    """The reply came: same system bytes, same stream, our function + 1."""

    message: Message


class TimedOut(Struct, frozen=True):
    """No reply within T3."""

    why: str


class Aborted(Struct, frozen=True):
    """The transaction ended without a reply: SxF0, an S9 that cites it, or the link was lost.

    `code` is ``S1F0``, ``S9F5`` ..., or ``link``: the link was lost or there was none, or
    ``unreadable``: the reply's item can't be decoded.
    """

    why: str
    code: str


class Rejected(Struct, frozen=True):
    """The peer's HSMS refused the message (Reject.req) before anything looked at it."""

    why: str


Outcome = Reply | TimedOut | Aborted | Rejected
