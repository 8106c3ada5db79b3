"""A state machine declared as one table of transitions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from transitions import Machine

Row = dict[str, str | list[str]]
"""``{"trigger": ..., "source": one or several states, "dest": ...}``."""


class _Model:
    state: str


class StateTable:
    """Holds a state and moves it by the rows of a table, and in no other way."""

    def __init__(self, states: Sequence[str], rows: Sequence[Row], initial: str) -> None:
        self._model = _Model()
        self._machine = Machine(
            model=self._model,
            states=list(states),
            transitions=list(rows),
            initial=initial,
            auto_transitions=False,
        )

    @property
    def state(self) -> str:
        """The present state."""
        return self._model.state

    def may(self, trigger: str) -> bool:
        """Whether the table has a row for `trigger` in the present state."""
        return bool(self._machine.get_transitions(trigger, self.state))

    def move(self, trigger: str) -> None:
        """Take the row for `trigger`; raises `transitions.MachineError` where there is none."""
        self._model.trigger(trigger)  # type: ignore[attr-defined]


def has_row(rows: Iterable[Mapping[str, Any]], trigger: str, state: object) -> bool:
    """Whether a table has a row for `trigger` in `state`; asked first, nothing is ever ignored."""
    for row in rows:
        sources = row["source"] if isinstance(row["source"], list) else [row["source"]]
        if row["trigger"] == trigger and state in sources:
            return True
    return False
