"""The options that several commands share, each with one name and one meaning."""

import math
from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli.arguments import shipped_file

FASTEST = 5000
"""The most that a simulated fab keeps up with on two cores: cap-line completes, at 10 000 its tools
fall ever further behind with what they have to sample and tell, and answer nothing any more."""


def _speed(number: float) -> float:
    """Refuse what no comparison bounds, inf and nan, and what no simulated fab keeps up with."""
    if not math.isfinite(number):
        raise typer.BadParameter(f"{number} is no finite number")
    if number > FASTEST:
        raise typer.BadParameter(
            f"at {number:g} the simulated tools would not keep up with what they have to tell, and "
            f"answer nothing any more: at most {FASTEST} (a dry run takes no time at all)"
        )
    return number


def _fault_file(path: Path | None) -> Path | None:
    return shipped_file(path, "fault") if path else None


def _fab_file(path: Path | None) -> Path | None:
    return shipped_file(path, "fab") if path else None


def _wafer_file(path: Path | None) -> Path | None:
    return shipped_file(path, "wafer") if path else None


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
    Path | None,
    typer.Option(
        "--fab",
        metavar="NAME|FILE",
        help="The fab file; default: built-in.",
        callback=_fab_file,
    ),
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
Wafers = Annotated[
    Path | None,
    typer.Option(
        "--wafers",
        metavar="NAME|FILE",
        help="What wafers are when they are brought in; default: bare.",
        callback=_wafer_file,
    ),
]
Layout = Annotated[
    Path | None,
    typer.Option(
        "--layout",
        metavar="FILE",
        help="A layout of your own, whose reticles the simulated tools shall have too.",
        exists=True,
        dir_okay=False,
    ),
]
Speed = Annotated[
    float,
    typer.Option(
        "--speed",
        min=0.001,
        metavar="N",
        help=f"Process seconds per second of the wall, at most {FASTEST}.",
        callback=_speed,
    ),
]
Pack = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="PACK", help="A rule file in place of fabctl's own; repeats."),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of everything random.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who acts; default: you.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes on record.")]
