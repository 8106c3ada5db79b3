"""The command line, for this room's tests."""

from command_line import data, dry_run, fabctl, made_once

__all__ = ["data", "dry_run", "fabctl", "made_once"]
