"""What holds after a trip: latched until a named person resets it, with a reason.

The engine writes each trip and each reset to its journal and rebuilds the latch from there, so a
restart does not clear it. Acknowledging is not resetting: it only tells that somebody has seen it.
"""

from collections.abc import Iterable
from enum import StrEnum

from fabctl.interlocks.trip import Trip, first_out
from fabctl.state_table import StateTable


class LatchState(StrEnum):
    """Clear, or held; `ACKNOWLEDGED` holds just as well."""

    CLEAR = "clear"
    LATCHED = "latched"
    ACKNOWLEDGED = "acknowledged"


TRANSITIONS = (
    {"trigger": "trip", "source": "*", "dest": LatchState.LATCHED},
    {"trigger": "acknowledge", "source": LatchState.LATCHED, "dest": LatchState.ACKNOWLEDGED},
    {
        "trigger": "reset",
        "source": [LatchState.LATCHED, LatchState.ACKNOWLEDGED],
        "dest": LatchState.CLEAR,
    },
)


class LatchError(Exception):
    """The latch can't be acknowledged or reset this way; the message says why."""


_TABLE = StateTable(LatchState, TRANSITIONS)


class Latch:
    """The latch of one run. `first_out` is the cause, all other trips are its consequences."""

    state: LatchState

    def __init__(self, trips: Iterable[Trip] = ()) -> None:
        self.trips: tuple[Trip, ...] = ()
        self.state = LatchState.CLEAR
        for trip in trips:
            self.trip(trip)

    @property
    def held(self) -> bool:
        """Whether nothing may be started."""
        return self.state is not LatchState.CLEAR

    @property
    def first_out(self) -> Trip:
        """The trip that came first by source time. Raises `LatchError` where none came."""
        if not self.trips:
            raise LatchError("nothing has tripped")
        return first_out(self.trips)

    def trip(self, trip: Trip) -> None:
        """Hold, because of this; a latch that is held stays so and takes it as one more."""
        self.trips += (trip,)
        _TABLE.move(self, "trip")

    def acknowledge(self, by: str) -> None:
        """Note that a person has seen it. Raises `LatchError` without a name or a trip."""
        _named(by)
        self._move("acknowledge")

    def reset(self, by: str, reason: str, *, standing: Iterable[Trip] = ()) -> None:
        """Let things go on. `standing` are the causes that are still there.

        Raises `LatchError` without a name or a reason, with a cause still standing, or where
        nothing is held.
        """
        _named(by)
        if not reason.strip():
            raise LatchError("a reset needs a reason")
        still = next(iter(standing), None)
        if still is not None:
            raise LatchError(f"the cause still stands: {still}")
        self._move("reset")
        self.trips = ()

    def _move(self, trigger: str) -> None:
        if not _TABLE.may(self, trigger):
            raise LatchError(f"nothing to {trigger}: the latch is {self.state.value}")
        _TABLE.move(self, trigger)


def _named(by: str) -> None:
    if not any(map(str.isalnum, by)):
        raise LatchError("say who does this: a latch answers to a named person")
