"""The command line, for whole mutated sequences."""

from command_line import data, fabctl

__all__ = ["data", "fabctl"]
