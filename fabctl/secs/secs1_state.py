"""The SECS-I block transfer protocol (SEMI E4), one table for both ends of the line."""

from enum import Enum
from typing import Any

from fabctl.state_table import StateTable


class LineState(Enum):
    """Where one end of the line stands."""

    IDLE = "IDLE"
    LINE_CONTROL = "LINE CONTROL"
    SEND = "SEND"
    RECEIVE = "RECEIVE"
    COMPLETION = "COMPLETION"


_IDLE, _LINE_CONTROL, _SEND, _RECEIVE, _COMPLETION = LineState

TRANSITIONS: list[dict[str, Any]] = [
    # A block waits to be sent: ENQ, T2 runs.
    {"trigger": "bid", "source": _IDLE, "dest": _LINE_CONTROL},
    # ENQ came: EOT, T2 runs.
    {"trigger": "invite", "source": _IDLE, "dest": _RECEIVE},
    # Both bid, and this end is the slave (the host): EOT, its own block waits.
    {"trigger": "give_way", "source": _LINE_CONTROL, "dest": _RECEIVE},
    # EOT came: the block, T2 runs from its last byte.
    {"trigger": "granted", "source": _LINE_CONTROL, "dest": _SEND},
    # T2 passed, or something other than ACK came, and RTY is not used up: ENQ again.
    {"trigger": "retry", "source": [_LINE_CONTROL, _SEND], "dest": _LINE_CONTROL},
    # Sent and acknowledged, or given up after RTY; received and answered with ACK or NAK.
    {"trigger": "complete", "source": [_LINE_CONTROL, _SEND, _RECEIVE], "dest": _COMPLETION},
    # What came of it has been told.
    {"trigger": "rest", "source": _COMPLETION, "dest": _IDLE},
]


_TABLE = StateTable(LineState, TRANSITIONS)


class LineModel:
    """Holds the state; `move` follows the table, and raises `MachineError` where it has no row."""

    state: LineState

    def __init__(self) -> None:
        self.state = LineState.IDLE

    def move(self, trigger: str) -> None:
        """Follow the table's row for `trigger`."""
        _TABLE.move(self, trigger)
