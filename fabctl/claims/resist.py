"""Dual damascene from a double-exposed photoresist (resist.1 to resist.17), from what was done."""

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History
from fabctl.claims.resist_method import method
from fabctl.claims.resist_process import window_process
from fabctl.claims.resist_steps import Lithography, lithography
from fabctl.interlocks.rule import RulePack


def evaluate(history: History, rules: RulePack) -> Findings:
    """The standing of every element of resist.1 to resist.17 that the history decides."""
    found = Findings(history, rules)
    steps = lithography(history)
    if steps is None:
        return found
    dielectric = _dielectric(history, steps)
    method(found, steps, dielectric)
    window_process(found, steps, dielectric)
    return found


def _dielectric(history: History, steps: Lithography) -> Deposit:
    """The dielectric under the resist: the last one laid before the first coat, or nothing."""
    found = Deposit(steps.begins - 1, "", "")
    for each in history.deposits("dielectric", end=steps.begins):
        worked = history.operated("etch", "etch_back", "polish", start=found.at, end=each.at)
        found = each if worked else each.over(found)
    return found
