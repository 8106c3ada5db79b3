"""Loads what other packages offer by name, through Python's entry points.

An entry point is looked for in the files in which installers list them, since importing
`importlib.metadata` takes longer than an audit does; where that finds none, it has the last word.
"""

import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from fabctl.tools.errors import NoToolError


def load(group: str, name: str, asker: str) -> Any:
    """Load an entry point. Raises `NoToolError` where nothing of that name is installed."""
    target = listed(group, name)
    if target:
        module, _, attribute = target.partition(":")
        return getattr(import_module(module), attribute)
    from importlib.metadata import entry_points

    found = entry_points(group=group, name=name)
    if not found:
        known = ", ".join(sorted({each.name for each in entry_points(group=group)})) or "none"
        raise NoToolError(asker, f"{group} has no {name!r} (installed: {known})")
    return next(iter(found)).load()


def listed(group: str, name: str) -> str:
    """Find an entry point's ``module:attribute`` beside the packages on the path; "" for none."""
    for folder in sys.path:
        for path in _lists(folder):
            target = _read(path).get((group, name))
            if target:
                return target
    return ""


@cache
def _lists(folder: str) -> list[Path]:
    try:
        beside = sorted(os.listdir(folder or "."))  # noqa: PTH208 -- a path each is dear
    except OSError:
        return []  # a zip file, or nothing at all
    installed = [each for each in beside if each.endswith((".dist-info", ".egg-info"))]
    return [Path(folder, each, "entry_points.txt") for each in installed]


@cache
def _read(path: Path) -> dict[tuple[str, str], str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    section, found = "", {}
    for line in lines:
        if line.startswith("["):
            section = line.strip("[] ")
            continue
        key, equals, value = line.partition("=")
        if equals:
            found[section, key.strip()] = value.split("[")[0].strip()  # extras are the installer's
    return found
