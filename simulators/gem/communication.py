"""Establishing communications: S1F13 both ways, by E30's state model."""

from enum import StrEnum

from simulators.state_table import Row, StateTable


class CommunicationState(StrEnum):
    """Where the equipment-initiated part of the model stands; the host may always begin too."""

    NO_LINK = "NO_LINK"
    WAIT_CRA = "WAIT_CRA"
    WAIT_DELAY = "WAIT_DELAY"
    COMMUNICATING = "COMMUNICATING"


TRANSITIONS: list[Row] = [
    {"trigger": "link_up", "source": "NO_LINK", "dest": "WAIT_CRA"},
    {"trigger": "refused", "source": "WAIT_CRA", "dest": "WAIT_DELAY"},
    {"trigger": "delay_over", "source": "WAIT_DELAY", "dest": "WAIT_CRA"},
    {"trigger": "agreed", "source": "WAIT_CRA", "dest": "COMMUNICATING"},
    {
        "trigger": "host_asked",
        "source": ["WAIT_CRA", "WAIT_DELAY", "COMMUNICATING"],
        "dest": "COMMUNICATING",
    },
    {
        "trigger": "link_down",
        "source": ["WAIT_CRA", "WAIT_DELAY", "COMMUNICATING"],
        "dest": "NO_LINK",
    },
]


class Communication:
    """Whether host and tool have agreed to communicate."""

    def __init__(self) -> None:
        self._table = StateTable([*CommunicationState], TRANSITIONS, CommunicationState.NO_LINK)

    def move(self, trigger: str) -> bool:
        """Take the row for `trigger`; False where there is none (a late S1F14)."""
        if not self._table.may(trigger):
            return False
        self._table.move(trigger)
        return True

    @property
    def now(self) -> CommunicationState:
        """The present state."""
        return CommunicationState(self._table.state)

    @property
    def communicating(self) -> bool:
        """Whether messages other than S1F13 may pass."""
        return self.now is CommunicationState.COMMUNICATING
