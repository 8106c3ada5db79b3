"""The command line, for this room's tests."""

from command_line import data, fabctl

__all__ = ["data", "fabctl"]
