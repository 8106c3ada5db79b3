"""Dual damascene from a double-exposed photoresist (resist.1 to resist.17), from what was done."""

from fabctl.claims.findings import Findings
from fabctl.claims.history import History
from fabctl.claims.resist_beside import beside
from fabctl.claims.resist_fill import fill_of
from fabctl.claims.resist_method import method
from fabctl.claims.resist_process import window_process
from fabctl.claims.resist_steps import claimed, lithographies
from fabctl.claims.resist_windows import Pattern, pattern, under_resist, windows_in
from fabctl.interlocks.rule import RulePack


def evaluate(history: History, rules: RulePack) -> Findings:
    """The standing of every element of resist.1 to resist.17 that the history decides."""
    found = Findings(history, rules)
    runs = lithographies(history)
    steps = claimed(runs)
    if steps is None:
        return found
    under = under_resist(history, steps.begins)
    method(found, steps, under)
    fill = fill_of(history, steps, under)
    windows = windows_in(history, under, fill.begins)
    last = max(steps.developments, default=None)
    printed = Pattern() if last is None else pattern(history, last, under)
    window_process(found, steps, printed, windows, fill)
    beside(found, steps, printed, [each for each in runs if each is not steps], windows, fill)
    return found
