"""The third use, live: makes the monitors that watch a job."""

from collections.abc import Iterable
from collections.abc import Sequence as SequenceOf

from fabctl.interlocks.limits import Limits
from fabctl.interlocks.monitor import Monitor, new_monitor
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.trace import trace_step
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.interlocks.wafer_state import WaferState
from fabctl.process.material import Materials
from fabctl.process.sequence import Step


def arm(
    rules: RulePack,
    step: Step,
    before: WaferState,
    channels: Iterable[tuple[str, str]],
    now: float,
    *,
    materials: Materials,
    later: SequenceOf[Step] = (),
    allowance: float = 0.0,
    redundant: Iterable[Iterable[str]] = (),
) -> list[Monitor]:
    """Arm one monitor for every live rule that binds the step; do so before power is applied.

    `channels` are the (signal, channel) pairs that the tool reports, `later` the steps that
    follow (a film's lower end binds its last coat), `now` is process seconds, and `allowance`
    what the wire may add to every freshness limit, in process seconds. Each of `redundant` is a
    group of channels that measure the same: of three or more, two have to vote to trip.
    """
    channels = tuple(channels)
    groups = [frozenset(group) for group in redundant]
    seen = trace_step(step, before, materials, later=later)
    monitors = []
    for rule in rules:
        if rule.live is None or not rule.binds.selects(seen.act, materials):
            continue
        limits = rule.limit.limits
        if rule.limit.of_wafer:
            limits = _left(rule.limit.of_wafer, limits, before, completes=seen.completes)
        names = [channel for signal, channel in channels if signal == rule.live.signal]
        monitors.append(
            new_monitor(rule, rule.live, limits, names, now, allowance=allowance, redundant=groups)
        )
    return monitors


def _left(quantity: str, limits: Limits, before: WaferState, *, completes: bool) -> Limits:
    """Take off what already lies on the wafer: the signal tells what this step adds."""
    present = WAFER_QUANTITIES[quantity].of(before)
    if present is not None:
        limits = limits.after(present)
    return limits if completes else Limits(None, limits.upper)
