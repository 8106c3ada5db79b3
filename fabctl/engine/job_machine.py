"""The states of a job, as one table. A journal whose records don't follow it is refused.

A job exists from its INTENT on. No row leads back to INTENDED, and CONCLUDED is only reached from
a state that evidence has reached first.
"""

from enum import StrEnum

from fabctl.state_table import StateTable


class JobState(StrEnum):
    """What is known of a job."""

    INTENDED = "intended"
    """START may have been sent, or not."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SEEN = "not seen"
    RUNNING = "running"
    ENDED = "ended"
    """The tool tells that it is over, or a person does."""
    CONCLUDED = "concluded"


TRANSITIONS = (
    {"trigger": "accepted", "source": JobState.INTENDED, "dest": JobState.RUNNING},
    {"trigger": "refused", "source": JobState.INTENDED, "dest": JobState.REFUSED},
    {"trigger": "no_reply", "source": JobState.INTENDED, "dest": JobState.UNKNOWN},
    {
        "trigger": "found_not_seen",
        "source": [JobState.INTENDED, JobState.UNKNOWN, JobState.NOT_SEEN],
        "dest": JobState.NOT_SEEN,
    },
    # An accepted job that its tool knows nothing of: that is no proof that it never ran.
    {"trigger": "found_not_seen", "source": JobState.RUNNING, "dest": JobState.UNKNOWN},
    # A tool may forget; what it has told once stays told.
    {"trigger": "found_not_seen", "source": JobState.ENDED, "dest": JobState.ENDED},
    {"trigger": "found_unknown", "source": JobState.ENDED, "dest": JobState.ENDED},
    {
        "trigger": "found_running",
        "source": [JobState.INTENDED, JobState.UNKNOWN, JobState.RUNNING, JobState.NOT_SEEN],
        "dest": JobState.RUNNING,
    },
    {
        "trigger": "found_ended",
        "source": [
            JobState.INTENDED,
            JobState.UNKNOWN,
            JobState.RUNNING,
            JobState.NOT_SEEN,
            JobState.ENDED,
        ],
        "dest": JobState.ENDED,
    },
    {
        "trigger": "found_unknown",
        "source": [JobState.INTENDED, JobState.UNKNOWN, JobState.RUNNING, JobState.NOT_SEEN],
        "dest": JobState.UNKNOWN,
    },
    {
        "trigger": "answered",
        "source": [
            JobState.INTENDED,
            JobState.UNKNOWN,
            JobState.RUNNING,
            JobState.NOT_SEEN,
            JobState.ENDED,
        ],
        "dest": JobState.ENDED,
    },
    {
        "trigger": "concluded",
        "source": [JobState.REFUSED, JobState.NOT_SEEN, JobState.ENDED],
        "dest": JobState.CONCLUDED,
    },
)

_TABLE = StateTable(JobState, TRANSITIONS)


class JobMachine:
    """Where one job stands."""

    state: JobState

    def __init__(self) -> None:
        self.state = JobState.INTENDED

    def move(self, trigger: str) -> None:
        """Take the table's row; raises `transitions.MachineError` where there is none."""
        _TABLE.move(self, trigger)
