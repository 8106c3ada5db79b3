"""What jobs reached, against the limit of an element's rule."""

from collections.abc import Iterable, Sequence

from fabctl.claims.findings import Findings
from fabctl.claims.history import Measured
from fabctl.claims.readings import PEAK, Reading, reach
from fabctl.interlocks.demand import Limit
from fabctl.interlocks.verdict import Verdict


def judge_peaks(found: Findings, element: str, jobs: Sequence[int], by: Iterable[int] = ()) -> None:
    """Put whether the hottest of some jobs kept the limit, by what tools recorded of its signal."""
    rule = found.rule(element, Limit)
    limits = rule.limit.limits
    signal, unit = rule.live.signal if rule.live else "", limits.unit
    known: dict[int, tuple[float, float]] = {}
    unknown: dict[int, str] = {}
    for at in jobs:
        peak = found.history.done[at].peaks.get(signal)
        if peak is None:
            unknown[at] = "no sensor that can be relied on told the peak"
        elif peak[1] is None:
            told = f"the tool reported {peak[0]:.6g} {unit} at most"
            unknown[at] = f"{told}, and how sure that is is not stated"
        else:
            known[at] = peak[0], peak[1]
    hottest = max(known, key=lambda at: sum(known[at]), default=None)
    outside = hottest is not None and limits.judge_measured(reach(*known[hottest], unit))
    if unknown and outside is not Verdict.ILLEGAL:
        at = min(unknown)
        found.not_shown(element, unknown[at], at, jobs)
    elif hottest is not None:
        highest, off = known[hottest]
        found.within(element, (highest,), off, unit, hottest, {hottest, *by})
        record = Measured(signal, "", (highest,), off, unit)
        found.cite(element, Reading(highest, off, hottest, record), told_by=PEAK)


def judge_measured(found: Findings, element: str, job: int) -> None:
    """Put whether what one job measured, or reached, kept the limit; whatever it was done to."""
    gate = found.rule(element, Limit).gate
    results = found.history.done[job].measured
    values = [each for each in results if gate and each.quantity == gate.measured]
    for each in values:
        found.within(element, each.values, each.uncertainty, each.unit, job)
        found.cite(element, Reading.mean(each, job))
    if not values:
        judge_peaks(found, element, [job])
