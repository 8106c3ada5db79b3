"""Dual damascene from a double-exposed photoresist (resist.1 to resist.17), from what was done."""

from fabctl.claims.findings import Findings
from fabctl.claims.history import History
from fabctl.claims.resist_method import method
from fabctl.claims.resist_process import window_process
from fabctl.claims.resist_steps import lithography
from fabctl.claims.resist_windows import under_resist
from fabctl.interlocks.rule import RulePack


def evaluate(history: History, rules: RulePack) -> Findings:
    """The standing of every element of resist.1 to resist.17 that the history decides."""
    found = Findings(history, rules)
    steps = lithography(history)
    if steps is None:
        return found
    under = under_resist(history, steps.begins)
    method(found, steps, under)
    window_process(found, steps, under)
    return found
