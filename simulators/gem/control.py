"""Who may command the tool: S1F15, S1F17, LOCAL, REMOTE and the switches on its panel (E30)."""

from collections.abc import Callable
from enum import IntEnum

from fabctl.secs.items import B, Item
from simulators.gem.outgoing import Handlers
from simulators.state_table import Row, StateTable


class ControlState(IntEnum):
    """Values of the status variable ControlState."""

    EQUIPMENT_OFFLINE = 1
    ATTEMPT_ONLINE = 2
    HOST_OFFLINE = 3
    LOCAL = 4
    REMOTE = 5


ONLINE = frozenset({ControlState.LOCAL, ControlState.REMOTE})
EVENTS = {ControlState.LOCAL: "ControlStateLOCAL", ControlState.REMOTE: "ControlStateREMOTE"}

TRANSITIONS: list[Row] = [
    {"trigger": "attempt", "source": "EQUIPMENT_OFFLINE", "dest": "ATTEMPT_ONLINE"},
    {"trigger": "attempt_failed", "source": "ATTEMPT_ONLINE", "dest": "EQUIPMENT_OFFLINE"},
    {"trigger": "attempt_failed_to_host", "source": "ATTEMPT_ONLINE", "dest": "HOST_OFFLINE"},
    {"trigger": "online_local", "source": ["ATTEMPT_ONLINE", "HOST_OFFLINE"], "dest": "LOCAL"},
    {"trigger": "online_remote", "source": ["ATTEMPT_ONLINE", "HOST_OFFLINE"], "dest": "REMOTE"},
    {"trigger": "local", "source": "REMOTE", "dest": "LOCAL"},
    {"trigger": "remote", "source": "LOCAL", "dest": "REMOTE"},
    {"trigger": "host_offline", "source": ["LOCAL", "REMOTE"], "dest": "HOST_OFFLINE"},
    {
        "trigger": "equipment_offline",
        "source": ["LOCAL", "REMOTE", "HOST_OFFLINE"],
        "dest": "EQUIPMENT_OFFLINE",
    },
]

OFF_LINE_SUBSTATES = {
    1: ControlState.EQUIPMENT_OFFLINE,
    2: ControlState.ATTEMPT_ONLINE,
    3: ControlState.HOST_OFFLINE,
}


class Control:
    """The control state, and what moves it. `constant` reads an equipment constant by name."""

    def __init__(
        self,
        constant: Callable[[str, float], float],
        occur: Callable[[str], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._constant = constant
        self._occur = occur
        self._later = later
        self.operator_holds_local = False
        """The switch on the panel says LOCAL: no host takes that back."""
        self.leaving = False
        """The event that tells of going off-line is the last one to be sent."""
        states = [state.name for state in ControlState]
        self._table = StateTable(states, TRANSITIONS, self._initial().name)

    def _initial(self) -> ControlState:
        if self._constant("InitControlState", 2) == 2:
            return ControlState(round(self._constant("OnLineSubstate", 5)))
        return OFF_LINE_SUBSTATES[round(self._constant("OffLineSubstate", 3))]

    @property
    def now(self) -> ControlState:
        """The control state."""
        return ControlState[self._table.state]

    @property
    def online(self) -> bool:
        """Whether the host may talk to the tool at all."""
        return self.now in ONLINE

    @property
    def remote(self) -> bool:
        """Whether the host may command the tool."""
        return self.now is ControlState.REMOTE

    def go_online(self) -> None:
        """The host, or the answer to S1F1, puts the tool on-line."""
        remote = self._constant("OnLineSubstate", 5) == 5 and not self.operator_holds_local
        self._move("online_remote" if remote else "online_local")

    def attempt(self) -> bool:
        """The operator wants on-line; True if S1F1 is to be sent."""
        if self.now is ControlState.HOST_OFFLINE:
            self._move("equipment_offline")
        if self.now is not ControlState.EQUIPMENT_OFFLINE:
            return self.now is ControlState.ATTEMPT_ONLINE
        self._move("attempt")
        return True

    def attempt_failed(self) -> None:
        """S1F1 got no S1F2."""
        if self.now is ControlState.ATTEMPT_ONLINE:
            to_host = self._constant("OnLineFailed", 3) == 3
            self._move("attempt_failed_to_host" if to_host else "attempt_failed")

    def operator_switch(self, to: str) -> None:
        """The operator turns the switch to local, remote or offline."""
        if to in ("local", "remote"):
            self.operator_holds_local = to == "local"
        wanted = {"local": ControlState.REMOTE, "remote": ControlState.LOCAL}
        if to == "offline" and (self.online or self.now is ControlState.HOST_OFFLINE):
            self._leave("equipment_offline")
        elif self.now is wanted.get(to):
            self._move(to)

    def host_switch(self, rcmd: str) -> int:
        """The host commands LOCAL or REMOTE; gives HCACK."""
        if self.now is ControlState[rcmd]:
            return 5
        if not self.online or (rcmd == "REMOTE" and self.operator_holds_local):
            return 2
        self._later(lambda: self._move(rcmd.lower()))
        return 4

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(1, 15): self._off_line, (1, 17): self._on_line}

    def _off_line(self, _body: Item | None) -> Item:
        self._later(lambda: self._leave("host_offline"))
        return B(0)

    def _on_line(self, _body: Item | None) -> Item:
        if self.online:
            return B(2)
        if self.now is not ControlState.HOST_OFFLINE:
            return B(1)
        self._later(self.go_online)
        return B(0)

    def _leave(self, trigger: str) -> None:
        was_online = self.online
        self._move(trigger)
        if was_online:
            self.leaving = True
            self._occur("EquipmentOFFLINE")
            self.leaving = False

    def _move(self, trigger: str) -> None:
        self._table.move(trigger)
        if self.now in EVENTS:
            self._occur(EVENTS[self.now])
