"""The options that several commands share, each with one name and one meaning."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli.output import Failure

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
Fab = Annotated[
    Path | None, typer.Option("--fab", metavar="FILE", help="The fab file; default: built-in.")
]
Faults = Annotated[
    Path | None,
    typer.Option("--faults", metavar="FILE", help="Faults that the simulated tools shall have."),
]
Speed = Annotated[
    float,
    typer.Option("--speed", min=0.001, metavar="N", help="Process seconds per second of the wall."),
]
Pack = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="PACK", help="A rule file in place of fabctl's own; repeats."),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of everything random.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; default: you.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes on record.")]


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
