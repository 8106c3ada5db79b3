"""`fabctl audit` and `dry-run` as editors, hooks and scripts call them, without importing typer.

Names and options that are written out in full are read here; whatever else there is (help, a slip,
another command) is left to typer, which alone decides what a command line means.
"""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from fabctl.cli.arguments import shipped_file
from fabctl.cli.conclude import conclude
from fabctl.process.late_patterns import late_patterns

YOUNG = 200_000
"""After so many new objects garbage is looked for: what an audit loads, it keeps."""


class _Takes(NamedTuple):
    """The options of a command: those with a value, those that may be repeated, and flags."""

    once: tuple[str, ...]
    repeated: tuple[str, ...]
    flags: tuple[str, ...]


_COMMANDS = {
    "audit": _Takes(
        ("--fab", "--format"),
        ("--set", "--choose", "--rules", "--waivers"),
        ("--json", "--on-tools"),
    ),
    "dry-run": _Takes(
        ("--fab", "--faults", "--seed", "--out"),
        ("--set", "--choose", "--rules"),
        ("--json", "--despite-findings"),
    ),
}

_Told = dict[str, list[str]]


def quick(arguments: list[str]) -> int | None:
    """Run a plain command; returns its exit code, None where typer has to read the line."""
    command = arguments[0] if arguments else ""
    if command not in _COMMANDS:
        return None
    told = _read(arguments[1:], _COMMANDS[command])
    if told is None:
        return None
    _import_others()
    work = _audit(told) if command == "audit" else _dry_run(told)
    return None if work is None else conclude(work, arguments)


def _import_others() -> None:
    """Import what a command needs of others', without what it does not ask of them.

    msgspec takes `typing_extensions` if it is there, and needs none for a `Struct`. That and the
    patterns of `platform` and `fractions` are a tenth of what it takes to audit one file.
    """
    name = "typing_extensions"
    hidden = name not in sys.modules
    if hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # so it is not found
    try:
        with late_patterns():
            import fractions  # noqa: F401

            import msgspec  # noqa: F401
    finally:
        if hidden:
            del sys.modules[name]


def _audit(told: _Told) -> Callable[[], int] | None:
    from fabctl.cli.audit_files import Format, audit

    if told["--format"] and told["--format"][0] not in tuple(Format):
        return None
    form = Format(told["--format"][0]) if told["--format"] else None
    gc.set_threshold(YOUNG)
    return lambda: audit(
        told["names"],
        settings=told["--set"],
        choose=told["--choose"],
        fab=_path(told["--fab"]),
        on_tools=bool(told["--on-tools"]),
        rules=[Path(each) for each in told["--rules"]],
        waivers=[Path(each) for each in told["--waivers"]],
        form=form,
        as_json=bool(told["--json"]),
    )


def _dry_run(told: _Told) -> Callable[[], int] | None:
    from fabctl.cli.rehearsal import rehearse

    seed = told["--seed"][0] if told["--seed"] else "0"
    if len(told["names"]) > 1 or not (seed.isascii() and seed.isdecimal()):
        return None
    fab, faults = _path(told["--fab"]), _path(told["--faults"])
    return lambda: rehearse(
        told["names"][0],
        settings=told["--set"],
        choose=told["--choose"],
        fab=shipped_file(fab, "fab") if fab else None,
        seed=int(seed),
        faults=shipped_file(faults, "fault") if faults else None,
        rules=[Path(each) for each in told["--rules"]],
        out=_path(told["--out"]),
        despite_findings=bool(told["--despite-findings"]),
        as_json=bool(told["--json"]),
    )


def _path(given: list[str]) -> Path | None:
    return Path(given[0]) if given else None


def _read(words: list[str], takes: _Takes) -> _Told | None:
    """Sort the words of a command by option; None for a word that is not plainly one."""
    once, repeated, flags = takes
    told: _Told = {key: [] for key in ("names", *once, *repeated, *flags)}
    waiting = iter(words)
    for word in waiting:
        if word in flags:
            told[word].append(word)
        elif word in once or word in repeated:
            value = next(waiting, "")
            if not value or value.startswith("-") or (word in once and told[word]):
                return None
            told[word].append(value)
        elif not word or word.startswith("-"):
            return None
        else:
            told["names"].append(word)
    return told if told["names"] else None
