"""The processing state model of every simulated tool: one table (E30's example, as fabs use it).

A machine owns one `Processing`, moves it, and tells each move as an output of its update.
"""

from enum import StrEnum

from transitions import Machine as StateMachine


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

TRANSITIONS: list[dict[str, str | list[str]]] = [
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


class Processing:
    """Where a tool stands in its processing state model. Starts in INIT."""

    def __init__(self) -> None:
        self._model = StateMachine(
            model=None,
            states=[state.value for state in State],
            transitions=TRANSITIONS,
            initial=State.INIT.value,
            auto_transitions=False,
        )
        self._model.add_model(self, initial=State.INIT.value)

    def may(self, trigger: str) -> bool:
        """Whether the table has a row for `trigger` in the present state."""
        return bool(self._model.get_transitions(trigger, self.now))

    def move(self, trigger: str) -> State:
        """Take the row for `trigger`; raises `transitions.MachineError` where there is none."""
        self.trigger(trigger)  # type: ignore[attr-defined]
        return self.now

    @property
    def now(self) -> State:
        """The present state."""
        return State(self.state)  # type: ignore[attr-defined]
