"""The GEM control state model (SEMI E30 §3.3): the equipment's own, and what a host can know of it.

Both are tables, without I/O. The equipment's steps return the `ControlAction`s (messages to send,
collection events to report) that its owner carries out.
"""

from enum import Enum, IntEnum
from typing import Any

from msgspec import Struct

from fabctl.state_table import StateTable


class ControlState(IntEnum):
    """The values of the status variable ControlState."""

    EQUIPMENT_OFFLINE = 1
    ATTEMPT_ONLINE = 2
    HOST_OFFLINE = 3
    LOCAL = 4
    REMOTE = 5


class ControlAction(Enum):
    """What the owner of the model has to do."""

    SEND_S1F1 = "send S1F1: is the host there?"
    EVENT_OFFLINE = "report EquipmentOFFLINE"
    EVENT_LOCAL = "report ControlStateLOCAL"
    EVENT_REMOTE = "report ControlStateREMOTE"


class ControlConstants(Struct):
    """The equipment constants that steer the model; they may change at any time."""

    init_control_state: int = 2
    """1: OFF-LINE at power-up, 2: ON-LINE."""
    offline_substate: int = 1
    """Where OFF-LINE is entered at power-up: 1, 2 or 3 of `ControlState`."""
    online_substate: int = 5
    """Where ON-LINE is entered: 4 or 5 of `ControlState`."""
    online_failed: int = 1
    """Where a failed attempt leads: 1 or 3 of `ControlState`."""


_EQUIPMENT_OFFLINE, _ATTEMPT, _HOST_OFFLINE, _LOCAL, _REMOTE = ControlState


def _enters_online(trigger: str, source: ControlState) -> list[dict[str, Any]]:
    """Row 7: which substate ON-LINE is entered in goes by the panel's switch or the constant."""
    return [
        {
            "trigger": trigger,
            "source": source,
            "dest": _REMOTE,
            "conditions": "remote_is_chosen",
            "after": "tell_remote",
        },
        {"trigger": trigger, "source": source, "dest": _LOCAL, "after": "tell_local"},
    ]


TRANSITIONS: list[dict[str, Any]] = [
    # 3: the operator wants ON-LINE.
    {
        "trigger": "operator_online",
        "source": _EQUIPMENT_OFFLINE,
        "dest": _ATTEMPT,
        "after": "ask_host",
    },
    # 4: S1F0, T3, or the link failed.
    {
        "trigger": "attempt_failed",
        "source": _ATTEMPT,
        "dest": _HOST_OFFLINE,
        "conditions": "failure_leads_to_host_offline",
    },
    {"trigger": "attempt_failed", "source": _ATTEMPT, "dest": _EQUIPMENT_OFFLINE},
    # 5: S1F2 came.
    *_enters_online("attempt_succeeded", _ATTEMPT),
    # 6, 12: the operator wants OFF-LINE.
    {
        "trigger": "operator_offline",
        "source": [_LOCAL, _REMOTE],
        "dest": _EQUIPMENT_OFFLINE,
        "after": "tell_offline",
    },
    {
        "trigger": "operator_offline",
        "source": [_HOST_OFFLINE, _ATTEMPT],
        "dest": _EQUIPMENT_OFFLINE,
    },
    # 8, 9: the switch, or the remote commands REMOTE and LOCAL.
    {"trigger": "remote", "source": _LOCAL, "dest": _REMOTE, "after": "tell_remote"},
    {"trigger": "local", "source": _REMOTE, "dest": _LOCAL, "after": "tell_local"},
    # 10: S1F15. 11: S1F17.
    {
        "trigger": "host_offline",
        "source": [_LOCAL, _REMOTE],
        "dest": _HOST_OFFLINE,
        "after": "tell_offline",
    },
    *_enters_online("host_online", _HOST_OFFLINE),
]


_TABLE = StateTable(ControlState, TRANSITIONS, lenient=True)


