"""The command line: one file per command group, and nothing loaded before a command needs it."""

import sys


def main() -> None:
    """Run the command of this process and exit: 0 all legal, 1 findings, 2 could not be done."""
    from fabctl.cli.app import execute

    sys.exit(execute(sys.argv[1:]))
