"""Interlocks: one rule, three uses.

A rule is checked against a file (`audit`), against the program that a tool really holds
(`audit_recipe`) and, live, before START (`gate`) and while the tool works (`arm`). What trips
latches (`Latch`) until a named person resets it with a reason.

These are process interlocks in software. They have no safety-rated function: people and tools
stay protected by the tool's own hardware.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from fabctl.interlocks.every_path import audit
from fabctl.interlocks.film import Film
from fabctl.interlocks.finding import (
    AuditReport,
    Coverage,
    Excerpt,
    Finding,
    Related,
    Taken,
    Waived,
)
from fabctl.interlocks.gate import GateVerdict, gate, opens
from fabctl.interlocks.rule import Rule, RulePack, Severity
from fabctl.interlocks.rule_file import load_rules
from fabctl.interlocks.static import audit_recipe
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import BARE, WaferState

if TYPE_CHECKING:
    from fabctl.interlocks.arming import arm
    from fabctl.interlocks.capability import audit_on_tools
    from fabctl.interlocks.examples import ExampleResult, run_examples
    from fabctl.interlocks.latch import Latch, LatchError, LatchState
    from fabctl.interlocks.monitor import Monitor
    from fabctl.interlocks.trip import Cause, Trip, first_out
    from fabctl.interlocks.waiver import (
        Waivers,
        apply_waivers,
        fingerprint,
        idle_waivers,
        load_waivers,
    )

__all__ = [
    "BARE",
    "AuditReport",
    "Cause",
    "Coverage",
    "ExampleResult",
    "Excerpt",
    "Film",
    "Finding",
    "GateVerdict",
    "Latch",
    "LatchError",
    "LatchState",
    "Monitor",
    "Related",
    "Rule",
    "RulePack",
    "Severity",
    "Taken",
    "Trip",
    "Verdict",
    "WaferState",
    "Waived",
    "Waivers",
    "apply_waivers",
    "arm",
    "audit",
    "audit_on_tools",
    "audit_recipe",
    "fingerprint",
    "first_out",
    "gate",
    "idle_waivers",
    "load_rules",
    "load_waivers",
    "opens",
    "run_examples",
]

_LATER = {
    "Cause": "trip",
    "ExampleResult": "examples",
    "Latch": "latch",
    "LatchError": "latch",
    "LatchState": "latch",
    "Monitor": "monitor",
    "Trip": "trip",
    "Waivers": "waiver",
    "apply_waivers": "waiver",
    "arm": "arming",
    "audit_on_tools": "capability",
    "fingerprint": "waiver",
    "first_out": "trip",
    "idle_waivers": "waiver",
    "load_waivers": "waiver",
    "run_examples": "examples",
}
"""What an audit of a file can do without: live monitors, state machines, links, examples."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