class EquipmentControl:
    """The equipment's control state. A trigger without a row where it stands changes nothing."""

    state: ControlState

    def __init__(self, constants: ControlConstants | None = None) -> None:
        self.constants = constants or ControlConstants()
        self._actions: list[ControlAction] = []
        self.state = self._initial()

    @property
    def online(self) -> bool:
        """Whether the tool answers more than S1F13 and S1F17."""
        return self.state in (ControlState.LOCAL, ControlState.REMOTE)

    def power_up(self) -> tuple[ControlAction, ...]:
        """Rows 1 and 2: what entering the initial state asks for."""
        self._actions.clear()
        entered = {_ATTEMPT: self.ask_host, _LOCAL: self.tell_local, _REMOTE: self.tell_remote}
        entered.get(self.state, self._actions.clear)()
        return tuple(self._actions)

    def may(self, trigger: str) -> bool:
        """Whether the table has a row for `trigger` here."""
        return _TABLE.may(self, trigger)

    def step(self, trigger: str) -> tuple[ControlAction, ...]:
        """Take a row of the table; what has to be done now."""
        self._actions.clear()
        _TABLE.move(self, trigger)
        return tuple(self._actions)

    def _initial(self) -> ControlState:
        if self.constants.init_control_state == 2:
            return ControlState(self.constants.online_substate)
        return ControlState(self.constants.offline_substate)

    # What the table names.

    def remote_is_chosen(self) -> bool:
        """ON-LINE begins in REMOTE."""
        return self.constants.online_substate == ControlState.REMOTE

    def failure_leads_to_host_offline(self) -> bool:
        """A failed attempt ends in HOST OFF-LINE."""
        return self.constants.online_failed == ControlState.HOST_OFFLINE

    def ask_host(self) -> None:
        """Ask whether the host is there."""
        self._actions.append(ControlAction.SEND_S1F1)

    def tell_offline(self) -> None:
        """Report that the tool goes off-line."""
        self._actions.append(ControlAction.EVENT_OFFLINE)

    def tell_local(self) -> None:
        """Report LOCAL."""
        self._actions.append(ControlAction.EVENT_LOCAL)

    def tell_remote(self) -> None:
        """Report REMOTE."""
        self._actions.append(ControlAction.EVENT_REMOTE)


class SeenControl(Enum):
    """What a host knows of the tool's control state."""

    UNKNOWN = "unknown"
    OFFLINE = "off-line"
    ONLINE = "on-line, local or remote not known"
    LOCAL = "local"
    REMOTE = "remote"


_SEEN_UNKNOWN, _SEEN_OFFLINE, _SEEN_ONLINE, _SEEN_LOCAL, _SEEN_REMOTE = SeenControl
_ANY = list(SeenControl)

SEEN_TRANSITIONS: list[dict[str, Any]] = [
    # The link is down: nothing is known any more.
    {"trigger": "link_lost", "source": _ANY, "dest": _SEEN_UNKNOWN},
    # SxF0 to anything but S1F13 and S1F17 means off-line; so do S1F16 and EquipmentOFFLINE.
    {"trigger": "went_offline", "source": _ANY, "dest": _SEEN_OFFLINE},
    # S1F2, S1F18, or any other answer that a tool off-line does not give.
    {"trigger": "answered", "source": [_SEEN_UNKNOWN, _SEEN_OFFLINE], "dest": _SEEN_ONLINE},
    {"trigger": "answered", "source": [_SEEN_ONLINE, _SEEN_LOCAL, _SEEN_REMOTE], "dest": None},
    # The events ControlStateLOCAL and ControlStateREMOTE, or the variable ControlState as 4 or 5.
    {"trigger": "went_local", "source": _ANY, "dest": _SEEN_LOCAL},
    {"trigger": "went_remote", "source": _ANY, "dest": _SEEN_REMOTE},
]


_SEEN_TABLE = StateTable(SeenControl, SEEN_TRANSITIONS)


class HostControl:
    """What the host knows of who may command the tool; `step` as the evidence comes in."""

    state: SeenControl

    def __init__(self) -> None:
        self.state = SeenControl.UNKNOWN

    def step(self, trigger: str) -> bool:
        """Take a row of the table; whether the host's knowledge changed."""
        before = self.state
        _SEEN_TABLE.move(self, trigger)
        return self.state is not before

    def saw_value(self, control_state: int) -> bool:
        """Take the value of the status variable ControlState; whether the knowledge changed."""
        trigger = {4: "went_local", 5: "went_remote"}.get(control_state, "went_offline")
        return self.step(trigger)
