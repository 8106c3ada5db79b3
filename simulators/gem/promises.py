"""Programs that a host has announced and not sent yet: when one is overdue, S9F13 says so."""

from collections.abc import Callable

from fabctl.secs.items import A, Item, L

BODY = "S07F03"
"""What is to come, as an S9F13 names it."""


class Promises:
    """The programs whose bodies one tool was promised with an S7F1, by name."""

    def __init__(
        self, after_t3: Callable[[Callable[[], None]], None], send: Callable[[Item], None]
    ) -> None:
        """`after_t3` has something called when T3 is over; `send` takes the item of an S9F13."""
        self._after_t3 = after_t3
        self._send = send
        self._open: dict[str, object] = {}

    def made(self, name: str) -> None:
        """Expect a program's body; a promise made again begins anew."""
        promise = self._open[name] = object()

        def overdue() -> None:
            if self._open.get(name) is promise:
                del self._open[name]
                self._send(L(A(BODY), A(name)))

        self._after_t3(overdue)

    def kept(self, name: str) -> None:
        """A program's body has come, announced or not."""
        self._open.pop(name, None)

    def forget(self) -> None:
        """The link is gone, and what was said over it with it."""
        self._open.clear()
