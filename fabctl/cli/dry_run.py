"""`fabctl dry-run`: the whole run on simulated tools in virtual time."""

from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli.options import Choose, Fab, Faults, Json, Pack, Seed, Sequence, Set

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write result, journal and wire log there too."),
]
Despite = Annotated[
    bool,
    typer.Option(
        "--despite-findings", help="Execute an illegal sequence, to see what it would do."
    ),
]


def dry_run(
    sequence: Sequence,
    settings: Set = [],  # noqa: B006 -- typer copies it
    choose: Choose = [],  # noqa: B006
    fab: Fab = None,
    seed: Seed = 0,
    faults: Faults = None,
    rules: Pack = None,
    out: Out = None,
    despite_findings: Despite = False,
    as_json: Json = False,
) -> int:
    """Execute a sequence on simulated tools in virtual time."""
    from fabctl.cli.rehearsal import rehearse

    return rehearse(
        sequence,
        settings=settings,
        choose=choose,
        fab=fab,
        seed=seed,
        faults=faults,
        rules=rules or [],
        out=out,
        despite_findings=despite_findings,
        as_json=as_json,
    )
