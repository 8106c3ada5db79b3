"""Where output goes: one JSON document or a person's text to standard output, the rest to error.

Exit codes, everywhere: `LEGAL`, `FINDINGS`, `FAILED`.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

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
    """Print a command's one JSON document to standard output. Raises as `show`."""
    import json

    all_characters = (sys.stdout.encoding or "utf-8").lower() in ("utf-8", "utf8")
    show(json.dumps(document, indent=2, ensure_ascii=not all_characters, default=str))


def show(text: str) -> None:
    """Print a person's result to standard output, in one piece for whoever reads it as it comes.

    Raises `Failure` where it can't be written: the disk is full, or the caller closed it.
    """
    with _told():
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def show_bytes(data: bytes) -> None:
    """Write a file's content to standard output, as it is. Raises as `show`."""
    with _told():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Failure(f"standard output can't be written: {error.strerror}") from error


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names, aligned, in plain text that a pipe can take."""
    table = [[str(name) for name in columns], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
    for row in table:
        show("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
