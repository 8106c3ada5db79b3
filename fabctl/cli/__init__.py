"""The command line: one file per command group, and nothing loaded before a command needs it."""

import sys


def main() -> None:
    """Run the command of this process and exit: 0 all legal, 1 findings, 2 could not be done."""
    try:
        from fabctl.cli.quick import quick

        code = quick(sys.argv[1:])
        if code is None:
            from fabctl.cli.app import execute

            code = execute(sys.argv[1:])
    except KeyboardInterrupt:  # before a command could take it: nothing was begun
        sys.stderr.write("interrupted\n")
        code = 2
    sys.exit(code)
