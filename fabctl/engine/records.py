"""The kinds of record that a run's journal holds, and plain JSON for their bodies."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum

from msgspec import Struct

from fabctl.process.recipe import Recipe


class Kind(StrEnum):
    """What a record tells."""

    RUN = "RUN"
    """A run begins: what is to be done, on what, with which inputs."""
    AUDITED = "AUDITED"
    CONNECTED = "CONNECTED"
    RESUMED = "RESUMED"
    """Another process takes the run up again."""
    STEP = "STEP"
    """A step is taken up."""
    MOVE = "MOVE"
    """The wafer is about to be brought to a tool or taken from it."""
    MOVED = "MOVED"
    PROGRAM = "PROGRAM"
    """The tool's copy of the program was read back, decoded, compared and audited."""
    ARMED = "ARMED"
    INTENT = "INTENT"
    """A START is about to be sent."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    NO_REPLY = "NO_REPLY"
    EVENT = "EVENT"
    ALARM = "ALARM"
    CONTROL = "CONTROL"
    LOST_SIGHT = "LOST_SIGHT"
    REGAINED = "REGAINED"
    DEVIATION = "DEVIATION"
    """Somebody changed a program of ours on the tool."""
    MATERIAL = "MATERIAL"
    OVERDUE = "OVERDUE"
    TRACE = "TRACE"
    RECONCILED = "RECONCILED"
    """The tool was asked what became of a job."""
    TRIP = "TRIP"
    CAUTION = "CAUTION"
    """A value came near its limit, or a redundant sensor was outvoted: nothing latches."""
    BYPASSED = "BYPASSED"
    """Two people lifted one interlock for some minutes."""
    HELD_BACK = "HELD_BACK"
    """What a bypass kept from tripping."""
    SAFE_ACTION = "SAFE_ACTION"
    SAFE = "SAFE"
    """The tool was seen stopped."""
    UNHEEDED = "UNHEEDED"
    """The tool finished the job by itself: no safe action stopped it."""
    ESCALATED = "ESCALATED"
    """The tool was not seen stopped: a person has to go there."""
    MEASURED = "MEASURED"
    MEASURED_NOTHING = "MEASURED_NOTHING"
    """A measurement ended and its results could not be had."""
    NOT_MEASURED = "NOT_MEASURED"
    """A step of measuring was passed over: the fab has no metrology."""
    SECTION = "SECTION"
    """The wafer's cross-section after a job, as a metrology tool sent it."""
    NO_SECTION = "NO_SECTION"
    """It was asked for and did not come: what it would show is not shown."""
    SCRAPPED = "SCRAPPED"
    """A measurement destroyed the wafer."""
    PEAKS = "PEAKS"
    JUDGED = "JUDGED"
    """A rule's verdict on what was measured."""
    CONCLUDED = "CONCLUDED"
    HELD = "HELD"
    ASKED = "ASKED"
    """A person asked for a pause, a resume, a stop, an abort."""
    PAUSED = "PAUSED"
    CONTINUED = "CONTINUED"
    RESET = "RESET"
    ANSWERED = "ANSWERED"
    JOURNAL_GAP = "JOURNAL_GAP"
    """Records before this one could not be written."""
    ENDED = "ENDED"


class Json(dict[str, object]):
    """What is plain already, read as JSON or made so, however large."""


_PLAIN = frozenset({str, int, bool, type(None), Json})


def plain(value: object) -> object:
    """Give a value as canonical JSON can hold it; what is no finite number becomes its name."""
    kind = type(value)
    if kind in _PLAIN:  # nearly all that is told
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict | Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return str(value)


def recipe_text(recipe: Recipe) -> dict[str, str]:
    """Give a recipe's parameters as text, each as its author wrote it."""
    return {name: str(value) for name, value in recipe.parameters.items()}


def stamp(moment: datetime) -> str:
    """Give a UTC moment as the journal writes it, to the millisecond."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
