"""The third use, live: makes the monitors that watch a job."""

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from fractions import Fraction

from fabctl.interlocks.limits import Limits
from fabctl.interlocks.monitor import Monitor, new_monitor
from fabctl.interlocks.rule import Live, Rule, RulePack
from fabctl.interlocks.trace import TraceStep, trace_step
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
    for rule, live in binding(rules, seen, materials):
        limits = rule.limit.limits
        if rule.limit.of_wafer:
            limits = _left(rule.limit.of_wafer, limits, before, completes=seen.completes)
        names = [channel for signal, channel in channels if signal == live.signal]
        monitors.append(
            new_monitor(rule, live, limits, names, now, allowance=allowance, redundant=groups)
        )
    return monitors


def fresh_for(
    rules: RulePack,
    step: Step,
    before: WaferState,
    *,
    materials: Materials,
    later: SequenceOf[Step] = (),
) -> Fraction | None:
    """For how long (process seconds) a reading is fresh to every live rule that binds the step.

    None where none does: nobody has to be told in time.
    """
    seen = trace_step(step, before, materials, later=later)
    return min((live.fresh_for for _, live in binding(rules, seen, materials)), default=None)


def binding(rules: RulePack, seen: TraceStep, materials: Materials) -> Iterator[tuple[Rule, Live]]:
    """Give the live rules that bind a step, each with its live part."""
    for rule in rules.of_operation(seen.act.recipe.operation):
        if rule.live is not None and rule.binds.selects(seen.act, materials):
            yield rule, rule.live


def _left(quantity: str, limits: Limits, before: WaferState, *, completes: bool) -> Limits:
    """Take off what already lies on the wafer: the signal tells what this step adds."""
    present = WAFER_QUANTITIES[quantity].of(before)
    if present is not None:
        limits = limits.after(present)
    return limits if completes else Limits(None, limits.upper)
