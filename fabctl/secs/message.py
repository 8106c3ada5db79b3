"""A SECS-II message: stream, function, reply expected or not, and an item."""

from msgspec import Struct

from fabctl.secs.items import Item


class Message(Struct):
    """One message as it was received or is to be sent; never changed after it is made.

    `item` is None where the message is a header only (S1F1), which is not the same as an empty
    list. `system` are the system bytes as a number: a reply echoes its primary's.
    """

    stream: int
    function: int
    wait: bool
    item: Item | None = None
    system: int = 0
    device: int = 0

    @property
    def name(self) -> str:
        """``S1F13``."""
        return f"S{self.stream}F{self.function}"

    @property
    def is_primary(self) -> bool:
        """Whether it opens a transaction (odd function), and is no reply."""
        return self.function % 2 == 1

    def header(self) -> bytes:
        """The ten bytes of its header, as S9Fx cites them in MHEAD and SHEAD."""
        return (
            self.device.to_bytes(2, "big")
            + bytes((self.stream | (0x80 if self.wait else 0), self.function, 0, 0))
            + self.system.to_bytes(4, "big")
        )
