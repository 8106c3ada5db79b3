"""The GEM compliance statement (E30) that every simulated tool publishes."""

from collections.abc import Mapping

from msgspec import Struct


class Capability(Struct, frozen=True):
    """One row: a capability of E30, whether the tool has it, and by which messages or events."""

    name: str
    fundamental: bool
    implemented: bool
    messages: str


FUNDAMENTAL: Mapping[str, str] = {
    "state models": "S1F13 S1F15 S1F17",
    "equipment processing states": "ProcessStateChange",
    "host-initiated S1F13/S1F14": "S1F13",
    "event notification": "S6F11",
    "on-line identification": "S1F1",
    "error messages": "S9F1 S9F3 S9F5 S9F7 S9F9 S9F11 SxF0",
    "documentation": "S1F11 S1F21 S1F23 S2F29 S5F5 S7F19",
    "control (operator-initiated)": "S1F1",
}
ADDITIONAL: Mapping[str, str] = {
    "establish communications": "S1F13",
    "dynamic event report configuration": "S2F33 S2F35 S2F37",
    "variable data collection": "S6F15 S6F19",
    "trace data collection": "S2F23 S6F1",
    "status data collection": "S1F3 S1F11",
    "alarm management": "S5F1 S5F3 S5F5 S5F7",
    "remote control": "S2F41",
    "equipment constants": "S2F13 S2F15 S2F29",
    "process recipe management": "S7F1 S7F3 S7F5 S7F17 S7F19 S7F23 S7F25 S7F27",
    "material movement": "MaterialReceived MaterialRemoved",
    "terminal services": "S10F1 S10F3 S10F5",
    "clock": "S2F17 S2F31",
    "limits monitoring": "",
    "spooling": "S2F43 S6F23",
    "control (host-initiated)": "S1F15 S1F17",
}
"""Capability → what carries it; "" where the tools do not have it."""


def compliance() -> tuple[Capability, ...]:
    """Every row of the statement."""
    return tuple(
        Capability(name, fundamental, bool(messages), messages)
        for fundamental, rows in ((True, FUNDAMENTAL), (False, ADDITIONAL))
        for name, messages in rows.items()
    )
