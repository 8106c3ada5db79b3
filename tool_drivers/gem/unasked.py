"""Primaries from the tool: every one is answered at once, then looked at.

A slow answer makes a tool stop, spool, or declare the host dead, so nothing here waits.
"""

from collections.abc import Callable

from fabctl.links.session import SecsSession
from fabctl.secs.items import A, B, Item, ItemError, L
from fabctl.secs.message import Message

ACCEPTED = B(0)
HOST = L()
"""How a host identifies itself in S1F2."""

ANSWERS: dict[tuple[int, int], Item | None] = {
    (1, 1): HOST,
    (1, 13): L(B(0), HOST),
    (5, 1): ACCEPTED,
    (6, 1): ACCEPTED,
    (6, 11): ACCEPTED,
    (6, 13): ACCEPTED,
    (7, 27): None,
    (7, 29): ACCEPTED,
    (10, 1): ACCEPTED,
}


class Unasked:
    """Answers a tool's primaries and hands them on."""

    def __init__(self, session: SecsSession, host_time: Callable[[], str]) -> None:
        self._session = session
        self._host_time = host_time
        self._handlers: dict[tuple[int, int], Callable[[Message], None]] = {}
        self.on_unreadable: Callable[[Message, str], None] = lambda _message, _why: None
        """Told of a message that is not built as it should be."""

    def on(self, stream: int, function: int, handler: Callable[[Message], None]) -> None:
        """Have the tool's SxFy looked at by `handler`, which may raise `ItemError`."""
        self._handlers[stream, function] = handler

    def take(self, message: Message) -> None:
        """Answer a primary, then look at it."""
        key = message.stream, message.function
        if message.wait:
            self._answer(key, message)
        handler = self._handlers.get(key)
        if handler is not None:
            try:
                handler(message)
            except ItemError as error:
                self.on_unreadable(message, str(error))

    def _answer(self, key: tuple[int, int], message: Message) -> None:
        if key == (2, 17):
            self._session.reply(message, A(self._host_time()))
        elif key == (2, 25):
            self._session.reply(message, message.item)
        elif key in ANSWERS:
            self._session.reply(message, ANSWERS[key])
        else:
            self._session.abort(message)
