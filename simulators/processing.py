"""The processing state model of every simulated tool: one table (E30's example, as fabs use it).

A machine owns one `Processing`, moves it, and tells each move as an output of its update.
"""

from enum import StrEnum

from fabctl.state_table import Row, StateTable


class State(StrEnum):
    """Canonical processing states; a tool's dictionary maps its own numbers to these."""

    INIT = "INIT"
    IDLE = "IDLE"
    SETUP = "SETUP"
    READY = "READY"
    EXECUTING = "EXECUTING"
    PAUSING = "PAUSING"
    PAUSED = "PAUSED"
    STOPPING = "STOPPING"
    ABORTING = "ABORTING"
    FAULT = "FAULT"


ACTIVE = frozenset(
    {State.EXECUTING, State.PAUSING, State.PAUSED, State.STOPPING, State.ABORTING},
)
"""A job is under way: neither wafers nor recipes of it may be touched."""

TRANSITIONS: list[Row] = [
    {"trigger": "initialised", "source": "INIT", "dest": "IDLE"},
    {"trigger": "select", "source": ["IDLE", "READY"], "dest": "SETUP"},
    {"trigger": "ready", "source": "SETUP", "dest": "READY"},
    {"trigger": "start", "source": ["IDLE", "READY"], "dest": "EXECUTING"},
    {"trigger": "finish", "source": "EXECUTING", "dest": "IDLE"},
    {"trigger": "pause", "source": "EXECUTING", "dest": "PAUSING"},
    {"trigger": "paused", "source": "PAUSING", "dest": "PAUSED"},
    {"trigger": "resume", "source": ["PAUSING", "PAUSED"], "dest": "EXECUTING"},
    {"trigger": "stop", "source": ["EXECUTING", "PAUSING", "PAUSED"], "dest": "STOPPING"},
    {"trigger": "stopped", "source": "STOPPING", "dest": "IDLE"},
    {
        "trigger": "abort",
        "source": ["EXECUTING", "PAUSING", "PAUSED", "STOPPING"],
        "dest": "ABORTING",
    },
    {"trigger": "aborted", "source": "ABORTING", "dest": "IDLE"},
    {
        "trigger": "fail",
        "source": ["INIT", *sorted(ACTIVE), "IDLE", "SETUP", "READY"],
        "dest": "FAULT",
    },
    {"trigger": "clear", "source": "FAULT", "dest": "IDLE"},
]


_TABLE = StateTable(State, TRANSITIONS)


class Processing:
    """Where a tool stands in its processing state model. Starts in INIT."""

    state: State

    def __init__(self) -> None:
        self.state = State.INIT

    def may(self, trigger: str) -> bool:
        """Whether the table has a row for `trigger` in the present state."""
        return _TABLE.may(self, trigger)

    def move(self, trigger: str) -> State:
        """Take the row for `trigger`; raises `transitions.MachineError` where there is none."""
        _TABLE.move(self, trigger)
        return self.state
