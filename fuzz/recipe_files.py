"""What must hold of every recipe file, however broken: read or refused, audited, and read alike.

No atheris in here: `check` is one input, and `seeds` are where a fuzzer starts from.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import sequences
from fabctl.interlocks import audit, load_rules
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence, made_of
from fabctl.process.material import materials
from fabctl.process.sequence import Sequence
from fabctl.process.vocabulary import KINDS, OPERATIONS
from fabctl.process.yaml_reader import checked_text, read
from fabctl.process.yaml_tree import Node
from fabctl.quantities.units import UNITS

SLOWEST = 5.0
"""Seconds of CPU after which an input has hung: a hundred times what a whole sequence takes."""

_RULES = load_rules(sequences.packs())


def check(data: bytes, path: Path) -> bool:
    """Read and audit one input, by way of a file; returns whether it is a sequence.

    Raises whatever must not be: any error but `InputError`, a place outside the file, two readings
    that differ, a hang.
    """
    path.write_bytes(data)
    start = time.process_time()
    audited = _read(data, lambda: made_of(_source(data, path), path))
    run = _read(data, lambda: load_sequence(path))
    if audited != run:
        raise AssertionError("an audit reads one thing, a run another")
    if isinstance(audited, Sequence):
        audit(audited, _RULES, materials())
    seconds = time.process_time() - start
    if seconds > SLOWEST:
        raise AssertionError(f"{seconds:.1f} s for {len(data)} bytes")
    return isinstance(audited, Sequence)


def _source(data: bytes, path: Path) -> tuple[str, Node]:
    """Read from memory what `load_sequence` reads from the file."""
    text = checked_text(data, str(path))
    return text, read(text, str(path))


def _read(data: bytes, reading) -> object:
    """Give the sequence, or in its place everything that is wrong, each within the file."""
    try:
        return reading()
    except InputError as error:
        lines = data.count(b"\n") + 2
        for each in error.problems:
            if not (1 <= each.mark.line <= lines and 1 <= each.mark.column <= len(data) + 2):
                raise AssertionError(f"no such place: {each}") from error
        return [str(each) for each in error.problems]


def seeds() -> Iterator[tuple[str, bytes]]:
    """Cut every sequence that comes with fabctl into small ones, a step or two each."""
    for path in sorted(sequences.data().glob("*.yaml")):
        head, steps = re.split(r"(?<=\nsteps:\n)", path.read_text(encoding="utf-8"))
        head = re.sub(r"(?m)^ *#.*\n", "", head)
        head = re.sub(r"(?m)^title: .*\n", "title: t\n", head)
        each = re.split(r"(?m)^(?=  - )", re.sub(r"(?m)^ *#.*\n", "", steps))[1:]
        for n, step in enumerate(each):
            text = step if n % 3 else step + "".join(each[n + 1 : n + 2])
            top = re.sub(r"(?m)^practises:.*\n(  .*\n)*", "", head) if n % 3 else head
            yield f"{path.stem}-{n}", (_used(top, text) + text).encode()


def _used(head: str, steps: str) -> str:
    """Leave out the parameters that no step uses."""
    text = re.sub(
        r"(?m)^  (\w+): .*\n", lambda found: found[0] if f"${found[1]}" in steps else "", head
    )
    return text if "$" in steps else text.replace("parameters:\n", "")


def words() -> list[str]:
    """Name what a blind mutation would hardly ever write."""
    keys = {key for each in OPERATIONS.values() for key in each.parameters}
    marks = ("&a ", "*a", "!!str ", "<<: ", "---\n", "...\n", "? ", "- ", ": ", "{", "}", "[", "]")
    numbers = (".nan", "1e400", "6:40", "0400", "1_000", "４００", "\u202e", "\u212b", "A\u030a")
    fields = ("id: ", "kind: ", "operation: ", "recipe: ", "does: ", "window: ", "parameters:")
    choices = ("alternatives: ", "ways: ", "rework: ", "undo: ", "at_most: ", "any_order: ", "$")
    return sorted({*keys, *OPERATIONS, *KINDS, *UNITS, *marks, *numbers, *fields, *choices})
