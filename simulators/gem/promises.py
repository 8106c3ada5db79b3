"""What a host has announced and not sent yet: when it is overdue, S9F13 says so."""

from collections.abc import Callable

from fabctl.secs.items import A, Item, L


class Promises:
    """The messages that one tool was promised, each with what it is to be about."""

    def __init__(
        self, after_t3: Callable[[Callable[[], None]], None], send: Callable[[Item], None]
    ) -> None:
        """`after_t3` has something called when T3 is over; `send` takes the item of an S9F13."""
        self._after_t3 = after_t3
        self._send = send
        self._open: dict[tuple[str, str], object] = {}

    def made(self, message: str, about: str) -> None:
        """Expect a message ("S07F03") about something; a promise made again begins anew."""
        promise = self._open[message, about] = object()

        def overdue() -> None:
            if self._open.get((message, about)) is promise:
                del self._open[message, about]
                self._send(L(A(message), A(about)))

        self._after_t3(overdue)

    def kept(self, message: str, about: str) -> None:
        """A message has come, announced or not."""
        self._open.pop((message, about), None)

    def forget(self) -> None:
        """The link is gone, and what was said over it with it."""
        self._open.clear()
