"""`fabctl audit` as editors and hooks call it, without what typer takes to import.

Names and options that are written out in full are read here; whatever else there is (help, a slip,
another command) is left to typer, which alone decides what a command line means.
"""

import gc
import sys
from pathlib import Path

from fabctl.cli.audit_files import Format, audit
from fabctl.cli.conclude import conclude
from fabctl.process.late_patterns import late_patterns

YOUNG = 200_000
"""After so many new objects garbage is looked for: what an audit loads, it keeps."""

_ONCE = ("--fab", "--format")
_REPEATS = ("--set", "--choose", "--rules", "--waivers")
_FLAGS = ("--json", "--on-tools")


def quick(arguments: list[str]) -> int | None:
    """Run a plain audit; returns its exit code, None where typer has to read the command line."""
    told = _read(arguments[1:]) if arguments[:1] == ["audit"] else None
    if told is None or (told["--format"] and told["--format"][0] not in tuple(Format)):
        return None
    form = Format(told["--format"][0]) if told["--format"] else None
    gc.set_threshold(YOUNG)
    _import_others()
    return conclude(
        lambda: audit(
            told["names"],
            settings=told["--set"],
            choose=told["--choose"],
            fab=Path(told["--fab"][0]) if told["--fab"] else None,
            on_tools=bool(told["--on-tools"]),
            rules=[Path(each) for each in told["--rules"]],
            waivers=[Path(each) for each in told["--waivers"]],
            form=form,
            as_json=bool(told["--json"]),
        ),
        arguments,
    )


def _import_others() -> None:
    """Import what an audit needs of others', without what it does not ask of them.

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


def _read(words: list[str]) -> dict[str, list[str]] | None:
    """Sort the words of an audit by option; None for a word that is not plainly one."""
    told: dict[str, list[str]] = {key: [] for key in ("names", *_ONCE, *_REPEATS, *_FLAGS)}
    waiting = iter(words)
    for word in waiting:
        if word in _FLAGS:
            told[word].append(word)
        elif word in (*_ONCE, *_REPEATS):
            value = next(waiting, "")
            if not value or value.startswith("-") or (word in _ONCE and told[word]):
                return None
            told[word].append(value)
        elif not word or word.startswith("-"):
            return None
        else:
            told["names"].append(word)
    return told if told["names"] else None
