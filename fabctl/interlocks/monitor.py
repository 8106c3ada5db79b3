"""A rule compiled to a live monitor: one per rule and job, every channel of its signal by itself.

Permit only while every input is fresh, good and legal. The monitor never blocks and does no I/O:
readings and time are passed in, trips come out. After its first trip it is done; what follows is
a consequence.

How the engine uses one::

    monitors = arm(rules, step, state, channels, now)      # before power is applied
    trip = monitor.observe(observation)                    # every observation of the tool
    trip = monitor.tick(now)                               # whenever `next_check` is reached
    start only while `monitor.permits(now)` of each        # fresh, good and legal inputs

On the job's STARTED and COMPLETED events `observe` calls `started` and `finish`; an engine that
learns of them otherwise calls these itself. After `finish`, go on observing until `settled`: what
is judged at the end is judged on a value from after it.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fabctl.interlocks.channel import Calm, Channel, Floats
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.rule import During, From, Live, Rule
from fabctl.interlocks.trip import Cause, Caution, Concern, Trip
from fabctl.quantities import QuantityError, exact, show_number
from fabctl.tools.port import JobEvent, JobPhase, Observation, Reading, SightEvent

NO_CHANNEL = "(none)"
"""Stands for the channel of a tool that has none for the signal."""


@dataclass(slots=True)
class Monitor:
    """Watches one rule during one job. All times are process seconds of the host.

    `allowance` is added to every freshness limit: what the wire itself may take.
    """

    rule: Rule
    live: Live
    limits: Limits
    channels: dict[str, Channel]
    armed_at: float
    allowance: float
    redundant: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Channel → the three or more that measure the same: two of them have to vote to trip."""
    on_caution: Callable[[Caution], None] | None = None
    trip: Trip | None = None
    settled: bool = False
    _running: bool = False
    _ended_at: float | None = None
    _awaited: set[str] = field(default_factory=set)
    _lost_at: float = 0.0
    _blind_since: float | None = None
    """Since `_lost_at`, or since a bypass held back the last trip for it."""
    _votes: set[str] = field(default_factory=set)
    _floats: dict[str, Floats] = field(default_factory=dict)
    _fresh_for: float = field(init=False)
    _signal: str = field(init=False)

    def __post_init__(self) -> None:
        self._signal = self.live.signal
        self._fresh_for = float(self.live.fresh_for) + self.allowance

    def observe(self, observation: Observation, now: float | None = None) -> Trip | None:
        """Take any observation of the tool; returns the trip that it causes."""
        if isinstance(observation, Reading):
            return self.feed(observation)
        if isinstance(observation, SightEvent):
            at = observation.at if now is None else now
            return self.regained(at) if observation.seen else self.lost_sight(at)
        if isinstance(observation, JobEvent):
            if observation.phase is JobPhase.STARTED:
                self.started()
            elif observation.phase is JobPhase.COMPLETED:
                return self.finish(observation.at if now is None else now)
        return None

    def feed(self, reading: Reading) -> Trip | None:
        """Judge one sample; samples of other signals are not this monitor's business."""
        if reading.signal != self._signal or self.trip is not None or self.settled:
            return None
        floats = self._floats.get(reading.unit)
        if floats is None:
            try:
                floats = self._compile(reading.unit)
            except QuantityError:
                return self._tripped(Cause.WRONG_UNIT, reading, reading.at)
        channel = self.channels.get(reading.channel)
        if channel is None:
            channel = self.channels[reading.channel] = Channel(due=0.0)
        value, at = reading.value, reading.at
        channel.at, channel.due = at, at + self._fresh_for
        if value == channel.value:
            channel.repeats += 1
        else:
            channel.value, channel.since, channel.repeats = value, at, 0
            if (  # the usual case: another good value, and nothing was the matter
                floats.good_low <= value <= floats.good_high
                and channel.spoke
                and not (reading.bad or channel.near or self._votes)
                and self._ended_at is None
            ):
                return None
        return self._look_closer(reading, floats, channel)

    def _look_closer(self, reading: Reading, floats: Floats, channel: Channel) -> Trip | None:
        """Judge a sample that is the first, not good, no news, or comes after something else."""
        value = reading.value
        first, channel.spoke = not channel.spoke, True
        if reading.bad:
            return self._trip(
                Cause.BAD_STATUS, reading.channel, reading.bad, reading.at, reading.tool_time
            )
        if floats.low <= value <= floats.high and (
            floats.plausible_low <= value <= floats.plausible_high
        ):
            if self._is_frozen(channel):
                return self._tripped(Cause.FROZEN, reading, reading.at)
            if self._votes:
                self._votes.discard(reading.channel)
            if floats.calm_low <= value <= floats.calm_high:
                channel.near = False
            elif not channel.near:
                channel.near = True
                self._warn(Concern.NEAR, reading.channel, _shown(reading), reading.at)
            self._settle(reading)
            return None
        return self._classify(reading, floats, channel, first=first)

    def calm(self, reading: Reading) -> Calm | None:
        """Tell what may come after a sample and be nothing new; None if anything is the matter."""
        channel, floats = self.channels.get(reading.channel), self._floats.get(reading.unit)
        if channel is None or floats is None or not channel.spoke or channel.near:
            return None
        if self.trip is not None or self.settled or self._ended_at is not None or self._votes:
            return None
        after = self.live.frozen_after
        patience = math.inf if after is None else float(after)
        return Calm(floats.good_low, floats.good_high, patience, channel.since, channel.repeats)

    def catch_up(self, name: str, value: float, at: float, since: float, repeats: int) -> None:
        """Take the last of some samples that were nothing new, as if each had been fed."""
        channel = self.channels[name]
        channel.value, channel.at, channel.due = value, at, at + self._fresh_for
        channel.since, channel.repeats = since, repeats

    def tick(self, now: float) -> Trip | None:
        """Let time pass: a channel may have gone silent, a blind tool stayed out of sight."""
        if self.trip is not None or self.settled:
            return None
        if self._blind_since is not None:
            if now - self._blind_since > float(self.live.blind_for):
                saw = f"out of sight for {_seconds(now - self._lost_at)}"
                return self._silent(Cause.BLIND, "", now, saw)
            return None
        for name, channel in self.channels.items():
            if now > channel.due:
                cause, saw = Cause.MISSING, f"no value for {_seconds(now - self.armed_at)}"
                if channel.spoke:
                    cause, saw = Cause.STALE, f"silent for {_seconds(now - channel.at)}"
                trip = self._silent(cause, name, now, saw)
                if trip is not None:
                    return trip
                channel.due = math.inf  # its vote stands until it speaks again
        return None

    @property
    def next_check(self) -> float:
        """When `tick` is due next, unless a reading comes first; infinite when all is over."""
        if self.trip is not None or self.settled:
            return math.inf
        if self._blind_since is not None:
            return math.nextafter(self._blind_since + float(self.live.blind_for), math.inf)
        return math.nextafter(min(each.due for each in self.channels.values()), math.inf)

    def permits(self, now: float) -> bool:
        """Whether every input is fresh, good and legal now: only then may the job start."""
        if self.trip is not None or self._blind_since is not None:
            return False
        return all(
            (each.spoke and now <= each.due) or name in self._votes
            for name, each in self.channels.items()
        )

    @property
    def has_spoken(self) -> bool:
        """Whether every channel has told a value since it was armed, and the tool is in sight."""
        return self._blind_since is None and all(each.spoke for each in self.channels.values())

    def started(self) -> None:
        """Take note that the tool has started the job."""
        self._running = True

    def finish(self, now: float) -> Trip | None:
        """Take note that the job has ended; what binds at the end is judged on the next values.

        The monitor is `settled` once every channel has spoken again, or at once where the rule
        asks nothing at the end.
        """
        if self.trip is not None or self.settled:
            return None
        self._running, self._ended_at = True, now
        self._awaited = set(self.channels) - self._votes
        if not self._asks_at_end:
            self.settled = True
        return self.tick(now)

    def lost_sight(self, now: float) -> Trip | None:
        """Take note that the link to the tool is gone: silence is no news until `blind_for`."""
        if self._blind_since is None:
            self._blind_since = self._lost_at = now
        return self.tick(now)

    def regained(self, now: float) -> Trip | None:
        """Take note that the tool is in sight again; every channel has to speak anew."""
        trip = self.tick(now)
        self._blind_since = None
        for channel in self.channels.values():
            fresh = now + self._fresh_for
            channel.due = fresh if math.isinf(channel.due) else max(channel.due, fresh)
            channel.since, channel.repeats = now, 0
        return trip

    def rearm(self, now: float, until: float = math.inf) -> None:
        """Go on after a trip that a bypass held back; the next illegal sample trips anew.

        At `until` the bypass is over: what is still silent, frozen or blind then trips at once.
        """
        self.trip = None
        if self._blind_since is not None:
            self._blind_since = min(now, until - float(self.live.blind_for))
        still = self.live.frozen_after
        since = now if still is None else min(now, until - float(still))
        for channel in self.channels.values():
            channel.due = max(channel.due, min(now + self._fresh_for, until))
            channel.since, channel.repeats = since, 0
        self.settled = self.settled or self._ended_at is not None

    def recorded_peak(self, value: float, unit: str, now: float) -> Trip | None:
        """Judge the highest value since the start by the tool's own record (after a gap).

        It tells nothing of an upper end that binds at the end only.
        """
        if self.trip is not None or self.live.upper is During.AT_END:
            return None
        reading = Reading("", self.live.signal, "(peak)", value, unit, now)
        try:
            high = self._compile(unit).high
        except QuantityError:
            return self._tripped(Cause.WRONG_UNIT, reading, now)
        if not math.isfinite(value):
            return self._tripped(Cause.NAN, reading, now)
        return self._tripped(Cause.OVER, reading, now) if value > high else None

    @property
    def _asks_at_end(self) -> bool:
        ends = []
        if self.limits.lower is not None:
            ends.append(self.live.lower)
        if self.limits.upper is not None:
            ends.append(self.live.upper)
        return During.AT_END in ends

    def _compile(self, unit: str) -> Floats:
        low, high = self.limits.floats(unit)
        plausible = self.live.plausible
        band = self.live.warn_within
        calm = self.limits.narrowed(band.value).floats(unit) if band else _ANY
        floats = Floats(low, high, *(plausible.floats(unit) if plausible else _ANY), *calm)
        self._floats[unit] = floats
        return floats

    def _judged_now(self, during: During) -> bool:
        if self.live.begins is From.START and not self._running:
            return False
        return during is During.THROUGHOUT or self._ended_at is not None

    def _classify(
        self, reading: Reading, floats: Floats, channel: Channel, *, first: bool
    ) -> Trip | None:
        """Say why a value outside the legal range trips, if it does yet."""
        value = reading.value
        if not math.isfinite(value):
            return self._tripped(Cause.NAN, reading, reading.at)
        if not floats.plausible_low <= value <= floats.plausible_high:
            return self._tripped(Cause.UNPLUGGED, reading, reading.at)
        if value > floats.high and self._judged_now(self.live.upper):
            cause = Cause.ALREADY_VIOLATED if first else Cause.OVER
            return self._tripped(cause, reading, reading.at)
        if value < floats.low and self._judged_now(self.live.lower):
            cause = Cause.ALREADY_VIOLATED if first else Cause.UNDER
            return self._tripped(cause, reading, reading.at)
        if self._is_frozen(channel):
            return self._tripped(Cause.FROZEN, reading, reading.at)
        self._settle(reading)
        return None

    def _settle(self, reading: Reading) -> None:
        """Be done with a channel that has spoken since the end."""
        if self._ended_at is not None and reading.at >= self._ended_at:
            self._awaited.discard(reading.channel)
            self.settled = not self._awaited

    def _is_frozen(self, channel: Channel) -> bool:
        after = self.live.frozen_after
        return (
            after is not None
            and channel.repeats >= 2  # two equal values in a row are chance
            and channel.at - channel.since > float(after)
        )

    def _tripped(self, cause: Cause, reading: Reading, at: float) -> Trip | None:
        return self._trip(cause, reading.channel, _shown(reading), at, reading.tool_time)

    def _silent(self, cause: Cause, channel: str, at: float, saw: str) -> Trip | None:
        return self._trip(cause, channel, saw, at, "")

    def _outvoted(self, cause: Cause, channel: str, saw: str, at: float) -> bool:
        """Count a channel's vote to trip; a bad channel votes too, and leaves one of two."""
        others = self.redundant.get(channel)
        if others is None:
            return False
        news = channel not in self._votes
        self._votes.add(channel)
        if len(self._votes & others) > 1:
            return False
        if news:
            self._warn(Concern.OUTVOTED, channel, f"{cause} {saw}", at)
        self._awaited.discard(channel)
        self.settled = self._ended_at is not None and not self._awaited
        return True

    def _warn(self, concern: Concern, channel: str, saw: str, at: float) -> None:
        if self.on_caution is not None:
            limit, signal = str(self.limits), self.live.signal
            self.on_caution(Caution(self.rule.code, concern, signal, channel, saw, limit, at))

    def _trip(self, cause: Cause, channel: str, saw: str, at: float, tool_time: str) -> Trip | None:
        if self._outvoted(cause, channel, saw, at):
            return None
        limit = str(self.live.plausible if cause is Cause.UNPLUGGED else self.limits)
        self.trip = Trip(
            self.rule.code, cause, self.live.signal, channel, saw, limit, at, tool_time
        )
        return self.trip


