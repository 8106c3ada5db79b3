"""The HSMS-SS connection state model (SEMI E37.1), one table for both roles."""

from enum import Enum
from typing import Any

from fabctl.state_table import StateTable


class HsmsState(Enum):
    """Where a connection stands."""

    NOT_CONNECTED = "NOT CONNECTED"
    NOT_SELECTED = "NOT SELECTED"
    SELECTED = "SELECTED"


_NOT_CONNECTED, _NOT_SELECTED, _SELECTED = HsmsState

TRANSITIONS: list[dict[str, Any]] = [
    # E37.1 transition 2: the TCP connection is up; T7 (passive) or Select.req and T6 (active).
    {"trigger": "link_up", "source": _NOT_CONNECTED, "dest": _NOT_SELECTED},
    # 3: Select.req accepted (passive), Select.rsp 0 received (active).
    {"trigger": "select", "source": _NOT_SELECTED, "dest": _SELECTED},
    # Generic E37 only; E37.1 ends a session with Separate, but Deselect is answered.
    {"trigger": "deselect", "source": _SELECTED, "dest": _NOT_SELECTED},
    # 4 and 5: T6, T7, T8, refusal, Separate, bad length or header, the TCP connection is gone.
    {"trigger": "link_down", "source": [_NOT_SELECTED, _SELECTED], "dest": _NOT_CONNECTED},
]


_TABLE = StateTable(HsmsState, TRANSITIONS)


class HsmsModel:
    """Holds the state; `move` follows the table, and raises `MachineError` where it has no row."""

    state: HsmsState

    def __init__(self) -> None:
        self.state = HsmsState.NOT_CONNECTED

    def move(self, trigger: str) -> None:
        """Follow the table's row for `trigger`."""
        _TABLE.move(self, trigger)
