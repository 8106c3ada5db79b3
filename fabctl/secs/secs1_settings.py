"""How a SECS-I end is set up: which end of the line it is, its device and its timers."""

from msgspec import Struct

from fabctl.secs.hsms_settings import End

MAX_BLOCKS = 0x7FFF
MAX_DATA = 244
"""Bytes of a message's body that one block carries."""


class Secs1Settings(Struct, frozen=True):
    """One end of a SECS-I line. Times in wire seconds, defaults as commonly agreed (E4).

    The equipment's end is the line's master: it wins when both want to send. The ranges that E4
    gives the timers are not insisted on, since a pty or a socket needs less than they allow.
    Raises `ValueError` for what E4 can't carry.
    """

    end: End
    device_id: int = 0
    """Always the equipment's, at both ends."""
    t1: float = 0.5
    """Between two characters of one block."""
    t2: float = 10.0
    """ENQ to EOT, EOT to length byte, last byte to ACK."""
    t3: float = 45.0
    """Reply to a primary with W, from the primary's last ACK to the reply's first block."""
    t4: float = 45.0
    """Between two blocks of one message."""
    retries: int = 3
    """RTY: how often a block is sent again before the line counts as failed."""
    t5: float = 10.0
    """Between two attempts to open the line; no timer of E4."""
    linktest: float = 30.0
    """After this long without a byte from the peer, a host asks S1F1 to see whether it is there;
    0 = never. SECS-I has no linktest of its own, and a dead line looks like an idle one."""
    max_length: int = MAX_BLOCKS * MAX_DATA
    """The most bytes of unfinished messages held; by default the longest message of E4."""

    def __post_init__(self) -> None:
        if not 0 <= self.device_id <= 0x7FFF:
            raise ValueError(f"device_id must be 0 to 32767, not {self.device_id}")
        for name in ("t1", "t2", "t3", "t4", "t5"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0 s, not {getattr(self, name)}")
        if not 0 <= self.retries <= 31:
            raise ValueError(f"retries (RTY) must be 0 to 31, not {self.retries}")
        if not self.linktest >= 0 or self.max_length < MAX_DATA:
            raise ValueError("linktest must be 0 (off) or more, max_length one block or more")
