"""Terminal services: S10F1 from the operator, S10F3 and S10F5 to the operator."""

from collections.abc import Callable

from fabctl.secs.items import B, Item, L
from fabctl.secs.read import as_int, as_list, as_text
from simulators.gem.outgoing import Handlers
from simulators.gem.values import readable

SHOWN, NO_TERMINAL = 0, 2
MAIN = 0


class Terminal:
    """The text shown to the operator; there is one terminal, number 0."""

    def __init__(self, send: Callable[[Item], None], recognised: Callable[[], None]) -> None:
        """`send` takes the item of an S10F1; `recognised` tells MessageRecognition."""
        self._send = send
        self._recognised = recognised
        self.shown: list[str] = []

    def recognise(self) -> None:
        """The operator has read what is shown."""
        if self.shown:
            self.shown.clear()
            self._recognised()

    def say(self, text: str) -> None:
        """The operator sends a text to the host."""
        self._send(L(B(MAIN), readable(text)))

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(10, 3): self._one_line, (10, 5): self._lines}

    def _one_line(self, body: Item | None) -> Item:
        number, text = as_list(body, 2)
        return self._show(as_int(number), [as_text(text)])

    def _lines(self, body: Item | None) -> Item:
        number, lines = as_list(body, 2)
        return self._show(as_int(number), [as_text(line) for line in as_list(lines)])

    def _show(self, number: int, lines: list[str]) -> Item:
        if number != MAIN:
            return B(NO_TERMINAL)
        self.shown = lines
        return B(SHOWN)
