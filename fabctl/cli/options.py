"""The options that several commands share, each with one name and one meaning."""

import getpass
import math
from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli.output import Failure


def _finite(number: float) -> float:
    """Refuse what no comparison bounds: inf, nan."""
    if not math.isfinite(number):
        raise typer.BadParameter(f"{number} is no finite number")
    return number


def _fault_file(path: Path | None) -> Path | None:
    """Find a fault file that comes with fabctl by its bare name, any other by its path."""
    if path is None:
        return None
    import sequences
    from fabctl.process.errors import did_you_mean

    shipped = {each.stem: each for each in sorted(sequences.data("faults").glob("*.yaml"))}
    name = str(path)
    if name in shipped:
        return shipped[name]
    if path.exists():
        return path
    bare = name.removesuffix(".yaml")
    if bare in shipped:
        return shipped[bare]
    hint = did_you_mean(bare, shipped)
    raise Failure(
        f"there is no fault file {path}{f'; {hint}' if hint else ''} "
        f"(with fabctl come {', '.join(shipped)})"
    )


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Sequence = Annotated[
    str, typer.Argument(metavar="SEQUENCE", help="A name from fabctl sequences, or a path.")
]
Set = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="STEP.PARAMETER=VALUE",
        help="Override a step's parameter; may be repeated.",
    ),
]
Choose = Annotated[
    list[str],
    typer.Option(
        "--choose",
        metavar="NAME=CHOICE",
        help="Make a choice that the sequence leaves open; may be repeated.",
    ),
]
Fab = Annotated[
    Path | None, typer.Option("--fab", metavar="FILE", help="The fab file; default: built-in.")
]
Faults = Annotated[
    Path | None,
    typer.Option(
        "--faults",
        metavar="NAME|FILE",
        help="Faults that the simulated tools shall have.",
        callback=_fault_file,
    ),
]
Speed = Annotated[
    float,
    typer.Option(
        "--speed",
        min=0.001,
        metavar="N",
        help="Process seconds per second of the wall.",
        callback=_finite,
    ),
]
Pack = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="PACK", help="A rule file in place of fabctl's own; repeats."),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of everything random.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; default: you.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes on record.")]


def sequence_file(name: str) -> Path:
    """The file of a sequence, by name or path. Raises `Failure` for a name that there is not."""
    import sequences
    from fabctl.process.errors import did_you_mean

    path = sequences.find(name)
    if "/" in name or path.suffix or path.exists():
        return path
    hint = did_you_mean(name, (each.stem for each in sequences.listed()))
    meant = f"; {hint}" if hint else ""
    raise Failure(f"there is no sequence {name}{meant} (see: fabctl sequences)")


def overrides(settings: list[str]) -> dict[str, str]:
    """Read ``step.parameter=value`` settings. Raises `Failure` for any other shape."""
    read: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not value.strip() or name.count(".") != 1 or not all(name.split(".")):
            raise Failure(f"--set {setting}: write it as step.parameter=value")
        if name in read:
            raise Failure(f"--set {name}: given twice")
        read[name] = value.strip()
    return read


def choices(options: list[str]) -> dict[str, str]:
    """Read ``name=choice`` options. Raises `Failure` for any other shape."""
    read: dict[str, str] = {}
    for option in options:
        name, equals, choice = option.partition("=")
        if not (name and equals and choice):
            raise Failure(f"--choose {option}: write it as name=choice")
        if name in read:
            raise Failure(f"--choose {name}: given twice")
        read[name] = choice
    return read


def actor(by: str) -> str:
    """Who acts: the name given, else the system's user. Raises `Failure` if there is none."""
    try:
        name = by.strip() or getpass.getuser()
    except (OSError, KeyError) as error:
        raise Failure("who acts? The system names no user: say --by NAME") from error
    return name


def needed_reason(reason: str, action: str) -> str:
    """The reason given, which `action` can't do without. Raises `Failure` where it is missing."""
    if not reason.strip():
        raise Failure(f"{action} goes on record and needs --reason TEXT")
    return reason.strip()
