"""The GEM communications state model (SEMI E30 §3.2), one table for both ends.

E30 draws it for equipment; a host that runs the same one meets every tool half-way, and a crossed
pair of S1F13 ends COMMUNICATING on both sides. It does no I/O: each step returns the `Action`s
that its owner now has to carry out::

    model = CommunicationModel()
    for action in model.step("link_up"): ...      # SEND_S1F13

The other end may begin at any time while not communicating (E30's parallel state WAIT CR FROM
HOST), which the rows for ``asked`` say.
"""

from enum import Enum
from typing import Any

from fabctl.state_table import StateTable


class CommunicationState(Enum):
    """Where the end stands."""

    DISABLED = "DISABLED"
    NO_LINK = "NOT COMMUNICATING, no link"
    WAIT_CRA = "WAIT CRA"
    WAIT_DELAY = "WAIT DELAY"
    COMMUNICATING = "COMMUNICATING"


class Action(Enum):
    """What the owner of the model has to do."""

    SEND_S1F13 = "send S1F13"
    ANSWER_S1F13 = "answer with S1F14, COMMACK 0"
    START_DELAY = "start the timer EstablishCommunicationsTimeout"
    STOP_DELAY = "stop that timer"


_DISABLED, _NO_LINK, _WAIT_CRA, _WAIT_DELAY, _COMMUNICATING = CommunicationState
_LINKED = [_WAIT_CRA, _WAIT_DELAY, _COMMUNICATING]

TRANSITIONS: list[dict[str, Any]] = [
    # 2, 3: the operator.
    {"trigger": "enable", "source": _DISABLED, "dest": _NO_LINK},
    {
        "trigger": "disable",
        "source": [_NO_LINK, *_LINKED],
        "dest": _DISABLED,
        "after": "stop_delay",
    },
    # 4, 5: HSMS became SELECTED.
    {"trigger": "link_up", "source": _NO_LINK, "dest": _WAIT_CRA, "after": "send_s1f13"},
    # 14: HSMS is SELECTED no longer. A reply that timed out (T3) is no communications failure.
    {"trigger": "link_lost", "source": _LINKED, "dest": _NO_LINK, "after": "stop_delay"},
    # 9: S1F14, COMMACK 0.
    {"trigger": "accepted", "source": _WAIT_CRA, "dest": _COMMUNICATING},
    # 6: T3, S1F14 with COMMACK not 0, S1F0, or it could not be sent.
    {"trigger": "refused", "source": _WAIT_CRA, "dest": _WAIT_DELAY, "after": "start_delay"},
    # 7: the timer rang.
    {"trigger": "delay_over", "source": _WAIT_DELAY, "dest": _WAIT_CRA, "after": "send_s1f13"},
    # 8: a primary other than S1F13 came, so the other end is there: discard it and ask at once.
    {
        "trigger": "heard",
        "source": _WAIT_DELAY,
        "dest": _WAIT_CRA,
        "after": ["stop_delay", "send_s1f13"],
    },
    # 15: S1F13 came.
    {"trigger": "asked", "source": _WAIT_CRA, "dest": _COMMUNICATING, "after": "answer_s1f13"},
    {
        "trigger": "asked",
        "source": _WAIT_DELAY,
        "dest": _COMMUNICATING,
        "after": ["stop_delay", "answer_s1f13"],
    },
    {"trigger": "asked", "source": _COMMUNICATING, "dest": None, "after": "answer_s1f13"},
]


_TABLE = StateTable(CommunicationState, TRANSITIONS, lenient=True)


class CommunicationModel:
    """One end's communications state. Starts ENABLED without a link, as most tools do.

    What comes too late for the state it finds (an S1F14 after the other end's S1F13 settled it)
    changes nothing.
    """

    state: CommunicationState

    def __init__(self, initial: CommunicationState = CommunicationState.NO_LINK) -> None:
        self._actions: list[Action] = []
        self.state = initial

    @property
    def communicating(self) -> bool:
        """Whether messages other than S1F13 and S1F14 may pass."""
        return self.state is CommunicationState.COMMUNICATING

    def may(self, trigger: str) -> bool:
        """Whether the table has a row for `trigger` here."""
        return _TABLE.may(self, trigger)

    def step(self, trigger: str) -> tuple[Action, ...]:
        """Take a row of the table; what has to be done now."""
        self._actions.clear()
        _TABLE.move(self, trigger)
        return tuple(self._actions)

    # What the table's `after` names.

    def send_s1f13(self) -> None:
        """Ask to communicate."""
        self._actions.append(Action.SEND_S1F13)

    def answer_s1f13(self) -> None:
        """Agree to communicate."""
        self._actions.append(Action.ANSWER_S1F13)

    def start_delay(self) -> None:
        """Try again later."""
        self._actions.append(Action.START_DELAY)

    def stop_delay(self) -> None:
        """No need to try again by the timer."""
        self._actions.append(Action.STOP_DELAY)
