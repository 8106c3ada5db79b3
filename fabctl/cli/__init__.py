"""The command line: one file per command group, and nothing loaded before a command needs it."""

import gc
import io
import os
import signal
import sys
from typing import TextIO


def main() -> None:
    """Run the command of this process and exit: 0 all legal, 1 findings, 2 could not be done."""
    sys.stdin = sys.stdin or _closed(0)
    sys.stdout = sys.stdout or _closed(1)
    sys.stderr = sys.stderr or _closed(2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as of standard error
    # whoever ends a command early is told so like whoever presses Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from fabctl.cli.quick import quick

        code = quick(sys.argv[1:])
        if code is None:
            from fabctl.cli.app import execute

            code = execute(sys.argv[1:])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is done, and told
    except KeyboardInterrupt:  # before a command could take it
        from fabctl.cli.conclude import report

        code = report("interrupted", sys.argv[1:])
    gc.freeze()  # all of it goes with the process: looking through it takes tenths of a second
    sys.exit(code)


def _closed(number: int) -> TextIO:
    """Stand for a standard stream that the caller closed: empty to read, not to be written.

    Or the next file or socket that is opened would have its number.
    """
    found = os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
    if found != number:
        os.dup2(found, number)
        os.close(found)
    raw = io.FileIO(number, "r" if number == 0 else "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", write_through=True)  # nothing left for the end
