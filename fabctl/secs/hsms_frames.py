"""HSMS frames (SEMI E37): the header's layout, control messages, and what numbers mean."""

import struct
from enum import IntEnum

HEADER = struct.Struct(">HBBBBI")
"""Session ID, byte 2, byte 3, PType, SType, system bytes."""

FRAME = struct.Struct(">IHBBBBI")
"""Length of all that follows it, then the header."""

CONTROL_SESSION = 0xFFFF
"""The session ID of control messages in HSMS-SS."""


class SType(IntEnum):
    """Kinds of HSMS messages."""

    DATA = 0
    SELECT_REQ = 1
    SELECT_RSP = 2
    DESELECT_REQ = 3
    DESELECT_RSP = 4
    LINKTEST_REQ = 5
    LINKTEST_RSP = 6
    REJECT_REQ = 7
    SEPARATE_REQ = 9


class SelectStatus(IntEnum):
    """How a Select.req is answered."""

    OK = 0
    ALREADY_ACTIVE = 1
    NOT_READY = 2
    EXHAUSTED = 3


class DeselectStatus(IntEnum):
    """How a Deselect.req is answered."""

    OK = 0
    NOT_ESTABLISHED = 1
    BUSY = 2


class RejectReason(IntEnum):
    """Why a message is rejected."""

    STYPE = 1
    PTYPE = 2
    NOT_OPEN = 3
    NOT_SELECTED = 4


def control(stype: int, system: int, *, byte2: int = 0, byte3: int = 0) -> bytes:
    """A control message's whole frame."""
    return FRAME.pack(10, CONTROL_SESSION, byte2, byte3, 0, stype, system)


def data(device: int, stream: int, function: int, system: int, body: bytes, *, wait: bool) -> bytes:
    """A data message's whole frame; `body` is an encoded item or empty."""
    byte2 = stream | 0x80 if wait else stream
    return FRAME.pack(10 + len(body), device, byte2, function, 0, 0, system) + body
