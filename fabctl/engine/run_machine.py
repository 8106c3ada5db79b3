"""The states of a run, as one table."""

from enum import StrEnum

from fabctl.state_table import StateTable


class RunState(StrEnum):
    """Where a run stands."""

    PLANNED = "planned"
    RECONCILING = "reconciling"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    ABORTING = "aborting"
    HELD = "held"
    COMPLETED = "completed"
    ABORTED = "aborted"
    REFUSED = "refused"


_LIVE = [RunState.RECONCILING, RunState.RUNNING, RunState.PAUSING, RunState.PAUSED]

TRANSITIONS = (
    {"trigger": "refuse", "source": RunState.PLANNED, "dest": RunState.REFUSED},
    {"trigger": "begin", "source": RunState.PLANNED, "dest": RunState.RUNNING},
    # Whatever a run's last process was doing when it ended, the next one reconciles first.
    {
        "trigger": "reconcile",
        "source": [
            RunState.PLANNED,
            *_LIVE,
            RunState.STOPPING,
            RunState.ABORTING,
            RunState.HELD,
        ],
        "dest": RunState.RECONCILING,
    },
    {"trigger": "go", "source": RunState.RECONCILING, "dest": RunState.RUNNING},
    {"trigger": "pause", "source": RunState.RUNNING, "dest": RunState.PAUSING},
    {"trigger": "paused", "source": RunState.PAUSING, "dest": RunState.PAUSED},
    {
        "trigger": "go_on",
        "source": [RunState.PAUSING, RunState.PAUSED],
        "dest": RunState.RUNNING,
    },
    {"trigger": "stop", "source": _LIVE, "dest": RunState.STOPPING},
    {"trigger": "abort", "source": [*_LIVE, RunState.STOPPING], "dest": RunState.ABORTING},
    {
        "trigger": "hold",
        "source": [RunState.PLANNED, *_LIVE, RunState.STOPPING, RunState.ABORTING],
        "dest": RunState.HELD,
    },
    {"trigger": "complete", "source": RunState.RUNNING, "dest": RunState.COMPLETED},
    {
        "trigger": "end",
        "source": [RunState.STOPPING, RunState.ABORTING, RunState.HELD],
        "dest": RunState.ABORTED,
    },
)


_TABLE = StateTable(RunState, TRANSITIONS)


class RunMachine:
    """Where one run stands."""

    state: RunState

    def __init__(self, initial: RunState = RunState.PLANNED) -> None:
        self.state = initial

    def may(self, trigger: str) -> bool:
        """Tell whether the table has a row for `trigger` here."""
        return _TABLE.may(self, trigger)

    def move(self, trigger: str) -> RunState:
        """Take the table's row; raises `transitions.MachineError` where there is none."""
        _TABLE.move(self, trigger)
        return self.state
