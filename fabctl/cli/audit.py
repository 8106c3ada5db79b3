"""`fabctl audit`: checks files against the rules, without touching a tool."""

from pathlib import Path
from typing import Annotated

import typer

from fabctl.cli import audit_files
from fabctl.cli.audit_files import Format
from fabctl.cli.options import Choose, Json, Pack, Set

Names = Annotated[
    list[str], typer.Argument(metavar="NAME|PATH...", help="Sequences, rule packs, fab files.")
]
Tools = Annotated[
    Path | None,
    typer.Option("--fab", metavar="NAME|FILE", help="Also check that this fab's tools can do it."),
]
OnTools = Annotated[
    bool,
    typer.Option("--on-tools", help="Also audit what the fab's tools store; needs --fab."),
]
Waive = Annotated[
    list[Path] | None,
    typer.Option("--waivers", metavar="FILE", help="Findings that were accepted; repeats."),
]
As = Annotated[
    Format | None, typer.Option("--format", help="How the audit is told; default: text.")
]


def audit(
    names: Names,
    settings: Set = [],  # noqa: B006 -- typer copies it
    choose: Choose = [],  # noqa: B006
    fab: Tools = None,
    on_tools: OnTools = False,
    rules: Pack = None,
    waivers: Waive = None,
    form: As = None,
    as_json: Json = False,
) -> int:
    """Check sequences, rule packs and fab files against the rules."""
    return audit_files.audit(
        names,
        settings=settings,
        choose=choose,
        fab=fab,
        on_tools=on_tools,
        rules=rules or [],
        waivers=waivers or [],
        form=form,
        as_json=as_json,
    )
