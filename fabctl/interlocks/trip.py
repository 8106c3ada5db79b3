"""A rule broken at run time: which, on which channel, by what cause, and what it saw."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Cause(StrEnum):
    """Why a monitor trips. Each has its own name, since each has its own cure."""

    OVER = "over"
    UNDER = "under"
    ALREADY_VIOLATED = "already violated"
    """The first value after arming was illegal: the violation is older than the monitor."""
    STALE = "stale"
    """The channel went silent."""
    MISSING = "missing"
    """The channel never spoke since arming, or the tool has none."""
    NAN = "nan"
    """The tool sent something that is no finite number."""
    BAD_STATUS = "bad status"
    """The tool itself says that the value is not to be trusted."""
    WRONG_UNIT = "wrong unit"
    """The value came in a unit of another dimension, or in none that is known."""
    UNPLUGGED = "unplugged"
    """No working sensor can read this."""
    FROZEN = "frozen"
    """The value stood still to the last bit for longer than a living sensor's can."""
    BLIND = "blind"
    """The tool was out of sight for longer than the rule tolerates."""
    WAITED = "waited too long"
    """The wafer's queue time is over, or nobody knows since when it waits."""
    UNSEASONED = "not seasoned"
    """The chamber laid down another material last."""
    UNCLEAN = "not clean"
    """The chamber ran something dirtier, and was not cleaned since."""


_NO_VALUE = (Cause.STALE, Cause.MISSING, Cause.BLIND)
"""Where nothing was seen: for how long stands in place of a value."""


class Trip(Struct, frozen=True):
    """One trip. `at` is process seconds of the host, `tool_time` the tool's own clock or ""."""

    rule: str
    cause: Cause
    signal: str
    channel: str
    saw: str
    limit: str
    at: float
    tool_time: str = ""

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON-able data, for the journal."""
        return {
            "rule": self.rule,
            "cause": self.cause.value,
            "signal": self.signal,
            "channel": self.channel,
            "saw": self.saw,
            "limit": self.limit,
            "at": self.at,
            "tool_time": self.tool_time,
        }

    @classmethod
    def from_dict(cls, body: dict[str, object]) -> "Trip":
        """Read back what `as_dict` gave. Raises `KeyError` or `ValueError` on anything else."""
        return cls(
            rule=str(body["rule"]),
            cause=Cause(str(body["cause"])),
            signal=str(body["signal"]),
            channel=str(body["channel"]),
            saw=str(body["saw"]),
            limit=str(body["limit"]),
            at=float(str(body["at"])),
            tool_time=str(body["tool_time"]),
        )

    def __str__(self) -> str:
        where = f"{self.signal} {self.channel}".strip()
        word = "" if self.cause in _NO_VALUE else "saw "
        saw = f" {word}{self.saw}," if self.saw else ""
        return f"{self.rule} {self.cause}: {where}{saw} limit {self.limit}"


class Concern(StrEnum):
    """What people are warned of before, or short of, a trip."""

    NEAR = "near the limit"
    OUTVOTED = "outvoted"
    """One of three redundant sensors votes to trip; any other of them trips now."""


class Caution(Struct, frozen=True):
    """A warning: no trip, and nothing latches. `at` is process seconds of the host."""

    rule: str
    concern: Concern
    signal: str
    channel: str
    saw: str
    limit: str
    at: float

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON-able data, for the journal."""
        return {
            "rule": self.rule,
            "concern": self.concern.value,
            "signal": self.signal,
            "channel": self.channel,
            "saw": self.saw,
            "limit": self.limit,
            "at": self.at,
        }

    def __str__(self) -> str:
        where = f"{self.signal} {self.channel}"
        return f"{self.rule} {self.concern}: {where} saw {self.saw}, limit {self.limit}"


def first_out(trips: Iterable[Trip]) -> Trip:
    """Tell which trip came first: the rest are consequences.

    By the tool's own time where all of them tell it, else by ours; then by code. Raises
    `ValueError` where there is none.
    """
    trips = list(trips)
    told = all(trip.tool_time for trip in trips)
    return min(
        trips, key=lambda t: (t.tool_time if told else "", t.at, t.rule, t.signal, t.channel)
    )
