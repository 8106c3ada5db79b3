"""A state machine declared as one table of transitions, which any number of models go by."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Protocol

from transitions import Machine

Row = Mapping[str, Any]
"""``{"trigger": ..., "source": one or several states, "dest": ..., "after": method's name}``."""


class Model(Protocol):
    """What goes by a table."""

    state: Any
    """A member of the table's states."""


class StateTable:
    """Moves what holds a state by the rows of a table, and in no other way.

    The table holds nothing of its models, so all links, tools, jobs and runs of a kind share one:
    making it takes far longer than a move. A trigger without a row where a model
    stands raises `transitions.MachineError`, or changes nothing where it is `lenient`; one that
    stands nowhere in the table raises `KeyError`.
    """

    def __init__(self, states: type[Enum], rows: Iterable[Row], *, lenient: bool = False) -> None:
        self._machine = Machine(
            model=None,
            states=states,
            transitions=[dict(row) for row in rows],
            initial=next(iter(states)),
            auto_transitions=False,
            ignore_invalid_triggers=lenient,
        )
        self._plain = dict(self._plain_moves(states))

    def _plain_moves(self, states: type[Enum]) -> Iterator[tuple[tuple[str, Enum], Enum]]:
        """The rows that do nothing but change the state: `transitions` takes 50 µs for one."""
        for trigger in self._machine.events:
            rows = self._machine.get_transitions(trigger)
            sources = [row.source for row in rows]
            for row in rows:
                asks_or_calls = row.prepare or row.conditions or row.before or row.after
                if row.dest and not asks_or_calls and sources.count(row.source) == 1:
                    yield (trigger, states[row.source]), states[row.dest]

    def may(self, model: Model, trigger: str) -> bool:
        """Whether the table has a row for `trigger` where `model` stands."""
        return bool(self._machine.get_transitions(trigger, model.state))

    def move(self, model: Model, trigger: str) -> None:
        """Take the row for `trigger`, and call what it names of `model`."""
        dest = self._plain.get((trigger, model.state))
        if dest is not None:
            model.state = dest
            return
        self._machine.events[trigger].trigger(model)
