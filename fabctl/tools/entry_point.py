"""Loads what other packages offer by name, through Python's entry points."""

from importlib.metadata import entry_points
from typing import Any

from fabctl.tools.errors import NoToolError


def load(group: str, name: str, asker: str) -> Any:
    """Load an entry point. Raises `NoToolError` where nothing of that name is installed."""
    found = entry_points(group=group, name=name)
    if not found:
        known = ", ".join(sorted({each.name for each in entry_points(group=group)})) or "none"
        raise NoToolError(asker, f"{group} has no {name!r} (installed: {known})")
    return next(iter(found)).load()
