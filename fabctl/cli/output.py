"""Where output goes: one JSON document or a person's text to standard output, the rest to error.

Exit codes, everywhere: `LEGAL`, `FINDINGS`, `FAILED`.
"""

import sys
from collections.abc import Iterable, Sequence

LEGAL = 0
"""Done, and everything is legal."""
FINDINGS = 1
"""Done, but there are findings, trips, or claim elements that are not satisfied."""
FAILED = 2
"""Could not be done: bad input, nothing matched, no tool, an error of our own."""


class Failure(Exception):
    """A command can't do what was asked; the text says why and, where possible, what to do."""


def say(text: str) -> None:
    """Tell the person something that is no result: to standard error."""
    print(text, file=sys.stderr, flush=True)


def emit(document: object) -> None:
    """Print a command's one JSON document to standard output."""
    import json

    show(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def show(text: str) -> None:
    """Print a person's result to standard output, in one piece for whoever reads it as it comes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names, aligned, in plain text that a pipe can take."""
    table = [[str(name) for name in columns], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
    for row in table:
        show("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
