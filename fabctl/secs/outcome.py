"""What becomes of a request: always one of four values, never ``None``.

Only `Reply` says what the peer did. After `TimedOut` and `Aborted` a command may have been carried
out or not: find out before sending it again. After `Rejected` the peer has not looked at it.
"""

from dataclasses import dataclass

from fabctl.secs.message import Message


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply came: same system bytes, same stream, our function + 1."""

    message: Message


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No reply within T3."""

    why: str


@dataclass(frozen=True, slots=True)
class Aborted:
    """The transaction ended without a reply: SxF0, an S9 that cites it, or the link was lost.

    `code` is ``S1F0``, ``S9F5`` ..., or ``link``: the link was lost or there was none, or
    ``unreadable``: the reply's item can't be decoded.
    """

    why: str
    code: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The peer's HSMS refused the message (Reject.req) before anything looked at it."""

    why: str


Outcome = Reply | TimedOut | Aborted | Rejected
