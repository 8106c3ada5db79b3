"""What a session shows of its bytes to whoever records them."""

from typing import Protocol


class Tap(Protocol):
    """Sees every byte of a session, in the order of the wire."""

    def linked(self) -> None:
        """A new link is up."""

    def sent(self, data: bytes) -> None:
        """This end wrote these bytes."""

    def received(self, data: bytes) -> None:
        """These bytes came."""

    def ended(self) -> None:
        """The link is over."""
