"""Who may command the tool: S1F15, S1F17, LOCAL, REMOTE and the switches on its panel (E30)."""

from collections.abc import Callable

from fabctl.secs.gem_control import (
    ControlAction,
    ControlConstants,
    ControlState,
    EquipmentControl,
)
from fabctl.secs.items import B, Item
from simulators.gem.outgoing import Handlers

EVENTS = {
    ControlAction.EVENT_OFFLINE: "EquipmentOFFLINE",
    ControlAction.EVENT_LOCAL: "ControlStateLOCAL",
    ControlAction.EVENT_REMOTE: "ControlStateREMOTE",
}


class Control:
    """Moves E30's control state model of the tool, and tells what comes of it."""

    def __init__(
        self,
        constant: Callable[[str, float], float],
        occur: Callable[[str], None],
        later: Callable[[Callable[[], None]], None],
        identify: Callable[[], None],
    ) -> None:
        """`constant` reads an equipment constant by name; `identify` sends S1F1."""
        self._constant = constant
        self._occur = occur
        self._later = later
        self._identify = identify
        self.operator_holds_local = False
        """The switch on the panel says LOCAL: no host takes that back."""
        self.leaving = False
        """The event that tells of going off-line is the last one to be sent."""
        self._model = EquipmentControl(self._constants())

    def _constants(self) -> ControlConstants:
        local = self.operator_holds_local
        return ControlConstants(
            init_control_state=round(self._constant("InitControlState", 2)),
            offline_substate=round(self._constant("OffLineSubstate", 3)),
            online_substate=4 if local else round(self._constant("OnLineSubstate", 5)),
            online_failed=round(self._constant("OnLineFailed", 3)),
        )

    @property
    def now(self) -> ControlState:
        """The control state."""
        return self._model.state

    @property
    def online(self) -> bool:
        """Whether the host may talk to the tool at all."""
        return self._model.online

    @property
    def remote(self) -> bool:
        """Whether the host may command the tool."""
        return self.now is ControlState.REMOTE

    def step(self, trigger: str) -> None:
        """Take a row of the model, if there is one; do what it asks for: events, S1F1."""
        if not self._model.may(trigger):
            return  # the switch stands there already
        self._model.constants = self._constants()
        for action in self._model.step(trigger):
            if action is ControlAction.SEND_S1F1:
                self._identify()
                continue
            self.leaving = action is ControlAction.EVENT_OFFLINE
            self._occur(EVENTS[action])
            self.leaving = False

    def operator_switch(self, to: str) -> None:
        """The operator turns the switch to local, remote, online or offline."""
        if to in ("local", "remote"):
            self.operator_holds_local = to == "local"
            self.step(to)
            return
        if to == "online" and self.now is ControlState.HOST_OFFLINE:
            self.step("operator_offline")  # the model knows no shorter way
        self.step(f"operator_{to}")

    def host_switch(self, rcmd: str) -> int:
        """The host commands LOCAL or REMOTE; gives HCACK."""
        if self.now is ControlState[rcmd]:
            return 5
        if not self.online or (rcmd == "REMOTE" and self.operator_holds_local):
            return 2
        self._later(lambda: self.step(rcmd.lower()))
        return 4

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(1, 15): self._off_line, (1, 17): self._on_line}

    def _off_line(self, _body: Item | None) -> Item:
        self._later(lambda: self.step("host_offline"))
        return B(0)

    def _on_line(self, _body: Item | None) -> Item:
        if self.online:
            return B(2)
        if self.now is not ControlState.HOST_OFFLINE:
            return B(1)
        self._later(lambda: self.step("host_online"))
        return B(0)