_ANY = (-math.inf, math.inf)
_PAIR = 2


def new_monitor(
    rule: Rule,
    live: Live,
    limits: Limits,
    channels: Iterable[str],
    now: float,
    *,
    allowance: float,
    redundant: Iterable[frozenset[str]] = (),
) -> Monitor:
    """Arm a monitor; a tool without any channel for the signal is one that is missing.

    Of each `redundant` group, if the tool tells three or more of its channels, two have to vote to
    trip. One that it does not tell votes to trip: of the two that are left each trips alone.
    """
    due = now + float(live.fresh_for) + allowance
    names = list(channels) or [NO_CHANNEL]
    return Monitor(
        rule=rule,
        live=live,
        limits=limits,
        channels={name: Channel(due) for name in names},
        armed_at=now,
        allowance=allowance,
        redundant={
            name: group
            for group in (each & {*names} for each in redundant)
            if len(group) > _PAIR
            for name in group
        },
    )


def _seconds(passed: float) -> str:
    return f"{round(passed, 1):g} s"


def _shown(reading: Reading) -> str:
    value = reading.value
    if not math.isfinite(value):
        return str(value)
    text = repr(value + 0.0)  # the shortest decimal of it; 0 has no sign
    number = show_number(exact(value, 8)) if "e" in text else text.removesuffix(".0")
    return f"{number} {reading.unit}"
