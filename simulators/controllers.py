"""What the simulated controllers are like: as a tool's dictionary says, and as its faults do."""

from collections.abc import Sequence

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault


def has_anti_windup(dictionary: Dictionary, faults: Sequence[Fault]) -> bool:
    """Whether a furnace's controllers hold their integrals at the limit of power."""
    stated = dictionary.model.settings.get("anti_windup") if dictionary.model else None
    return stated != "no" and all(fault.name != "no-anti-windup" for fault in faults)
