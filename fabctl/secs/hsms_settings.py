"""How an HSMS-SS end is set up: its role, its device and its timers."""

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """Who connects and selects. Usually the host is active, but either may be."""

    ACTIVE = "active"
    PASSIVE = "passive"


class End(StrEnum):
    """Which end of the wire: only equipment sends stream 9."""

    HOST = "host"
    EQUIPMENT = "equipment"


class HsmsSettings(Struct, frozen=True):
    """One end of an HSMS-SS session. Times in wire seconds, defaults as commonly agreed (E37).

    Raises `ValueError` for what E37 can't carry.
    """

    role: Role
    end: End
    device_id: int = 0
    t3: float = 45.0
    """Reply to a primary with W."""
    t5: float = 10.0
    """Between two attempts to connect."""
    t6: float = 5.0
    """Reply to Select, Deselect, Linktest."""
    t7: float = 10.0
    """Connected, but not selected (passive)."""
    t8: float = 5.0
    """Between two bytes of one message."""
    linktest: float = 30.0
    """After this long without a byte from the peer, ask whether it is there; 0 = never."""
    linktest_misses: int = 1
    """How many linktests in a row may go unanswered before the link counts as lost: E37 says one;
    a tool with a busy processor may need two or three."""
    max_length: int = 16 << 20
    """The longest message accepted, in bytes after the length field; 16 MiB."""

    def __post_init__(self) -> None:
        if not 0 <= self.device_id <= 0x7FFF:
            raise ValueError(f"device_id must be 0 to 32767, not {self.device_id}")
        for name in ("t3", "t5", "t6", "t7", "t8"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0 s, not {getattr(self, name)}")
        if not self.linktest >= 0 or self.linktest_misses < 1:
            raise ValueError("linktest must be 0 (off) or more, linktest_misses 1 or more")
        if not 10 <= self.max_length <= 0xFFFFFFFF:
            raise ValueError(f"max_length must be 10 to 2^32 - 1, not {self.max_length}")
